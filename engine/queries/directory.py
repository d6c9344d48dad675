"""People, what they hold and held, units: as administrators, auditors and heads see it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from engine.errors import Forbidden, NotFound
from engine.model.admin_event import AdminEvent
from engine.model.instance import task_table as task
from engine.model.person import ANYWHERE, Actor, Grant, Person, Unit, desk_of
from engine.queries.scope import sees_all
from engine.storage.offices import holds_on
from engine.values import normalise

MOST: Final = 200  #: lines a list shows


class NotForYou(Forbidden):
    """Only administrators, auditors and heads of the unit may."""


class NobodyNamed(NotFound):
    """There is no such person or unit."""


class PersonLine(NamedTuple):
    """A person of the list."""

    username: str
    name_fa: str
    name_en: str
    disabled: bool
    roles: tuple[str, ...]  #: desks held on the day
    is_machine: bool


@dataclass(frozen=True, slots=True)
class Held:
    """A role somebody holds or held, and when it was last used."""

    id: UUID
    username: str
    name_fa: str
    name_en: str
    disabled: bool
    role: str
    unit: str
    with_children: bool
    first: date | None
    last: date | None
    is_acting: bool
    given_by: str | None
    given_at: datetime | None
    ended_by: str | None
    used_at: datetime | None = None

    def is_over(self, today: date) -> bool:
        """Tell whether it ended before a day."""
        return self.last is not None and self.last < today

    @property
    def desk(self) -> str:
        """The desk it gives."""
        return desk_of(self.role, self.unit)


@dataclass(frozen=True, slots=True)
class PersonPage:
    """One person with the history of roles and of what was done to them."""

    username: str
    name_fa: str
    name_en: str
    national_code: str | None
    disabled: bool
    is_machine: bool
    has_password: bool
    held: tuple[Held, ...]
    events: tuple[AdminEvent, ...]


@dataclass(frozen=True, slots=True)
class UnitLine:
    """A unit in its tree."""

    code: str
    title_fa: str
    title_en: str
    parent: str | None
    depth: int
    closed_on: date | None

    def title(self, locale: str) -> str:
        """Return the title in ``locale``."""
        return self.title_fa if locale == "fa" else self.title_en


def must_read(actor: Actor, unit: str | None = None) -> None:
    """Refuse who may not read who holds what: administrators and auditors do, and heads theirs.

    Raises:
        NotForYou: …
    """
    if may_read(actor):
        return
    led = actor.units_of("UNIT_HEAD")
    if unit is None or not (unit in led or ANYWHERE in led):
        raise NotForYou(unit or ANYWHERE)


def may_read(actor: Actor) -> bool:
    """Tell whether somebody reads everything: administrators, auditors, the council."""
    return actor.is_admin or sees_all(actor)


def people(session: Session, search: str, today: date) -> tuple[PersonLine, ...]:
    """Return people by name or user name, with what they hold today."""
    found = session.execute(
        select(
            Person.id,
            Person.username,
            Person.name_fa,
            Person.name_en,
            Person.disabled,
            Person.is_machine,
        )
        .where(_named(search))
        .order_by(Person.name_fa, Person.username)
        .limit(MOST)
    ).all()
    ids = [each.id for each in found]
    held: dict[UUID, list[str]] = {}
    for person_id, role, unit in session.execute(
        select(Grant.person_id, Grant.role, Grant.unit_code).where(
            Grant.person_id.in_(ids), holds_on(today)
        )
    ):
        held.setdefault(person_id, []).append(desk_of(role, unit))
    return tuple(
        PersonLine(
            each.username,
            each.name_fa,
            each.name_en,
            each.disabled,
            tuple(sorted(held.get(each.id, ()))),
            each.is_machine,
        )
        for each in found
    )


def person(session: Session, username: str) -> PersonPage:
    """Return one person with every role ever given.

    Raises:
        NobodyNamed: there is none.
    """
    found = session.scalars(select(Person).where(Person.username == username)).one_or_none()
    if found is None:
        raise NobodyNamed(username)
    rows = _held(session, Grant.person_id == found.id)
    events = session.scalars(
        select(AdminEvent)
        .where(AdminEvent.person == username)
        .order_by(AdminEvent.number.desc())
        .limit(MOST)
    ).all()
    return PersonPage(
        found.username,
        found.name_fa,
        found.name_en,
        found.national_code,
        found.disabled,
        found.is_machine,
        found.password_hash is not None,
        rows,
        tuple(events),
    )


def holders(session: Session, unit: str, day: date) -> tuple[Held, ...]:
    """Return who holds what in a unit on a day, with when each was last used."""
    return _with_use(session, _held(session, (Grant.unit_code == unit) & holds_on(day)))


def review(session: Session, day: date) -> tuple[Held, ...]:
    """Return what everybody holds on a day: the list that heads confirm year by year."""
    return _with_use(session, _held(session, holds_on(day)))


def units(session: Session) -> tuple[UnitLine, ...]:
    """Return the tree of units, each before those under it."""
    rows = session.scalars(select(Unit).order_by(Unit.code)).all()
    under: dict[str | None, list[Unit]] = {}
    known = {each.code for each in rows}
    for each in rows:
        parent = each.parent_code if each.parent_code in known else None
        under.setdefault(parent, []).append(each)
    found: list[UnitLine] = []
    _walk(under, None, 0, found)
    return tuple(found)


def unit_titles(session: Session) -> Mapping[str, tuple[str, str]]:
    """Return what each unit is called in Persian and in English, by code."""
    rows = session.execute(select(Unit.code, Unit.title_fa, Unit.title_en))
    return {code: (title_fa, title_en) for code, title_fa, title_en in rows}


def unit(session: Session, code: str) -> UnitLine:
    """Return one unit.

    Raises:
        NobodyNamed: there is none.
    """
    found = session.get(Unit, code)
    if found is None:
        raise NobodyNamed(code)
    return UnitLine(
        found.code, found.title_fa, found.title_en, found.parent_code, 0, found.closed_on
    )


def _walk(
    under: Mapping[str | None, Sequence[Unit]], code: str | None, depth: int, found: list[UnitLine]
) -> None:
    for each in under.get(code, ()):
        found.append(
            UnitLine(
                each.code, each.title_fa, each.title_en, each.parent_code, depth, each.closed_on
            )
        )
        _walk(under, each.code, depth + 1, found)


def _named(search: str) -> ColumnElement[bool]:
    asked = normalise(search).lower()
    return or_(
        func.lower(Person.username).contains(asked, autoescape=True),
        func.lower(Person.name_en).contains(asked, autoescape=True),
        Person.name_fa.contains(asked, autoescape=True),
    )


def _held(session: Session, are_meant: ColumnElement[bool]) -> tuple[Held, ...]:
    rows: Sequence[Sequence[Any]] = session.execute(
        select(
            Grant.id,
            Person.username,
            Person.name_fa,
            Person.name_en,
            Person.disabled,
            Grant.role,
            Grant.unit_code,
            Grant.with_children,
            Grant.valid_from,
            Grant.valid_to,
            Grant.acting,
            Grant.given_by,
            Grant.given_at,
            Grant.ended_by,
        )
        .join(Person, Person.id == Grant.person_id)
        .where(are_meant)
        .order_by(Grant.unit_code, Grant.role, Person.name_fa, Grant.valid_from)
    ).all()
    return tuple(Held(*each) for each in rows)


def _with_use(session: Session, held: tuple[Held, ...]) -> tuple[Held, ...]:
    people = sorted({each.username for each in held})
    if not people:
        return held
    used = {
        (who, desk): at
        for who, desk, at in session.execute(
            select(task.c.closed_by, task.c.desk, func.max(task.c.closed_at))
            .where(task.c.closed_by.in_(people))
            .group_by(task.c.closed_by, task.c.desk)
        )
    }
    return tuple(replace(each, used_at=used.get((each.username, each.desk))) for each in held)
