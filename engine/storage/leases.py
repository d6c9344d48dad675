"""Leases on job rows: one UPDATE claims, a sign of life extends, a sweep takes back.

Every statement names the fence it believes in, or finds by index what nobody holds.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Integer,
    RowMapping,
    ScalarSelect,
    Select,
    bindparam,
    case,
    exists,
    func,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningUpdate

from engine.errors import LeaseLost
from engine.model.job import CLAIMABLE, LEASED, Job, JobKind, JobState, job_table

LEASE = timedelta(seconds=30)
BATCH = 50  #: jobs claimed at once, when they are quick ones
#: kinds whose run never leaves the database: some of them are claimed together
QUICK = frozenset(JobKind) - {
    JobKind.SERVICE, JobKind.EXTERNAL, JobKind.WEBHOOK, JobKind.DELIVERY, JobKind.MAIL,
    JobKind.BATCH
}  # fmt: skip
_FIELDS = tuple(field.name for field in dataclasses.fields(Job))


@dataclass(frozen=True, slots=True)
class Claimant:
    """Who claims jobs, and for how long without a sign of life."""

    name: str
    lease: timedelta = LEASE


def claim(session: Session, at: datetime, by: Claimant, limit: int = BATCH) -> list[Job]:
    """Lease what is due next, by priority and then by moment, counting the attempt.

    One job that may take long, or up to ``limit`` quick ones that stand before it.
    """
    return _lease(session, _NEXT, at, by, {"limit": limit})


def claim_this(session: Session, job_id: UUID, at: datetime, by: Claimant) -> Job | None:
    """Lease one job if it is due and nobody has it."""
    return next(iter(_lease(session, _THIS, at, by, {"this": job_id})), None)


def _lease(
    session: Session, statement: Any, at: datetime, by: Claimant, more: dict[str, Any]
) -> list[Job]:
    given = {"at": at, "until": at + by.lease, "by": by.name, **more}
    rows = session.connection().execute(statement, given).mappings().all()
    return sorted(map(job_of, rows), key=lambda job: (-job.priority, job.run_at, job.id))


def extend(session: Session, job_id: UUID, fence: int, until: datetime) -> bool:
    """Lengthen a lease; tell whether it was still ours."""
    given = {"of": job_id, "held": fence, "until": until}
    return session.connection().execute(_EXTEND, given).rowcount == 1


def must_hold(session: Session, job_id: UUID, fence: int) -> None:
    """Make sure that a lease is still ours; nobody takes it before the transaction ends.

    Raises:
        LeaseLost: another worker has the job, or its step no longer waits.
    """
    given = {"of": job_id, "held": fence}
    if session.connection().execute(_HELD, given).one_or_none() is None:
        raise LeaseLost(f"job {job_id} is no longer leased with fence {fence}")


def give_back(session: Session, jobs: Sequence[Job]) -> None:
    """Return leased jobs that were not begun, as if they had not been claimed."""
    given = [{"of": each.id, "held": each.fence} for each in jobs]
    if given:
        session.connection().execute(_GIVE_BACK, given)


def recover(session: Session, at: datetime) -> int:
    """Make jobs ready again whose worker gave no sign of life; return how many."""
    return session.connection().execute(_RECOVER, {"at": at}).rowcount


def overdue(session: Session, before: datetime, limit: int) -> list[UUID]:
    """Return ready jobs that were due ``before`` and nobody took, the first to run first."""
    return list(session.connection().execute(_OVERDUE, {"at": before, "limit": limit}).scalars())


def job_of(row: RowMapping) -> Job:
    """Return the job a row holds."""
    values = {name: row[name] for name in _FIELDS}
    values["kind"] = JobKind(values["kind"])
    values["state"] = JobState(values["state"])
    return Job(**values)


_CLAIMABLE, _LEASED = text(CLAIMABLE), text(LEASED)
_LONG = case((job_table.c.kind.in_([each.value for each in QUICK]), 0), else_=1)


def _top_priority() -> ScalarSelect[Any]:
    """Return the highest priority at which a job is due.

    Steps from one priority down to the next by the index, so that timers far in the
    future cost nothing however many there are.
    """
    top = select(func.max(job_table.c.priority).label("priority")).where(_CLAIMABLE)
    level = top.cte("level", recursive=True)
    lower = (
        select(func.max(job_table.c.priority))
        .where(_CLAIMABLE, job_table.c.priority < level.c.priority)
        .scalar_subquery()
    )
    level = level.union_all(select(lower).where(level.c.priority.is_not(None)))
    due = exists().where(
        _CLAIMABLE, job_table.c.priority == level.c.priority, job_table.c.run_at <= bindparam("at")
    )
    highest = select(level.c.priority).where(due).order_by(level.c.priority.desc()).limit(1)
    return select(highest.cte("highest").c.priority).scalar_subquery()


def _next() -> Select[Any]:
    """Return the ids of the job that is due next and of the quick ones right behind it.

    Where a long one stands first, only one row is looked at and locked: others who look
    at the same moment find the next.
    """
    order = (job_table.c.run_at, job_table.c.id)
    is_due = (
        _CLAIMABLE,
        job_table.c.priority == _top_priority(),
        job_table.c.run_at <= bindparam("at"),
    )
    first_is_long = select(_LONG).where(*is_due).order_by(*order).limit(1).scalar_subquery()
    most = case((first_is_long == 1, 1), else_=bindparam("limit", type_=Integer))
    due = (
        select(job_table.c.id, job_table.c.run_at, _LONG.label("long"))
        .where(*is_due)
        .order_by(*order)
        .limit(most)
        .with_for_update(skip_locked=True)
        .cte("due")
    )
    so_far = (due.c.run_at, due.c.id)
    ranked = select(
        due.c.id,
        func.count().over(order_by=so_far, rows=(None, 0)).label("place"),
        func.sum(due.c.long).over(order_by=so_far, rows=(None, 0)).label("long_so_far"),
    ).subquery("ranked")
    return select(ranked.c.id).where(or_(ranked.c.place == 1, ranked.c.long_so_far == 0))


def _this() -> Select[Any]:
    due = (
        select(job_table.c.id)
        .where(
            _CLAIMABLE,
            job_table.c.id == bindparam("this"),
            job_table.c.run_at <= bindparam("at"),
        )
        .with_for_update(skip_locked=True)
        .cte("due")
    )
    return select(due.c.id)


def _leasing(chosen: Select[Any]) -> ReturningUpdate[Any]:
    return (
        update(job_table)
        .where(job_table.c.id.in_(chosen))
        .values(
            state=JobState.LEASED.value,
            fence=job_table.c.fence + 1,
            attempts=job_table.c.attempts + 1,
            lease_until=bindparam("until"),
            worker=bindparam("by"),
        )
        .returning(*job_table.c)
    )


# Statements are built once: building one costs more than running it.
_NEXT, _THIS = _leasing(_next()), _leasing(_this())
_OURS = (
    update(job_table)
    .where(job_table.c.id == bindparam("of"), job_table.c.fence == bindparam("held"))
    .where(_LEASED)
)
_HELD = (
    select(job_table.c.id)
    .where(job_table.c.id == bindparam("of"), job_table.c.fence == bindparam("held"))
    .where(_LEASED)
    .with_for_update()
)
_EXTEND = _OURS.values(lease_until=bindparam("until"))
_BACK = {"state": JobState.READY.value, "lease_until": None, "worker": None}
_GIVE_BACK = _OURS.values(attempts=job_table.c.attempts - 1, **_BACK)
# a row that somebody is writing is left for the next round: a host that was cut off in the
# middle of it would keep all others waiting
_SILENT = (
    select(job_table.c.id)
    .where(
        _LEASED,
        job_table.c.lease_until < bindparam("at"),
        job_table.c.kind != JobKind.EXTERNAL.value,
    )
    .with_for_update(skip_locked=True)
)
_RECOVER = update(job_table).where(job_table.c.id.in_(_SILENT)).values(**_BACK)
_OVERDUE = (
    select(job_table.c.id)
    .where(_CLAIMABLE, job_table.c.run_at <= bindparam("at"))
    .order_by(job_table.c.priority.desc(), job_table.c.run_at)
    .limit(bindparam("limit"))
)
