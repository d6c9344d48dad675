"""Message rows, and the lock that lets a message and its receiver not miss each other."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import delete, func, or_, select, text, tuple_, update
from sqlalchemy.orm import Session

from engine.model.message import SETTLED, Message, MessageState


def hold(session: Session, keys: Iterable[tuple[str, str]]) -> None:
    """Let nobody else publish, or begin to wait for, these messages until the commit.

    A message looks for a subscription and leaves itself behind; a subscription looks for
    a message and leaves itself behind. On PostgreSQL neither would see what the other has
    not committed yet, so both take this lock first. SQLite has one writer at a time.

    Args:
        keys: name and correlation of each; taken in one order, so that two who need
            the same ones wait for each other and never in a circle.
    """
    if session.get_bind().dialect.name == "sqlite":
        return
    numbers = sorted({_lock_number(*each) for each in keys})
    locks = (func.pg_advisory_xact_lock(number) for number in numbers)
    session.connection().execute(select(*locks))  # taken in this order


def buffered(
    session: Session, keys: Iterable[tuple[str, str]], at: datetime
) -> set[tuple[str, str]]:
    """Return which of these (name, correlation) have a message waiting to be taken."""
    rows = session.connection().execute(
        select(Message.name, Message.correlation)
        .where(
            Message.state == MessageState.BUFFERED.value,
            tuple_(Message.name, Message.correlation).in_(sorted(set(keys))),
            Message.expires_at > at,
        )
        .distinct()
    )
    return {(name, correlation) for name, correlation in rows}


def oldest_buffered(
    session: Session,
    name: str,
    correlations: Collection[str],
    at: datetime,
    item: str | None = None,
) -> Message | None:
    """Return the message that has waited longest for a receiver with one of these keys.

    Args:
        item: of a multi-instance activity, in which it is awaited: what is for another one stays.
    """
    mine = [] if item is None else [or_(Message.for_item.is_(None), Message.for_item == item)]
    return session.scalar(
        select(Message)
        .where(
            *mine,
            Message.state == MessageState.BUFFERED.value,
            Message.name == name,
            Message.correlation.in_(correlations),
            Message.expires_at > at,
        )
        .order_by(Message.received_at, Message.id)
        .limit(1)
    )


def expire(session: Session, at: datetime, limit: int) -> int:
    """Mark messages whose time ended as expired, ``limit`` at most; return how many."""
    ended = (
        select(Message.id)
        .where(Message.state == MessageState.BUFFERED.value, Message.expires_at <= at)
        .order_by(Message.expires_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    marked = session.connection().execute(
        update(Message)
        .where(Message.id.in_(ended.scalar_subquery()))
        .values(state=MessageState.EXPIRED.value)
    )
    return marked.rowcount


def forget(session: Session, before: datetime, limit: int) -> int:
    """Delete settled messages that came before a moment, ``limit`` at most; return how many.

    Their ids may be used again.
    """
    old = (
        select(Message.id)
        .where(text(SETTLED), Message.received_at < before)
        .order_by(Message.received_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    gone = session.connection().execute(
        delete(Message).where(Message.id.in_(old.scalar_subquery()))
    )
    return gone.rowcount


def _lock_number(name: str, correlation: str) -> int:
    digest = hashlib.blake2b(f"message\0{name}\0{correlation}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, signed=True)
