"""Signed-in browsers and people's own settings."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from engine.model.person import SignIn, SignInAttempt
from engine.storage import people
from engine.storage.database import UnitOfWork

#: Failures are of no use once they are older than any limit looks back.
FORGOTTEN_AFTER = timedelta(days=1)


def sign_in(
    uow: UnitOfWork, person_id: UUID, token_hash: str, *, at: datetime, expires_at: datetime
) -> None:
    """Remember a browser by the hash of its token; expired ones are forgotten."""
    with uow:
        people.forget_expired(uow.session, at)
        uow.session.add(
            SignIn(token_hash=token_hash, person_id=person_id, created_at=at, expires_at=expires_at)
        )
        uow.commit()


def sign_out(uow: UnitOfWork, token_hash: str) -> None:
    """Forget a browser."""
    with uow:
        people.forget_browser(uow.session, token_hash)
        uow.commit()


def record_failure(uow: UnitOfWork, username: str, address: str, *, at: datetime) -> None:
    """Count a failed sign-in, to slow down guessing."""
    with uow:
        people.forget_attempts(uow.session, at - FORGOTTEN_AFTER)
        uow.session.add(SignInAttempt(username=username[:200], address=address, at=at))
        uow.commit()


def set_locale(uow: UnitOfWork, person_id: UUID, locale: str) -> None:
    """Keep the language a person chose."""
    with uow:
        people.set_locale(uow.session, person_id, locale)
        uow.commit()
