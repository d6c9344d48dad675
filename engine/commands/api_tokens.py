"""Tokens of programs: made, shown once, used, revoked; and answers kept for their keys."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from engine.commands.retried import retried
from engine.commands.saying import must_say
from engine.errors import NotFound, Problem, RulesBroken
from engine.model.admin_event import AdminEventKind
from engine.model.api_token import LONGEST_LIFE, LONGEST_NAME, SCOPES, AnsweredRequest, ApiToken
from engine.model.base import new_id
from engine.model.person import Person
from engine.storage import api_tokens
from engine.storage.admin_events import tell
from engine.storage.database import UnitOfWork
from engine.values import normalise

PREFIX: Final = "divan_"  #: by which a token is known where it should not be
_MOST_FORGOTTEN: Final = 100


@dataclass(frozen=True, slots=True)
class Made:
    """A new token; nobody can tell it again."""

    id: UUID
    token: str
    expires_at: datetime


@retried
def make(
    uow: UnitOfWork,
    username: str,
    name: str,
    scopes: Collection[str],
    life: timedelta,
    *,
    by: str,
    at: datetime,
) -> Made:
    """Make a token for somebody; only its hash is kept.

    Args:
        scopes: of `SCOPES`, at least one.
        life: after which it opens nothing, a year at most.
        by: who makes it: the person, or the console.

    Raises:
        NotFound: there is nobody of this user name.
        RulesBroken: without a name or a scope, or for longer than it may live.
    """
    called = must_say(normalise(name), LONGEST_NAME, "name")
    problems = [Problem("API-001", "scopes")] if not scopes or set(scopes) - SCOPES.keys() else []
    if not timedelta() < life <= LONGEST_LIFE:
        problems.append(Problem("API-002", "days", {"most": str(LONGEST_LIFE.days)}))
    if problems:
        raise RulesBroken(problems)
    with uow:
        person = api_tokens.person_of(uow.session, username)
        if person is None:
            raise NotFound(f"nobody is called {username}")
        token = PREFIX + secrets.token_urlsafe(32)
        made = ApiToken(
            id=new_id(),
            token_hash=hash_of(token),
            person_id=person.id,
            name=called,
            scopes=" ".join(sorted(set(scopes))),
            created_at=at,
            created_by=by,
            expires_at=at + life,
        )
        uow.session.add(made)
        told = {"name": called, "scopes": made.scopes, "until": made.expires_at.isoformat()}
        tell(
            uow.session, AdminEventKind.TOKEN_MADE, actor=by, at=at, person=person.username, **told
        )
        uow.commit()
        return Made(made.id, token, made.expires_at)


@retried
def revoke(
    uow: UnitOfWork, token_id: UUID, *, by: str, person_id: UUID | None, at: datetime
) -> None:
    """Let a token open nothing from now on.

    Args:
        person_id: whose it has to be; ``None``: anybody's, for the console.

    Raises:
        NotFound: there is no such token, or it was revoked.
    """
    with uow:
        token = uow.session.get(ApiToken, token_id)
        is_theirs = token is not None and person_id in (None, token.person_id)
        if token is None or not is_theirs or token.revoked_at is not None:
            raise NotFound(f"no token {token_id}")
        token.revoked_at = at
        person = uow.session.get_one(Person, token.person_id)
        tell(
            uow.session,
            AdminEventKind.TOKEN_REVOKED,
            actor=by,
            at=at,
            person=person.username,
            name=token.name,
        )
        uow.commit()


@retried
def use(uow: UnitOfWork, token_id: UUID, *, at: datetime) -> None:
    """Keep that a token was used."""
    with uow:
        api_tokens.use(uow.session, token_id, at)
        uow.commit()


@retried
def begin_answer(
    uow: UnitOfWork, person_id: UUID, key: str, request_hash: str, *, at: datetime, since: datetime
) -> AnsweredRequest | None:
    """Begin a request with an idempotency key; return what is known of an earlier one.

    Args:
        since: what was answered before is forgotten.
    """
    with uow:
        api_tokens.forget_answers(uow.session, since, _MOST_FORGOTTEN)
        if api_tokens.begin_answer(uow.session, person_id, key, request_hash, at):
            uow.commit()
            return None
        known = api_tokens.kept_answer(uow.session, person_id, key)
        uow.commit()
        return known


@retried
def keep_answer(
    uow: UnitOfWork, person_id: UUID, key: str, status: int, content_type: str, body: bytes
) -> None:
    """Keep what a request with an idempotency key was answered."""
    with uow:
        known = api_tokens.kept_answer(uow.session, person_id, key)
        if known is not None:
            known.status, known.content_type, known.body = status, content_type, body
        uow.commit()


@retried
def forget_answer(uow: UnitOfWork, person_id: UUID, key: str) -> None:
    """Forget a key with which nothing was done, so that it may be tried again."""
    with uow:
        api_tokens.forget_answer(uow.session, person_id, key)
        uow.commit()


def hash_of(token: str) -> str:
    """Return what of a token is kept; it has 256 bits of chance, so one round is enough."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
