"""Conditions on tasks and orders of them, for what is asked of a list of work."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Text,
    and_,
    case,
    func,
    literal,
    or_,
    type_coerce,
)
from sqlalchemy.orm import Session

from engine.model.instance import instance_table as instance
from engine.model.instance import task_table as task
from engine.model.listing import PLACES, after_all_of, first_of
from engine.queries.asked import AMOUNT, CLOSED, CREATED, DUE, PRIORITY, VALUE, Asked, ValueAsked

_VALUES = tuple(task.c[each] for each in PLACES)


def conditions(session: Session, asked: Asked) -> Iterator[ColumnElement[bool]]:
    """Yield what a task has to be, the words searched for apart (`says`)."""
    yield from on_dates(asked)
    if asked.desk is not None:
        yield task.c.desk == asked.desk
    if asked.holder is not None:
        yield task.c.holder == asked.holder if asked.holder else task.c.holder.is_(None)
    if asked.priority is not None:
        yield task.c.priority >= asked.priority
    for each in asked.values:
        yield or_(*has_value(session, each))


def on_case(asked: Asked) -> Iterator[ColumnElement[bool]]:
    """Yield what the case has to be."""
    if asked.process_id is not None:
        yield instance.c.process_id == asked.process_id
    if asked.unit is not None:
        yield instance.c.unit == asked.unit


def on_dates(asked: Asked) -> Iterator[ColumnElement[bool]]:
    """Yield what the deadline has to be."""
    if asked.due_from is not None:
        yield task.c.due_at >= asked.due_from
    if asked.due_before is not None:
        yield task.c.due_at < asked.due_before
    if asked.is_undated:
        yield task.c.due_at.is_(None)


def has_value(session: Session, wanted: ValueAsked) -> Iterator[ColumnElement[bool]]:
    """Yield the ways in which a task can have a value: one for each place it may lie in.

    Each is a range of the place's index.
    """
    for column in _VALUES if wanted.key else (task.c.amount,):
        yield and_(*_in_place(session, column, wanted))


def _in_place(
    session: Session, column: ColumnElement[Any], wanted: ValueAsked
) -> Iterator[ColumnElement[bool]]:
    least, most = wanted.bounds
    before = first_of(wanted.key) if wanted.key else ""
    yield column.is_not(None)
    if wanted.key or least is not None:
        yield column >= f"{before}{least or ''}"
    if most is not None:
        yield column <= f"{before}{most}"
    elif wanted.key:
        yield column < after_all_of(wanted.key)
    if wanted.part:
        value = func.substr(column, len(before) + 1)
        yield has_part(session, value, wanted.part)


def says(session: Session, asked: Asked) -> ColumnElement[bool]:
    """Return the condition that all words asked for are among what a task is searched by."""
    return and_(*(has_part(session, task.c.sought, each) for each in asked.words))


def has_part(session: Session, column: ColumnElement[Any], part: str) -> ColumnElement[bool]:
    """Return the condition that a text has a part, letter by letter: LIKE folds case on SQLite."""
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    place = func.instr if is_sqlite else func.strpos
    return place(column, part, type_=Integer) > 0


def case_says(asked: Asked) -> ColumnElement[bool]:
    """Return the condition on a case no task of which can be searched, by its own texts."""
    texts = (instance.c.title, instance.c.business_key, type_coerce(instance.c.business, Text))
    sought = asked.search.strip().lower()
    return or_(*(func.lower(each).contains(sought, autoescape=True) for each in texts))


def sorted_by(sort: str) -> ColumnElement[Any]:
    """Return what a list of tasks is sorted by; the task's id tells equal ones apart."""
    if sort.startswith(VALUE):
        first, last = first_of(sort[len(VALUE) :]), after_all_of(sort[len(VALUE) :])
        return func.coalesce(
            *(case((and_(each >= first, each < last), each)) for each in _VALUES), type_=Text
        )
    known: dict[str, ColumnElement[Any]] = {
        DUE: task.c.due_at,
        PRIORITY: task.c.priority,
        AMOUNT: task.c.amount,
        CLOSED: task.c.closed_at,
        CREATED: literal(0, Integer),  # ids are in the order of their birth
    }
    return known[sort]


def places_of(sort: str) -> tuple[ColumnElement[Any], ...]:
    """Return the columns in whose order an index has a desk's work."""
    return _VALUES if sort.startswith(VALUE) else (sorted_by(sort),)
