"""External tasks by the filters of Camunda 7, for those who serve or watch their units."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, bindparam, false, func, not_, select, true
from sqlalchemy.orm import Session

from engine.errors import NotFound
from engine.model.base import Moment
from engine.model.instance import instance_table as instance
from engine.model.job import UNFINISHED, JobKind, JobState
from engine.model.job import job_table as job
from engine.queries.rest import Wanted, conditions, paged
from engine.queries.rest_filters import Filter
from engine.queries.served import is_in

_AT: Final = bindparam("at", type_=Moment)
_LOCKED: Final = and_(job.c.state == JobState.LEASED.value, job.c.lease_until > _AT)
_GAVE_UP: Final = job.c.state == JobState.INCIDENT.value

EXTERNAL_FILTERS: Final[Mapping[str, Filter]] = {
    "externalTaskId": Filter("id", lambda value: job.c.id == value),
    "externalTaskIdIn": Filter("ids", job.c.id.in_),
    "topicName": Filter("text", lambda value: job.c.topic == value),
    "workerId": Filter("text", lambda value: job.c.worker == value),
    "locked": Filter("flag", lambda _: _LOCKED),
    "notLocked": Filter("flag", lambda _: not_(_LOCKED)),
    "withRetriesLeft": Filter("flag", lambda _: not_(_GAVE_UP)),
    "noRetriesLeft": Filter("flag", lambda _: _GAVE_UP),
    "lockExpirationAfter": Filter("moment", lambda value: job.c.lease_until > value),
    "lockExpirationBefore": Filter("moment", lambda value: job.c.lease_until < value),
    "activityId": Filter("text", lambda value: job.c.element_id == value),
    "activityIdIn": Filter("texts", job.c.element_id.in_),
    "executionId": Filter("id", lambda value: job.c.instance_id == value),
    "processInstanceId": Filter("id", lambda value: job.c.instance_id == value),
    "processInstanceIdIn": Filter("ids", job.c.instance_id.in_),
    "processDefinitionId": Filter("id", lambda value: instance.c.definition_id == value),
    "active": Filter("flag", lambda _: true()),
    "suspended": Filter("flag", lambda _: false()),  # a case is never suspended here
    "priorityHigherThanOrEquals": Filter("number", lambda value: job.c.priority >= value),
    "priorityLowerThanOrEquals": Filter("number", lambda value: job.c.priority <= value),
}
EXTERNAL_ORDER: Final[Mapping[str, ColumnElement[Any]]] = {
    "id": job.c.id,
    "lockExpirationTime": job.c.lease_until,
    "processInstanceId": job.c.instance_id,
    "processDefinitionId": instance.c.definition_id,
    "processDefinitionKey": instance.c.process_id,
    "taskPriority": job.c.priority,
}


@dataclass(frozen=True, slots=True)
class ExternalTaskRow:
    """An open external task, whoever holds it."""

    id: UUID
    topic: str
    worker: str | None
    locked_until: datetime | None
    priority: int
    state: str
    facts: Mapping[str, Any]
    error: str | None
    token: str
    element_id: str
    instance_id: UUID
    definition_id: UUID
    process_id: str
    business_key: str | None

    @property
    def retries(self) -> int | None:
        """How often it may still be tried; ``None``: it never failed."""
        if self.state == JobState.INCIDENT.value:
            return 0
        found: int | None = self.facts.get("retries")
        return found

    @property
    def details(self) -> str | None:
        """What was told at length when it failed last."""
        return self.facts.get("details") or None


def external_tasks(
    session: Session, units: frozenset[str] | None, wanted: Wanted, at: datetime
) -> tuple[ExternalTaskRow, ...]:
    """Return the open external tasks asked for.

    Args:
        units: whose cases are seen; ``None``: all.
    """
    statement = paged(_tasks(units, wanted, *_COLUMNS), wanted, EXTERNAL_ORDER, job.c.id)
    return tuple(ExternalTaskRow(*each) for each in session.execute(statement, {"at": at}))


def count_external_tasks(
    session: Session, units: frozenset[str] | None, wanted: Wanted, at: datetime
) -> int:
    """Return how many open external tasks are asked for."""
    return session.scalar(_tasks(units, wanted, func.count()), {"at": at}) or 0


def one_external_task(
    session: Session, task_id: UUID, units: frozenset[str] | None
) -> ExternalTaskRow:
    """Return an open external task.

    Raises:
        NotFound: there is none, it is done with, or it is of another unit.
    """
    asked = Wanted({"externalTaskId": task_id})
    found = session.execute(_tasks(units, asked, *_COLUMNS)).first()
    if found is None:
        raise NotFound(f"External task with id {task_id} does not exist")
    return ExternalTaskRow(*found)


def topics(
    session: Session, units: frozenset[str] | None, wanted: Wanted, at: datetime
) -> list[str]:
    """Return the topics of the open external tasks asked for."""
    statement = _tasks(units, wanted, job.c.topic).distinct().order_by(job.c.topic)
    return list(session.scalars(statement, {"at": at}))


_COLUMNS: Final = (
    job.c.id,
    job.c.topic,
    job.c.worker,
    job.c.lease_until,
    job.c.priority,
    job.c.state,
    job.c.facts,
    job.c.last_error,
    job.c.token,
    job.c.element_id,
    job.c.instance_id,
    instance.c.definition_id,
    instance.c.process_id,
    instance.c.business_key,
)


def _tasks(units: frozenset[str] | None, wanted: Wanted, *columns: Any) -> Select[Any]:
    return (
        select(*columns)
        .select_from(job)
        .join(instance, instance.c.id == job.c.instance_id)
        .where(
            job.c.kind == JobKind.EXTERNAL.value,
            job.c.state.in_([each.value for each in UNFINISHED]),
            is_in(units, instance.c.unit),
            *conditions(wanted, EXTERNAL_FILTERS),
        )
    )
