"""What people say to each other about a case, beside its history: comments and their threads.

A comment is never deleted. Its author may put its words right for a few minutes, and what
stood there before is kept; later it can only be withdrawn, and the line that says so stays.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from engine.errors import Conflict, Forbidden, NotFound
from engine.model.base import Base, new_id

LONGEST: Final = 4_000  #: characters of a comment
LONGEST_LINE: Final = 200  #: characters of the key of a line
MOST_MENTIONED: Final = 10  #: people in one comment
EDITABLE: Final = timedelta(minutes=10)  #: after it was written

#: ``@user_name``, not the middle of a mail address; a full stop ends the sentence, not the name
_MENTION: Final = re.compile(r"(?<![\w@.])@([A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?)")


class CommentNotFound(NotFound):
    """There is no such comment, or the actor may not see its case."""

    def __init__(self, comment_id: UUID) -> None:
        super().__init__(f"no comment {comment_id}")
        self.comment_id = comment_id


class NotYourComment(Forbidden):
    """Only who wrote a comment changes or withdraws it."""

    code = "TALK-003"

    def __init__(self, comment_id: UUID) -> None:
        super().__init__(f"comment {comment_id} was written by somebody else")
        self.comment_id = comment_id


class CommentStands(Conflict):
    """The comment was withdrawn, or stands too long for its words to be changed."""

    code = "TALK-004"

    def __init__(self, comment_id: UUID) -> None:
        super().__init__(f"comment {comment_id} cannot be changed any more")
        self.comment_id = comment_id


class Comment(Base):
    """One thing said about a case, one of its steps, or one line of its table."""

    __tablename__ = "comment"
    __table_args__ = (Index("ix_comment_instance_id", "instance_id", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    instance_id: Mapped[UUID] = mapped_column(ForeignKey("instance.id"))
    task_id: Mapped[UUID | None]  #: the step on whose page it was written
    line: Mapped[str | None]  #: key of the line of a line table; ``None``: about the whole
    text: Mapped[str]
    author: Mapped[str]  #: user name
    at: Mapped[datetime]
    edited_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]

    def may_change(self, username: str, at: datetime) -> bool:
        """Tell whether somebody may put its words right now."""
        is_own = self.author == username and self.withdrawn_at is None
        return is_own and at <= self.at + EDITABLE

    def change(self, username: str, text: str, at: datetime) -> CommentVersion:
        """Put its words right; what stood there is returned, to be kept.

        Raises:
            NotYourComment: somebody else wrote it.
            CommentStands: it was withdrawn, or is older than `EDITABLE`.
        """
        self._must_be_of(username)
        if not self.may_change(username, at):
            raise CommentStands(self.id)
        before = CommentVersion(comment_id=self.id, until=at, text=self.text)
        self.text, self.edited_at = text, at
        return before

    def withdraw(self, username: str, at: datetime) -> None:
        """Take it back; that it was there is still seen.

        Raises:
            NotYourComment: somebody else wrote it.
            CommentStands: it was withdrawn before.
        """
        self._must_be_of(username)
        if self.withdrawn_at is not None:
            raise CommentStands(self.id)
        self.withdrawn_at = at

    def _must_be_of(self, username: str) -> None:
        if self.author != username:
            raise NotYourComment(self.id)


class CommentVersion(Base):
    """What a comment said before its author put it right."""

    __tablename__ = "comment_version"

    comment_id: Mapped[UUID] = mapped_column(ForeignKey("comment.id"), primary_key=True)
    until: Mapped[datetime] = mapped_column(primary_key=True)
    text: Mapped[str]


def mentioned(text: str) -> tuple[str, ...]:
    """Return the user names that a text mentions, each once, in order.

    >>> mentioned("@head لطفاً ببینید؛ @a.b. نه info@example.com")
    ('head', 'a.b')
    """
    return tuple(dict.fromkeys(_MENTION.findall(text)))


def trimmed(text: str) -> str:
    """Return a comment without the white space around it, and that at the ends of its lines."""
    return "\n".join(each.rstrip() for each in text.splitlines()).strip()


def pieces(text: str) -> list[str]:
    """Return a text cut at its mentions: every second piece is a user name.

    >>> pieces("ببینید @head لطفاً")
    ['ببینید ', 'head', ' لطفاً']
    """
    return _MENTION.split(text)
