"""Who may see one case, asked of several people: the same rule as `engine.queries.scope`.

Lists ask the database for the cases of one actor; a mention, or a notice, asks for the people
of one case.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import CaseNotFound
from engine.model.desks import is_among
from engine.model.instance import instance_table as instance
from engine.model.instance import task_table as task
from engine.model.person import Actor
from engine.model.substitution import StandIn


@dataclass(frozen=True, slots=True)
class Step:
    """Where one step of a case lies or lay, and who had it."""

    id: UUID
    desk: str
    holder: str | None
    is_open: bool


@dataclass(frozen=True, slots=True)
class Sight:
    """What of a case says who sees it."""

    instance_id: UUID
    process_id: str
    started_by: str
    unit: str
    party: str | None
    steps: tuple[Step, ...]

    def is_open_to(self, actor: Actor) -> bool:
        """Tell whether an actor may see the case."""
        if actor.sees_all or self.started_by == actor.username:
            return True
        if self.unit in actor.units or self.party in actor.parties:
            return True
        return any(self._is_near(each, actor) for each in self.steps)

    def _is_near(self, step: Step, actor: Actor) -> bool:
        if step.holder == actor.username or actor.sits_at(step.desk):
            return True
        return any(self._passes_on(each, step) for each in actor.stands_in)

    def _passes_on(self, stands: StandIn, step: Step) -> bool:
        is_meant = stands.processes is None or self.process_id in stands.processes
        return is_meant and is_among(step.desk, stands.desks)


def sight_of(session: Session, instance_id: UUID) -> Sight:
    """Return what of a case says who sees it.

    Raises:
        CaseNotFound: there is none.
    """
    columns = instance.c
    found = session.execute(
        select(columns.process_id, columns.started_by, columns.unit, columns.party).where(
            columns.id == instance_id
        )
    ).first()
    if found is None:
        raise CaseNotFound(instance_id)
    rows = session.execute(
        select(task.c.id, task.c.desk, task.c.holder, task.c.closed_at).where(
            task.c.instance_id == instance_id
        )
    )
    steps = (Step(id_, desk, holder, closed_at is None) for id_, desk, holder, closed_at in rows)
    return Sight(instance_id, *found, tuple(steps))
