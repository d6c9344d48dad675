"""The cases that figures are worked out from: the newest of a period, with their human steps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from engine.model.instance import InstanceState
from engine.model.instance import instance_table as instance
from engine.model.instance import task_table as task
from engine.model.person import Actor
from engine.queries.watched import must_watch, watched_cases
from engine.storage.calendar import calendars
from engine.values.working_time import WorkingTime

#: cases that figures are worked out from: enough for a median that one case more does not move
MOST: Final = 500
#: more are not counted: what is shown is "more than 20,000"
MOST_COUNTED: Final = 20_000


@dataclass(frozen=True, slots=True)
class Asked:
    """Which cases: of one process, started in a period."""

    process_id: str
    since: datetime
    until: datetime
    unit: str | None = None
    definition_id: UUID | None = None  #: one version of it


@dataclass(frozen=True, slots=True)
class Visit:
    """One human step of a case, from when it opened."""

    instance_id: UUID
    element_id: str
    name: str
    desk: str
    opened_at: datetime
    claimed_at: datetime | None
    closed_at: datetime | None
    is_answered: bool
    due_at: datetime | None
    closed_by: str | None = None  #: user name

    @property
    def is_late(self) -> bool | None:
        """Tell whether it was answered after its deadline; ``None``: it had none, or still may."""
        if self.due_at is None or self.closed_at is None or not self.is_answered:
            return None
        return self.closed_at > self.due_at


@dataclass(frozen=True, slots=True)
class Sampled:
    """One case."""

    id: UUID
    unit: str
    state: InstanceState
    started_at: datetime
    finished_at: datetime | None
    end_id: str | None
    visits: tuple[Visit, ...] = ()


@dataclass(frozen=True, slots=True)
class Sample:
    """What figures are worked out from."""

    asked: Asked
    cases: tuple[Sampled, ...]  #: newest first, at most `MOST`
    counts: Mapping[InstanceState, int]  #: of all cases of the period, up to `MOST_COUNTED`
    clocks: Clocks
    at: datetime  #: when it was taken

    @property
    def count(self) -> int:
        """How many cases the period has, up to `MOST_COUNTED`."""
        return sum(self.counts.values())

    @property
    def is_whole(self) -> bool:
        """Tell whether every case of the period is among them."""
        return len(self.cases) == self.count

    @property
    def finished(self) -> list[Sampled]:
        """Those that reached an end."""
        return [each for each in self.cases if each.state is InstanceState.FINISHED]


@dataclass(frozen=True, slots=True)
class Clocks:
    """What measures working time in each unit."""

    session: Session
    made: dict[str, WorkingTime] = field(default_factory=dict)

    def of(self, unit: str) -> WorkingTime:
        """Return the clock of a unit's calendar."""
        if unit not in self.made:
            self.made[unit] = WorkingTime(calendars(self.session).of(unit))
        return self.made[unit]


def take(session: Session, actor: Actor, asked: Asked, at: datetime) -> Sample:
    """Return the newest cases of a period that an actor watches, in four statements.

    Raises:
        Forbidden: the actor watches nothing.
    """
    must_watch(actor)
    conditions = cases_asked(actor, asked)
    newest = (
        select(instance.c.id)
        .where(*conditions)
        .order_by(instance.c.started_at.desc(), instance.c.id.desc())
        .limit(MOST)
    )
    visits = _visits(session, newest)
    rows = session.execute(
        select(*_OF_CASE)
        .where(instance.c.id.in_(newest))
        .order_by(instance.c.started_at.desc(), instance.c.id.desc())
    )
    cases = tuple(_case(each, visits.get(each.id, ())) for each in rows)
    return Sample(asked, cases, _counts(session, conditions), Clocks(session), at)


def cases_asked(actor: Actor, asked: Asked) -> list[ColumnElement[bool]]:
    """Return the conditions on ``instance`` for cases of a period that an actor watches."""
    found = [
        watched_cases(actor),
        instance.c.process_id == asked.process_id,
        instance.c.started_at >= asked.since,
        instance.c.started_at < asked.until,
    ]
    if asked.unit:
        found.append(instance.c.unit == asked.unit)
    if asked.definition_id is not None:
        found.append(instance.c.definition_id == asked.definition_id)
    return found


_OF_CASE: Final = (
    instance.c.id,
    instance.c.unit,
    instance.c.state,
    instance.c.started_at,
    instance.c.finished_at,
    instance.c.end_id,
)


def _case(row: Any, visits: Sequence[Visit]) -> Sampled:
    return Sampled(
        row.id,
        row.unit,
        InstanceState(row.state),
        row.started_at,
        row.finished_at,
        row.end_id,
        tuple(visits),
    )


def _visits(session: Session, cases: Select[Any]) -> dict[UUID, list[Visit]]:
    rows = session.execute(
        select(
            task.c.instance_id,
            task.c.element_id,
            task.c.name,
            task.c.desk,
            task.c.created_at,
            task.c.claimed_at,
            task.c.closed_at,
            task.c.state == "completed",
            task.c.due_at,
            task.c.closed_by,
        )
        .where(task.c.instance_id.in_(cases))
        .order_by(task.c.instance_id, task.c.created_at, task.c.id)
    )
    found: dict[UUID, list[Visit]] = {}
    for row in rows:
        found.setdefault(row[0], []).append(Visit(*row))
    return found


def _counts(
    session: Session, conditions: Sequence[ColumnElement[bool]]
) -> dict[InstanceState, int]:
    some = select(instance.c.state).where(*conditions).limit(MOST_COUNTED).subquery()
    rows = session.execute(select(some.c.state, func.count()).group_by(some.c.state))
    return dict(Counter({InstanceState(state): count for state, count in rows}))
