"""Webhooks that administrators subscribe receivers to, and what was told to each."""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base, JsonText, new_id


class Webhook(Base):
    """A receiver outside, and what it wants to hear of."""

    __tablename__ = "webhook"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(unique=True)
    url: Mapped[str]
    #: of events, as `EventKind` has them; none: of every kind
    kinds: Mapped[Sequence[str]] = mapped_column(JsonText)
    #: of their cases; none: of every process
    processes: Mapped[Sequence[str]] = mapped_column(JsonText)
    sealed: Mapped[str]  #: the secret that signs
    is_active: Mapped[bool]
    reached: Mapped[str]  #: cursor of the feed up to which it was served
    created_by: Mapped[str]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]

    def wants(self, kind: str, process_id: str) -> bool:
        """Tell whether it is told of such an event."""
        return (not self.kinds or kind in self.kinds) and (
            not self.processes or process_id in self.processes
        )

    def __repr__(self) -> str:
        return f"Webhook({self.name!r})"


class DeliveryState(enum.Enum):
    """Where a delivery is in its life."""

    WAITING = "waiting"  #: it was not tried yet, or is tried again
    ARRIVED = "arrived"
    FAILED = "failed"  #: no attempt is left; an incident says so


class Delivery(Base):
    """One message to one receiver; its id is the message's."""

    __tablename__ = "webhook_delivery"
    __table_args__ = (Index("ix_webhook_delivery_webhook_id", "webhook_id", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    webhook_id: Mapped[UUID] = mapped_column(ForeignKey("webhook.id"))
    kind: Mapped[str]  #: ``case.finished``, ``incident.opened``, ``test``, …
    body: Mapped[Mapping[str, Any]]  #: told the same at every attempt
    state: Mapped[str]
    planned_at: Mapped[datetime]
    attempts: Mapped[int]
    tried_at: Mapped[datetime | None]
    status: Mapped[int | None]  #: of the receiver's last answer
    error: Mapped[str | None]  #: what was wrong with the last attempt

    def arrived(self, status: int, at: datetime) -> None:
        """Record that the receiver said it has the message."""
        self._tried(at, status, None)
        self.state = DeliveryState.ARRIVED.value

    def missed(self, error: str, status: int | None, at: datetime, *, is_last: bool) -> None:
        """Record an attempt that came to nothing."""
        self._tried(at, status, error)
        if is_last:
            self.state = DeliveryState.FAILED.value

    def wait_again(self) -> None:
        """Let it be tried anew."""
        self.state = DeliveryState.WAITING.value

    def _tried(self, at: datetime, status: int | None, error: str | None) -> None:
        self.attempts += 1
        self.tried_at, self.status, self.error = at, status, error
