"""Reading one page of steps: those of a statement sorted, or those that walks find."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, literal, or_, select, tuple_
from sqlalchemy.orm import Session

from engine.model.instance import instance_table as instance
from engine.model.instance import task_table as task
from engine.model.person import Actor, Person
from engine.queries.asked import CREATED, DUE, PRIORITY, Asked
from engine.queries.conditions import case_says, conditions, on_case, says, sorted_by
from engine.queries.first_steps import CASE, STEP
from engine.queries.paging import Place
from engine.queries.walks import Walks
from engine.queries.work_rows import WorkRow, row_of


class Reading(NamedTuple):
    """What one page is read for."""

    session: Session
    actor: Actor
    asked: Asked  #: with its order
    after: Place | None  #: where the page before ended
    at: datetime

    @property
    def sort(self) -> str:
        """What it is sorted by."""
        return self.asked.sort or DUE

    @property
    def most(self) -> int:
        """One row more than a page, which tells whether there is a next one."""
        return self.asked.size + 1


class Found(NamedTuple):
    """The rows of a page and one more, each with what it is sorted by."""

    rows: list[WorkRow]
    by: list[Any]
    late: int | None = None  #: where it was read with them
    has_filters: bool = True  #: likewise: there may be saved ones


def steps() -> Select[Any]:
    """Return all steps with their cases and who has them."""
    return (
        select(*CASE, *STEP)
        .select_from(task)
        .join(instance, instance.c.id == task.c.instance_id)
        .outerjoin(Person, Person.username == task.c.holder)
    )


def open_steps() -> Select[Any]:
    """Return those that nobody has answered."""
    return steps().where(task.c.closed_at.is_(None))


def all_asked(session: Session, asked: Asked) -> Iterator[ColumnElement[bool]]:
    """Yield all that is asked of a step and its case."""
    yield from on_case(asked)
    yield from conditions(session, asked)
    if asked.words:
        yield or_(says(session, asked), and_(task.c.sought.is_(None), case_says(asked)))


def sorted_steps(reading: Reading, statement: Select[Any]) -> Found:
    """Return a page of a statement's steps, all of which are sorted: few, or one person's own."""
    wanted = statement.where(*all_asked(reading.session, reading.asked))
    return sorted_page(reading, wanted, sorted_by(reading.sort), task.c.id)


def sorted_page(
    reading: Reading, statement: Select[Any], by: ColumnElement[Any], identity: ColumnElement[UUID]
) -> Found:
    """Return a page of a statement's rows, those with nothing to be sorted by last."""
    page = _ordered(reading, statement.add_columns(by.label("by")), by, identity)
    found = reading.session.execute(page).all()
    rows = [row_of(reading.session, each[:-1]) for each in found]
    return Found(rows, _places(reading, [each[-1] for each in found]))


def few_steps(reading: Reading, walks: Walks, few: list[UUID]) -> Found:
    """Return a page of the few steps a filter leaves: only those of the page are read whole."""
    by = sorted_by(reading.sort)
    statement = walks.among(few).add_columns(by.label("by"))
    found = reading.session.execute(_ordered(reading, statement, by, task.c.id))
    return _read(reading, [(each.id, each.by) for each in found])


def _ordered(
    reading: Reading, statement: Select[Any], by: ColumnElement[Any], identity: ColumnElement[UUID]
) -> Select[Any]:
    is_down, is_by_birth = reading.asked.is_descending, reading.sort == CREATED
    if reading.after is not None:
        statement = statement.where(_is_beyond(reading, by, identity))
    columns = [identity] if is_by_birth else [by, identity]
    nothing_last = [] if is_by_birth else [by.is_(None)]
    order = [*nothing_last, *(each.desc() if is_down else each.asc() for each in columns)]
    return statement.order_by(*order).limit(reading.most)


def _places(reading: Reading, by: list[Any]) -> list[Any]:
    """Return what a page key says of rows: their ids alone, where these are the order."""
    return [None] * len(by) if reading.sort == CREATED else by


def _is_beyond(
    reading: Reading, by: ColumnElement[Any], identity: ColumnElement[UUID]
) -> ColumnElement[bool]:
    assert reading.after is not None
    value, last = reading.after
    is_down = reading.asked.is_descending
    beyond = identity < last if is_down else identity > last
    if reading.sort == CREATED:
        return beyond
    if value is None:
        return and_(by.is_(None), beyond)
    here, there = tuple_(by, identity), tuple_(literal(value, by.type), literal(last))
    return or_(here < there if is_down else here > there, by.is_(None))


def walked_steps(reading: Reading, walks: Walks) -> Found:
    """Return what walks find; what has nothing to be sorted by comes last."""
    most, after, found = reading.most, reading.after, []
    if (first := walks.first(after, most)) is not None:
        found += [(each.id, each.by) for each in reading.session.execute(first)]
        after = None
    if len(found) < most and reading.sort not in (CREATED, PRIORITY):
        found += [(each.id, None) for each in reading.session.execute(walks.rest(after, most))]
    return _read(reading, found[:most])


def _read(reading: Reading, found: list[tuple[UUID, Any]]) -> Found:
    """Return steps in the order of their ids."""
    statement = steps().where(task.c.id.in_([each for each, _ in found]))
    rows = reading.session.execute(statement).all()
    read = {each.task_id: row_of(reading.session, each) for each in rows}
    # one that somebody answered between the statements is not there any more
    known = [(read[each], by) for each, by in found if each in read]
    return Found([row for row, _ in known], _places(reading, [by for _, by in known]))
