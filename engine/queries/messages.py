"""Messages as an operator sees them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.model.message import Message, MessageState

MOST: Final = 200  #: shown at once, the newest


@dataclass(frozen=True, slots=True)
class MessageLine:
    """One message and what became of it."""

    id: str
    state: MessageState
    received_at: datetime
    name: str
    correlation: str
    instance_id: UUID | None  #: the case that took it


def messages_in(session: Session, state: MessageState | None) -> tuple[MessageLine, ...]:
    """Return the newest messages, newest first; of one state or of all."""
    found = select(
        Message.id,
        Message.state,
        Message.received_at,
        Message.name,
        Message.correlation,
        Message.instance_id,
    )
    if state is not None:
        found = found.where(Message.state == state.value)
    rows = session.execute(found.order_by(Message.received_at.desc(), Message.id).limit(MOST))
    return tuple(MessageLine(row[0], MessageState(row[1]), *row[2:]) for row in rows)
