"""Rows of what people were told, and how those people want to be told."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import CursorResult, delete, select, update
from sqlalchemy.orm import Session

from engine.model.notice import Notice
from engine.model.person import Person
from engine.model.preferences import preferences_of


class Hearer(NamedTuple):
    """Somebody who may be told something."""

    id: UUID
    username: str
    locale: str
    email: str | None
    mobile: str | None
    preferences: Mapping[str, Any]


def hearers(session: Session, usernames: Collection[str]) -> list[Hearer]:
    """Return those of some people who work here, by user name."""
    columns = (Person.id, Person.username, Person.locale, Person.email, Person.mobile)
    rows = session.execute(
        select(*columns, Person.preferences)
        .where(Person.username.in_(sorted(usernames)), Person.disabled.is_(False))
        .order_by(Person.username)
    )
    return [Hearer(*each[:5], preferences_of(each[5])) for each in rows]


def mark(
    session: Session, person_id: UUID, at: datetime, only: Sequence[UUID] | None = None
) -> None:
    """Mark what one person was told, or some of it, as read."""
    meant = [Notice.person_id == person_id, Notice.read_at.is_(None)]
    if only is not None:
        meant.append(Notice.id.in_(only))
    session.execute(update(Notice).where(*meant).values(read_at=at))


def forget(session: Session, before: datetime) -> int:
    """Forget what was told before a moment; return how much that was."""
    gone = session.execute(delete(Notice).where(Notice.at < before))
    assert isinstance(gone, CursorResult)
    return gone.rowcount
