"""Open tasks at an actor's desks, in any order and by any filter, few of them read.

There may be ten thousand. Each desk is walked along the index of the order asked for, and
left after a page; or, where a filter leaves few, those are found by the index of the filter
and sorted. Which of the two it is, is found out by looking for one more than a few.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Select,
    Text,
    Uuid,
    any_,
    func,
    literal,
    select,
    true,
    tuple_,
    type_coerce,
    union_all,
)
from sqlalchemy.orm import Session

from engine.model.instance import instance_table as instance
from engine.model.instance import task_table as task
from engine.model.person import Actor
from engine.queries.asked import CREATED, DUE, VALUE, Asked
from engine.queries.conditions import (
    conditions,
    has_value,
    on_case,
    on_dates,
    places_of,
    says,
    sorted_by,
)
from engine.queries.mine import held
from engine.queries.paging import Place
from engine.queries.scope import desks_of
from engine.queries.snoozed import is_snoozed

#: So many are sorted rather than walked to.
FEW: Final = 1_000
#: SQLite takes no longer list of SELECTs than 500.
_MOST_WALKS: Final = 200


#: what to sort by, if not by the id alone, and the conditions
Way = tuple[ColumnElement[Any] | None, list[ColumnElement[bool]]]


@dataclass(frozen=True, slots=True)
class Desks:
    """Desks whose work is an actor's under the same conditions."""

    names: tuple[str, ...]
    on_case: tuple[ColumnElement[bool], ...] = ()


def walks_of(session: Session, actor: Actor, asked: Asked, at: datetime) -> Walks:
    """Return how what is asked of an actor's inbox is walked."""
    shown = (~is_snoozed(actor, at),)
    sort = asked.sort or DUE
    return Walks(session, _desks_of_all(actor, asked), held(actor), shown, asked, sort)


def _desks_of_all(actor: Actor, asked: Asked) -> list[Desks]:
    """Return the actor's desks and those he stands in at, as far as they are asked for."""
    own = desks_of(actor)
    found = [Desks(tuple(own))]
    for each in actor.stands_in:
        names = tuple(sorted(each.desks - {*own}))
        which = () if each.processes is None else (instance.c.process_id.in_(each.processes),)
        found.append(Desks(names, which))
    if asked.desk is not None:
        found = [replace(each, names=(asked.desk,) * (asked.desk in each.names)) for each in found]
    return [each for each in found if each.names]


