"""What our decisions answer to the test kit's questions, and where it is not what is expected."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from engine import dmn
from engine.xml import Unreadable
from tests.conformance.dmn_kit import Question, agrees

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)  #: for models that ask what time it is


def difference(asked: Iterable[Question]) -> str | None:
    """Ask the questions of one case and return what differs; nothing when all agree."""
    wrong = []
    for each in asked:
        try:
            found = answer(each)
        except (dmn.DecisionNotFound, Unreadable) as refusal:
            found = refusal
        if not agrees(found, each.expected):
            wrong.append(f"{each.decision}: {found!r:.120}, expected {each.expected!r:.120}")
    return "; ".join(wrong) or None


def answer(asked: Question) -> Any:
    """Return what the models of the question's folder say."""
    decisions = _decisions(asked.model.parent)
    spaces = (each.namespace for each in decisions.models if each.file == asked.model.name)
    namespace = next(spaces, None)
    name = asked.invocable or asked.decision
    found = decisions.evaluate(name, asked.inputs, namespace=namespace, now=NOW).value
    if asked.invocable is None:
        return found
    if isinstance(found, dict) and asked.decision in found and asked.decision != asked.invocable:
        return found[asked.decision]  # one of several outputs of a decision service
    return found


@cache
def _decisions(folder: Path) -> dmn.Decisions:
    return dmn.load({each.name: each.read_bytes() for each in sorted(folder.glob("*.dmn"))})
