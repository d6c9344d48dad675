"""Who acts: a person with the desks of today, own ones and those of whom he stands in for.

One statement reads it all, for every request asks it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from itertools import groupby
from operator import attrgetter
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import (
    CTE,
    Connection,
    Select,
    and_,
    bindparam,
    null,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.orm import Session, aliased
from sqlalchemy.sql.elements import ColumnElement

from engine.model.person import (
    ANYWHERE,
    Actor,
    Grant,
    Person,
    Representation,
    Unit,
    desk_of,
    role_of,
)
from engine.model.preferences import preferences_of
from engine.model.sign_in import SignIn
from engine.model.substitution import NEVER_PASSED_ON, StandIn, Substitution
from engine.storage.statements import Prepared
from engine.values import Rial, local_date


def signed_in(
    connection: Connection, token_hash: str, at: datetime, *, idle: timedelta
) -> Actor | None:
    """Return the actor behind a browser's token, unless it has expired or was disabled.

    Args:
        idle: a browser that was silent for longer has to sign in again.
    """
    asked = {"token_hash": token_hash, "at": at, "since": at - idle}
    return _actor(connection, _signed_in(), asked, at)


def by_username(session: Session, username: str, at: datetime) -> Actor | None:
    """Return the actor of a user name, unless disabled."""
    return _actor(session.connection(), _of_name(), {"username": username}, at)


def at_work_in(
    session: Session,
    place: str,
    at: datetime,
    *,
    role: str | None = None,
    with_substitutes: bool = False,
) -> list[Actor]:
    """Return who may have a role (or any) in a unit or for an organisation, by user name.

    Whose grants reach elsewhere only, or are not valid today, comes with the desks held now:
    whoever asks looks at those.

    Args:
        place: a unit's code, ``party:<legal id>``, or ``*`` for those of a role anywhere.
        with_substitutes: also who stands in today for one of them; only then `Actor.stands_in`
            is read.
    """
    asked: dict[str, object] = {"place": place.removeprefix("party:"), "role": role}
    today = local_date(at)
    if with_substitutes:
        asked["today"] = today
    statement = _near(
        is_party=place.startswith("party:"),
        has_role=role is not None,
        with_substitutes=with_substitutes,
    )
    rows = [_Held(*each) for each in statement.rows(session.connection(), asked)]
    return sorted(_each(session, rows, today), key=attrgetter("username"))


@cache
def _near(*, is_party: bool, has_role: bool, with_substitutes: bool) -> Prepared:
    """Return the statement for people whose grants, or whose words for a party, come near.

    With substitutes it is for who stands in for one of them as well, and says for whom.
    """
    held: Any = Representation if is_party else Grant
    ways: list[ColumnElement[bool]] = [held.role == bindparam("role")] if has_role else []
    if is_party:
        ways.append(Representation.party == bindparam("place"))
    elif not has_role:
        ways.append(Grant.unit_code == bindparam("place"))
    holders = select(held.person_id).where(*ways)
    near: ColumnElement[bool] = Person.id.in_(holders)
    if with_substitutes:
        of_them = and_(_runs(bindparam("today")), Substitution.person_id.in_(holders))
        near = near | Person.id.in_(select(Substitution.substitute_id).where(of_them))
    who = select(*_OF_PERSON).where(near, Person.disabled.is_(False)).cte("who")
    if not with_substitutes:
        return Prepared(_own(who))
    return Prepared(select(union_all(_own(who), _of_others(who)).subquery()))


def of_people(session: Session, ids: Collection[UUID], at: datetime) -> list[Actor]:
    """Return some people with their own desks, by their names; nobody disabled."""
    who = select(*_OF_PERSON).where(Person.id.in_(ids), Person.disabled.is_(False)).cte("who")
    rows = [_Held(*each) for each in session.execute(_own(who))]
    return sorted(_each(session, rows, local_date(at)), key=attrgetter("name_fa", "username"))


def _each(session: Session, rows: list[_Held], today: date) -> Iterator[Actor]:
    """Yield the people whose rows these are."""
    children = _children(session.connection()) if any(each.with_children for each in rows) else {}
    rows.sort(key=attrgetter("acts"))
    for _, each in groupby(rows, attrgetter("acts")):
        of_one = list(each)
        own = [row for row in of_one if row.substitution_id is None]
        yield _one(own, of_one, children, today)


def standing_in(
    session: Session, ids: Collection[UUID], at: datetime
) -> Mapping[UUID, tuple[StandIn, ...]]:
    """Return for whom some people work today; those who stand in for nobody are left out."""
    who = select(*_OF_PERSON).where(Person.id.in_(ids), Person.disabled.is_(False)).cte("who")
    asked = _of_others(who).add_columns(Substitution.substitute_id)
    rows = session.execute(asked, {"today": local_date(at)}).all()
    found: dict[UUID, list[_Held]] = {}
    for *held, substitute_id in rows:
        found.setdefault(substitute_id, []).append(_Held(*held))
    held_all = [each for some in found.values() for each in some]
    is_wide = any(each.with_children for each in held_all)
    children = _children(session.connection()) if is_wide else {}
    return {each: _stand_ins(held, children, local_date(at)) for each, held in found.items()}


class _Held(NamedTuple):
    """A person beside a grant and a representation, or beside a grant of somebody away."""

    id: UUID
    username: str
    name_fa: str
    name_en: str
    national_code: str | None
    locale: str
    preferences: str | None
    password_given: bool
    is_machine: bool
    role: str | None
    unit_code: str
    with_children: bool
    valid_from: date | None
    valid_to: date | None
    for_role: str | None
    party: str
    for_from: date | None
    for_to: date | None
    substitution_id: UUID | None  #: the name and the grant are those of the person away
    until: date
    processes: Sequence[str] | None
    desks: Sequence[str] | None
    most: Rial | None
    acts: UUID  #: whose row it is: the person, or the substitute


_OF_PERSON: Final = (
    Person.id,
    Person.username,
    Person.name_fa,
    Person.name_en,
    Person.national_code,
    Person.locale,
    Person.preferences,
    Person.password_given,
    Person.is_machine,
)
_OF_GRANT: Final = (
    Grant.role,
    Grant.unit_code,
    Grant.with_children,
    Grant.valid_from,
    Grant.valid_to,
)
_OF_PARTY: Final = (
    Representation.role,
    Representation.party,
    Representation.valid_from,
    Representation.valid_to,
)
_OF_SUBSTITUTION: Final = (
    Substitution.id,
    Substitution.valid_to,
    Substitution.processes,
    Substitution.desks,
    Substitution.most,
)


# Every request asks one of these.
@cache
def _signed_in() -> Prepared:
    return _held_by(
        select(*_OF_PERSON)
        .join(SignIn, SignIn.person_id == Person.id)
        .where(
            SignIn.token_hash == bindparam("token_hash"),
            SignIn.expires_at > bindparam("at"),
            SignIn.seen_at > bindparam("since"),
        )
    )


@cache
def _of_name() -> Prepared:
    return _held_by(select(*_OF_PERSON).where(Person.username == bindparam("username")))


def _held_by(person: Select[*tuple[Any, ...]]) -> Prepared:
    """Return the statement for what a person holds, and whoever he stands in for today."""
    who = person.where(Person.disabled.is_(False)).cte("who")
    return Prepared(select(union_all(_own(who), _of_others(who)).subquery()))


def _own(who: CTE) -> Select[Any]:
    """Grants and representations side by side."""
    return (
        select(*_named([*who.c, *_OF_GRANT, *_OF_PARTY, *map(_none, _OF_SUBSTITUTION), who.c.id]))
        .select_from(who)
        .outerjoin(Grant, Grant.person_id == who.c.id)
        .outerjoin(Representation, Representation.person_id == who.c.id)
    )


def _of_others(who: CTE) -> Select[Any]:
    """The grants of those who are away and have named him, whoever may be asked then."""
    away = aliased(Person)
    today: ColumnElement[date] = bindparam("today")
    named = [away.id, away.username, away.name_fa, away.name_en, away.national_code]
    return (
        select(
            *_named(
                [
                    *(*named, away.locale, *map(_none, _OF_PERSON[6:])),
                    *(*_OF_GRANT, *map(_none, _OF_PARTY), *_OF_SUBSTITUTION, who.c.id),
                ]
            ),
        )
        .select_from(who)
        .join(Substitution, Substitution.substitute_id == who.c.id)
        .join(away, away.id == Substitution.person_id)
        .join(Grant, Grant.person_id == away.id)
        .where(_runs(today), away.disabled.is_(False))
    )


def _runs(today: date | ColumnElement[date]) -> ColumnElement[bool]:
    """Return the condition on `Substitution` that it holds on a day."""
    return and_(
        Substitution.ended_at.is_(None),
        Substitution.valid_from <= today,
        Substitution.valid_to >= today,
    )


def _named(columns: Iterable[Any]) -> list[ColumnElement[Any]]:
    return [each.label(_Held._fields[at]) for at, each in enumerate(columns)]


def _none(column: Any) -> ColumnElement[Any]:
    return type_coerce(null(), column.type)


def _actor(
    connection: Connection,
    statement: Prepared,
    values: Mapping[str, object],
    at: datetime,
) -> Actor | None:
    today = local_date(at)
    rows = [_Held(*each) for each in statement.rows(connection, {**values, "today": today})]
    own = [each for each in rows if each.substitution_id is None]
    if not own:
        return None
    children = _children(connection) if any(each.with_children for each in rows) else {}
    others = rows if len(rows) > len(own) else ()
    return _one(own, others, children, today)


def _one(
    own: Sequence[_Held],
    others: Sequence[_Held],
    children: Mapping[str, list[str]],
    today: date,
) -> Actor:
    first = own[0]
    return Actor(
        first.id,
        first.username,
        first.name_fa,
        first.name_en,
        first.national_code,
        first.locale,
        frozenset(_desks(own, children, today)),
        preferences_of(first.preferences),
        _stand_ins(others, children, today),
        first.password_given,
        first.is_machine,
    )


def _stand_ins(
    rows: Sequence[_Held], children: Mapping[str, list[str]], today: date
) -> tuple[StandIn, ...]:
    passed_on = [each for each in rows if each.substitution_id is not None]
    passed_on.sort(key=lambda each: (each.username, str(each.substitution_id)))
    return tuple(
        _stand_in(known, list(each), children, today)
        for known, each in groupby(passed_on, attrgetter("substitution_id"))
    )


def _stand_in(
    substitution_id: UUID, rows: Sequence[_Held], children: Mapping[str, list[str]], today: date
) -> StandIn:
    first = rows[0]
    desks = {each for each in _desks(rows, children, today) if role_of(each) not in NEVER_PASSED_ON}
    return StandIn(
        substitution_id,
        first.username,
        first.name_fa,
        first.name_en,
        first.national_code,
        first.until,
        frozenset(desks if first.desks is None else desks.intersection(first.desks)),
        None if first.processes is None else frozenset(first.processes),
        None if first.most is None else first.most.amount,
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