@dataclass(frozen=True, slots=True)
class Walks:
    """How one list is walked."""

    session: Session
    desks: Sequence[Desks]
    held: ColumnElement[bool]  #: what is the actor's because somebody has it
    shown: tuple[ColumnElement[bool], ...]  #: what holds for all of them
    asked: Asked
    sort: str

    def few(self) -> list[UUID] | None:
        """Return the tasks a filter leaves, where one leaves few; ``None`` where none does.

        The other conditions are still to be asked of them.
        """
        for ways in self._probes():
            walks = [*self._along(ways, FEW + 1, in_order=False), self._held_by_somebody(FEW + 1)]
            found = self.session.scalars(select(union_all(*walks).subquery().c.id).limit(FEW + 1))
            ids = list(found)
            if len(ids) <= FEW:
                return ids
        return None

    def among(self, few: list[UUID]) -> Select[Any]:
        """Return those of them that are all that is asked."""
        # one parameter: a thousand cost more than what they find
        these: ColumnElement[bool] = task.c.id == any_(literal(few, ARRAY(Uuid)))
        if self.session.get_bind().dialect.name == "sqlite":
            listed = func.json_each(json.dumps([each.hex for each in few])).table_valued("value")
            these = task.c.id.in_(select(type_coerce(listed.c.value, Text)))
        return select(task.c.id).where(task.c.closed_at.is_(None), these, *self._filters())

    def first(self, after: Place | None, limit: int) -> Select[Any] | None:
        """Return the tasks that have what is sorted by, after a place, as ids and what it is."""
        if after is not None and after[0] is None and self.sort != CREATED:
            return None
        ways = [
            self._beyond(column, [*self._in_sort(column), *self._filters()], after)
            for column in places_of(self.sort)
        ]
        return self._walked(ways, limit)

    def rest(self, after: Place | None, limit: int) -> Select[Any]:
        """Return the tasks that have nothing of what is sorted by, by their ids."""
        without = [sorted_by(self.sort).is_(None), *self._filters()]
        if after is not None:
            without.append(self._is_after(after[1]))
        return self._walked([(None, without)], limit)

    def counted(self, most: int) -> Select[Any]:
        """Return how many tasks there are, up to a number."""
        everything: list[Way] = [(None, [])]
        ways = next(self._probes(), everything)
        all_asked: list[Way] = [(by, [*wanted, *self._filters()]) for by, wanted in ways]
        along = self._along(all_asked, most, in_order=False)
        walks = [*along, *(self._held(each, most) for each in all_asked)]
        found = union_all(*walks).subquery()
        return select(func.count()).select_from(select(found.c.id).limit(most).subquery())

    def _probes(self) -> Iterator[list[Way]]:
        """Yield the filters that an index answers, each as the ways to have it."""
        for each in self.asked.values:
            yield [(None, [way]) for way in has_value(self.session, each)]
        if self.sort != DUE and (dates := list(on_dates(self.asked))):
            yield [(None, dates)]
        if self.asked.words:
            yield [(None, [says(self.session, self.asked)])]

    def _filters(self) -> list[ColumnElement[bool]]:
        said = [says(self.session, self.asked)] if self.asked.words else []
        return [*self.shown, *conditions(self.session, self.asked), *said]

    def _in_sort(self, column: ColumnElement[Any]) -> list[ColumnElement[bool]]:
        if self.sort == CREATED:
            return []
        if not self.sort.startswith(VALUE):
            return [column.is_not(None)]
        key = self.sort.removeprefix(VALUE)
        return [column.is_not(None), column >= f"{key}:", column < f"{key};"]

    def _beyond(
        self, column: ColumnElement[Any], wanted: list[ColumnElement[bool]], after: Place | None
    ) -> Way:
        by = None if self.sort == CREATED else column
        if after is None:
            return by, wanted
        if by is None:
            return by, [*wanted, self._is_after(after[1])]
        here, there = tuple_(by, task.c.id), tuple_(literal(after[0], by.type), literal(after[1]))
        return by, [*wanted, here < there if self.asked.is_descending else here > there]

    def _is_after(self, last: UUID) -> ColumnElement[bool]:
        return task.c.id < last if self.asked.is_descending else task.c.id > last

    def _walked(
        self,
        ways: Iterable[Way],
        limit: int,
    ) -> Select[Any]:
        known = list(ways)
        walks = [*self._along(known, limit), *(self._held(each, limit) for each in known)]
        each = union_all(*walks).subquery()
        return select(each).order_by(*self._order(each.c.by, each.c.id)).limit(limit)

    def _order(self, *columns: ColumnElement[Any]) -> list[ColumnElement[Any]]:
        return [each.desc() if self.asked.is_descending else each.asc() for each in columns]

    def _found(
        self,
        by: ColumnElement[Any] | None,
        wanted: Iterable[ColumnElement[bool]],
        limit: int,
        of_desk: tuple[ColumnElement[bool], ...] = (),
        *,
        in_order: bool = True,
    ) -> Select[Any]:
        """Return open tasks in the order of an index; their cases are read if asked for.

        Where any of them will do, no order is asked for: SQLite would take the index of the
        order and look each row up for the filter, which has an index of its own.
        """
        found = (
            select(task.c.id, (literal(0) if by is None else by).label("by"))
            .where(task.c.closed_at.is_(None), *wanted)
            .limit(limit)
        )
        if of_case := [*on_case(self.asked), *of_desk]:
            found = found.join(instance, instance.c.id == task.c.instance_id).where(*of_case)
        if not in_order:
            return found
        columns = [task.c.id] if by is None else [by, task.c.id]
        return found.order_by(*self._order(*columns))

    def _held(self, way: Way, limit: int) -> Select[Any]:
        by, wanted = way
        return select(self._found(by, [self.held, *wanted], limit).subquery())

    def _held_by_somebody(self, limit: int) -> Select[Any]:
        return select(self._found(None, [self.held], limit).subquery())

    def _along(
        self,
        ways: Sequence[Way],
        limit: int,
        *,
        in_order: bool = True,
    ) -> Iterator[Select[Any]]:
        """Yield the walks along each desk, of what nobody holds."""
        is_sqlite = self.session.get_bind().dialect.name == "sqlite"
        for desks in self.desks:
            for by, wanted in ways:
                there = [task.c.holder.is_(None), *wanted]
                found = partial(
                    self._found, by, limit=limit, of_desk=desks.on_case, in_order=in_order
                )
                if not is_sqlite:
                    listed = func.unnest(literal(list(desks.names), ARRAY(Text)))
                    place = listed.table_valued("desk").render_derived()
                    of_place = found(wanted=[task.c.desk == place.c.desk, *there]).lateral()
                    yield select(of_place).select_from(place).join(of_place, true())
                elif len(desks.names) * len(ways) > _MOST_WALKS:
                    at_any = task.c.desk.in_(desks.names)
                    yield select(found(wanted=[at_any, *there]).subquery())
                else:
                    for name in desks.names:
                        yield select(found(wanted=[task.c.desk == name, *there]).subquery())
