"""What people are called, for pages that keep user names."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import select

from engine.sdk import Person, Session
from processes.transactions.records import Firm


def names_of(session: Session, usernames: Collection[str]) -> dict[str, Mapping[str, str]]:
    """Return the names of people by user name and language; unknown ones are left out."""
    known = session.scalars(select(Person).where(Person.username.in_(usernames)))
    return {each.username: each.names for each in known}


def firm_names(session: Session, identifiers: Collection[str]) -> dict[str, str]:
    """Return what firms of the register are called, by their legal ids."""
    known = session.scalars(select(Firm).where(Firm.identifier.in_(identifiers)))
    return {each.identifier: each.name for each in known}


def named(session: Session, usernames: Collection[str], language: str) -> dict[str, str]:
    """Return what people are called in a language, by their user names."""
    return {who: names[language] for who, names in names_of(session, usernames).items()}


def persons(session: Session, usernames: Collection[str]) -> dict[str, str]:
    """Return who each account is: its national code, or where none is known the account itself.

    Two accounts of one person are one (§12).
    """
    query = select(Person.username, Person.national_code).where(Person.username.in_(usernames))
    known = {each.username: each.national_code for each in session.execute(query)}
    return {each: known.get(each) or each for each in usernames}
