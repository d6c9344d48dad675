"""Rows of what analysts said about diagrams."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from engine.model.area_draft import AreaDraft
from engine.model.model_comment import ModelComment
from engine.model.person import Actor, Grant, Person
from engine.model.talk import CommentNotFound
from engine.storage.actors import of_people


def comment_of(session: Session, draft: AreaDraft, comment_id: UUID) -> ModelComment:
    """Return a comment on a diagram of a draft's area, held against other changers.

    Raises:
        CommentNotFound: there is none.
    """
    found = session.get(ModelComment, comment_id, with_for_update=True)
    if found is None or found.area != draft.area:
        raise CommentNotFound(comment_id)
    return found


def of_file(session: Session, area: str, file: str | None = None) -> list[ModelComment]:
    """Return what was said about one diagram of an area, or about all of them, in order."""
    asked = select(ModelComment).where(ModelComment.area == area)
    if file is not None:
        asked = asked.where(ModelComment.file == file)
    return list(session.scalars(asked.order_by(ModelComment.file, ModelComment.id)))


def move(session: Session, area: str, file: str, old: str, new: str) -> None:
    """Let what was said about an element of a diagram belong to another id."""
    of_it = (ModelComment.area == area, ModelComment.file == file, ModelComment.element_id == old)
    session.execute(update(ModelComment).where(*of_it).values(element_id=new))


def open_threads(session: Session, area: str) -> int:
    """Return how many threads of an area are not settled."""
    begun = (ModelComment.thread_id.is_(None), ModelComment.withdrawn_at.is_(None))
    asked = select(func.count()).where(
        ModelComment.area == area, ModelComment.settled_at.is_(None), *begun
    )
    return session.scalar(asked) or 0


def authors_of(session: Session, thread_id: UUID) -> set[str]:
    """Return who wrote in a thread."""
    within = (ModelComment.thread_id == thread_id) | (ModelComment.id == thread_id)
    return set(session.scalars(select(ModelComment.author).where(within)))


def analysts(session: Session, at: datetime) -> list[Actor]:
    """Return the analysts of today, by their names."""
    granted = select(Grant.person_id).where(Grant.role == "ANALYST")
    ids = list(session.scalars(select(Person.id).where(Person.id.in_(granted))))
    return [each for each in of_people(session, ids, at) if each.is_analyst]
