"""People, the roles they hold, and whom they represent."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from engine.errors import Conflict
from engine.model.person import Grant, Person, Representation
from engine.storage.database import UnitOfWork
from engine.storage.people import is_taken


class UsernameTaken(Conflict):
    """Somebody has this user name."""


def register(
    uow: UnitOfWork,
    username: str,
    *,
    name_fa: str,
    name_en: str,
    password_hash: str | None,
    national_code: str | None = None,
    locale: str = "fa",
    password_given: bool = False,
    is_machine: bool = False,
) -> UUID:
    """Add a person.

    Args:
        password_given: it has to be changed at the first sign-in.
        is_machine: a program's account: it opens HTTP Basic and no browser.

    Raises:
        UsernameTaken: the user name is in use.
    """
    with uow:
        if is_taken(uow.session, username):
            raise UsernameTaken(username)
        person = Person(
            username=username,
            name_fa=name_fa,
            name_en=name_en,
            national_code=national_code,
            password_hash=password_hash,
            locale=locale,
            password_given=password_given,
            is_machine=is_machine,
        )
        uow.session.add(person)
        uow.commit()
        return person.id


def grant(
    uow: UnitOfWork,
    person_id: UUID,
    role: str,
    unit_code: str,
    *,
    with_children: bool = False,
    valid_from: date | None = None,
    valid_to: date | None = None,
) -> None:
    """Give a person a role in a unit (``*`` for everywhere), from a day to a day."""
    with uow:
        uow.session.add(
            Grant(
                person_id=person_id,
                role=role,
                unit_code=unit_code,
                with_children=with_children,
                valid_from=valid_from,
                valid_to=valid_to,
            )
        )
        uow.commit()


def represent(uow: UnitOfWork, person_id: UUID, role: str, party: str) -> None:
    """Let a person act for an outside organisation in a role."""
    with uow:
        uow.session.add(
            Representation(
                person_id=person_id, role=role, party=party, valid_from=None, valid_to=None
            )
        )
        uow.commit()
