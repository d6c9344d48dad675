"""How long cases took, by the month or quarter they began in, as ``/engine-rest`` reports it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from sqlalchemy import ColumnElement, extract, func
from sqlalchemy.orm import Session

from engine.model.instance import instance_table as instance
from engine.model.person import Actor
from engine.queries.rest import Wanted
from engine.queries.rest_filters import Filter
from engine.queries.rest_history import CASES, asked_of

Unit = Literal["month", "quarter"]
FILTERS: Final[Mapping[str, Filter]] = {
    "processDefinitionIdIn": Filter("ids", instance.c.definition_id.in_),
    "processDefinitionKeyIn": Filter("texts", instance.c.process_id.in_),
    "startedBefore": Filter("moment", lambda value: instance.c.started_at <= value),
    "startedAfter": Filter("moment", lambda value: instance.c.started_at >= value),
}
_SOURCE: Final = replace(CASES, filters=FILTERS)
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
    month, took = _reckoned(session)
    asked = asked_of(
        _SOURCE, actor, wanted, month, func.min(took), func.max(took), func.sum(took), func.count()
    )
    found: dict[int, Durations] = {}
    ended = asked.where(instance.c.finished_at.is_not(None)).group_by(month)
    for number, least, greatest, total, count in session.execute(ended):
        period = (int(number) - 1) // _MONTHS[unit] + 1
        of = found.setdefault(period, Durations(period, round(least), round(greatest)))
        of.least, of.greatest = min(of.least, round(least)), max(of.greatest, round(greatest))
        of.total, of.count = of.total + round(total), of.count + count
    return [found[each] for each in sorted(found)]


def _reckoned(session: Session) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    """Return the month a case began in, and its milliseconds, as the database reckons them."""
    began, end = instance.c.started_at, instance.c.finished_at
    if session.get_bind().dialect.name == "sqlite":
        days = func.julianday(end) - func.julianday(began)
        return func.strftime("%m", began), days * 86_400_000
    return extract("month", func.timezone("UTC", began)), extract("epoch", end - began) * 1_000
