"""Rows of drafts: the files that stand in one, its saves, and who has it open."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import Session

from engine.catalogue.bundle import Bundle
from engine.model.area_draft import (
    AreaDraft,
    DraftChange,
    DraftNotFound,
    DraftPresence,
    DraftSave,
    SaveKind,
)
from engine.model.definition import BundleRow
from engine.model.person import Person
from engine.versions import merged

#: a page that has not said so for longer is not open any more; it says so every half minute
GONE: Final = timedelta(seconds=90)


@dataclass(frozen=True, slots=True)
class Standing:
    """A file as it stands in a draft."""

    name: str
    number: int  #: of the save that wrote it: its version
    size: int  #: bytes


def open_draft(session: Session, draft_id: UUID, *, to_change: bool = False) -> AreaDraft:
    """Return a draft that was not discarded.

    Args:
        to_change: hold it against other savers until the transaction ends.

    Raises:
        DraftNotFound: there is none.
    """
    found = session.get(AreaDraft, draft_id, with_for_update=to_change or None)
    if found is None or found.discarded_at is not None:
        raise DraftNotFound(draft_id)
    return found


def standing(session: Session, draft_id: UUID, until: int | None = None) -> dict[str, Standing]:
    """Return the files that stand in a draft, or stood after one of its saves, by name."""
    last = _last(draft_id, until).subquery()
    rows = session.execute(
        select(DraftChange.name, DraftChange.number, DraftChange.size)
        .join(last, and_(DraftChange.name == last.c.name, DraftChange.number == last.c.number))
        .where(DraftChange.draft_id == draft_id, DraftChange.packed.is_not(None))
        .order_by(DraftChange.name)
    )
    return {name: Standing(name, number, size) for name, number, size in rows}


def version_of(session: Session, draft_id: UUID, name: str) -> int:
    """Return the version of a file, that of its removal too; 0 when there never was one."""
    newest = select(func.max(DraftChange.number)).where(
        DraftChange.draft_id == draft_id, DraftChange.name == name, ~DraftChange.is_aside
    )
    return session.scalar(newest) or 0


def change(session: Session, draft_id: UUID, number: int, name: str) -> DraftChange:
    """Return what a save made of a file.

    Raises:
        DraftNotFound: the save has nothing of it, or there is no such save.
    """
    found = session.get(DraftChange, (draft_id, number, name))
    if found is None:
        raise DraftNotFound(f"{draft_id} {name} {number}")
    return found


def bundle_of(session: Session, draft_id: UUID, until: int | None = None) -> Bundle:
    """Return a draft's files as a bundle, as they stand or as they stood after a save."""
    last = _last(draft_id, until).subquery()
    rows = session.execute(
        select(DraftChange.name, DraftChange.packed)
        .join(last, and_(DraftChange.name == last.c.name, DraftChange.number == last.c.number))
        .where(DraftChange.draft_id == draft_id, DraftChange.packed.is_not(None))
    )
    return Bundle({name: zlib.decompress(packed) for name, packed in rows if packed is not None})


@dataclass(frozen=True, slots=True)
class Both:
    """A file as it stands and as somebody else saved it beside, with what both were made of."""

    name: str
    base: bytes | None  #: ``None``: it is not known any more
    mine: bytes
    theirs: bytes

    @property
    def merged(self) -> bytes | None:
        """The file with the changes of both; ``None``: somebody has to choose."""
        if self.base is None:
            return None
        return merged(self.name, self.base, self.mine, self.theirs)


def both(session: Session, draft_id: UUID, name: str, number: int, version: int) -> Both:
    """Return what was saved aside, and what stands.

    Raises:
        DraftNotFound: one of them is not there.
    """
    aside = change(session, draft_id, number, name)
    stands = change(session, draft_id, version, name)
    if aside.content is None or stands.content is None:
        raise DraftNotFound(f"{draft_id} {name} {number}")
    made_of = session.get(DraftChange, (draft_id, aside.base, name)) if aside.base else None
    base = None if made_of is None else made_of.content
    return Both(name, base, aside.content, stands.content)


def deployed_bundle(session: Session, bundle_id: str, *, area: str | None = None) -> Bundle:
    """Return a deployed bundle.

    Args:
        area: what it has to be of; ``None``: any.

    Raises:
        DraftNotFound: there is none.
    """
    row = session.get(BundleRow, bundle_id)
    if row is None or area not in (None, row.area):
        raise DraftNotFound(bundle_id)
    return Bundle.unpack(row.content)


def add_save(
    session: Session,
    draft: AreaDraft,
    files: Mapping[str, bytes | None],
    kind: SaveKind,
    *,
    by: str,
    at: datetime,
    since: datetime | None = None,
    restored: int | None = None,
    aside_of: int | None = None,
) -> int:
    """Write a save of some files, ``None`` for one that goes; return its number.

    Args:
        aside_of: it stands aside, and its file was made of this version; 0: of none.
    """
    draft.saves += 1
    session.add(
        DraftSave(
            draft_id=draft.id,
            number=draft.saves,
            kind=kind.value,
            at=at,
            since=since or at,
            by=by,
            restored=restored,
        )
    )
    session.flush()
    for name, content in files.items():
        packed = None if content is None else zlib.compress(content)
        size = len(content or b"")
        session.add(
            DraftChange(
                draft_id=draft.id,
                number=draft.saves,
                name=name,
                packed=packed,
                size=size,
                is_aside=aside_of is not None,
                base=aside_of or None,
            )
        )
    session.flush()
    return draft.saves


def drop_save(session: Session, save: DraftSave, name: str) -> None:
    """Let go of a save of one file that a later one stands for."""
    session.delete(change(session, save.draft_id, save.number, name))
    session.flush()
    session.delete(save)
    session.flush()


def let_go(
    session: Session, draft: AreaDraft, name: str, stands: int, by: str, at: datetime
) -> datetime | None:
    """Let the save before go when this one stands for it; return when the first of them was."""
    before = session.get(DraftSave, (draft.id, stands)) if stands else None
    if before is None or stands != draft.saves or not before.may_be_replaced(by, at):
        return None
    if count_of(session, draft.id, stands) != 1:
        return None
    if _is_open_elsewhere(session, draft.id, by, at):  # others make theirs of what they look at
        return None
    drop_save(session, before, name)
    return before.since


def _is_open_elsewhere(session: Session, draft_id: UUID, by: str, at: datetime) -> bool:
    """Tell whether somebody else has the draft open."""
    others = (
        select(DraftPresence.person_id)
        .join(Person, Person.id == DraftPresence.person_id)
        .where(
            DraftPresence.draft_id == draft_id,
            DraftPresence.seen_at >= at - GONE,
            Person.username != by,
        )
    )
    return session.scalar(others.limit(1)) is not None


def count_of(session: Session, draft_id: UUID, number: int) -> int:
    """Return how many files a save changed."""
    counted = select(func.count()).where(_of(draft_id), DraftChange.number == number)
    return session.scalar(counted) or 0


def _last(draft_id: UUID, until: int | None) -> Select[*tuple[Any, ...]]:
    asked = [_of(draft_id), ~DraftChange.is_aside]
    if until is not None:
        asked.append(DraftChange.number <= until)
    newest = func.max(DraftChange.number).label("number")
    return select(DraftChange.name, newest).where(*asked).group_by(DraftChange.name)


def _of(draft_id: UUID) -> ColumnElement[bool]:
    return DraftChange.draft_id == draft_id
