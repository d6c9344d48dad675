"""Drafts of an area: working copies of a bundle, saved file by file, nothing ever overwritten.

Each save has a number in its draft; the version of a file is the number of the save that wrote
it. Who saves over a version that he has not seen loses nothing and overwrites nothing: his save
is kept *aside*, beside the one that stands.
"""

from __future__ import annotations

import enum
import zlib
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from engine.errors import Conflict, NotFound
from engine.model.base import Base, new_id

LONGEST_NOTE: Final = 200  #: characters
#: of one person's saves of one file within this span, the last one is kept
TOGETHER: Final = timedelta(minutes=5)


class DraftNotFound(NotFound):
    """There is no such draft, no such file or save in it, or it was discarded."""

    def __init__(self, what: object) -> None:
        super().__init__(f"no draft {what}")


class FileMoved(Conflict):
    """Somebody saved the file meanwhile; what came second is kept beside it, as a save aside."""

    code = "STU-005"

    def __init__(self, name: str, theirs: int, by: str, mine: int) -> None:
        super().__init__(f"{name} was saved by {by} meanwhile; both are kept")
        self.name = name
        self.theirs = theirs  #: number of the save that stands
        self.by = by  #: user name of who made it
        self.mine = mine  #: number of the save aside


class DraftMoved(Conflict):
    """Somebody saved something in the draft since it was looked at."""

    code = "STU-006"

    def __init__(self, draft_id: UUID) -> None:
        super().__init__(f"draft {draft_id} was saved meanwhile")
        self.draft_id = draft_id


class SaveKind(enum.Enum):
    """What made a save."""

    BEGUN = "begun"
    EDITED = "edited"
    REMOVED = "removed"
    IMPORTED = "imported"
    RESTORED = "restored"
    MERGED = "merged"  #: what two saved at once, put together
    RENAMED = "renamed"  #: one name said in another way, in every file that means it


class AreaDraft(Base):
    """A working copy of an area's files."""

    __tablename__ = "area_draft"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    area: Mapped[str] = mapped_column(index=True)
    title: Mapped[str]
    bundle_id: Mapped[str | None] = mapped_column(ForeignKey("bundle.id"))  #: it began as this one
    saves: Mapped[int] = mapped_column(default=0)  #: number of the last save
    begun_at: Mapped[datetime]
    begun_by: Mapped[str]  #: user name
    discarded_at: Mapped[datetime | None]


class DraftSave(Base):
    """One act of saving: who, when, what for."""

    __tablename__ = "draft_save"

    draft_id: Mapped[UUID] = mapped_column(ForeignKey("area_draft.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]  #: a value of `SaveKind`
    at: Mapped[datetime]
    since: Mapped[datetime]  #: when the first of the saves that it stands for was made
    by: Mapped[str]  #: user name
    note: Mapped[str | None]  #: the name somebody gave it
    restored: Mapped[int | None]  #: number of the save that was put back

    def may_be_replaced(self, by: str, at: datetime) -> bool:
        """Tell whether a later save of the same file by the same person stands for it too."""
        is_plain = self.kind == SaveKind.EDITED.value and self.note is None
        return is_plain and self.by == by and at - self.since < TOGETHER


class DraftChange(Base):
    """What a save made of one file."""

    __tablename__ = "draft_change"
    __table_args__ = (Index("ix_draft_change_name", "draft_id", "name", "number"),)

    draft_id: Mapped[UUID] = mapped_column(ForeignKey("area_draft.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    packed: Mapped[bytes | None]  #: deflated; ``None``: the file was removed
    size: Mapped[int]  #: bytes, unpacked
    base: Mapped[int | None]  #: of what stands aside: the version it was made of
    is_aside: Mapped[bool]  #: somebody was faster: it stands beside, until it is put back

    @property
    def content(self) -> bytes | None:
        """The file, ``None`` when it was removed."""
        return None if self.packed is None else zlib.decompress(self.packed)


class DraftPresence(Base):
    """A page of a draft that somebody has open; one of them at a time is said to edit."""

    __tablename__ = "draft_presence"

    draft_id: Mapped[UUID] = mapped_column(ForeignKey("area_draft.id"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    since: Mapped[datetime]
    seen_at: Mapped[datetime]
    edits: Mapped[bool]
    asked_at: Mapped[datetime | None]  #: when he asked whoever edits to hand over
