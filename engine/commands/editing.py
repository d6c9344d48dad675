"""Who edits a draft now: one person at a time is said to, and hands over when asked.

Nothing is locked: saves of two people are told apart by version, whoever is said to edit.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from engine.commands.analysts import must_be_analyst
from engine.commands.retried import retried
from engine.errors import Conflict
from engine.model.area_draft import DraftNotFound
from engine.model.person import Actor
from engine.storage import draft_presence as rows
from engine.storage.area_drafts import open_draft
from engine.storage.database import UnitOfWork

#: who was asked to hand over and has not answered for so long may be relieved
PATIENCE: Final = timedelta(seconds=60)


class SomebodyEdits(Conflict):
    """Somebody else is editing, and was not asked, or not long enough ago."""

    code = "STU-007"

    def __init__(self, draft_id: UUID) -> None:
        super().__init__(f"somebody edits draft {draft_id}")
        self.draft_id = draft_id


@retried
def is_here(uow: UnitOfWork, draft_id: UUID, *, actor: Actor, at: datetime) -> None:
    """Say that an analyst has a draft open; where nobody edits, he does from now on."""
    must_be_analyst(actor)
    with uow:
        open_draft(uow.session, draft_id, to_change=True)
        rows.forget_gone(uow.session, draft_id, at)
        page = rows.page_of(uow.session, draft_id, actor.person_id, at)
        page.seen_at = at
        if rows.editor(uow.session, draft_id) is None:
            page.edits, page.asked_at = True, None
        uow.commit()


@retried
def leave(uow: UnitOfWork, draft_id: UUID, *, actor: Actor) -> None:
    """Say that somebody has closed a draft's page; whoever is asked next edits."""
    with uow:
        rows.forget(uow.session, draft_id, actor.person_id)
        uow.commit()


@retried
def ask(uow: UnitOfWork, draft_id: UUID, *, actor: Actor, at: datetime) -> None:
    """Ask whoever edits to hand over; asking again does not begin the wait anew."""
    must_be_analyst(actor)
    with uow:
        open_draft(uow.session, draft_id, to_change=True)
        rows.forget_gone(uow.session, draft_id, at)
        page = rows.page_of(uow.session, draft_id, actor.person_id, at)
        if not page.edits and page.asked_at is None:
            page.asked_at = at
        uow.commit()


@retried
def hand_over(uow: UnitOfWork, draft_id: UUID, to: UUID, *, actor: Actor, at: datetime) -> None:
    """Let somebody else who has the draft open edit it.

    Raises:
        SomebodyEdits: the actor is not the one who edits.
        DraftNotFound: the other one is not there any more.
    """
    must_be_analyst(actor)
    with uow:
        open_draft(uow.session, draft_id, to_change=True)
        rows.forget_gone(uow.session, draft_id, at)
        mine, theirs = (rows.page(uow.session, draft_id, each) for each in (actor.person_id, to))
        if mine is None or not mine.edits:
            raise SomebodyEdits(draft_id)
        if theirs is None:
            raise DraftNotFound(draft_id)
        mine.edits, theirs.edits, theirs.asked_at = False, True, None
        uow.commit()


@retried
def take_over(uow: UnitOfWork, draft_id: UUID, *, actor: Actor, at: datetime) -> None:
    """Edit instead of who was asked a minute ago and did not answer, or is gone.

    Raises:
        SomebodyEdits: he was not asked, or not long enough ago.
    """
    must_be_analyst(actor)
    with uow:
        open_draft(uow.session, draft_id, to_change=True)
        rows.forget_gone(uow.session, draft_id, at)
        page = rows.page_of(uow.session, draft_id, actor.person_id, at)
        editor = rows.editor(uow.session, draft_id)
        if editor is not None and editor is not page:
            if page.asked_at is None or at - page.asked_at < PATIENCE:
                raise SomebodyEdits(draft_id)
            editor.edits = False
        page.edits, page.asked_at = True, None
        uow.commit()
