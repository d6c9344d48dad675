"""Cases that other cases called: who waits for whom, and how deep that goes."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.model.instance import InstanceState, instance_table

_TABLE = instance_table


def running_of(session: Session, caller_id: UUID, tokens: Collection[str]) -> list[UUID]:
    """Return the cases that tokens of a case wait for: those that run, or are held."""
    found = select(_TABLE.c.id).where(
        _TABLE.c.called_by == caller_id,
        _TABLE.c.call_token.in_(sorted(tokens)),
        _TABLE.c.state.in_([InstanceState.RUNNING.value, InstanceState.SUSPENDED.value]),
    )
    return list(session.scalars(found.order_by(_TABLE.c.id)))


def callers(session: Session, instance_id: UUID, limit: int) -> int:
    """Return how many cases wait for a case through its callers, ``limit`` at most."""
    found, caller = 0, _caller(session, instance_id)
    while caller is not None and found < limit:
        found, caller = found + 1, _caller(session, caller)
    return found


def began(session: Session, instance_id: UUID) -> frozenset[str]:
    """Return who began a case, and those that wait for it through its callers, by user name."""
    itself = select(_TABLE.c.called_by, _TABLE.c.started_by).where(_TABLE.c.id == instance_id)
    found = itself.cte("began", recursive=True)
    caller = select(_TABLE.c.called_by, _TABLE.c.started_by).where(_TABLE.c.id == found.c.called_by)
    return frozenset(session.scalars(select(found.union(caller).c.started_by)))


def _caller(session: Session, instance_id: UUID) -> UUID | None:
    return session.scalar(select(_TABLE.c.called_by).where(_TABLE.c.id == instance_id))
