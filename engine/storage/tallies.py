"""Counting cases for the bridge: what stands now, and what happened on a day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    delete,
    func,
    literal,
    literal_column,
    select,
    text,
    union_all,
)
from sqlalchemy.orm import Session

from engine.model.definition import Definition
from engine.model.incident import OPEN, Incident
from engine.model.instance import RUNNING, InstanceState, instance_table, task_table
from engine.model.job import UNFINISHED, JobKind, job_table
from engine.model.subscription import subscription_table
from engine.model.tally import DayTally, Tallied, Tally
from engine.values import end_of_day

#: jobs that a token of the case waits for
_HELD_BY: Final = (JobKind.SERVICE, JobKind.EXTERNAL, JobKind.TIMER, JobKind.CALL)
#: not a parameter: PostgreSQL groups by what it sees to be the same
_NOTHING: Final[ColumnElement[str]] = literal_column("''")
_NONE: Final[ColumnElement[int]] = literal_column("0")
_CASE = instance_table.c
_TASK = task_table.c


class Standing(NamedTuple):
    """What is counted together, of what stands now."""

    what: str
    definition_id: UUID
    unit: str
    element_id: str


class Happened(NamedTuple):
    """What is counted together, of what happened on a day."""

    definition_id: UUID
    unit: str


def standing(session: Session, at: datetime) -> dict[Standing, int]:
    """Count what stands now; reads every open row once, and none that is closed."""
    late = func.count().filter(_TASK.due_at < at)
    counted = union_all(
        _of_cases(Tallied.RUNNING).where(text(RUNNING)).group_by(_CASE.definition_id, _CASE.unit),
        _beside(
            Tallied.WAITING, task_table, _TASK.element_id, _TASK.closed_at.is_(None), late=late
        ),
        _beside(
            Tallied.WAITING,
            job_table,
            job_table.c.element_id,
            job_table.c.state.in_([each.value for each in UNFINISHED]),
            job_table.c.kind.in_([each.value for each in _HELD_BY]),
        ),
        _beside(Tallied.WAITING, subscription_table, subscription_table.c.element_id),
        _beside(
            Tallied.STOPPED,
            Incident.__table__,
            func.coalesce(Incident.element_id, _NOTHING),
            text(OPEN),  # type: ignore[arg-type]
        ),
    )
    found: Counter[Standing] = Counter()
    for what, definition_id, unit, element_id, number, overdue in session.execute(counted):
        found[Standing(what, definition_id, unit, element_id)] += number
        if overdue:
            found[Standing(Tallied.OVERDUE.value, definition_id, unit, element_id)] += overdue
    return found


def _of_cases(what: Tallied) -> Select[Any]:
    return select(
        literal(what.value).label("what"),
        _CASE.definition_id,
        _CASE.unit,
        _NOTHING.label("element_id"),
        func.count().label("number"),
        _NONE.label("overdue"),
    )


def _beside(
    what: Tallied,
    table: Any,
    element: ColumnElement[Any] | Any,
    *open_: ColumnElement[bool],
    late: ColumnElement[int] = _NONE,
) -> Select[Any]:
    """Count rows that belong to cases, by their element, and those of them that are late."""
    return (
        select(
            literal(what.value),
            _CASE.definition_id,
            _CASE.unit,
            element.label("at"),
            func.count(),
            late,
        )
        .select_from(table)
        .join(instance_table, _CASE.id == table.c.instance_id)
        .where(*open_)
        .group_by(_CASE.definition_id, _CASE.unit, element)
    )


def first_day(session: Session) -> datetime | None:
    """Return when the first case of all began; ``None``: there was none."""
    found: datetime | None = session.scalar(select(func.min(_CASE.started_at)))
    return found


def happened(session: Session, day: date) -> dict[Happened, dict[str, int]]:
    """Count what happened on one day."""
    after, until = end_of_day(day - timedelta(days=1)), end_of_day(day)
    every = session.scalars(select(Definition.id)).all()  # an index has the ends by definition

    def within(moment: Any) -> tuple[ColumnElement[bool], ...]:
        return moment >= after, moment < until

    ended = {
        "finished": _CASE.state == InstanceState.FINISHED.value,
        "cancelled": _CASE.state == InstanceState.CANCELLED.value,
    }
    of_incidents = {"stopped": Incident.opened_at, "mended": Incident.resolved_at}
    counted = [
        _counted("started").where(*within(_CASE.started_at)),
        *(
            _counted(name).where(is_so, _CASE.definition_id.in_(every), *within(_CASE.finished_at))
            for name, is_so in ended.items()
        ),
        *(
            _counted(name).join(Incident, Incident.instance_id == _CASE.id).where(*within(moment))
            for name, moment in of_incidents.items()
        ),
    ]
    found: dict[Happened, dict[str, int]] = {}
    for name, definition_id, unit, number in session.execute(union_all(*counted)):
        found.setdefault(Happened(definition_id, unit), {})[name] = number
    return found


def _counted(name: str) -> Select[Any]:
    return (
        select(literal(name), _CASE.definition_id, _CASE.unit, func.count())
        .select_from(instance_table)
        .group_by(_CASE.definition_id, _CASE.unit)
    )


def keep_standing(session: Session, counted: Mapping[Standing, int]) -> None:
    """Write what was counted: only what differs from what is written."""
    before = {
        Standing(each.what, each.definition_id, each.unit, each.element_id): each
        for each in session.scalars(select(Tally))
    }
    for key, number in counted.items():
        row = before.pop(key, None)
        if row is None:
            session.add(Tally(**key._asdict(), number=number))
        elif row.number != number:
            row.number = number
    for row in before.values():
        session.delete(row)


def keep_day(session: Session, day: date, counted: Mapping[Happened, Mapping[str, int]]) -> None:
    """Write what was counted of a day in place of what was written of it."""
    session.execute(delete(DayTally).where(DayTally.day == day))
    session.add_all(_of_day(day, counted))


def _of_day(day: date, counted: Mapping[Happened, Mapping[str, int]]) -> Iterator[DayTally]:
    nothing = dict.fromkeys(("started", "finished", "cancelled", "stopped", "mended"), 0)
    for key, numbers in counted.items():
        yield DayTally(day=day, **key._asdict(), **{**nothing, **numbers})
