"""Who acts: a signed-in person with every desk, read in one statement."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from sqlalchemy import Text, bindparam, func, or_, select
from sqlalchemy.orm import Session

from engine.model.person import Person
from engine.model.sign_in import SignInAttempt
from engine.storage.actors import by_username, signed_in
from engine.storage.statements import Prepared

__all__ = [
    "Credentials",
    "by_username",
    "credentials",
    "failures_since",
    "names",
    "names_of",
    "signed_in",
]


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a sign-in is checked against."""

    person_id: UUID
    password_hash: str | None
    locale: str
    is_machine: bool


def credentials(session: Session, username: str) -> Credentials | None:
    """Return what a person's password is checked against, unless disabled."""
    found = session.execute(
        select(Person.id, Person.password_hash, Person.locale, Person.is_machine).where(
            Person.username == username, Person.disabled.is_(False)
        )
    ).first()
    return Credentials(*found) if found else None


def failures_since(
    session: Session, username: str, address: str, since: datetime
) -> tuple[int, int]:
    """Return the failed sign-ins since a moment: for this name, and from this address."""
    by_name, by_address = session.execute(
        select(
            func.count().filter(SignInAttempt.username == username),
            func.count().filter(SignInAttempt.address == address),
        ).where(
            SignInAttempt.at > since,
            or_(SignInAttempt.username == username, SignInAttempt.address == address),
        )
    ).one()
    return by_name, by_address


def names(session: Session, usernames: Iterable[str | None]) -> Mapping[str, Mapping[str, str]]:
    """Return the names of people by user name and language."""
    wanted = sorted({each for each in usernames if each})
    if not wanted:
        return {}
    places = 1 << (len(wanted) - 1).bit_length()  # a statement for 1, for 2, for 4, …
    asked = {f"name_{at}": wanted[min(at, len(wanted) - 1)] for at in range(places)}
    rows = _named(places).rows(session.connection(), asked)
    return {username: {"fa": name_fa, "en": name_en} for username, name_fa, name_en in rows}


@lru_cache
def _named(places: int) -> Prepared:
    names = [bindparam(f"name_{at}", type_=Text) for at in range(places)]
    return Prepared(
        select(Person.username, Person.name_fa, Person.name_en).where(Person.username.in_(names))
    )


def names_of(person: Person | None, username: str) -> Mapping[str, str]:
    """Return what somebody is called, by language; the user name where nobody has it."""
    return {"fa": username, "en": username} if person is None else person.names
