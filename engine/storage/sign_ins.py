"""Rows of signed-in browsers, of failed attempts, and of what people prove themselves with."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from engine.model.sign_in import Passkey, RecoveryCode, SignIn, SignInAttempt, Totp


def forget_browser(session: Session, token_hash: str) -> None:
    """Forget one signed-in browser."""
    session.execute(delete(SignIn).where(SignIn.token_hash == token_hash))


def forget_one_of(session: Session, person_id: UUID, token_hash: str) -> bool:
    """Forget a browser of this person; tell whether it was one."""
    found = session.execute(
        delete(SignIn)
        .where(SignIn.person_id == person_id, SignIn.token_hash == token_hash)
        .returning(SignIn.token_hash)
    )
    return found.first() is not None


def forget_others(session: Session, person_id: UUID, but: str | None) -> int:
    """Forget every browser of a person ``but`` one; return how many."""
    found = session.execute(
        delete(SignIn)
        .where(SignIn.person_id == person_id, SignIn.token_hash != (but or ""))
        .returning(SignIn.token_hash)
    )
    return len(found.all())


def forget_expired(session: Session, at: datetime) -> None:
    """Forget browsers whose time is over."""
    session.execute(delete(SignIn).where(SignIn.expires_at < at))


def forget_attempts(session: Session, before: datetime) -> None:
    """Forget failed sign-ins that no limit looks back to."""
    session.execute(delete(SignInAttempt).where(SignInAttempt.at < before))


def see(session: Session, token_hash: str, at: datetime) -> None:
    """Keep that something came from a browser, not earlier than what is kept."""
    session.execute(
        update(SignIn)
        .where(SignIn.token_hash == token_hash, SignIn.seen_at < at)
        .values(seen_at=at)
    )


def prove(session: Session, token_hash: str, at: datetime) -> None:
    """Keep that the person at a browser proved again who it is."""
    session.execute(update(SignIn).where(SignIn.token_hash == token_hash).values(proved_at=at))


def take_step(session: Session, person_id: UUID, step: int) -> bool:
    """Take the code of one step of time; ``False``: it, or a later one, was taken before."""
    found = session.execute(
        update(Totp)
        .where(Totp.person_id == person_id, Totp.last_step < step)
        .values(last_step=step)
        .returning(Totp.person_id)
    )
    return found.first() is not None


def use_recovery_code(session: Session, person_id: UUID, code_hash: str, at: datetime) -> bool:
    """Use up a recovery code; ``False``: there is none like it, or it was used."""
    found = session.execute(
        update(RecoveryCode)
        .where(
            RecoveryCode.person_id == person_id,
            RecoveryCode.code_hash == code_hash,
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=at)
        .returning(RecoveryCode.code_hash)
    )
    return found.first() is not None


def forget_recovery_codes(session: Session, person_id: UUID) -> None:
    """Forget a person's recovery codes, used and unused."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person_id))


def forget_factors(session: Session, person_id: UUID) -> None:
    """Forget a person's device, passkeys and recovery codes."""
    session.execute(delete(Totp).where(Totp.person_id == person_id))
    session.execute(delete(Passkey).where(Passkey.person_id == person_id))
    forget_recovery_codes(session, person_id)


def use_passkey(
    session: Session, credential_id: str, sign_count: int, asked_at: datetime, at: datetime
) -> bool:
    """Keep how often a passkey says it was used, and when; ``False``: it was since ``asked_at``."""
    found = session.execute(
        update(Passkey)
        .where(
            Passkey.credential_id == credential_id,
            or_(Passkey.used_at.is_(None), Passkey.used_at < asked_at),
        )
        .values(sign_count=sign_count, used_at=at)
        .returning(Passkey.credential_id)
    )
    return found.first() is not None


def has_factor(session: Session, person_id: UUID) -> bool:
    """Tell whether a person has a device or a passkey left."""
    totp = select(Totp.person_id).where(Totp.person_id == person_id, Totp.confirmed_at.is_not(None))
    passkey = select(Passkey.person_id).where(Passkey.person_id == person_id)
    return session.execute(totp.union_all(passkey)).first() is not None
