"""What an actor has to do by the days it is due: a month of it, and how much is due when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import Integer, Subquery, case, func, literal_column, select
from sqlalchemy.orm import Session

from engine.model.instance import instance_table as instance
from engine.model.instance import task_table as task
from engine.model.person import Actor
from engine.queries.mine import mine
from engine.storage.bundles import Deployed, deployed, known
from engine.values import end_of_day

#: steps of one day that are named; of the others it is told how many there are
NAMED: Final = 3
#: instead of a day's place: due before or after the days asked for, or never
_BEFORE, _AFTER, _NEVER = -1, -2, -3
_PERIODS: Final = ("overdue", "this_week", "next_week", "later", "undated")


class NamedStep(NamedTuple):
    """An open step as a day names it."""

    task_id: UUID
    definition: Deployed
    element_id: str
    name: str  #: of the step, in the model's language
    title: str  #: of its case
    is_overdue: bool


@dataclass(frozen=True, slots=True)
class DueDay:
    """What is due on one day."""

    on: date
    count: int = 0
    steps: tuple[NamedStep, ...] = ()  #: the first `NAMED`
    overdue: int = 0


@dataclass(frozen=True, slots=True)
class Load:
    """How many open steps are due when; each is counted once."""

    overdue: int = 0
    this_week: int = 0  #: from now to the end of the week
    next_week: int = 0
    later: int = 0
    undated: int = 0


@dataclass(frozen=True, slots=True)
class Agenda:
    """The open steps of an actor by day."""

    days: tuple[DueDay, ...]
    load: Load


def agenda(
    session: Session, actor: Actor, days: Sequence[date], week_end: date, *, at: datetime
) -> Agenda:
    """Return what waits for the actor by the last day of its deadline, in one statement.

    Args:
        days: one after the other.
        week_end: the last day of the week of ``at``.
    """
    lying = _lying(actor, days, week_end, at)
    ranked = select(
        *lying.c,
        func.row_number()
        .over(partition_by=lying.c.day, order_by=(lying.c.due_at, lying.c.id))
        .label("place"),
        func.count().over(partition_by=lying.c.day),
        func.sum(_one(lying.c.period == 0)).over(partition_by=lying.c.day),
        *(func.sum(_one(lying.c.period == each)).over() for each in range(len(_PERIODS))),
    ).subquery()
    statement = select(ranked).where(ranked.c.place <= NAMED).order_by(ranked.c.day, ranked.c.place)
    rows = session.execute(statement).all()
    found: dict[int, DueDay] = {}
    for row in rows:
        index = row.day
        if index >= 0:
            before = found.get(index) or DueDay(days[index], row[9], (), row[10])
            found[index] = DueDay(
                before.on, before.count, (*before.steps, _step(session, row)), before.overdue
            )
    shown = tuple(found.get(index) or DueDay(on) for index, on in enumerate(days))
    return Agenda(shown, Load(*rows[0][11:]) if rows else Load())


def _lying(actor: Actor, days: Sequence[date], week_end: date, at: datetime) -> Subquery:
    """Return the open steps, each with the day and the period it falls into."""
    due = task.c.due_at
    before = due <= end_of_day(days[0] - timedelta(days=1))
    by_day = [(due <= end_of_day(each), index) for index, each in enumerate(days)]
    day = case((due.is_(None), _NEVER), (before, _BEFORE), *by_day, else_=_AFTER)
    period = case(
        (due.is_(None), _PERIODS.index("undated")),
        (due <= at, _PERIODS.index("overdue")),
        (due <= end_of_day(week_end), _PERIODS.index("this_week")),
        (due <= end_of_day(week_end + timedelta(days=7)), _PERIODS.index("next_week")),
        else_=_PERIODS.index("later"),
    )
    return (
        select(
            task.c.id,
            instance.c.definition_id,
            task.c.element_id,
            task.c.name,
            instance.c.title,
            due,
            day.label("day"),
            period.label("period"),
        )
        .join(instance, instance.c.id == task.c.instance_id)
        .where(task.c.closed_at.is_(None), mine(actor))
        .subquery()
    )


def _one(condition: Any) -> Any:
    return case((condition, literal_column("1", Integer)), else_=literal_column("0", Integer))


def _step(session: Session, row: Any) -> NamedStep:
    definition = known(row.definition_id) or deployed(session, row.definition_id)
    return NamedStep(row.id, definition, row.element_id, row.name, row.title, row.period == 0)
