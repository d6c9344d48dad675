"""Rows of pages of drafts that are open."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from engine.model.area_draft import DraftPresence
from engine.storage.area_drafts import GONE


def page(session: Session, draft_id: UUID, person_id: UUID) -> DraftPresence | None:
    """Return somebody's open page of a draft."""
    return session.get(DraftPresence, (draft_id, person_id))


def page_of(session: Session, draft_id: UUID, person_id: UUID, at: datetime) -> DraftPresence:
    """Return it, opened now if it was not open."""
    found = page(session, draft_id, person_id)
    if found is None:
        found = DraftPresence(
            draft_id=draft_id, person_id=person_id, since=at, seen_at=at, edits=False
        )
        session.add(found)
        session.flush()
    return found


def editor(session: Session, draft_id: UUID) -> DraftPresence | None:
    """Return the page of whoever edits."""
    return session.scalar(
        select(DraftPresence).where(DraftPresence.draft_id == draft_id, DraftPresence.edits)
    )


def forget(session: Session, draft_id: UUID, person_id: UUID) -> None:
    """Say that somebody has closed it."""
    session.execute(
        delete(DraftPresence).where(
            DraftPresence.draft_id == draft_id, DraftPresence.person_id == person_id
        )
    )


def forget_gone(session: Session, draft_id: UUID, at: datetime) -> None:
    """Forget the pages of a draft that are not open any more."""
    gone = DraftPresence.seen_at < at - GONE
    session.execute(delete(DraftPresence).where(DraftPresence.draft_id == draft_id, gone))
