"""All cases an administrator watches: found by any filter, newest first, page by page."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    Text,
    and_,
    cast,
    func,
    literal,
    literal_column,
    or_,
    select,
    text,
    tuple_,
    type_coerce,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Session

from engine.errors import Forbidden
from engine.model.base import Moment, json_text
from engine.model.definition import Definition
from engine.model.incident import Incident
from engine.model.instance import RUNNING, InstanceState
from engine.model.instance import instance_table as instance
from engine.model.instance import task_table as task
from engine.model.person import ANYWHERE, Actor, Unit
from engine.queries.paging import Key, key_of, key_text
from engine.storage.bundles import Deployed, deployed
from engine.values import normalise

PAGE_SIZE: Final = 25
#: More are not counted: what is shown is "more than 10,000".
MOST_COUNTED: Final = 10_000
#: Who watches cases that are not his to work on (domain.md §12, last row).
WATCHERS: Final = frozenset({"ADMIN", "AUDITOR", "COMMITTEE"})
_GRAM: Final = 3  #: letters of the shortest text an index finds


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """What is asked of the cases; what is left out asks nothing."""

    text: str = ""  #: part of the number or of the title
    state: InstanceState | None = None
    process_id: str | None = None
    version: int | None = None  #: of the process
    unit: str | None = None
    business: Mapping[str, Any] = field(default_factory=dict)  #: declared values, all equal
    started_from: datetime | None = None
    started_before: datetime | None = None
    has_incident: bool = False


@dataclass(frozen=True, slots=True)
class CaseLine:
    """One case."""

    id: UUID
    process_id: str
    definition: Deployed
    business_key: str | None
    title: str
    unit: str
    business: Mapping[str, Any]
    state: InstanceState
    started_at: datetime
    finished_at: datetime | None
    steps: tuple[tuple[str, str], ...] = ()  #: what it waits for people at: element and name
    has_incident: bool = False


@dataclass(frozen=True, slots=True)
class CaseList:
    """One page of them."""

    lines: tuple[CaseLine, ...]
    count: int  #: of all pages, up to `MOST_COUNTED`
    is_more: bool  #: there are more than were counted
    following: str | None  #: the key of the next page


def may_watch(actor: Actor) -> bool:
    """Tell whether the actor watches cases of others at all."""
    return bool(WATCHERS & actor.roles)


def page(
    session: Session, actor: Actor, wanted: CaseFilter, *, after: str | None = None
) -> CaseList:
    """Return one page of the cases found, newest first.

    Args:
        after: the key of the page before, as ``CaseList.following`` gave it.

    Raises:
        Forbidden: the actor watches nothing.
    """
    conditions = [*_of_watched(actor, instance.c.unit), *_conditions(session, wanted)]
    key = key_of(after)
    beyond = [] if key is None else [_is_beyond(key)]
    statement = (
        select(*_LINE)
        .where(*conditions, *beyond)
        .order_by(instance.c.started_at.desc(), instance.c.id.desc())
        .limit(PAGE_SIZE + 1)
    )
    rows = session.execute(statement).all()
    shown = _lines(session, rows[:PAGE_SIZE])
    last = shown[-1] if len(rows) > PAGE_SIZE else None
    are_all = key is None and last is None
    count = len(rows) if are_all else _count(session, conditions)
    return CaseList(
        shown,
        min(count, MOST_COUNTED),
        count > MOST_COUNTED,
        key_text(last.started_at, last.id) if last else None,
    )


_LINE: Final = (
    instance.c.id,
    instance.c.process_id,
    instance.c.definition_id,
    instance.c.business_key,
    instance.c.title,
    instance.c.unit,
    instance.c.business,
    instance.c.state,
    instance.c.started_at,
    instance.c.finished_at,
)


@dataclass(frozen=True, slots=True)
class WatchedUnit:
    """A unit whose cases somebody watches."""

    code: str
    title_fa: str
    title_en: str


def watched_units(session: Session, actor: Actor) -> tuple[WatchedUnit, ...]:
    """Return the units whose cases the actor watches, by code."""
    conditions = _of_watched(actor, Unit.code)
    found = select(Unit.code, Unit.title_fa, Unit.title_en).where(*conditions)
    return tuple(WatchedUnit(*each) for each in session.execute(found.order_by(Unit.code)))


def _of_watched(actor: Actor, unit: Any) -> list[ColumnElement[bool]]:
    """Return the condition on a unit's code: none for who watches all, or some codes."""
    if not may_watch(actor):
        raise Forbidden("who watches no cases has no list of them")
    units = frozenset[str]().union(*(actor.units_of(each) for each in WATCHERS))
    return [] if ANYWHERE in units else [unit.in_(sorted(units))]


