"""Effects: what a case does to the world outside, each written down before it happens.

A worker may die at any moment, so nobody can make a call outside happen exactly once.
What can be known is whether it *may* have happened: the row is committed first.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base, JsonText


class Guarantee(enum.Enum):
    """What the other side promises about a call that may come twice."""

    IDEMPOTENT = "idempotent"  #: the same key twice is done once
    QUERYABLE = "queryable"  #: it can be asked whether a key was done
    NEITHER = "neither"  #: only a person can find out


class EffectState(enum.Enum):
    """What is known of an effect. No row: surely nothing has left."""

    INTENT = "intent"  #: about to be called; what a dead worker leaves behind
    SENT = "sent"  #: called, and no answer that decides it
    CONFIRMED = "confirmed"  #: done; ``response`` says how it was answered
    UNKNOWN = "unknown"  #: it may have happened or not: a person has to say


@dataclass(frozen=True, slots=True)
class Intent:
    """What is about to be done outside, as it is written down before."""

    key: str  #: of the visit of the step, whatever the attempt
    job_id: UUID  #: the job whose attempt it is
    fence: int  #: …and what its worker holds it with
    instance_id: UUID
    connection: str
    request: Mapping[str, Any]
    at: datetime


class Effect(Base):
    """One call outside, by its idempotency key."""

    __tablename__ = "effect"
    __table_args__ = (
        CheckConstraint("state IN ('intent', 'sent', 'confirmed', 'unknown')", name="effect_state"),
    )

    idem_key: Mapped[str] = mapped_column(primary_key=True)
    instance_id: Mapped[UUID] = mapped_column(ForeignKey("instance.id"), index=True)
    connector: Mapped[str]  #: the name of the connection it goes through
    request_hash: Mapped[str]  #: SHA-256 of the request, kept for good
    #: the request as first meant, so that every attempt sends the same; gone once confirmed
    request: Mapped[Mapping[str, Any] | None] = mapped_column(JsonText)
    response: Mapped[Mapping[str, Any] | None] = mapped_column(JsonText)
    state: Mapped[str]
    at: Mapped[datetime]
