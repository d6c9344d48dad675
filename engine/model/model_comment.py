"""What analysts say to each other about a diagram: threads at its elements, open or settled.

A thread belongs to an element of a file of an area, by its id, and outlives the draft in which
it was begun: whoever draws the area next sees it too. Nothing of it is in the diagram's file.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from engine.errors import Conflict
from engine.model.base import Base, new_id
from engine.model.talk import NotYourComment

LONGEST_ELEMENT: Final = 200  #: characters of an element's id


class ThreadStands(Conflict):
    """It was withdrawn already, or its thread is settled or open as it was asked to be."""

    code = "TALK-006"

    def __init__(self, comment_id: UUID) -> None:
        super().__init__(f"the thread of comment {comment_id} stands so already")
        self.comment_id = comment_id


class ModelComment(Base):
    """One thing said about an element: what begins a thread, or an answer in one."""

    __tablename__ = "model_comment"
    __table_args__ = (Index("ix_model_comment_area", "area", "file", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    area: Mapped[str]
    file: Mapped[str]
    element_id: Mapped[str]
    draft_id: Mapped[UUID] = mapped_column(ForeignKey("area_draft.id"))  #: where it was said
    thread_id: Mapped[UUID | None] = mapped_column(ForeignKey("model_comment.id"))
    text: Mapped[str]
    author: Mapped[str]  #: user name
    at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]  #: of what begins a thread
    settled_by: Mapped[str | None]  #: user name

    def settle(self, username: str, at: datetime) -> None:
        """Call the thread done with.

        Raises:
            ThreadStands: it is settled already, or is no beginning of a thread.
        """
        if self.thread_id is not None or self.settled_at is not None:
            raise ThreadStands(self.id)
        self.settled_at, self.settled_by = at, username

    def reopen(self) -> None:
        """Go on with the thread.

        Raises:
            ThreadStands: it is open.
        """
        if self.settled_at is None:
            raise ThreadStands(self.id)
        self.settled_at = self.settled_by = None

    def withdraw(self, username: str, at: datetime) -> None:
        """Take it back; that it was there is still seen.

        Raises:
            NotYourComment: somebody else wrote it.
            ThreadStands: it was withdrawn before.
        """
        if self.author != username:
            raise NotYourComment(self.id)
        if self.withdrawn_at is not None:
            raise ThreadStands(self.id)
        self.withdrawn_at = at
