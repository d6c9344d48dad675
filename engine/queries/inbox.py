"""The list of work: mine, what waits for others or is late there, what I started or did."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, Literal, NamedTuple
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    Text,
    and_,
    func,
    literal,
    or_,
    select,
    tuple_,
    type_coerce,
    union,
)
from sqlalchemy.orm import Session, aliased

from engine.model.base import Moment
from engine.model.event import EventKind, event_table
from engine.model.instance import instance_table as instance
from engine.model.instance import task_table as task
from engine.model.person import Actor, Person
from engine.queries.business import business_values
from engine.queries.first_steps import CASE, NEVER, STEP, count_late, first_steps
from engine.queries.paging import Key, key_of, key_text
from engine.queries.scope import at_desks, roles_everywhere, visible_cases
from engine.storage.bundles import Deployed, deployed, known
from engine.storage.statements import beneath
from engine.values import normalise

View = Literal["inbox", "waiting", "started", "done", "late"]
VIEWS: Final[tuple[View, ...]] = ("inbox", "waiting", "started", "done", "late")
PAGE_SIZE: Final = 25


class WorkRow(NamedTuple):
    """One line of the list: a step of a case, or a case with the steps it waits at."""

    instance_id: UUID
    process_id: str
    definition: Deployed
    business_key: str | None
    title: str
    unit: str
    columns: Mapping[str, Any]
    started_at: datetime
    finished_at: datetime | None
    task_id: UUID | None = None
    element_id: str | None = None
    name: str | None = None  #: of the step, in the model's language
    form_id: str | None = None
    desk: str | None = None
    holder: str | None = None
    holder_names: Mapping[str, str] | None = None
    due_at: datetime | None = None
    created_at: datetime | None = None
    closed_at: datetime | None = None
    outcome: str | None = None
    escalated_at: datetime | None = None  #: when those above were told that it is late
    is_reminded: bool = False  #: its deadline was said to be near
    steps: tuple[WorkRow, ...] = ()  #: of a case: what it waits at now


@dataclass(frozen=True, slots=True)
class InboxPage:
    """One page of one view."""

    view: View
    search: str
    rows: tuple[WorkRow, ...]
    following: str | None  #: the key of the next page
    late: int | None = None  #: overdue steps of others that the actor was told of


def page(
    session: Session, actor: Actor, view: View, *, search: str = "", after: str | None = None
) -> InboxPage:
    """Return one page of a view, paged by key: the next page costs what the first did.

    Args:
        search: part of a title, a case number or a business value.
        after: the key of the page before, as ``InboxPage.following`` gave it.
    """
    found = _VIEWS[view](session, actor, normalise(search), key_of(after))
    if found.late is None:
        return replace(found, late=count_late(beneath(session), actor))
    return found


def _inbox(session: Session, actor: Actor, search: str, after: Key | None) -> InboxPage:
    if search or roles_everywhere(actor):
        found = _by_deadline(session, "inbox", _open_steps().where(_mine(actor)), search, after)
        return replace(found, rows=_with_reminders(session, found.rows))
    first = first_steps(beneath(session), actor, after, PAGE_SIZE + 1)
    *_, late = first[0] if first else (None,)
    rows = [_row(session, each[:-2], is_reminded=bool(each[-2])) for each in first]
    return _until(rows, "inbox", search, late)


def _waiting(session: Session, actor: Actor, search: str, after: Key | None) -> InboxPage:
    """Open steps of others, in cases the actor started or worked on."""
    earlier = aliased(task)
    touched = union(
        select(instance.c.id).where(instance.c.started_by == actor.username),
        select(earlier.c.instance_id).where(earlier.c.closed_by == actor.username),
    )
    others = or_(
        and_(task.c.holder.is_not(None), task.c.holder != actor.username),
        and_(task.c.holder.is_(None), ~at_desks(actor)),
    )
    statement = _open_steps().where(others, task.c.instance_id.in_(touched), visible_cases(actor))
    return _by_deadline(session, "waiting", statement, search, after)


def _started(session: Session, actor: Actor, search: str, after: Key | None) -> InboxPage:
    statement = select(*CASE).where(instance.c.started_by == actor.username)
    order = (instance.c.started_at, instance.c.id)
    found = _newest_first(session, "started", statement, search, after, order)
    return replace(found, rows=_with_steps(session, found.rows))


def _done(session: Session, actor: Actor, search: str, after: Key | None) -> InboxPage:
    statement = _steps().where(task.c.closed_by == actor.username)
    order = (task.c.closed_at, task.c.id)
    return _newest_first(session, "done", statement, search, after, order)


def _late(session: Session, actor: Actor, search: str, after: Key | None) -> InboxPage:
    """Steps of others that are overdue, of which the actor was told (R-BPM-03)."""
    return _by_deadline(session, "late", _open_steps().where(*_told(actor)), search, after)


def next_of(session: Session, actor: Actor, instance_id: UUID) -> tuple[WorkRow, ...]:
    """Return the open steps of one case that wait for the actor."""
    statement = _open_steps().where(task.c.instance_id == instance_id, _mine(actor))
    rows = session.execute(statement.order_by(task.c.id))
    return tuple(_row(session, each) for each in rows)


def _told(actor: Actor) -> tuple[ColumnElement[bool], ...]:
    others = or_(task.c.holder.is_(None), task.c.holder != actor.username)
    return (task.c.escalated_at.is_not(None), others, at_desks(actor, task.c.escalation_desk))


def _mine(actor: Actor) -> ColumnElement[bool]:
    return or_(task.c.holder == actor.username, and_(at_desks(actor), task.c.holder.is_(None)))


_VIEWS: Final[Mapping[View, Callable[[Session, Actor, str, Key | None], InboxPage]]] = {
    "inbox": _inbox,
    "waiting": _waiting,
    "started": _started,
    "done": _done,
    "late": _late,
}


def _steps() -> Select[Any]:
    return (
        select(*CASE, *STEP)
        .select_from(task)
        .join(instance, instance.c.id == task.c.instance_id)
        .outerjoin(Person, Person.username == task.c.holder)
    )


def _open_steps() -> Select[Any]:
    return _steps().where(task.c.closed_at.is_(None))


def _by_deadline(
    session: Session, view: View, statement: Select[Any], search: str, after: Key | None
) -> InboxPage:
    due = func.coalesce(task.c.due_at, literal(NEVER, Moment))
    if after is not None:
        statement = statement.where(
            tuple_(due, task.c.id) > tuple_(literal(after[0], Moment), literal(after[1]))
        )
    statement = _matching(statement, search).order_by(due, task.c.id).limit(PAGE_SIZE + 1)
    return _until([_row(session, each) for each in session.execute(statement)], view, search)


def _until(rows: list[WorkRow], view: View, search: str, late: int | None = None) -> InboxPage:
    """Return a page of rows by their deadline, of which one more than a page was read."""
    last = rows[PAGE_SIZE - 1] if len(rows) > PAGE_SIZE else None
    following = key_text(last.due_at or NEVER, last.task_id) if last else None
    return InboxPage(view, search, tuple(rows[:PAGE_SIZE]), following, late)


def _newest_first(
    session: Session,
    view: View,
    statement: Select[Any],
    search: str,
    after: Key | None,
    order: tuple[Any, Any],
) -> InboxPage:
    at, identity = order
    if after is not None:
        statement = statement.where(
            tuple_(at, identity) < tuple_(literal(after[0], Moment), literal(after[1]))
        )
    statement = _matching(statement, search).order_by(at.desc(), identity.desc())
    rows = [_row(session, each) for each in session.execute(statement.limit(PAGE_SIZE + 1))]
    last = rows[PAGE_SIZE - 1] if len(rows) > PAGE_SIZE else None
    following = _newest_key(last) if last else None
    return InboxPage(view, search, tuple(rows[:PAGE_SIZE]), following)


def _matching(statement: Select[Any], search: str) -> Select[Any]:
    if not search:
        return statement
    business = type_coerce(instance.c.variables, Text)
    return statement.where(
        or_(
            *(
                _contains(each, search)
                for each in (instance.c.title, instance.c.business_key, business)
            )
        )
    )


def _contains(column: ColumnElement[Any], search: str) -> ColumnElement[bool]:
    return func.lower(column).contains(search.lower(), autoescape=True)


def _with_steps(session: Session, cases: tuple[WorkRow, ...]) -> tuple[WorkRow, ...]:
    """Add to each case the open steps it waits at, all read at once."""
    statement = _open_steps().where(task.c.instance_id.in_([each.instance_id for each in cases]))
    steps = [_row(session, each) for each in session.execute(statement.order_by(task.c.id))]
    return tuple(
        case._replace(steps=tuple(each for each in steps if each.instance_id == case.instance_id))
        for case in cases
    )


def _with_reminders(session: Session, steps: tuple[WorkRow, ...]) -> tuple[WorkRow, ...]:
    """Mark the steps whose deadline their desk was reminded of."""
    cases = {each.instance_id for each in steps if each.due_at}
    if not cases:
        return steps
    statement = select(event_table.c.task_id).where(
        event_table.c.instance_id.in_(cases), event_table.c.kind == EventKind.REMINDED.value
    )
    reminded = set(session.scalars(statement))
    return tuple(each._replace(is_reminded=each.task_id in reminded) for each in steps)


def _row(session: Session, found: Sequence[Any], *, is_reminded: bool = False) -> WorkRow:
    """Return a row of `CASE`, or of `CASE` and `STEP`."""
    (case, process_id, definition_id, business_key, title, unit, variables, *moments) = found[:9]
    definition = known(definition_id) or deployed(session, definition_id)
    business = business_values(definition, variables)
    row = (case, process_id, definition, business_key, title, unit, business, *moments)
    if len(found) == len(CASE):
        return WorkRow(*row)
    task_id, element_id, name, form_id, desk, holder, name_fa, name_en, *rest = found[9:]
    names = name_fa and {"fa": name_fa, "en": name_en}
    step = (task_id, element_id, name, form_id, desk, holder, names, *rest, is_reminded)
    return WorkRow(*row, *step)


def _newest_key(row: WorkRow) -> str:
    return key_text(row.closed_at or row.started_at, row.task_id or row.instance_id)
