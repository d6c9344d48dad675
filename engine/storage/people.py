"""Rows of people."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from engine.model.person import Actor, Grant, Person, Representation
from engine.model.preferences import DEFAULTS, preferences_of
from engine.values import exact_json


def is_taken(session: Session, username: str) -> bool:
    """Tell whether somebody has this user name."""
    return session.scalar(select(Person.id).where(Person.username == username)) is not None


def id_of(session: Session, username: str) -> UUID | None:
    """Return the person of a user name; ``None``: nobody has it."""
    return session.scalar(select(Person.id).where(Person.username == username))


def national_codes(session: Session, known: Iterable[str]) -> frozenset[str]:
    """Return the national codes of these user names, disabled ones too."""
    asked = select(Person.national_code).where(
        Person.username.in_(sorted(known)), Person.national_code.is_not(None)
    )
    return frozenset(each for each in session.scalars(asked) if each)


def is_one_of(session: Session, actor: Actor, usernames: Iterable[str | None]) -> bool:
    """Tell whether an actor is one of these people, under whichever of his accounts (§12).

    One person may have two accounts: they are one where their national codes are.
    """
    known = {each for each in usernames if each}
    if actor.username in known:
        return True
    return actor.national_code is not None and actor.national_code in national_codes(session, known)


def holders_of(session: Session, roles: Collection[str], on: date) -> list[str]:
    """Return who holds one of some roles on a day, anywhere, by user name; programs do not."""
    found = (
        select(Person.username)
        .join(Grant, Grant.person_id == Person.id)
        .where(
            Grant.role.in_(sorted(roles)),
            or_(Grant.valid_from.is_(None), Grant.valid_from <= on),
            or_(Grant.valid_to.is_(None), Grant.valid_to >= on),
            Person.disabled.is_(False),
            Person.is_machine.is_(False),
        )
        .distinct()
        .order_by(Person.username)
    )
    return list(session.scalars(found))


def works_here(session: Session, national_code: str, on: date) -> bool:
    """Tell whether a person of this national code holds a role in a unit, or anywhere, on a day."""
    held = (
        select(Grant.id)
        .join(Person, Grant.person_id == Person.id)
        .where(
            Person.national_code == national_code,
            or_(Grant.valid_from.is_(None), Grant.valid_from <= on),
            or_(Grant.valid_to.is_(None), Grant.valid_to >= on),
        )
    )
    return session.scalar(held.limit(1)) is not None


def identify(session: Session, username: str, national_code: str) -> None:
    """Write down who somebody is, where nobody has done so yet."""
    session.execute(
        update(Person)
        .where(Person.username == username, Person.national_code.is_(None))
        .values(national_code=national_code)
    )


def usernames(session: Session) -> frozenset[str]:
    """Return every user name."""
    return frozenset(session.scalars(select(Person.username)))


def set_locale(session: Session, person_id: UUID, locale: str) -> None:
    """Keep the language a person chose."""
    session.execute(update(Person).where(Person.id == person_id).values(locale=locale))


def keep_preferences(session: Session, person_id: UUID, chosen: Mapping[str, Any]) -> None:
    """Keep what a person chose beside what was chosen before; defaults take no room."""
    person = session.get_one(Person, person_id, with_for_update=True)
    now = {**preferences_of(person.preferences), **chosen}
    own = {name: value for name, value in now.items() if value != DEFAULTS[name]}
    person.preferences = exact_json.written(own) if own else None


def account(session: Session, username: str) -> Person | None:
    """Return an account that nobody else changes before the transaction ends."""
    asked = select(Person).where(Person.username == username).with_for_update()
    return session.scalars(asked).one_or_none()


def acting_as(
    session: Session, username: str, role: str, party: str
) -> tuple[Person, Representation | None]:
    """Return a person, and as what he acts, or did, for an organisation in a role."""
    person = session.scalars(select(Person).where(Person.username == username)).one()
    of = Representation
    asked = select(of).where(of.person_id == person.id, of.role == role, of.party == party)
    return person, session.scalars(asked).one_or_none()


def acting_only(
    session: Session, party: str, of: str, role: str, on: date
) -> dict[Person, date | None]:
    """Return who acts for an organisation in one role on a day and never did in another.

    Each with the last day of it; ``None``: no end is set.
    """
    known = select(Representation.person_id).where(
        Representation.role == role, Representation.party == party
    )
    acting = (
        select(Person, Representation.valid_to)
        .join(Representation, Representation.person_id == Person.id)
        .where(
            Representation.role == of,
            Representation.party == party,
            or_(Representation.valid_from.is_(None), Representation.valid_from <= on),
            or_(Representation.valid_to.is_(None), Representation.valid_to >= on),
            Person.id.not_in(known),
        )
        .order_by(Person.username, Representation.valid_to.is_(None), Representation.valid_to)
    )
    rows = session.execute(acting)
    return {row.Person: row.valid_to for row in rows}  # of several ends the last
