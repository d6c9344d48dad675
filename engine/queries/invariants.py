"""What must hold of the rows of every database, whatever happened to its processes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, and_, exists, func, or_, select, text
from sqlalchemy.orm import Session

from engine.model.act import Act, hash_of
from engine.model.event import event_table as event
from engine.model.incident import Incident
from engine.model.instance import InstanceState
from engine.model.instance import instance_table as instance
from engine.model.instance import task_table as task
from engine.model.job import ASIDE, UNFINISHED, JobKind, JobState
from engine.model.job import job_table as job
from engine.model.partner import partner_table as partner

SHOWN: Final = 5  #: ids told of each broken rule
PORTION: Final = 500  #: acts held in memory at once


@dataclass(frozen=True, slots=True)
class Broken:
    """One rule that does not hold."""

    rule: str
    count: int
    examples: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.rule}: {self.count} ({', '.join(self.examples)})"


def broken(session: Session) -> tuple[Broken, ...]:
    """Return what does not hold; nothing is the answer of a healthy database."""
    return tuple(_broken(session))


def _broken(session: Session) -> Iterator[Broken]:
    for rule, found in _RULES.items():
        ids = [str(each) for each in session.scalars(found)]
        if ids:
            yield Broken(rule, len(ids), tuple(ids[:SHOWN]))
    forged = [str(each.id) for each in _acts(session) if not _is_as_confirmed(each)]
    if forged:
        yield Broken(
            "acts whose content is not what was confirmed", len(forged), (*forged[:SHOWN],)
        )
    if session.get_bind().dialect.name == "sqlite":
        yield from _of_the_file(session)


def _acts(session: Session) -> Iterator[Act]:
    """Yield every act, some at a time: their content may be long."""
    after = UUID(int=0)
    while portion := session.scalars(
        select(Act).where(Act.id > after).order_by(Act.id).limit(PORTION)
    ).all():
        yield from portion
        after = portion[-1].id
        session.expunge_all()


def _is_as_confirmed(act: Act) -> bool:
    return act.erased_at is not None or hash_of(act.content) == act.content_hash


def _of_the_file(session: Session) -> Iterator[Broken]:
    told = [str(each) for each in session.scalars(text("PRAGMA quick_check"))]
    if told != ["ok"]:
        yield Broken("damage of the database file", len(told), tuple(told[:SHOWN]))
    orphans = [str(each[0]) for each in session.execute(text("PRAGMA foreign_key_check"))]
    if orphans:
        yield Broken("rows that refer to nothing", len(orphans), tuple(sorted(set(orphans))))


_OVER: Final = [InstanceState.FINISHED.value, InstanceState.CANCELLED.value]
_IS_OVER = instance.c.state.in_(_OVER)
_OF_CASE = {
    "task": task.c.instance_id == instance.c.id,
    "job": job.c.instance_id == instance.c.id,
}
_UNFINISHED_JOB = job.c.state.in_(
    [each.value for each in (JobState.READY, JobState.LEASED, *ASIDE)]
)
#: kinds that end with their step; what a case threw still goes out when the case is over
_OF_A_STEP = job.c.kind.in_(
    [
        each.value
        for each in (
            JobKind.SERVICE,
            JobKind.EXTERNAL,
            JobKind.TIMER,
            JobKind.NOTICE,
            JobKind.CALL,
        )
    ]
)
_CALLER = instance.alias("caller")
_MIRRORED = partner.alias("mirrored")


def _cases(*conditions: Any) -> Select[Any]:
    return select(instance.c.id).where(*conditions)


_RULES: Final[dict[str, Select[Any]]] = {
    "cases that are over with an open task": _cases(
        _IS_OVER, exists().where(_OF_CASE["task"], task.c.closed_at.is_(None))
    ),
    "cases that are over with a job to do": _cases(
        _IS_OVER, exists().where(_OF_CASE["job"], _UNFINISHED_JOB, _OF_A_STEP)
    ),
    "cases whose caller there is not": _cases(
        instance.c.called_by.is_not(None), ~exists().where(_CALLER.c.id == instance.c.called_by)
    ),
    "called cases that run on though their caller is over": _cases(
        ~_IS_OVER,
        exists().where(
            _CALLER.c.id == instance.c.called_by,
            _CALLER.c.state.in_(_OVER),
        ),
        ~exists().where(
            _OF_CASE["job"],
            job.c.kind == JobKind.ABANDON.value,
            job.c.state.in_([each.value for each in (*UNFINISHED, JobState.INCIDENT)]),
        ),
    ),
    "partners of whom only one knows the other": select(partner.c.instance_id).where(
        ~exists().where(
            _MIRRORED.c.instance_id == partner.c.partner_id,
            _MIRRORED.c.partner_id == partner.c.instance_id,
        )
    ),
    "cases whose events are not numbered without gaps": select(event.c.instance_id)
    .group_by(event.c.instance_id)
    .having(func.max(event.c.seq) - func.min(event.c.seq) + 1 != func.count()),
    "cases that count another number of events than they have": select(instance.c.id)
    .join(event, event.c.instance_id == instance.c.id)
    .group_by(instance.c.id, instance.c.event_count)
    .having(func.count() != instance.c.event_count),
    "closed tasks without a moment, or open ones with one": select(task.c.id).where(
        or_(
            and_(task.c.state.in_(["completed", "withdrawn"]), task.c.closed_at.is_(None)),
            and_(task.c.state.in_(["open", "claimed"]), task.c.closed_at.is_not(None)),
        )
    ),
    "leased jobs that nobody's lease can end": select(job.c.id).where(
        job.c.state == JobState.LEASED.value, job.c.lease_until.is_(None)
    ),
    "jobs that gave up without an incident": select(job.c.id).where(
        job.c.state == JobState.INCIDENT.value,
        ~exists().where(Incident.job_id == job.c.id, Incident.resolved_at.is_(None)),
    ),
}
