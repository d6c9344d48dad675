"""Who acts: a person with the desks that grants and representations give today."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, Select, bindparam, select
from sqlalchemy.orm import Session

from engine.model.person import (
    ANYWHERE,
    Actor,
    Grant,
    Person,
    Representation,
    SignIn,
    Unit,
    desk_of,
)
from engine.model.preferences import preferences_of
from engine.storage.statements import Prepared
from engine.values import local_date


def signed_in(connection: Connection, token_hash: str, at: datetime) -> Actor | None:
    """Return the actor behind a browser's token, unless it has expired or was disabled."""
    return _actor(connection, _signed_in(), {"token_hash": token_hash, "at": at}, at)


def by_username(session: Session, username: str, at: datetime) -> Actor | None:
    """Return the actor of a user name, unless disabled."""
    return _actor(session.connection(), _of_name(), {"username": username}, at)


def _person() -> Select[Any, *tuple[Any, ...]]:
    """Return the statement that reads a person with grants and representations side by side."""
    return (
        select(
            Person.id,  # in the order of `_Held`
            Person.username,
            Person.name_fa,
            Person.name_en,
            Person.national_code,
            Person.locale,
            Person.preferences,
            Grant.role,
            Grant.unit_code,
            Grant.with_children,
            Grant.valid_from,
            Grant.valid_to,
            Representation.role.label("for_role"),
            Representation.party,
            Representation.valid_from.label("for_from"),
            Representation.valid_to.label("for_to"),
        )
        .select_from(Person)
        .outerjoin(Grant, Grant.person_id == Person.id)
        .outerjoin(Representation, Representation.person_id == Person.id)
        .where(Person.disabled.is_(False))
    )


# Every request asks one of these.
@cache
def _signed_in() -> Prepared:
    return Prepared(
        _person()
        .join(SignIn, SignIn.person_id == Person.id)
        .where(SignIn.token_hash == bindparam("token_hash"), SignIn.expires_at > bindparam("at"))
    )


@cache
def _of_name() -> Prepared:
    return Prepared(_person().where(Person.username == bindparam("username")))


class _Held(NamedTuple):
    """A person beside one of the grants and one of the representations."""

    id: UUID
    username: str
    name_fa: str
    name_en: str
    national_code: str | None
    locale: str
    preferences: str | None
    role: str | None
    unit_code: str
    with_children: bool
    valid_from: date | None
    valid_to: date | None
    for_role: str | None
    party: str
    for_from: date | None
    for_to: date | None


def _actor(
    connection: Connection,
    statement: Prepared,
    values: Mapping[str, object],
    at: datetime,
) -> Actor | None:
    rows = [_Held(*each) for each in statement.rows(connection, values)]
    if not rows:
        return None
    today = local_date(at)
    children = _children(connection) if any(each.with_children for each in rows) else {}
    first = rows[0]
    return Actor(
        first.id,
        first.username,
        first.name_fa,
        first.name_en,
        first.national_code,
        first.locale,
        frozenset(_desks(rows, children, today)),
        preferences_of(first.preferences),
    )


def _desks(rows: Sequence[_Held], children: Mapping[str, list[str]], today: date) -> set[str]:
    desks = set()
    for each in rows:
        if each.role is not None and _is_valid(each.valid_from, each.valid_to, today):
            units = (
                _with_children(each.unit_code, children) if each.with_children else [each.unit_code]
            )
            desks |= {desk_of(each.role, unit) for unit in units}
        if each.for_role is not None and _is_valid(each.for_from, each.for_to, today):
            desks.add(desk_of(each.for_role, f"party:{each.party}"))
    return desks


def _is_valid(first: date | None, last: date | None, today: date) -> bool:
    return (first is None or first <= today) and (last is None or today <= last)


def _children(connection: Connection) -> dict[str, list[str]]:
    tree: dict[str, list[str]] = {}
    for code, parent in connection.execute(select(Unit.code, Unit.parent_code)):
        tree.setdefault(parent or ANYWHERE, []).append(code)
    return tree


def _with_children(unit: str, children: Mapping[str, list[str]]) -> list[str]:
    found = [unit]
    for each in found:  # grows while it is walked: children of children
        found += [child for child in children.get(each, ()) if child not in found]
    return found
