"""The list of work: mine, what waits for others or is late there, what I started or did."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, literal, or_, select, union
from sqlalchemy.orm import Session, aliased

from engine.model.instance import instance_table as instance
from engine.model.instance import task_table as task
from engine.model.person import Actor
from engine.queries.asked import CLOSED, CREATED, DUE, PRIORITY, STARTED, Asked
from engine.queries.conditions import case_says, conditions, on_case, says, sorted_by
from engine.queries.first_steps import CASE, NEVER, count_late, first_steps
from engine.queries.mine import mine, told
from engine.queries.paging import place_of, place_text
from engine.queries.scope import at_desks, roles_everywhere, visible_cases
from engine.queries.snoozed import is_snoozed
from engine.queries.walks import walks_of
from engine.queries.work_pages import (
    Found,
    Reading,
    few_steps,
    open_steps,
    sorted_page,
    sorted_steps,
    steps,
    walked_steps,
)
from engine.queries.work_rows import (
    WorkRow,
    row_of,
    with_reminders,
    with_snoozes,
    with_stand_ins,
    with_steps,
)
from engine.storage.statements import beneath

View = Literal["inbox", "waiting", "started", "done", "snoozed", "late"]
VIEWS: Final[tuple[View, ...]] = ("inbox", "waiting", "started", "done", "snoozed", "late")
#: the order of a view where none is asked for; what is over or was begun has the newest first
_ORDERS: Final[Mapping[View, str]] = {"started": STARTED, "done": CLOSED}


@dataclass(frozen=True, slots=True)
class InboxPage:
    """One page of one view."""

    view: View
    asked: Asked  #: with the order it is in
    rows: tuple[WorkRow, ...]
    following: str | None  #: the key of the next page
    late: int = 0  #: overdue steps of others that the actor was told of
    has_filters: bool = True  #: there may be saved ones


def page(
    session: Session,
    actor: Actor,
    view: View,
    asked: Asked | None = None,
    *,
    at: datetime,
    after: str | None = None,
) -> InboxPage:
    """Return one page of a view, paged by key: the next page costs what the first did.

    Args:
        after: the key of the page before, as ``InboxPage.following`` gave it.
    """
    wanted = in_order(view, asked or Asked())
    is_moment = wanted.sort in (DUE, CLOSED, STARTED)
    place = place_of(after, is_moment=is_moment, is_number=wanted.sort == PRIORITY)
    found = _VIEWS[view](Reading(session, actor, wanted, place, at))
    late = count_late(beneath(session), actor) if found.late is None else found.late
    rows, last = found.rows[: wanted.size], wanted.size - 1
    is_more = len(found.rows) > wanted.size
    following = place_text(found.by[last], rows[last].identity) if is_more else None
    shown = with_stand_ins(actor, rows)
    return InboxPage(view, wanted, shown, following, late, found.has_filters)


def in_order(view: View, asked: Asked) -> Asked:
    """Return what is asked with the order of the view where it names none it could have."""
    own = _ORDERS.get(view, DUE)
    if asked.sort is None or (asked.sort in (CLOSED, STARTED) and asked.sort != own):
        return replace(asked, sort=own, is_descending=view in _ORDERS)
    return asked


def next_of(session: Session, actor: Actor, instance_id: UUID) -> tuple[WorkRow, ...]:
    """Return the open steps of one case that wait for the actor."""
    statement = open_steps().where(task.c.instance_id == instance_id, mine(actor))
    rows = session.execute(statement.order_by(task.c.id))
    return with_stand_ins(actor, (row_of(session, each) for each in rows))


def these(session: Session, actor: Actor, ids: Collection[UUID]) -> tuple[WorkRow, ...]:
    """Return those of some steps that wait for the actor, in the order of their deadlines."""
    statement = open_steps().where(task.c.id.in_(ids), mine(actor))
    rows = session.execute(statement.order_by(task.c.due_at.asc().nulls_last(), task.c.id))
    return with_stand_ins(actor, (row_of(session, each) for each in rows))


def _inbox(reading: Reading) -> Found:
    actor, asked = reading.actor, reading.asked
    everywhere = roles_everywhere(actor)
    is_plain = asked.sort == DUE and not asked.is_descending and not asked.filters
    if is_plain and not everywhere and not actor.stands_in:
        return _first(reading)
    if everywhere:
        wanted = open_steps().where(~is_snoozed(actor, reading.at), mine(actor))
        return _reminded(reading, sorted_steps(reading, wanted))
    walks = walks_of(reading.session, actor, asked, reading.at)
    few = walks.few()
    if few is None:
        return _reminded(reading, walked_steps(reading, walks))
    return _reminded(reading, few_steps(reading, walks, few))


def _first(reading: Reading) -> Found:
    """Return the inbox as nobody asked for otherwise, by the statement that is kept for it."""
    key = None
    if reading.after is not None:
        due, last = reading.after
        key = (due if isinstance(due, datetime) else NEVER, last)
    session = reading.session
    first = first_steps(beneath(session), reading.actor, key, reading.most, reading.at)
    rows = [row_of(session, each[:-3], is_reminded=bool(each[-3])) for each in first]
    *_, late, kept = first[0] if first else (None, True)
    return Found(rows, [each.due_at for each in rows], late, has_filters=bool(kept))


def _reminded(reading: Reading, found: Found) -> Found:
    return found._replace(rows=list(with_reminders(reading.session, tuple(found.rows))))


def _waiting(reading: Reading) -> Found:
    """Open steps of others, in cases the actor started or worked on."""
    actor, earlier = reading.actor, aliased(task)
    touched = union(
        select(instance.c.id).where(instance.c.started_by == actor.username),
        select(earlier.c.instance_id).where(earlier.c.closed_by == actor.username),
    )
    others = or_(
        and_(task.c.holder.is_not(None), task.c.holder != actor.username),
        and_(task.c.holder.is_(None), ~at_desks(actor)),
    )
    in_touched = task.c.instance_id.in_(touched)
    return sorted_steps(reading, open_steps().where(others, in_touched, visible_cases(actor)))


def _started(reading: Reading) -> Found:
    asked, session = reading.asked, reading.session
    statement = select(*CASE).where(instance.c.started_by == reading.actor.username)
    statement = statement.where(*on_case(asked))
    of_it = task.c.instance_id == instance.c.id
    if wanted := list(conditions(session, asked)):
        statement = statement.where(exists().where(of_it, *wanted).correlate(instance))
    if asked.words:
        said = exists().where(of_it, says(session, asked)).correlate(instance)
        statement = statement.where(or_(said, case_says(asked)))
    found = sorted_page(reading, statement, _by_of_case(reading.sort), instance.c.id)
    ids = [each.instance_id for each in found.rows]
    waiting = open_steps().where(task.c.instance_id.in_(ids)).order_by(task.c.id)
    at_now = [row_of(session, each) for each in session.execute(waiting)]
    return found._replace(rows=with_steps(found.rows, at_now))


def _by_of_case(sort: str) -> ColumnElement[Any]:
    """Return what cases are sorted by: their steps carry it, those that are over kept it."""
    if sort == STARTED:
        return instance.c.started_at
    if sort == CREATED:
        return literal(0)
    most = select(func.max(sorted_by(sort))).where(task.c.instance_id == instance.c.id)
    return most.correlate(instance).scalar_subquery()


def _done(reading: Reading) -> Found:
    return sorted_steps(reading, steps().where(task.c.closed_by == reading.actor.username))


def _snoozed(reading: Reading) -> Found:
    actor = reading.actor
    found = sorted_steps(reading, open_steps().where(is_snoozed(actor, reading.at), mine(actor)))
    return found._replace(rows=with_snoozes(reading.session, actor, found.rows))


def _late(reading: Reading) -> Found:
    """Steps of others that are overdue, of which the actor was told (R-BPM-03)."""
    return sorted_steps(reading, open_steps().where(*told(reading.actor)))


_VIEWS: Final[Mapping[View, Callable[[Reading], Found]]] = {
    "inbox": _inbox,
    "waiting": _waiting,
    "started": _started,
    "done": _done,
    "snoozed": _snoozed,
    "late": _late,
}
