"""Rows of bearer tokens, and of what requests with an idempotency key were answered."""

from __future__ import annotations

from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from engine.model.api_token import AnsweredRequest, ApiToken
from engine.model.person import Person

#: asked for each request of a program: built once, for building it costs more than running it
_HOLDER: Final = (
    select(ApiToken.id, Person.username, ApiToken.scopes, ApiToken.used_at)
    .join(Person, Person.id == ApiToken.person_id)
    .where(
        ApiToken.token_hash == bindparam("hash"),
        ApiToken.revoked_at.is_(None),
        ApiToken.expires_at > bindparam("at"),
        Person.disabled.is_(False),
    )
)


class Holder(NamedTuple):
    """Whose a token is, and what it may do."""

    token_id: UUID
    username: str
    scopes: frozenset[str]
    used_at: datetime | None


def holder_of(session: Session, token_hash: str, at: datetime) -> Holder | None:
    """Return whose token this is, unless it was revoked, has expired, or its person is disabled."""
    found = session.connection().execute(_HOLDER, {"hash": token_hash, "at": at}).first()
    if found is None:
        return None
    token_id, username, scopes, used_at = found
    return Holder(token_id, username, frozenset(scopes.split()), used_at)


def person_of(session: Session, username: str) -> Person | None:
    """Return whom a token may be made for: who is not disabled."""
    return session.scalar(
        select(Person).where(Person.username == username, Person.disabled.is_(False))
    )


def of_person(session: Session, person_id: UUID) -> list[ApiToken]:
    """Return a person's tokens that were not revoked, the newest first."""
    return list(
        session.scalars(
            select(ApiToken)
            .where(ApiToken.person_id == person_id, ApiToken.revoked_at.is_(None))
            .order_by(ApiToken.created_at.desc(), ApiToken.id)
        )
    )


def use(session: Session, token_id: UUID, at: datetime) -> None:
    """Keep when a token was used."""
    session.execute(update(ApiToken).where(ApiToken.id == token_id).values(used_at=at))


def begin_answer(
    session: Session, person_id: UUID, key: str, request_hash: str, at: datetime
) -> bool:
    """Keep that a request with this key is being done; tell whether it is the first."""
    new = sqlite_insert if session.get_bind().dialect.name == "sqlite" else postgresql_insert
    made = session.execute(
        new(AnsweredRequest)
        .values(person_id=person_id, key=key, request_hash=request_hash, at=at)
        .on_conflict_do_nothing(index_elements=["person_id", "key"])
        .returning(AnsweredRequest.key)
    )
    return made.first() is not None


def kept_answer(session: Session, person_id: UUID, key: str) -> AnsweredRequest | None:
    """Return what a request with this key was answered."""
    return session.get(AnsweredRequest, (person_id, key))


def forget_answer(session: Session, person_id: UUID, key: str) -> None:
    """Forget a key: nothing was done with it."""
    session.execute(
        delete(AnsweredRequest).where(
            AnsweredRequest.person_id == person_id, AnsweredRequest.key == key
        )
    )


def forget_answers(session: Session, before: datetime, limit: int) -> None:
    """Forget what was answered before a moment, ``limit`` at most."""
    keys = (
        select(AnsweredRequest.person_id, AnsweredRequest.key)
        .where(AnsweredRequest.at < before)
        .order_by(AnsweredRequest.at)
        .limit(limit)
    )
    for person_id, key in session.execute(keys).all():
        forget_answer(session, person_id, key)
