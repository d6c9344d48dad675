"""When a running case will end, by what was left of like cases where they stood as it does."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import CaseNotFound
from engine.model.instance import InstanceState
from engine.model.instance import instance_table as instance
from engine.model.instance import task_table as task
from engine.model.person import Actor
from engine.queries.analytics.sample import Clocks
from engine.queries.analytics.spread import Spread
from engine.queries.scope import visible_cases
from engine.queries.watched import watched_cases
from engine.values.working_time import WorkingTime

FEWEST: Final = 10  #: like cases before a day is named
LIKE: Final = 500  #: of them that are looked at
LOOKED_AT: Final = 10_000  #: cases, the newest, among which they are sought


@dataclass(frozen=True, slots=True)
class Forecast:
    """When a case is expected to end."""

    instance_id: UUID
    title: str
    process_id: str
    element_id: str | None  #: the step that decides: of several open ones the slowest
    name: str | None
    since: datetime | None  #: when it opened
    like: int  #: finished cases that stood there too, and as long
    earliest: datetime | None  #: one in ten ended sooner
    likely: datetime | None  #: half of them did
    latest: datetime | None  #: nine in ten did

    @property
    def is_known(self) -> bool:
        """Tell whether there were enough like cases to say."""
        return self.likely is not None


def forecast(session: Session, actor: Actor, instance_id: UUID, at: datetime) -> Forecast | None:
    """Return when a running case will end; ``None``: it has ended.

    What was left, in working time, of finished cases of its process when they came to the step
    it stands at, is laid on its unit's calendar from when it came there. Cases that had ended by
    the time it has stood there already count no more.

    Raises:
        CaseNotFound: there is none, or not for this actor.
    """
    case = session.execute(
        select(instance.c.process_id, instance.c.unit, instance.c.title, instance.c.state).where(
            instance.c.id == instance_id, visible_cases(actor) | watched_cases(actor)
        )
    ).one_or_none()
    if case is None:
        raise CaseNotFound(instance_id)
    if case.state != InstanceState.RUNNING.value:
        return None
    standing = _standing(session, instance_id)
    clocks = Clocks(session)
    left = _left(session, case.process_id, {each.element_id for each in standing}, clocks)
    clock = clocks.of(case.unit)
    found = [_of_step(instance_id, case, each, left, clock, at) for each in standing]
    known = [each for each in found if each.is_known]
    if known:
        return max(known, key=lambda each: each.likely or at)
    unknown = Forecast(
        instance_id, case.title, case.process_id, None, None, None, 0, None, None, None
    )
    return max(found, key=lambda each: each.like, default=unknown)


def _standing(session: Session, instance_id: UUID) -> Sequence[Any]:
    """Return the steps a case waits at."""
    return session.execute(
        select(task.c.element_id, task.c.name, task.c.created_at)
        .where(task.c.instance_id == instance_id, task.c.closed_at.is_(None))
        .order_by(task.c.created_at, task.c.id)
    ).all()


def _left(
    session: Session, process_id: str, elements: set[str], clocks: Clocks
) -> dict[str, list[timedelta]]:
    """Return how long finished cases still took from when they last came to each step."""
    newest = (
        select(instance.c.id, instance.c.unit, instance.c.finished_at, instance.c.state)
        .where(instance.c.process_id == process_id)
        .order_by(instance.c.started_at.desc(), instance.c.id.desc())
        .limit(LOOKED_AT)
        .subquery()
    )
    finished = (
        select(newest).where(newest.c.state == InstanceState.FINISHED.value).limit(LIKE).subquery()
    )
    rows = session.execute(
        select(
            finished.c.id,
            finished.c.unit,
            finished.c.finished_at,
            task.c.element_id,
            task.c.created_at,
        )
        .join(finished, finished.c.id == task.c.instance_id)
        .where(task.c.element_id.in_(sorted(elements)))
        .order_by(task.c.created_at)
    )
    last = {(row.id, row.element_id): row for row in rows}
    found: dict[str, list[timedelta]] = {}
    for row in last.values():
        took = clocks.of(row.unit).between(row.created_at, row.finished_at)
        found.setdefault(row.element_id, []).append(took)
    return found


def _of_step(
    instance_id: UUID,
    case: Any,
    step: Any,
    left: dict[str, list[timedelta]],
    clock: WorkingTime,
    at: datetime,
) -> Forecast:
    stood = clock.between(step.created_at, at)
    like = [each for each in left.get(step.element_id, ()) if each > stood]
    ends = _ends(clock, step.created_at, like)
    return Forecast(
        instance_id,
        case.title,
        case.process_id,
        step.element_id,
        step.name,
        step.created_at,
        len(like),
        *ends,
    )


def _ends(
    clock: WorkingTime, since: datetime, like: Iterable[timedelta]
) -> tuple[datetime | None, datetime | None, datetime | None]:
    spread = Spread.of(like)
    if spread is None or spread.count < FEWEST:
        return None, None, None
    low, middle, high = spread.low, spread.median, spread.high
    return clock.after(since, low), clock.after(since, middle), clock.after(since, high)
