"""The analyst's workshop as its pages show it: areas with their drafts, a draft, its history."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.catalogue.bundle import Bundle
from engine.errors import Forbidden
from engine.model.area_draft import (
    DraftChange,
    DraftNotFound,
    DraftPresence,
    DraftSave,
)
from engine.model.definition import BundleRow
from engine.model.person import Actor, Person
from engine.model.play_run import PlayRun
from engine.queries.people import names_of
from engine.storage import area_drafts as rows
from engine.storage import bundles
from engine.storage.deployment_requests import deployed_of

Names = Mapping[str, str]
_READERS = frozenset({"ANALYST", "ADMIN", "AUDITOR"})


class NotAnAnalyst(Forbidden):
    """The actor neither draws nor watches over those who do."""


@dataclass(frozen=True, slots=True)
class Save:
    """One save in the history of a draft."""

    number: int
    kind: str  #: a value of `SaveKind`
    at: datetime
    by: Names
    note: str | None
    restored: int | None
    files: tuple[str, ...]
    is_aside: bool


@dataclass(frozen=True, slots=True)
class Page:
    """Somebody who has a draft open."""

    person_id: UUID
    names: Names
    since: datetime
    edits: bool
    asked_at: datetime | None


@dataclass(frozen=True, slots=True)
class File:
    """A file of a draft, with the last save of it."""

    name: str
    version: int
    size: int  #: bytes
    at: datetime
    by: Names


@dataclass(frozen=True, slots=True)
class DraftPage:
    """One draft as its page shows it."""

    id: UUID
    area: str
    title: str
    saves: int
    bundle_id: str | None
    deployed_at: datetime | None  #: when what it began as was deployed
    is_behind: bool  #: the area was deployed again since
    files: tuple[File, ...]
    pages: tuple[Page, ...]


def may_read(actor: Actor) -> bool:
    """Tell whether somebody sees the workshop: analysts, administrators and auditors do."""
    return not _READERS.isdisjoint(actor.roles)


def must_read(actor: Actor) -> None:
    """Refuse everybody else.

    Raises:
        NotAnAnalyst: it is not for the actor.
    """
    if not may_read(actor):
        raise NotAnAnalyst(actor.username)


def draft(session: Session, draft_id: UUID, actor: Actor, at: datetime) -> DraftPage:
    """Return a draft with its files.

    Raises:
        DraftNotFound: there is none.
        NotAnAnalyst: it is not for the actor.
    """
    found = rows.open_draft(session, draft_id)
    must_read(actor)
    base = session.execute(
        select(BundleRow.deployed_at).where(BundleRow.id == found.bundle_id)
    ).scalar_one_or_none()
    return DraftPage(
        found.id,
        found.area,
        found.title,
        found.saves,
        found.bundle_id,
        base,
        deployed_of(session, found.area) not in (None, found.bundle_id),
        _files(session, draft_id),
        pages(session, draft_id, at),
    )


def _files(session: Session, draft_id: UUID) -> tuple[File, ...]:
    standing = rows.standing(session, draft_id)
    numbers = {each.number for each in standing.values()}
    made = saves(session, draft_id, numbers)
    return tuple(
        File(each.name, each.number, each.size, *made[each.number]) for each in standing.values()
    )


class Made(NamedTuple):
    """When a save was made, and by whom."""

    at: datetime
    names: Names


def saves(session: Session, draft_id: UUID, numbers: Collection[int]) -> dict[int, Made]:
    """Return some saves of a draft by their numbers."""
    found = session.execute(
        select(DraftSave, Person)
        .outerjoin(Person, Person.username == DraftSave.by)
        .where(DraftSave.draft_id == draft_id, DraftSave.number.in_(numbers))
    )
    return {save.number: Made(save.at, names_of(by, save.by)) for save, by in found}


def pages(session: Session, draft_id: UUID, at: datetime) -> tuple[Page, ...]:
    """Return who has a draft open, whoever edits first."""
    found = session.execute(
        select(DraftPresence, Person)
        .join(Person, Person.id == DraftPresence.person_id)
        .where(DraftPresence.draft_id == draft_id, DraftPresence.seen_at >= at - rows.GONE)
        .order_by(DraftPresence.edits.desc(), DraftPresence.since)
    )
    return tuple(
        Page(each.person_id, names_of(by, ""), each.since, each.edits, each.asked_at)
        for each, by in found
    )


def history(session: Session, draft_id: UUID, actor: Actor) -> tuple[Save, ...]:
    """Return the saves of a draft, the last one first."""
    rows.open_draft(session, draft_id)
    must_read(actor)
    changes: dict[int, list[tuple[str, bool]]] = {}
    for number, name, is_aside in session.execute(
        select(DraftChange.number, DraftChange.name, DraftChange.is_aside)
        .where(DraftChange.draft_id == draft_id)
        .order_by(DraftChange.name)
    ):
        changes.setdefault(number, []).append((name, is_aside))
    found = session.execute(
        select(DraftSave, Person)
        .outerjoin(Person, Person.username == DraftSave.by)
        .where(DraftSave.draft_id == draft_id)
        .order_by(DraftSave.number.desc())
    )
    return tuple(_save(save, by, changes.get(save.number, [])) for save, by in found)


def _save(save: DraftSave, by: Person | None, changed: list[tuple[str, bool]]) -> Save:
    return Save(
        save.number,
        save.kind,
        save.at,
        names_of(by, save.by),
        save.note,
        save.restored,
        tuple(name for name, _ in changed),
        any(is_aside for _, is_aside in changed),
    )


def bundle(session: Session, draft_id: UUID, actor: Actor, until: int | None = None) -> Bundle:
    """Return a draft's files as a bundle: to compare, to play, to deploy.

    Args:
        until: as they stood after this save; ``None``: as they stand.

    Raises:
        DraftNotFound: there is none.
        NotAnAnalyst: it is not for the actor.
    """
    rows.open_draft(session, draft_id)
    must_read(actor)
    return rows.bundle_of(session, draft_id, until)


def file(
    session: Session, draft_id: UUID, name: str, actor: Actor, number: int | None = None
) -> tuple[bytes, int]:
    """Return a file's content and version, as it stands or as one save made it.

    Raises:
        DraftNotFound: there is none.
        NotAnAnalyst: it is not for the actor.
    """
    rows.open_draft(session, draft_id)
    must_read(actor)
    version = number or rows.version_of(session, draft_id, name)
    content = rows.change(session, draft_id, version, name).content
    if content is None:
        raise DraftNotFound(f"{draft_id} {name}")
    return content, version


def deployed_bundle(session: Session, area: str) -> Bundle | None:
    """Return what is deployed of an area, ``None`` when nothing is."""
    newest = deployed_of(session, area)
    return None if newest is None else bundles.bundle(session, newest)


@dataclass(frozen=True, slots=True)
class KeptRun:
    """What somebody plays with a draft."""

    began_at: datetime
    acts: tuple[Mapping[str, Any], ...]
    version: int


def kept_run(session: Session, draft_id: UUID, actor: Actor) -> KeptRun | None:
    """Return the actor's own run of a draft; ``None``: there is none."""
    found = session.get(PlayRun, (draft_id, actor.person_id))
    return None if found is None else KeptRun(found.began_at, tuple(found.acts), found.version)
