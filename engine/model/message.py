"""Messages: what arrived for cases, and what became of it.

The id makes a message unique for ever: sent again, it changes nothing. One that nobody
waits for is kept until its time to live ends.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.errors import MessageRefused
from engine.model.base import Base

LONGEST_LABEL: Final = 255  #: characters of a name or an id
LONGEST_LIFE: Final = timedelta(days=3_650)  #: more is a slip of the pen
_UNREADABLE = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")
BUFFERED = "state = 'buffered'"
SETTLED = "state <> 'buffered'"  #: taken, or expired: nothing more happens to it


def must_be_label(what: str, text: str) -> None:
    """Refuse a name or an id that nobody could read, or a database could not keep.

    Raises:
        MessageRefused: it is empty, too long, or has control characters in it.
    """
    if not text.strip() or len(text) > LONGEST_LABEL or _UNREADABLE.search(text):
        raise MessageRefused(what, text)


class MessageState(enum.Enum):
    """What became of a message."""

    BUFFERED = "buffered"  #: nobody has taken it yet
    DELIVERED = "delivered"  #: a case went on with it, or was started by it
    EXPIRED = "expired"  #: its time ended before anybody waited for it


class Message(Base):
    """One message, with the case that took it."""

    __tablename__ = "message"
    __table_args__ = (
        Index(
            "ix_message_buffered",
            "name",
            "correlation",
            "received_at",
            sqlite_where=text(BUFFERED),
            postgresql_where=text(BUFFERED),
        ),
        Index(
            "ix_message_expiry",
            "expires_at",
            sqlite_where=text(BUFFERED),
            postgresql_where=text(BUFFERED),
        ),
        Index(
            "ix_message_settled",
            "received_at",
            sqlite_where=text(SETTLED),
            postgresql_where=text(SETTLED),
        ),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    correlation: Mapped[str]
    values: Mapped[Mapping[str, Any]]  #: what it brings to the case
    received_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    state: Mapped[str]
    instance_id: Mapped[UUID | None] = mapped_column(ForeignKey("instance.id"), index=True)
    sender_id: Mapped[UUID | None] = mapped_column(ForeignKey("instance.id"))  #: who threw it
    sender_item: Mapped[str | None]  #: the item of a multi-instance activity that did
    for_item: Mapped[str | None]  #: the item of its one receiver that it is for

    def deliver(self, instance_id: UUID) -> None:
        """Record which case took it."""
        self.state = MessageState.DELIVERED.value
        self.instance_id = instance_id

    def is_same_as(self, other: Message) -> bool:
        """Tell whether ``other`` says the same to the same receiver."""
        return (self.name, self.correlation, self.values) == (
            other.name,
            other.correlation,
            other.values,
        )
