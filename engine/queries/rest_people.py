"""People, the roles they hold and the units they hold them in, as users, groups and tenants."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final, TypeAlias

from sqlalchemy import ColumnElement, Row, Select, exists, func, or_, select, text
from sqlalchemy.orm import Session

from engine.model.event import DECIDED_BY_RULES, event_table
from engine.model.instance import instance_table as instance
from engine.model.instance import task_table as task
from engine.model.person import Grant, Person, Unit
from engine.queries.rest import Wanted, conditions, paged
from engine.queries.rest_filters import Filter
from engine.storage.offices import holds_on

UserRow: TypeAlias = Row[Any]  #: user name, names, address
UnitRow: TypeAlias = Row[Any]  #: code and titles

_name: Final = Person.name_en
_EMAIL: Final = func.coalesce(Person.email, "")

USER_FILTERS: Final[Mapping[str, Filter]] = {
    "id": Filter("text", lambda value: Person.username == value),
    "idIn": Filter("texts", Person.username.in_),
    "firstName": Filter("text", lambda v: _name.startswith(f"{v} ", autoescape=True)),
    "firstNameLike": Filter("text", lambda v: _name.like(f"{v}%")),
    "lastName": Filter("text", lambda v: _name.endswith(f" {v}", autoescape=True)),
    "lastNameLike": Filter("text", lambda v: _name.like(f"%{v}")),
    "email": Filter("text", lambda value: Person.email == value),
    "emailLike": Filter("text", _EMAIL.like),
    "memberOfGroup": Filter("text", lambda value: _holds(Grant.role == value)),
    "memberOfTenant": Filter("text", lambda value: _holds(Grant.unit_code == value)),
}
USER_ORDER: Final[Mapping[str, Any]] = {
    "userId": Person.username,
    "firstName": Person.name_en,
    "lastName": Person.name_en,
    "email": _EMAIL,
}
TENANT_FILTERS: Final[Mapping[str, Filter]] = {
    "id": Filter("text", lambda value: Unit.code == value),
    "name": Filter("text", lambda value: or_(Unit.title_en == value, Unit.title_fa == value)),
    "nameLike": Filter("text", lambda v: or_(Unit.title_en.like(v), Unit.title_fa.like(v))),
    "userMember": Filter("text", lambda value: _has_in_it(Person.username == value)),
    "groupMember": Filter("text", lambda value: _has_in_it(Grant.role == value)),
}
TENANT_ORDER: Final[Mapping[str, Any]] = {"id": Unit.code, "name": Unit.title_en}


def users(session: Session, wanted: Wanted) -> list[UserRow]:
    """Return the people asked for; who is shut out is not among them."""
    found = _users(wanted, Person.username, Person.name_fa, Person.name_en, Person.email)
    return list(session.execute(paged(found, wanted, USER_ORDER, Person.username)))


def count_users(session: Session, wanted: Wanted) -> int:
    """Return how many people are asked for."""
    return session.scalar(_users(wanted, func.count())) or 0


def tenants(session: Session, wanted: Wanted) -> list[UnitRow]:
    """Return the units asked for."""
    titles: tuple[Any, ...] = (Unit.code, Unit.title_fa, Unit.title_en)
    found = select(*titles).where(*conditions(wanted, TENANT_FILTERS))
    return list(session.execute(paged(found, wanted, TENANT_ORDER, Unit.code)))


def count_tenants(session: Session, wanted: Wanted) -> int:
    """Return how many units are asked for."""
    found = select(func.count()).select_from(Unit).where(*conditions(wanted, TENANT_FILTERS))
    return session.scalar(found) or 0


def roles(
    session: Session, on: date, *, username: str | None = None, unit: str | None = None
) -> frozenset[str]:
    """Return the roles that are held on a day, by somebody or in a unit where one is named."""
    found = (
        select(Grant.role)
        .join(Person, Person.id == Grant.person_id)
        .where(holds_on(on), Person.disabled.is_(False))
        .distinct()
    )
    if username is not None:
        found = found.where(Person.username == username)
    if unit is not None:
        found = found.where(Grant.unit_code == unit)
    return frozenset(session.scalars(found))


def cases_started(session: Session, since: datetime | None, until: datetime | None) -> int:
    """Return how many cases were started that no other case called."""
    wanted = [instance.c.called_by.is_(None), *_between(instance.c.started_at, since, until)]
    return session.scalar(select(func.count()).select_from(instance).where(*wanted)) or 0


def decisions_made(session: Session, since: datetime | None, until: datetime | None) -> int:
    """Return how many decisions were made by rules."""
    wanted = [text(DECIDED_BY_RULES), *_between(event_table.c.at, since, until)]
    return session.scalar(select(func.count()).select_from(event_table).where(*wanted)) or 0


def people_at_work(session: Session, since: datetime | None, until: datetime | None) -> int:
    """Return how many people have answered tasks."""
    wanted = _between(task.c.closed_at, since, until)
    found = select(func.count(task.c.closed_by.distinct())).where(*wanted)
    return session.scalar(found) or 0


def _users(wanted: Wanted, *columns: Any) -> Select[Any]:
    return (
        select(*columns)
        .select_from(Person)
        .where(Person.disabled.is_(False), *conditions(wanted, USER_FILTERS))
    )


def _holds(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    is_theirs = Grant.person_id == Person.id
    return exists().where(is_theirs, condition, Grant.ended_at.is_(None)).correlate(Person)


def _has_in_it(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    held = select(Grant.unit_code).join(Person, Person.id == Grant.person_id)
    return Unit.code.in_(held.where(condition, Grant.ended_at.is_(None)))


def _between(column: Any, since: datetime | None, until: datetime | None) -> list[Any]:
    wanted = [] if since is None else [column >= since]
    return wanted if until is None else [*wanted, column < until]
