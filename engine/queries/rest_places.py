"""Where running cases stand, told from the rows of what they wait for: no case is opened.

A token rests at a task for a person, at a job, or at something it listens for; each of them is
a row that names the element. What a case waits for beside an activity is told as well.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, literal_column, select, union_all
from sqlalchemy.orm import Session

from engine.model.incident import Incident
from engine.model.instance import instance_table as instance
from engine.model.instance import task_table as task
from engine.model.job import UNFINISHED, JobKind, JobState
from engine.model.job import job_table as job
from engine.model.person import Actor
from engine.model.subscription import subscription_table as subscription
from engine.queries.rest_filters import is_under_way
from engine.queries.watched import seen_cases

#: kinds of the jobs at which a token rests
AT_REST: Final = [
    each.value for each in (JobKind.SERVICE, JobKind.EXTERNAL, JobKind.TIMER, JobKind.CALL)
]


@dataclass(frozen=True, slots=True)
class Standing:
    """What cases of a definition do at one element."""

    tokens: int = 0
    failed: int = 0  #: jobs that gave up
    incidents: Mapping[str, int] | None = None  #: how many that are open, by type


def places(*conditions: ColumnElement[bool]) -> Select[Any]:
    """Return the tokens at rest of the running cases that are asked for, once each.

    Columns: ``token``, ``instance_id``, ``element_id``, ``definition_id``, ``process_id``.
    """
    found = union_all(
        _at(task.c, task.c.closed_at.is_(None), conditions),
        _at(
            job.c,
            job.c.state.in_([each.value for each in UNFINISHED]) & job.c.kind.in_(AT_REST),
            conditions,
        ),
        _at(subscription.c, subscription.c.token.is_not(None), conditions),
    ).subquery()
    return select(found).distinct()


def standing(session: Session, actor: Actor, definition_id: UUID) -> Mapping[str, Standing]:
    """Return what the running cases of a definition do, by element, as far as they are seen."""
    of_it = instance.c.definition_id == definition_id
    rests = places(of_it, seen_cases(actor)).subquery()
    tokens = _counts(session, select(rests.c.element_id, func.count()).group_by(rests.c.element_id))
    failed = _counts(session, _failed(job.c.element_id, of_it, seen_cases(actor)))
    opened = _by_type(session.execute(_open(Incident.element_id, of_it, seen_cases(actor))))
    return {
        each: Standing(tokens.get(each, 0), failed.get(each, 0), opened.get(each))
        for each in sorted({*tokens, *failed, *opened} - {None})
    }


def running(session: Session, actor: Actor) -> Mapping[UUID, Standing]:
    """Return how many cases run, by definition, as far as they are seen."""
    by, seen = instance.c.definition_id, seen_cases(actor)
    cases = _counts(session, select(by, func.count()).where(is_under_way(), seen).group_by(by))
    failed = _counts(session, _failed(by, seen))
    opened = _by_type(session.execute(_open(by, seen)))
    return {
        each: Standing(cases.get(each, 0), failed.get(each, 0), opened.get(each))
        for each in {*cases, *failed, *opened}
    }


def _at(
    columns: Any, rests: ColumnElement[bool], conditions: Sequence[ColumnElement[bool]]
) -> Select[Any]:
    return (
        select(
            columns.token,
            columns.instance_id,
            columns.element_id,
            instance.c.definition_id,
            instance.c.process_id,
        )
        .join(instance, instance.c.id == columns.instance_id)
        .where(rests, is_under_way(), *conditions)
    )


def _failed(by: Any, *conditions: ColumnElement[bool]) -> Select[Any]:
    return (
        select(by, func.count())
        .select_from(job)
        .join(instance, instance.c.id == job.c.instance_id)
        .where(job.c.state == JobState.INCIDENT.value, *conditions)
        .group_by(by)
    )


def _open(by: Any, *conditions: ColumnElement[bool]) -> Select[Any]:
    return (
        select(by, literal_column("'failedJob'"), func.count())
        .select_from(Incident)
        .join(instance, instance.c.id == Incident.instance_id)
        .where(Incident.resolved_at.is_(None), *conditions)
        .group_by(by)
    )


def _counts(session: Session, statement: Select[Any]) -> dict[Any, int]:
    return dict(tuple(each) for each in session.execute(statement))


def _by_type(rows: Any) -> dict[Any, dict[str, int]]:
    found: dict[Any, dict[str, int]] = {}
    for key, kind, count in rows:
        found.setdefault(key, {})[kind] = count
    return found


def open_incidents(session: Session, instance_id: UUID) -> Mapping[str, list[str]]:
    """Return the ids of a case's open incidents, by element."""
    found: dict[str, list[str]] = {}
    rows = select(Incident.element_id, Incident.id).where(
        Incident.instance_id == instance_id, Incident.resolved_at.is_(None)
    )
    for element_id, incident_id in session.execute(rows.order_by(Incident.id)):
        found.setdefault(element_id or "", []).append(str(incident_id))
    return found


def jobs_given_up(session: Session, cases: Sequence[UUID]) -> list[UUID]:
    """Return the jobs of cases that gave up."""
    found = select(job.c.id).where(
        job.c.instance_id.in_(cases), job.c.state == JobState.INCIDENT.value
    )
    return list(session.scalars(found))
