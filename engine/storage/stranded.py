"""Running cases that nothing would ever move again, and incidents whose cause is gone."""

from __future__ import annotations

from datetime import datetime
from typing import Final, NamedTuple, Self
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    and_,
    exists,
    literal,
    or_,
    select,
    text,
    tuple_,
    update,
)
from sqlalchemy.orm import Session

from engine.model.base import Moment
from engine.model.incident import Incident
from engine.model.instance import RUNNING, InstanceState, instance_table, task_table
from engine.model.job import ASIDE, UNFINISHED, JobKind, JobState, job_table
from engine.model.subscription import subscription_table

_ID = instance_table.c.id
_STARTED_AT = instance_table.c.started_at
_CALLED = instance_table.alias("called")
#: what moves a case on, sooner or later, or once somebody lets it; a notice only speaks of a task
_MOVERS = (
    exists().where(
        job_table.c.instance_id == _ID,
        job_table.c.state.in_([each.value for each in (JobState.READY, JobState.LEASED, *ASIDE)]),
        job_table.c.kind != JobKind.NOTICE.value,
    ),
    exists().where(subscription_table.c.instance_id == _ID),
    exists().where(task_table.c.instance_id == _ID, task_table.c.closed_at.is_(None)),
    exists().where(
        _CALLED.c.called_by == _ID, _CALLED.c.state == InstanceState.RUNNING.value
    ),  # its end brings the caller on
)
_INCIDENT = exists().where(Incident.instance_id == _ID, Incident.resolved_at.is_(None))
_UNMOVED: Final = tuple(~each for each in (*_MOVERS, _INCIDENT))
#: kinds of jobs that bring what a token waits for
_BRINGS: Final = (
    JobKind.SERVICE,
    JobKind.EXTERNAL,
    JobKind.TIMER,
    JobKind.CALL,
    JobKind.RETURN,
)


class Held(NamedTuple):
    """The tokens of one case that have a row which will move them."""

    jobs: frozenset[str]
    listening: frozenset[str]


class Place(NamedTuple):
    """Where a look at the running cases is; they are gone through as they were started."""

    started_at: datetime
    case_id: UUID

    @classmethod
    def read(cls, text: str) -> Self | None:
        """Read a place as `__str__` writes it; nothing where it is none, as before 0047."""
        moment, _, case_id = text.partition(" ")
        try:
            return cls(datetime.fromisoformat(moment), UUID(case_id))
        except ValueError:
            return None

    def __str__(self) -> str:
        return f"{self.started_at.isoformat()} {self.case_id}"


def stranded(session: Session, after: Place | None, limit: int) -> tuple[list[UUID], Place | None]:
    """Look at the next running cases; return those nothing moves, and where to go on.

    Args:
        after: where the last look ended; ``None``: at the beginning.
        limit: how many cases are looked at.

    Returns:
        The stranded ones, and the last case looked at; ``None`` when it was the last of all.
    """
    portion = select(_ID, _STARTED_AT).where(text(RUNNING), *_beyond(after))
    portion = portion.order_by(_STARTED_AT, _ID).limit(limit)
    last = session.execute(portion.offset(limit - 1)).first()
    looked_at = portion.subquery("looked_at")
    found = session.scalars(
        select(_ID)
        .join(looked_at, looked_at.c.id == _ID)
        .where(*_UNMOVED)
        .order_by(looked_at.c.started_at, _ID)
    )
    return list(found), Place(last.started_at, last.id) if last else None


def is_stranded(session: Session, instance_id: UUID) -> bool:
    """Tell whether a case runs that nothing moves and of which that is not told yet."""
    found = select(_ID).where(instance_table.c.id == instance_id, text(RUNNING), *_UNMOVED)
    return session.scalar(found) is not None


def _beyond(place: Place | None) -> list[ColumnElement[bool]]:
    if place is None:
        return []
    key = tuple_(literal(place.started_at, Moment), literal(place.case_id))
    return [tuple_(_STARTED_AT, _ID) > key]


def held(session: Session, instance_id: UUID) -> Held:
    """Return which tokens of a case have a job to do, and which listen."""
    jobs = select(job_table.c.token).where(
        job_table.c.instance_id == instance_id,
        job_table.c.kind.in_([each.value for each in _BRINGS]),
        job_table.c.state.in_([each.value for each in UNFINISHED]),
    )
    called = select(instance_table.c.call_token).where(
        instance_table.c.called_by == instance_id,
        instance_table.c.state == InstanceState.RUNNING.value,
    )
    listening = select(subscription_table.c.token).where(
        subscription_table.c.instance_id == instance_id
    )
    brought = {*session.scalars(jobs), *session.scalars(called)}
    return Held(frozenset(brought), frozenset(session.scalars(listening)))


def running_cases(session: Session, limit: int) -> list[UUID]:
    """Return the newest running cases."""
    newest = select(_ID).where(text(RUNNING)).order_by(_STARTED_AT.desc(), _ID.desc())
    newest = newest.limit(limit)
    return list(session.scalars(newest))


def resolve_stranded(session: Session, instance_id: UUID, at: datetime) -> None:
    """Close what was told of a case that nothing moved."""
    session.execute(
        update(Incident)
        .where(
            Incident.instance_id == instance_id,
            Incident.job_id.is_(None),
            Incident.resolved_at.is_(None),
        )
        .values(resolved_at=at)
    )


def resolve_settled(session: Session, at: datetime) -> None:
    """Close incidents whose cause is gone.

    The step of the job was left another way, or something moves the case again, or it ended.
    One of neither a job nor a case is ended by whoever opened it.
    """
    still_given_up = exists().where(
        job_table.c.id == Incident.job_id, job_table.c.state == JobState.INCIDENT.value
    )
    still_stranded = exists().where(
        Incident.instance_id == _ID,
        instance_table.c.state == InstanceState.RUNNING.value,
        *(~each for each in _MOVERS),
    )
    settled = or_(
        and_(Incident.job_id.is_not(None), ~still_given_up),
        and_(Incident.job_id.is_(None), Incident.instance_id.is_not(None), ~still_stranded),
    )
    session.execute(
        update(Incident)
        .where(Incident.resolved_at.is_(None), settled)
        .values(resolved_at=at)
        .execution_options(synchronize_session=False)
    )
