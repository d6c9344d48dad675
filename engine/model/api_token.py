"""How programs prove who they are, what they may do, and what they were answered."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base, new_id

LONGEST_NAME: Final = 60
LONGEST_LIFE: Final = timedelta(days=366)
LONGEST_KEY: Final = 255  #: characters of an idempotency key
KEPT: Final = timedelta(hours=24)  #: how long it is known what a key was answered
SEEN_EVERY: Final = timedelta(hours=1)  #: how exactly it is kept when a token was used last

#: what a token may do, by its name, and the first parts of the addresses it opens
SCOPES: Final[Mapping[str, frozenset[str]]] = {
    "read": frozenset(),  # every address, but only to read
    "tasks": frozenset({"task", "filter"}),
    "cases": frozenset(
        {
            "process-instance",
            "execution",
            "variable-instance",
            "message",
            "signal",
            "condition",
            "modification",
        }
    ),
    "workers": frozenset({"external-task"}),
    "models": frozenset({"deployment", "process-definition", "decision-definition", "migration"}),
    "operations": frozenset({"job", "job-definition", "incident", "batch", "history"}),
    "people": frozenset({"user", "group", "tenant", "authorization", "identity"}),
}


class ApiToken(Base):
    """A bearer token of a person's or a program's; the row holds only its hash."""

    __tablename__ = "api_token"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    token_hash: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    name: Mapped[str]
    scopes: Mapped[str]  #: names of `SCOPES` with spaces between
    created_at: Mapped[datetime]
    created_by: Mapped[str]  #: user name, or the console
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]  #: to the hour
    revoked_at: Mapped[datetime | None]


class AnsweredRequest(Base):
    """What a request with an idempotency key was answered; without a status it is being done."""

    __tablename__ = "answered_request"
    __table_args__ = (Index("ix_answered_request_at", "at"),)

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    request_hash: Mapped[str]
    at: Mapped[datetime]
    status: Mapped[int | None]
    content_type: Mapped[str | None]
    body: Mapped[bytes | None]


def may(scopes: frozenset[str], first: str, *, reads: bool) -> bool:
    """Tell whether a token with these scopes opens an address.

    Args:
        first: the first part of the address, such as ``task``.
        reads: nothing is changed there.
    """
    if reads and "read" in scopes:
        return True
    return any(first in SCOPES.get(each, frozenset()) for each in scopes)
