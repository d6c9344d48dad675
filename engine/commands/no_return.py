"""Where nothing goes back any more: as ``process.toml`` says, and as the diagram does."""

from __future__ import annotations

from collections.abc import Mapping

from engine.catalogue.bundle import Bundle
from engine.commands.models import model_of


def points_of_no_return(bundle: Bundle, process_id: str) -> Mapping[str, str]:
    """Return the elements behind which no answer is taken back and nothing is sent back.

    Each comes with the reason that is declared, or ``""``; that of ``process.toml`` goes before
    the diagram's.
    """
    declared = bundle.process(process_id).no_return
    process = model_of(bundle).processes.get(process_id)
    drawn = {each.id: each.no_return for each in process.elements} if process else {}
    points = {key: reason for key, reason in drawn.items() if reason is not None}
    return {**points, **{key: reason or points.get(key, "") for key, reason in declared.items()}}
