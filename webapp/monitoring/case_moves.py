"""Many cases moved from one step to another: asked, tried on some, and told to a batch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final
from uuid import UUID

from flask import request

from engine import bpmn
from engine.bpmn import Element
from engine.commands import modifications
from engine.commands.models import model_of
from engine.errors import EngineError
from engine.queries.case_filter import CaseFilter
from engine.storage.bundles import Deployed
from webapp.monitoring.filters import stops
from webapp.request import current_actor, now, unit_of_work

TRIED: Final = 10  #: cases that it is tried on before anything is done
_TRY: Final = "?"  #: why it is only tried


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of trying it on the first cases."""

    can: int
    of: int
    against: tuple[bpmn.Obstacle, ...]  #: of the first that cannot
    why: str  #: …where it says no places


@dataclass(frozen=True, slots=True)
class Move:
    """From where to where, of one process."""

    definition: Deployed
    places: tuple[Element, ...]  #: where cases can wait
    leave: str
    reach: str

    @property
    def is_whole(self) -> bool:
        """Tell whether both are said."""
        return bool(self.leave and self.reach)

    @property
    def instructions(self) -> list[Mapping[str, Any]]:
        """The instructions, in an order that never leaves a case empty."""
        return [
            {"do": bpmn.StartBefore.__name__, "element_id": self.reach},
            {"do": bpmn.CancelAll.__name__, "element_id": self.leave},
        ]

    def narrowed(self, wanted: CaseFilter) -> CaseFilter:
        """Return the cases among those asked for that wait where this begins."""
        of = replace(wanted, process_id=self.definition.process_id)
        if not self.leave:
            return of
        kinds = {each.id: each.kind for each in self.places}
        return replace(of, element=self.leave, is_human=kinds.get(self.leave) == "userTask")

    def tried(self, cases: Sequence[UUID]) -> Tried:
        """Try it on some cases, keeping nothing."""
        asked = modifications.instructions_of(self.instructions)
        can, why = 0, ""
        against: tuple[bpmn.Obstacle, ...] = ()
        for each in cases[:TRIED]:
            try:
                modifications.modify(
                    unit_of_work(), each, asked, _TRY, actor=current_actor(), at=now(), dry_run=True
                )
                can += 1
            except bpmn.MoveRefused as refused:
                against = against or refused.obstacles
            except EngineError as refused:
                why = why or str(refused)
        return Tried(can, len(cases[:TRIED]), against, why)


def move_asked(chosen: Deployed | None) -> Move | None:
    """Read from where to where; ``None``: the cases are not of one process."""
    if chosen is None:
        return None
    places = tuple(stops(chosen))
    known = {each.id for each in places}
    named = {each.id for each in model_of(chosen.bundle).processes[chosen.process_id].elements}
    leave, reach = (request.form.get(each, "") for each in ("leave", "reach"))
    return Move(chosen, places, leave if leave in known else "", reach if reach in named else "")
