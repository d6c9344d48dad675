"""Second factors of a person: a device that makes codes, passkeys, recovery codes.

What is checked by arithmetic (a code, a signature) is checked by whoever calls; here it is
kept that each code opens the door once, and what was added and taken away is told.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from engine.commands.retried import retried
from engine.errors import NotFound
from engine.model.admin_event import AdminEventKind
from engine.model.person import Actor, Person
from engine.model.sign_in import Method, Passkey, RecoveryCode, Totp
from engine.storage import people, sign_ins
from engine.storage.admin_events import tell, tell_of_oneself
from engine.storage.database import UnitOfWork
from engine.storage.vault import Vault


@retried
def begin_totp(uow: UnitOfWork, secret: str, vault: Vault, *, actor: Actor, at: datetime) -> None:
    """Keep the secret a device is about to be given; it counts once a code of it was right.

    A device that counts already stays until the new one is confirmed elsewhere: it has to be
    taken away first.

    Raises:
        NotFound: the person has a device that counts.
    """
    with uow:
        known = uow.session.get(Totp, actor.person_id)
        if known is not None and known.confirmed_at is not None:
            raise NotFound("there is a device already")
        sealed = vault.seal(secret)
        uow.session.merge(
            Totp(
                person_id=actor.person_id,
                sealed=sealed,
                begun_at=at,
                confirmed_at=None,
                last_step=0,
            )
        )
        uow.commit()


@retried
def confirm_totp(uow: UnitOfWork, step: int, *, actor: Actor, at: datetime) -> None:
    """Let a device count from its first right code on, that of ``step`` of time.

    Raises:
        NotFound: none was begun.
    """
    with uow:
        totp = uow.session.get(Totp, actor.person_id)
        if totp is None:
            raise NotFound("no device was begun")
        totp.confirmed_at, totp.last_step = at, step
        tell_of_oneself(
            uow.session, AdminEventKind.FACTOR_ADDED, actor.username, at, factor=Method.TOTP.value
        )
        uow.commit()


@retried
def take_code(uow: UnitOfWork, person_id: UUID, step: int) -> bool:
    """Take a right code of ``step`` of time; ``False``: this or a later one was taken before."""
    with uow:
        is_first = sign_ins.take_step(uow.session, person_id, step)
        uow.commit()
        return is_first


@retried
def remove_totp(uow: UnitOfWork, *, actor: Actor, at: datetime) -> None:
    """Take the device away; with the last factor go the recovery codes.

    Raises:
        NotFound: there is none.
    """
    with uow:
        totp = uow.session.get(Totp, actor.person_id)
        if totp is None:
            raise NotFound("there is no device")
        uow.session.delete(totp)
        _removed(uow, actor, Method.TOTP, at)
        uow.commit()


@retried
def add_passkey(uow: UnitOfWork, passkey: Passkey, *, actor: Actor, at: datetime) -> None:
    """Keep the public half of a new passkey of the actor's."""
    with uow:
        uow.session.add(passkey)
        tell_of_oneself(
            uow.session,
            AdminEventKind.FACTOR_ADDED,
            actor.username,
            at,
            factor=Method.PASSKEY.value,
        )
        uow.commit()


@retried
def use_passkey(
    uow: UnitOfWork, credential_id: str, sign_count: int, asked_at: datetime, *, at: datetime
) -> bool:
    """Keep that a passkey signed what was asked at a moment, and the count it told.

    ``False``: it has signed since, so this may be the same signature once more.
    """
    with uow:
        is_first = sign_ins.use_passkey(uow.session, credential_id, sign_count, asked_at, at)
        uow.commit()
        return is_first


@retried
def remove_passkey(uow: UnitOfWork, credential_id: str, *, actor: Actor, at: datetime) -> None:
    """Forget a passkey of the actor's.

    Raises:
        NotFound: it is none.
    """
    with uow:
        passkey = uow.session.get(Passkey, credential_id)
        if passkey is None or passkey.person_id != actor.person_id:
            raise NotFound("there is no such passkey")
        uow.session.delete(passkey)
        _removed(uow, actor, Method.PASSKEY, at)
        uow.commit()


@retried
def give_recovery_codes(
    uow: UnitOfWork, code_hashes: Sequence[str], *, actor: Actor, at: datetime
) -> None:
    """Keep the hashes of new recovery codes in place of all older ones."""
    with uow:
        sign_ins.forget_recovery_codes(uow.session, actor.person_id)
        uow.session.add_all(
            RecoveryCode(person_id=actor.person_id, code_hash=each, used_at=None)
            for each in code_hashes
        )
        tell_of_oneself(
            uow.session,
            AdminEventKind.FACTOR_ADDED,
            actor.username,
            at,
            factor=Method.RECOVERY.value,
        )
        uow.commit()


@retried
def use_recovery_code(uow: UnitOfWork, person_id: UUID, code_hash: str, *, at: datetime) -> bool:
    """Use a recovery code up; ``False``: there is none like it left."""
    with uow:
        is_right = sign_ins.use_recovery_code(uow.session, person_id, code_hash, at)
        if is_right:
            person = uow.session.get_one(Person, person_id)
            tell_of_oneself(uow.session, AdminEventKind.RECOVERY_CODE_USED, person.username, at)
        uow.commit()
        return is_right


@retried
def forget_all(uow: UnitOfWork, username: str, *, by: str, at: datetime) -> None:
    """Take every second factor of a person away and sign every browser out.

    For who is locked out; whoever asks for it has made sure who that is.

    Raises:
        NotFound: there is no such person.
    """
    with uow:
        person_id = people.id_of(uow.session, username)
        if person_id is None:
            raise NotFound(f"there is nobody called {username!r}")
        sign_ins.forget_factors(uow.session, person_id)
        sign_ins.forget_others(uow.session, person_id, None)
        kind = AdminEventKind.FACTOR_REMOVED
        tell(uow.session, kind, actor=by, at=at, person=username, factor="all")
        uow.commit()


def _removed(uow: UnitOfWork, actor: Actor, factor: Method, at: datetime) -> None:
    uow.session.flush()
    if not sign_ins.has_factor(uow.session, actor.person_id):
        sign_ins.forget_recovery_codes(uow.session, actor.person_id)
    tell_of_oneself(
        uow.session, AdminEventKind.FACTOR_REMOVED, actor.username, at, factor=factor.value
    )
