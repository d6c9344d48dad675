"""All cases an administrator watches: found by any filter, newest first, page by page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    func,
    literal,
    literal_column,
    select,
    text,
    tuple_,
)
from sqlalchemy.orm import Session

from engine.errors import Forbidden
from engine.model.base import Moment
from engine.model.incident import OPEN, Incident
from engine.model.instance import InstanceState
from engine.model.instance import instance_table as instance
from engine.model.instance import task_table as task
from engine.model.person import ANYWHERE, Actor, Unit
from engine.queries.case_filter import (
    IS_RUNNING,
    IS_SUSPENDED,
    CaseFilter,
    conditions_of,
    stopped,
)
from engine.queries.paging import Key, key_of, key_text
from engine.storage.bundles import Deployed, deployed

PAGE_SIZE: Final = 25
#: More are not counted on a page: it says "more than 1,000", and turning it costs the same among
#: a million cases (A2).
MOST_SHOWN: Final = 1_000
#: …nor where somebody is about to act on all that was found.
MOST_COUNTED: Final = 10_000
#: Who watches cases that are not his to work on (domain.md §12, last row).
WATCHERS: Final = frozenset({"ADMIN", "AUDITOR", "COMMITTEE"})
PORTION: Final = 500  #: cases read at once where all are wanted


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
    count: int  #: of all pages, up to `MOST_SHOWN`
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
    conditions = _asked(session, actor, wanted)
    key = key_of(after)
    rows = _portion(session, conditions, key, PAGE_SIZE + 1)
    shown = _lines(session, rows[:PAGE_SIZE])
    last = shown[-1] if len(rows) > PAGE_SIZE else None
    are_all = key is None and last is None
    found = len(rows) if are_all else _count(session, conditions, MOST_SHOWN)
    return CaseList(
        shown,
        min(found, MOST_SHOWN),
        found > MOST_SHOWN,
        key_text(last.started_at, last.id) if last else None,
    )


def count(session: Session, actor: Actor, wanted: CaseFilter) -> int:
    """Count the cases found, up to one more than `MOST_SHOWN`.

    Raises:
        Forbidden: the actor watches nothing.
    """
    return _count(session, _asked(session, actor, wanted), MOST_SHOWN)


def portions(session: Session, actor: Actor, wanted: CaseFilter) -> Iterator[tuple[CaseLine, ...]]:
    """Yield all cases found, newest first, some hundred at a time.

    Raises:
        Forbidden: the actor watches nothing.
    """
    conditions = _asked(session, actor, wanted)
    key: Key | None = None
    while rows := _portion(session, conditions, key, PORTION):
        yield _lines(session, rows)
        key = rows[-1].started_at, rows[-1].id


@dataclass(frozen=True, slots=True)
class Counts:
    """How many cases were found, each number up to `MOST_COUNTED`."""

    all: int
    running: int
    suspended: int
    stopped: int  #: by an incident that can be tried again


def counts(session: Session, actor: Actor, wanted: CaseFilter) -> Counts:
    """Count the cases found.

    Raises:
        Forbidden: the actor watches nothing.
    """
    conditions = _asked(session, actor, wanted)
    stuck = instance.c.id.in_(stopped().where(Incident.job_id.is_not(None)))
    numbers = (
        _count(session, [*conditions, *more], MOST_COUNTED)
        for more in ([], [IS_RUNNING], [IS_SUSPENDED], [IS_RUNNING, stuck])
    )
    return Counts(*(min(each, MOST_COUNTED) for each in numbers))


def running_ids(session: Session, actor: Actor, wanted: CaseFilter) -> Select[tuple[UUID]]:
    """Return the statement for the running cases found.

    Raises:
        Forbidden: the actor watches nothing.
    """
    return select(instance.c.id).where(*_asked(session, actor, wanted), IS_RUNNING)


def suspended_ids(session: Session, actor: Actor, wanted: CaseFilter) -> Select[tuple[UUID]]:
    """Return the statement for the cases found that are held.

    Raises:
        Forbidden: the actor watches nothing.
    """
    return select(instance.c.id).where(*_asked(session, actor, wanted), IS_SUSPENDED)


def stopped_jobs(session: Session, actor: Actor, wanted: CaseFilter) -> Select[tuple[UUID]]:
    """Return the statement for the jobs that stop the running cases found.

    Raises:
        Forbidden: the actor watches nothing.
    """
    cases = running_ids(session, actor, wanted)
    found = select(Incident.job_id).where(text(OPEN), Incident.instance_id.in_(cases))
    return found.where(Incident.job_id.is_not(None))  # type: ignore[return-value]


def _asked(session: Session, actor: Actor, wanted: CaseFilter) -> list[ColumnElement[bool]]:
    return [*watched(actor, instance.c.unit), *conditions_of(session, wanted)]


def _portion(
    session: Session, conditions: list[ColumnElement[bool]], key: Key | None, limit: int
) -> Sequence[Any]:
    beyond = [] if key is None else [_is_beyond(key)]
    statement = (
        select(*_LINE)
        .where(*conditions, *beyond)
        .order_by(instance.c.started_at.desc(), instance.c.id.desc())
        .limit(limit)
    )
    return session.execute(statement).all()


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


def newest_process(session: Session, actor: Actor) -> str | None:
    """Return the process of the newest case that the actor watches.

    Raises:
        Forbidden: the actor watches nothing.
    """
    newest = instance.c.started_at.desc(), instance.c.id.desc()
    asked = select(instance.c.process_id).where(*watched(actor, instance.c.unit)).order_by(*newest)
    return session.scalar(asked.limit(1))


@dataclass(frozen=True, slots=True)
class WatchedUnit:
    """A unit whose cases somebody watches."""

    code: str
    title_fa: str
    title_en: str


def watched_units(session: Session, actor: Actor) -> tuple[WatchedUnit, ...]:
    """Return the units whose cases the actor watches, by code."""
    conditions = watched(actor, Unit.code)
    found = select(Unit.code, Unit.title_fa, Unit.title_en).where(*conditions)
    return tuple(WatchedUnit(*each) for each in session.execute(found.order_by(Unit.code)))


def watched(actor: Actor, unit: Any) -> list[ColumnElement[bool]]:
    """Return the condition on a unit's code: none for who watches all, or some codes.

    Raises:
        Forbidden: the actor watches nothing.
    """
    if not may_watch(actor):
        raise Forbidden("who watches no cases has no list of them")
    units = frozenset[str]().union(*(actor.units_of(each) for each in WATCHERS))
    return [] if ANYWHERE in units else [unit.in_(sorted(units))]


def _is_beyond(key: Key) -> ColumnElement[bool]:
    at, last = key
    return tuple_(instance.c.started_at, instance.c.id) < tuple_(literal(at, Moment), literal(last))


def _count(session: Session, conditions: list[ColumnElement[bool]], most: int) -> int:
    some: Select[Any] = select(literal_column("1")).select_from(instance).where(*conditions)
    counted = select(func.count()).select_from(some.limit(most + 1).subquery())
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
    stuck = set(session.scalars(stopped().where(Incident.instance_id.in_(ids))))
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
            each.id in stuck,
        )
        for each in rows
    )
