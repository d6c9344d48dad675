"""Rows of incoming hooks."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import NotFound
from engine.model.hook import Hook


class HookMissing(NotFound):
    """There is no incoming hook of this id."""


def hook(session: Session, hook_id: UUID) -> Hook:
    """Return one of them.

    Raises:
        HookMissing: there is none.
    """
    found = session.get(Hook, hook_id)
    if found is None:
        raise HookMissing(f"there is no incoming hook {hook_id}")
    return found


def every_hook(session: Session) -> list[Hook]:
    """Return them all by name."""
    return list(session.scalars(select(Hook).order_by(Hook.name)))


def is_taken(session: Session, name: str) -> bool:
    """Tell whether one has this name."""
    return session.scalar(select(Hook.id).where(Hook.name == name)) is not None
