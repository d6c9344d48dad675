"""Whether a secret is the person's: a password here, in the directory, a code of a device."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from engine.commands import factors
from engine.model.sign_in import Method
from engine.queries import accounts as queries
from engine.queries import people
from engine.queries.accounts import Factors
from webapp.accounts import directory
from webapp.accounts.codes import hash_of_recovery_code, step_of
from webapp.accounts.guessing import failed, is_guessing
from webapp.accounts.passwords import is_password
from webapp.request import current_actor, now, reader, services, unit_of_work


@dataclass(frozen=True, slots=True)
class Proof:
    """Whose secret it was, and by what that is known."""

    person_id: UUID
    method: Method


def of_password(username: str, password: str) -> Proof | None:
    """Return whose name and password these are, in the same time for an unknown name.

    Who has no password here is asked for in the site's directory. A wrong password costs the
    same whoever is named: the directory is asked for nobody where there is nobody to ask for.
    A program's account opens no browser.
    """
    with reader() as database:
        found = people.credentials(database, username)
    person = None if found is None or found.is_machine else found
    if is_password(password, person.password_hash if person else None) and person:
        return Proof(person.person_id, Method.PASSWORD)
    door = services().settings.sign_in
    if not door.ldap_url or not password:
        return None
    if person is None or person.password_hash is not None:
        directory.ask_for_nobody(door)
        return None
    is_right = directory.is_password(door, username, password)
    return Proof(person.person_id, Method.DIRECTORY) if is_right else None


def of_code(person_id: UUID, known: Factors, typed: str) -> Method | None:
    """Return what a second factor's code was: the device's or a recovery code, each good once."""
    if known.sealed is not None:
        secret = services().vault.open("totp", known.sealed)
        step = step_of(secret, typed, now())
        if step is not None and factors.take_code(unit_of_work(), person_id, step):
            return Method.TOTP
    if known.codes_left and factors.use_recovery_code(
        unit_of_work(), person_id, hash_of_recovery_code(typed), at=now()
    ):
        return Method.RECOVERY
    return None


def confirmed(typed: str) -> Method | None:
    """Return by what the acting person just proved to be there, to approve something.

    A password, or a code of the device for who has no password. Guessing is slowed down here
    like at the sign-in: after too many wrong ones the right one is wrong as well.
    """
    actor = current_actor()
    if not typed or is_guessing(actor.username):
        return None
    proof = of_password(actor.username, typed)
    if proof is not None:
        return proof.method
    with reader() as database:
        known = queries.factors(database, actor.person_id)
    method = of_code(actor.person_id, known, typed)
    if method is None:
        failed(actor.username)
    return method
