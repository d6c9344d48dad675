"""How long cases and tasks took, by the month or quarter they began in, and how many were done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Literal
from uuid import UUID

from sqlalchemy import ColumnElement, extract, func, null
from sqlalchemy.orm import Session

from engine.model.instance import instance_table as instance
from engine.model.instance import task_table as task
from engine.model.person import Actor
from engine.queries.rest import Wanted
from engine.queries.rest_filters import Filter
from engine.queries.rest_history import CASES, TASKS, Source, asked_of, spans

Unit = Literal["month", "quarter"]
FILTERS: Final[Mapping[str, Filter]] = {
    "processDefinitionIdIn": Filter("ids", instance.c.definition_id.in_),
    "processDefinitionKeyIn": Filter("texts", instance.c.process_id.in_),
    "startedBefore": Filter("moment", lambda value: instance.c.started_at <= value),
    "startedAfter": Filter("moment", lambda value: instance.c.started_at >= value),
}
TASK_FILTERS: Final[Mapping[str, Filter]] = spans(task.c.closed_at, "completed")
_SOURCE: Final = replace(CASES, filters=FILTERS)
_TASKS: Final = replace(TASKS, filters=TASK_FILTERS)
_MONTHS: Final[Mapping[Unit, int]] = {"month": 1, "quarter": 3}


@dataclass(slots=True)
class Durations:
    """Of the cases that began in one period, in milliseconds."""

    period: int  #: of the year, from 1; all years together, in UTC
    least: int
    greatest: int
    total: int = 0
    count: int = 0

    @property
    def mean(self) -> int:
        """The mean, to whole milliseconds."""
        return self.total // self.count


def durations(session: Session, actor: Actor, wanted: Wanted, unit: Unit) -> list[Durations]:
    """Return how long the ended cases took that the actor may see or watches, by period."""
    return _by_period(session, _SOURCE, actor, wanted, unit)


def task_durations(session: Session, actor: Actor, wanted: Wanted, unit: Unit) -> list[Durations]:
    """Return how long the tasks took that are closed, of the same cases, by period."""
    return _by_period(session, _TASKS, actor, wanted, unit)


def closed_tasks(
    session: Session, actor: Actor, wanted: Wanted, *, by_name: bool
) -> list[tuple[UUID, str | None, int]]:
    """Return how many tasks are closed: definition, name of the task, count.

    Args:
        by_name: told apart by their name; otherwise by their definition alone.
    """
    by = (instance.c.definition_id, task.c.name if by_name else null())
    asked = asked_of(_TASKS, actor, wanted, *by, func.count()).where(task.c.closed_at.is_not(None))
    groups = by if by_name else by[:1]
    return [(*each,) for each in session.execute(asked.group_by(*groups).order_by(*groups))]


def _by_period(
    session: Session, source: Source, actor: Actor, wanted: Wanted, unit: Unit
) -> list[Durations]:
    columns = (
        (task.c.created_at, task.c.closed_at)
        if source is _TASKS
        else (instance.c.started_at, instance.c.finished_at)
    )
    month, took = _reckoned(session, *columns)
    asked = asked_of(
        source, actor, wanted, month, func.min(took), func.max(took), func.sum(took), func.count()
    )
    found: dict[int, Durations] = {}
    ended = asked.where(columns[1].is_not(None)).group_by(month)
    for number, least, greatest, total, count in session.execute(ended):
        period = (int(number) - 1) // _MONTHS[unit] + 1
        of = found.setdefault(period, Durations(period, round(least), round(greatest)))
        of.least, of.greatest = min(of.least, round(least)), max(of.greatest, round(greatest))
        of.total, of.count = of.total + round(total), of.count + count
    return [found[each] for each in sorted(found)]


def _reckoned(
    session: Session, began: ColumnElement[Any], end: ColumnElement[Any]
) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    """Return the month something began in, and its milliseconds, as the database reckons them."""
    if session.get_bind().dialect.name == "sqlite":
        days = func.julianday(end) - func.julianday(began)
        return func.strftime("%m", began), days * 86_400_000
    return extract("month", func.timezone("UTC", began)), extract("epoch", end - began) * 1_000
