"""Effect rows: written before a call, settled after it. Confirmed is for ever."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from engine.model.base import json_text
from engine.model.effect import Effect, EffectState, Intent

_OPEN = Effect.state != EffectState.CONFIRMED.value


def write_intent(session: Session, intent: Intent) -> bool:
    """Write an intent down; tell whether it is the first of its key."""
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    text = json_text(dict(intent.request))
    statement = (sqlite_insert if is_sqlite else postgresql_insert)(Effect).values(
        idem_key=intent.key,
        instance_id=intent.instance_id,
        connector=intent.connection,
        request_hash=hashlib.sha256(text.encode()).hexdigest(),
        request=intent.request,
        state=EffectState.INTENT.value,
        at=intent.at,
    )
    written = session.execute(statement.on_conflict_do_nothing().returning(Effect.idem_key))
    return written.one_or_none() is not None


def effect(session: Session, key: str) -> Effect | None:
    """Return the effect of a key."""
    return session.scalar(select(Effect).where(Effect.idem_key == key))


def open_effects(session: Session) -> list[Effect]:
    """Return every effect that nobody knows the end of, oldest first."""
    return list(session.scalars(select(Effect).where(_OPEN).order_by(Effect.at)))


def confirm(session: Session, key: str, response: Any, at: datetime) -> bool:
    """Record how a call was answered; the first answer stands. Tell whether it is this one."""
    settled = session.execute(
        update(Effect)
        .where(Effect.idem_key == key, _OPEN)
        .values(state=EffectState.CONFIRMED.value, response=response, request=None, at=at)
        .returning(Effect.idem_key)
    )
    return settled.one_or_none() is not None


def doubt(session: Session, key: str, state: EffectState) -> None:
    """Record that a call left and how little is known of it."""
    session.execute(update(Effect).where(Effect.idem_key == key, _OPEN).values(state=state.value))


def withdraw(session: Session, key: str) -> bool:
    """Forget an intent of which surely nothing came; tell whether there was one."""
    gone = session.execute(
        delete(Effect).where(Effect.idem_key == key, _OPEN).returning(Effect.idem_key)
    )
    return gone.one_or_none() is not None