def _conditions(session: Session, wanted: CaseFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.state is InstanceState.RUNNING:
        found.append(text(RUNNING))  # type: ignore[arg-type]
    elif wanted.state is not None:
        found.append(instance.c.state == wanted.state.value)
    if wanted.process_id is not None:
        found.append(instance.c.process_id == wanted.process_id)
    if wanted.version is not None:
        versions = select(Definition.id).where(Definition.version == wanted.version)
        found.append(instance.c.definition_id.in_(versions))
    if wanted.unit is not None:
        found.append(instance.c.unit == wanted.unit)
    if wanted.started_from is not None:
        found.append(instance.c.started_at >= wanted.started_from)
    if wanted.started_before is not None:
        found.append(instance.c.started_at < wanted.started_before)
    if wanted.has_incident:
        found.append(instance.c.id.in_(_stopped()))
    if wanted.business:
        found.append(_ways(session)[0](wanted.business))
    if sought := normalise(wanted.text).lower():
        found.append(named_like(session, sought))
    return found


def named_like(session: Session, sought: str) -> ColumnElement[bool]:
    """Return the condition on ``instance`` that its number or title has a text in small letters."""
    return _ways(session)[1](sought)


def _ways(session: Session) -> _Ways:
    return _SQLITE if session.get_bind().dialect.name == "sqlite" else _POSTGRESQL


def _stopped() -> Select[UUID | None]:
    return select(Incident.instance_id).where(
        Incident.resolved_at.is_(None), Incident.instance_id.is_not(None)
    )


def _contains(sought: str) -> ColumnElement[bool]:
    return or_(
        *(
            func.lower(each).contains(sought, autoescape=True)
            for each in (instance.c.business_key, instance.c.title)
        )
    )


def _contains_by_index(sought: str) -> ColumnElement[bool]:
    """Look at the rows that have all runs of three letters of it; a shorter text has none."""
    if len(sought) < _GRAM:
        return _contains(sought)
    grams = func.divan_grams(instance.c.business_key, instance.c.title, type_=ARRAY(Text))
    runs = sorted({sought[at : at + _GRAM] for at in range(len(sought) - _GRAM + 1)})
    return grams.contains(runs) & _contains(sought)


def _has_by_index(values: Mapping[str, Any]) -> ColumnElement[bool]:
    held = cast(type_coerce(instance.c.business, Text), JSONB)
    return held.contains(cast(literal(json_text(dict(values)), Text), JSONB))


def _has(values: Mapping[str, Any]) -> ColumnElement[bool]:
    """Compare the JSON of each value, so that no number becomes a float."""
    held = type_coerce(instance.c.business, Text)
    return and_(
        *(
            held.op("->")(f'$."{key}"') == func.json(json_text(value))
            for key, value in values.items()
        )
    )


_Ways = tuple[
    Callable[[Mapping[str, Any]], ColumnElement[bool]], Callable[[str], ColumnElement[bool]]
]
_SQLITE: Final[_Ways] = (_has, _contains)
_POSTGRESQL: Final[_Ways] = (_has_by_index, _contains_by_index)


def _is_beyond(key: Key) -> ColumnElement[bool]:
    at, last = key
    return tuple_(instance.c.started_at, instance.c.id) < tuple_(literal(at, Moment), literal(last))


def _count(session: Session, conditions: list[ColumnElement[bool]]) -> int:
    some: Select[Any] = select(literal_column("1")).select_from(instance).where(*conditions)
    counted = select(func.count()).select_from(some.limit(MOST_COUNTED + 1).subquery())
    return session.scalar(counted) or 0


def _lines(session: Session, rows: Sequence[Any]) -> tuple[CaseLine, ...]:
    """Return the cases of a page with what each waits at, read for all of them at once."""
    ids = [each.id for each in rows]
    steps: dict[UUID, list[tuple[str, str]]] = {}
    waiting = select(task.c.instance_id, task.c.element_id, task.c.name).where(
        task.c.instance_id.in_(ids), task.c.closed_at.is_(None)
    )
    for case_id, element_id, name in session.execute(waiting.order_by(task.c.id)):
        steps.setdefault(case_id, []).append((element_id, name))
    stopped = set(session.scalars(_stopped().where(Incident.instance_id.in_(ids))))
    return tuple(
        CaseLine(
            each.id,
            each.process_id,
            deployed(session, each.definition_id),
            each.business_key,
            each.title,
            each.unit,
            each.business,
            InstanceState(each.state),
            each.started_at,
            each.finished_at,
            tuple(steps.get(each.id, ())),
            each.id in stopped,
        )
        for each in rows
    )
