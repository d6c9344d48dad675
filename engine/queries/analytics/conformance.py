"""How many cases follow the drawn model, and what the others did besides.

The engine lets nothing leave the model a case runs in. What departs is what people do to a case
(an administrator moves its tokens or changes its values, a step is sent back, an answer is taken
back), and what an older version did that the newest one does not draw.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import bpmn
from engine.model.event import EventKind, event_table
from engine.queries.analytics.sample import Sample, Sampled

#: acts beside the model, by what they are called in figures
ACTS: Final = {
    EventKind.MODIFIED.value: "moved",
    EventKind.RESTARTED.value: "moved",
    EventKind.TASK_RETURNED.value: "returned",
    EventKind.TASK_RECALLED.value: "recalled",
}


@dataclass(frozen=True, slots=True)
class Departure:
    """One way to leave the drawn model."""

    how: str  #: ``moved``, ``returned``, ``recalled``, ``unknown`` (no such step) or ``order``
    element_id: str | None
    cases: int
    example: UUID  #: the newest of them


@dataclass(frozen=True, slots=True)
class Conformance:
    """How the cases of a sample stand to the newest version of their process."""

    cases: int
    following: int  #: did nothing beside it
    departures: tuple[Departure, ...]  #: most cases first

    @property
    def percent(self) -> int | None:
        """How many in a hundred follow it, rounded down; ``None``: there are no cases."""
        return self.following * 100 // self.cases if self.cases else None


def conformance(session: Session, sample: Sample, order: bpmn.Order) -> Conformance:
    """Hold the cases of a sample to what a model leads to, in one statement.

    Args:
        order: of the newest version: `engine.bpmn.order_of`.
    """
    acts = _acts(session, sample)
    found: dict[tuple[str, str | None], list[UUID]] = {}
    following = 0
    for case in sample.cases:
        ways = {*acts.get(case.id, ()), *_beside(case, order)}
        following += not ways
        for each in ways:
            found.setdefault(each, []).append(case.id)
    departures = (Departure(*way, len(cases), cases[0]) for way, cases in found.items())
    in_order = sorted(departures, key=lambda each: (-each.cases, each.how, each.element_id or ""))
    return Conformance(len(sample.cases), following, tuple(in_order))


def _acts(session: Session, sample: Sample) -> Mapping[UUID, set[tuple[str, str | None]]]:
    rows = session.execute(
        select(event_table.c.instance_id, event_table.c.kind, event_table.c.element_id).where(
            event_table.c.instance_id.in_([each.id for each in sample.cases]),
            event_table.c.kind.in_(sorted(ACTS)),
        )
    )
    found: dict[UUID, set[tuple[str, str | None]]] = {}
    for case, kind, element_id in rows:
        found.setdefault(case, set()).add((ACTS[kind], element_id))
    return found


def _beside(case: Sampled, order: bpmn.Order) -> Iterator[tuple[str, str | None]]:
    """Yield human steps that the newest version does not have, or does not lead to."""
    reached, since = order.first, dict[str, frozenset[str]]()
    for visit in case.visits:
        step = visit.element_id
        if step not in order.behind:
            yield "unknown", step
            continue
        if step not in reached or step not in since.get(step, frozenset({step})):
            yield "order", step
        behind = order.behind[step]
        reached |= behind
        since = {each: found | behind for each, found in since.items()}
        if step not in order.repeated:
            since[step] = behind  # it comes again only by a way back
