"""What a person is told: that something came, was said or is late, and where to look.

A notice is written in the transaction of what it tells of. It is kept for some weeks and
then forgotten: history is what the case's events are for.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base, new_id


class NoticeKind(enum.Enum):
    """What it tells."""

    MENTIONED = "mentioned"  #: somebody named me in a comment
    COMMENTED = "commented"  #: somebody said something about a case I began or have a step of
    ASSIGNED = "assigned"
    DELEGATED = "delegated"  #: I work on it for its owner
    HANDED_BACK = "handed_back"  #: my delegate is done, or its owner took it from me
    RETURNED = "returned"  #: a step of mine came back, with a reason
    REMINDED = "reminded"  #: by a person, or because little time is left
    LATE = "late"
    SUBSTITUTING = "substituting"  #: I stand in for somebody
    DEPLOYMENT_ASKED = "deployment_asked"  #: a deployment waits for a second analyst
    DEPLOYMENT_DECIDED = "deployment_decided"  #: what became of one that I asked for
    PROCESS_CHANGED = "process_changed"  #: a process I work in was deployed anew
    INCIDENT = "incident"  #: something new stops cases, or is given to me to look after
    PUBLISHED = "published"  #: something the public may read fits what I look for
    CERTIFICATE_ENDS = "certificate_ends"  #: mine, which I sign with
    RECALLED = "recalled"  #: a step I had, or had open, is gone: its case went back


#: which wish of a person (preference ``notify``) says how a notice goes out
WISHES: Final[Mapping[NoticeKind, str]] = {
    NoticeKind.MENTIONED: "mentioned",
    NoticeKind.COMMENTED: "commented",
    NoticeKind.ASSIGNED: "assigned",
    NoticeKind.DELEGATED: "assigned",
    NoticeKind.HANDED_BACK: "returned",
    NoticeKind.RETURNED: "returned",
    NoticeKind.REMINDED: "due_soon",
    NoticeKind.LATE: "due_soon",
    NoticeKind.CERTIFICATE_ENDS: "due_soon",
    NoticeKind.SUBSTITUTING: "substituting",
    NoticeKind.RECALLED: "assigned",
    NoticeKind.DEPLOYMENT_ASKED: "deployments",
    NoticeKind.DEPLOYMENT_DECIDED: "deployments",
    NoticeKind.PROCESS_CHANGED: "changes",
    NoticeKind.INCIDENT: "incidents",
}
#: a wish: on the pages, by mail too, not at all
PAGE, MAIL, NONE = "page", "mail", "none"

#: condition of a partial index: a statement that says the same, to the letter, uses it
UNREAD: Final = "read_at IS NULL"


class Notice(Base):
    """One thing one person is told."""

    __tablename__ = "notice"
    __table_args__ = (
        Index("ix_notice_person_id", "person_id", "id"),
        Index(
            "ix_notice_unread",
            "person_id",
            sqlite_where=text(UNREAD),
            postgresql_where=text(UNREAD),
        ),
        Index("ix_notice_at", "at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[str]
    instance_id: Mapped[UUID | None] = mapped_column(ForeignKey("instance.id"))
    task_id: Mapped[UUID | None]
    comment_id: Mapped[UUID | None]
    actor: Mapped[str | None]  #: user name of whose act it was; ``None``: the clock's
    at: Mapped[datetime]
    read_at: Mapped[datetime | None]
    facts: Mapped[Mapping[str, Any]]


def wish_of(kind: NoticeKind, preferences: Mapping[str, Any]) -> str:
    """Return how a person wants to be told of this.

    >>> wish_of(NoticeKind.DELEGATED, {"notify": {"assigned": "none"}})
    'none'
    >>> wish_of(NoticeKind.MENTIONED, {"notify": {}})
    'page'

    What was asked for where it is kept, as a search of notices, has no wish here.

    >>> wish_of(NoticeKind.PUBLISHED, {"notify": {}})
    'page'
    """
    wish = preferences.get("notify", {}).get(WISHES.get(kind, ""), PAGE)
    return wish if wish in (MAIL, NONE) else PAGE
