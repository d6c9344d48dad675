"""Signed-in browsers, passwords, and the language of a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from engine.commands.retried import retried
from engine.errors import NotFound
from engine.model.admin_event import AdminEventKind
from engine.model.person import Actor, Person
from engine.model.sign_in import Identity, Method, SignIn, SignInAttempt
from engine.storage import people, sign_ins
from engine.storage.admin_events import tell_of_oneself
from engine.storage.database import UnitOfWork

#: Failures are of no use once they are older than any limit looks back.
FORGOTTEN_AFTER = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Browser:
    """The browser a person signs in with, as it is told apart from the person's others."""

    token_hash: str
    address: str
    name: str  #: what it says it is; not to be believed


@retried
def sign_in(
    uow: UnitOfWork,
    person_id: UUID,
    browser: Browser,
    method: Method,
    *,
    at: datetime,
    expires_at: datetime,
    instead_of: str | None = None,
) -> None:
    """Remember a browser by the hash of its token; expired ones are forgotten.

    Args:
        instead_of: the hash of the token this browser had until now, which opens nothing more.
    """
    with uow:
        sign_ins.forget_expired(uow.session, at)
        if instead_of is not None:
            sign_ins.forget_browser(uow.session, instead_of)
        person = uow.session.get_one(Person, person_id)
        uow.session.add(
            SignIn(
                token_hash=browser.token_hash,
                person_id=person_id,
                created_at=at,
                expires_at=expires_at,
                seen_at=at,
                proved_at=at,
                method=method.value,
                address=browser.address[:64] or None,
                browser=browser.name[:200] or None,
            )
        )
        tell_of_oneself(uow.session, AdminEventKind.SIGNED_IN, person.username, at, by=method.value)
        uow.commit()


@retried
def see(uow: UnitOfWork, token_hash: str, *, at: datetime) -> None:
    """Keep that a browser is in use, so that it does not end as idle."""
    with uow:
        sign_ins.see(uow.session, token_hash, at)
        uow.commit()


@retried
def prove(uow: UnitOfWork, token_hash: str, *, at: datetime) -> None:
    """Keep that whoever sits at a browser proved to be its person just now."""
    with uow:
        sign_ins.prove(uow.session, token_hash, at)
        uow.commit()


@retried
def sign_out(uow: UnitOfWork, token_hash: str) -> None:
    """Forget a browser."""
    with uow:
        sign_ins.forget_browser(uow.session, token_hash)
        uow.commit()


@retried
def sign_out_other(uow: UnitOfWork, token_hash: str, *, actor: Actor, at: datetime) -> None:
    """Forget one browser of the actor's.

    Raises:
        NotFound: it is none of the actor's, or has ended.
    """
    with uow:
        if not sign_ins.forget_one_of(uow.session, actor.person_id, token_hash):
            raise NotFound("there is no such browser")
        tell_of_oneself(
            uow.session, AdminEventKind.SIGNED_OUT_ELSEWHERE, actor.username, at, browsers=1
        )
        uow.commit()


@retried
def sign_out_others(uow: UnitOfWork, but: str, *, actor: Actor, at: datetime) -> int:
    """Forget every browser of the actor's ``but`` the one at hand; return how many."""
    with uow:
        count = sign_ins.forget_others(uow.session, actor.person_id, but)
        if count:
            tell_of_oneself(
                uow.session, AdminEventKind.SIGNED_OUT_ELSEWHERE, actor.username, at, browsers=count
            )
        uow.commit()
        return count


@retried
def record_failure(uow: UnitOfWork, username: str, address: str, *, at: datetime) -> None:
    """Count a failed sign-in, to slow down guessing."""
    with uow:
        sign_ins.forget_attempts(uow.session, at - FORGOTTEN_AFTER)
        uow.session.add(SignInAttempt(username=username[:200], address=address, at=at))
        uow.commit()


@retried
def change_password(
    uow: UnitOfWork, password_hash: str, *, but: str, actor: Actor, at: datetime
) -> None:
    """Keep the hash of a new password; browsers elsewhere have to sign in with it.

    Args:
        but: the hash of the token of the browser at hand, which stays.
    """
    with uow:
        person = uow.session.get_one(Person, actor.person_id)
        person.password_hash, person.password_given = password_hash, False
        sign_ins.forget_others(uow.session, actor.person_id, but)
        tell_of_oneself(uow.session, AdminEventKind.PASSWORD_CHANGED, actor.username, at)
        uow.commit()


@retried
def know_as(uow: UnitOfWork, person_id: UUID, issuer: str, subject: str, *, at: datetime) -> None:
    """Keep who a person is to an OpenID provider, from the first sign-in by it on."""
    with uow:
        person = uow.session.get_one(Person, person_id)
        uow.session.add(Identity(issuer=issuer, subject=subject, person_id=person_id, added_at=at))
        factor = Method.PROVIDER.value
        tell_of_oneself(
            uow.session, AdminEventKind.FACTOR_ADDED, person.username, at, factor=factor
        )
        uow.commit()


@retried
def set_locale(uow: UnitOfWork, person_id: UUID, locale: str) -> None:
    """Keep the language a person chose."""
    with uow:
        people.set_locale(uow.session, person_id, locale)
        uow.commit()
