"""The first open steps at an actor's desks, read by one statement that is compiled once.

The inbox is the page everybody comes back to. Each desk is walked along an index in its
own order and left after a page; one condition over all desks would read and sort
everything that lies on them. What else the page tells comes with the same statement.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final, Literal
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Connection,
    Integer,
    Select,
    Subquery,
    Text,
    Uuid,
    and_,
    any_,
    bindparam,
    exists,
    false,
    func,
    literal_column,
    or_,
    select,
    true,
    tuple_,
    union_all,
)

from engine.model.base import Moment
from engine.model.event import EventKind, event_table
from engine.model.instance import instance_table as instance
from engine.model.instance import task_table as task
from engine.model.person import Actor, Person
from engine.model.saved_filter import SavedFilter
from engine.model.snooze import Snooze
from engine.queries.paging import Key
from engine.queries.scope import desks_of, roles_everywhere
from engine.storage.statements import Prepared, Row

#: Work without a deadline comes after all work that has one.
NEVER: Final = datetime(9999, 1, 1, tzinfo=UTC)

_ME: Final = bindparam("me", type_=Text)
#: said, because for SQLite it would be added as a parameter without a name
_FROM_FIRST: Final = literal_column("0", Integer)

#: …what the actor does not want to see now: few, read once for all walks
_PUT_OFF: Final = select(Snooze.task_id).where(
    Snooze.person_id == bindparam("person", type_=Uuid),
    Snooze.until > bindparam("now", type_=Moment),
)

_FILTERS: Final = SavedFilter.__table__

_From = Literal["start", "timed", "untimed", "newest"]

CASE: Final = (
    instance.c.id.label("instance_id"),
    instance.c.process_id,
    instance.c.definition_id,
    instance.c.business_key,
    instance.c.title,
    instance.c.unit,
    instance.c.variables,
    instance.c.started_at,
    instance.c.finished_at,
)
STEP: Final = (
    task.c.id.label("task_id"),
    task.c.element_id,
    task.c.name.label("step"),
    task.c.form_id,
    task.c.desk,
    task.c.holder,
    Person.name_fa,
    Person.name_en,
    task.c.due_at,
    task.c.created_at,
    task.c.closed_at,
    task.c.outcome,
    task.c.escalated_at,
    task.c.priority,
    task.c.owner,
)


def first_steps(
    connection: Connection, actor: Actor, after: Key | None, limit: int, at: datetime
) -> list[Row]:
    """Return the open steps at the actor's desks that nobody else holds, the most urgent first.

    What the actor put off until later than ``at`` is left out.

    Each row is a case and a step (`CASE`, `STEP`), whether its desk was reminded of it, how
    many overdue steps of others the actor was told of, and whether there are saved filters.

    Args:
        after: the last step of the page before.
    """
    begins: _From = "start"
    values: dict[str, object] = {"person": actor.person_id, "now": at}
    if after is not None:
        begins = "untimed" if after[0] == NEVER else "timed"
        values |= {"after_at": after[0], "after_id": after[1]}
    desks = _Desks.of(connection, actor)
    return _page(desks, begins, limit).rows(connection, values | desks.values(actor))


def first_ids(
    connection: Connection, actor: Actor, limit: int, at: datetime
) -> tuple[list[UUID], list[UUID]]:
    """Return the ids of the same steps, and that of the newest of all: what lists change by."""
    desks = _Desks.of(connection, actor)
    values = {"person": actor.person_id, "now": at, **desks.values(actor)}
    found = _ids(desks, limit).rows(connection, values)
    return [each[0] for each in found if not each[1]], [each[0] for each in found if each[1]]


def count_late(connection: Connection, actor: Actor) -> int:
    """Return how many overdue steps of others the actor was told of."""
    desks = _Desks.of(connection, actor)
    [[count]] = _count(desks).rows(connection, desks.values(actor))
    return int(count)


@dataclass(frozen=True, slots=True)
class _Desks:
    """How the desks of an actor stand in a statement.

    PostgreSQL takes a list, and one statement serves everybody. SQLite has no such
    parameter: there each desk is one, and there is a statement for so many.
    """

    count: int | None  #: where each is a parameter
    everywhere: int  #: roles whose work is the actor's wherever it lies

    @classmethod
    def of(cls, connection: Connection, actor: Actor) -> _Desks:
        is_list = connection.dialect.name == "postgresql"
        return cls(None if is_list else len(desks_of(actor)), len(roles_everywhere(actor)))

    def values(self, actor: Actor) -> dict[str, object]:
        """Return what a statement is told of an actor."""
        desks = desks_of(actor)
        patterns = [f"{each.replace('_', '/_')}@%" for each in roles_everywhere(actor)]
        roles = {f"role_{at}": each for at, each in enumerate(patterns)}
        if self.count is None:
            return {"me": actor.username, "desks": desks, **roles}
        return {
            "me": actor.username,
            **{f"desk_{at}": each for at, each in enumerate(desks)},
            **roles,
        }

    def each_walked(self, begins: _From, most: ColumnElement[int]) -> Iterator[Select[Any]]:
        """Yield the first open steps of each desk that nobody holds."""
        unheld = task.c.holder.is_(None)
        if self.count is None:
            # asked for by a query of its own, so that PostgreSQL takes as many desks to be
            # there whether it plans for one actor or for all: else it plans anew for each
            desks = select(bindparam("desks", type_=ARRAY(Text))).scalar_subquery()
            listed = func.unnest(desks)
            place = listed.table_valued("desk").render_derived()
            for part in _in_order(and_(task.c.desk == place.c.desk, unheld), begins, most):
                found = part.lateral()
                yield select(found.c.id, found.c.due_at).select_from(place).join(found, true())
            return
        for at in range(self.count):
            desk = bindparam(f"desk_{at}", type_=Text)
            for part in _in_order(and_(task.c.desk == desk, unheld), begins, most):
                yield select(part.subquery())

    def among(self, column: ColumnElement[str]) -> ColumnElement[bool]:
        """Return the condition that a column names one of them, or the role of one anywhere."""
        ways: list[ColumnElement[bool]] = [false()]
        if self.count is None:
            ways = [column == any_(bindparam("desks", type_=ARRAY(Text)))]
        elif self.count:
            ways = [column.in_([bindparam(f"desk_{at}", type_=Text) for at in range(self.count)])]
        roles = [bindparam(f"role_{at}", type_=Text) for at in range(self.everywhere)]
        return or_(*ways, *(column.like(each, escape="/") for each in roles))


def _first(desks: _Desks, begins: _From, limit: int) -> Subquery:
    """Return which steps come first: their ids and deadlines."""
    # written out: where it is not told the limit PostgreSQL takes it for a tenth of all that
    # lies there, finds the plan too dear to keep, and plans the statement anew each time
    most = literal_column(str(limit), Integer)
    mine = _in_order(task.c.holder == _ME, begins, most)
    walked = [*desks.each_walked(begins, most), *(select(each.subquery()) for each in mine)]
    each = union_all(*walked).subquery()
    return (
        select(each.c.id, each.c.due_at)
        .order_by(each.c.due_at.asc().nulls_last(), each.c.id)
        .limit(most)
        .offset(_FROM_FIRST)
        .subquery()
    )


@lru_cache(maxsize=256)
def _ids(desks: _Desks, limit: int) -> Prepared:
    first = select(_first(desks, "start", limit).c.id, literal_column("0", Integer).label("part"))
    newest = select(_newest(desks).c.id, literal_column("1", Integer).label("part"))
    return Prepared(select(union_all(first, newest).subquery()))


def _newest(desks: _Desks) -> Subquery:
    """Return which step came last: its id says when."""
    one = literal_column("1", Integer)
    mine = _in_order(task.c.holder == _ME, "newest", one)
    walked = [*desks.each_walked("newest", one), *(select(each.subquery()) for each in mine)]
    each = union_all(*walked).subquery()
    return select(each.c.id).order_by(each.c.id.desc()).limit(one).offset(_FROM_FIRST).subquery()


@lru_cache(maxsize=256)
def _page(desks: _Desks, begins: _From, limit: int) -> Prepared:
    first = _first(desks, begins, limit)
    reminded = exists().where(
        event_table.c.instance_id == instance.c.id,
        event_table.c.task_id == task.c.id,
        event_table.c.kind == literal_column(f"'{EventKind.REMINDED.value}'"),
    )
    late = _late(desks).scalar_subquery()
    of_me = SavedFilter.person_id == bindparam("person", type_=Uuid)
    kept = exists().where(or_(of_me, desks.among(_FILTERS.c.desk)))
    told = (reminded.label("is_reminded"), late.label("late"), kept.label("kept"))
    return Prepared(
        select(*CASE, *STEP, *told)
        .select_from(first)
        .join(task, task.c.id == first.c.id)
        .join(instance, instance.c.id == task.c.instance_id)
        .outerjoin(Person, Person.username == task.c.holder)
        .order_by(first.c.due_at.asc().nulls_last(), first.c.id)
    )


def _in_order(
    place: ColumnElement[bool], begins: _From, most: ColumnElement[int]
) -> Iterator[Select[Any]]:
    """Yield the first open steps of one place: those with a deadline, then those without.

    Beginning with the newest there is one order, whatever their deadlines.
    """
    there = select(task.c.id, task.c.due_at).where(
        task.c.closed_at.is_(None), place, task.c.id.not_in(_PUT_OFF)
    )
    if begins == "newest":
        yield there.order_by(task.c.id.desc()).limit(most).offset(_FROM_FIRST)
        return
    timed = there.where(task.c.due_at.is_not(None)).order_by(task.c.due_at, task.c.id)
    untimed = there.where(task.c.due_at.is_(None)).order_by(task.c.id)
    at, identity = bindparam("after_at", type_=Moment), bindparam("after_id", type_=Uuid)
    if begins == "timed":
        timed = timed.where(tuple_(task.c.due_at, task.c.id) > tuple_(at, identity))
    if begins == "untimed":
        untimed = untimed.where(task.c.id > identity)
    for each in (untimed,) if begins == "untimed" else (timed, untimed):
        yield each.limit(most).offset(_FROM_FIRST)


@lru_cache(maxsize=256)
def _count(desks: _Desks) -> Prepared:
    return Prepared(_late(desks))


def _late(desks: _Desks) -> Select[Any]:
    other = task.alias("other")
    return select(func.count(other.c.id)).where(
        other.c.closed_at.is_(None),
        other.c.escalated_at.is_not(None),
        or_(other.c.holder.is_(None), other.c.holder != _ME),
        desks.among(other.c.escalation_desk),
    )
