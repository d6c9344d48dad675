"""The analyst's workshop as its pages show it: areas with their drafts, a draft, its history."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from engine.catalogue.bundle import Bundle
from engine.errors import Forbidden
from engine.model.area_draft import (
    AreaDraft,
    DraftChange,
    DraftNotFound,
    DraftPresence,
    DraftSave,
)
from engine.model.definition import BundleRow, Definition
from engine.model.person import Actor, Person
from engine.storage import area_drafts as rows

Names = Mapping[str, str]
_READERS = frozenset({"ANALYST", "ADMIN", "AUDITOR"})


class NotAnAnalyst(Forbidden):
    """The actor neither draws nor watches over those who do."""


@dataclass(frozen=True, slots=True)
class DeployedProcess:
    """A process of an area as it is deployed."""

    definition_id: UUID
    process_id: str
    name: str
    version: int


@dataclass(frozen=True, slots=True)
class DraftLine:
    """A draft in the list of its area."""

    id: UUID
    title: str
    bundle_id: str | None
    saved_at: datetime
    saved_by: Names
    editor: Names | None  #: who edits now


@dataclass(frozen=True, slots=True)
class AreaLine:
    """An area with what is deployed of it and what is being drawn."""

    area: str
    bundle_id: str | None
    deployed_at: datetime | None
    processes: tuple[DeployedProcess, ...]
    drafts: tuple[DraftLine, ...]


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
        NotAnAnalyst: …
    """
    if not may_read(actor):
        raise NotAnAnalyst(actor.username)


def areas(session: Session, actor: Actor, at: datetime) -> tuple[AreaLine, ...]:
    """Return every area that is deployed or drawn, by its id."""
    must_read(actor)
    bundles = _newest_bundles(session)
    processes = _processes(session, [each.id for each in bundles.values()])
    drafts = _drafts(session, at)
    return tuple(
        AreaLine(
            area,
            bundles[area].id if area in bundles else None,
            bundles[area].deployed_at if area in bundles else None,
            processes.get(bundles[area].id, ()) if area in bundles else (),
            drafts.get(area, ()),
        )
        for area in sorted({*bundles, *drafts})
    )


@dataclass(frozen=True, slots=True)
class _Bundle:
    id: str
    deployed_at: datetime


def _newest_bundles(session: Session) -> dict[str, _Bundle]:
    found = session.execute(
        select(BundleRow.area, BundleRow.id, BundleRow.deployed_at).order_by(
            BundleRow.deployed_at, BundleRow.id
        )
    )
    return {area: _Bundle(bundle_id, at) for area, bundle_id, at in found}


def _processes(session: Session, bundles: list[str]) -> dict[str, tuple[DeployedProcess, ...]]:
    found: dict[str, tuple[DeployedProcess, ...]] = {}
    for each in session.scalars(
        select(Definition).where(Definition.bundle_id.in_(bundles)).order_by(Definition.process_id)
    ):
        process = DeployedProcess(each.id, each.process_id, each.name, each.version)
        found[each.bundle_id] = (*found.get(each.bundle_id, ()), process)
    return found


def _drafts(session: Session, at: datetime) -> dict[str, tuple[DraftLine, ...]]:
    saver, editor = aliased(Person), aliased(Person)
    found: dict[str, tuple[DraftLine, ...]] = {}
    for draft, save, by, editing in session.execute(
        select(AreaDraft, DraftSave, saver, editor)
        .join(
            DraftSave,
            (DraftSave.draft_id == AreaDraft.id) & (DraftSave.number == AreaDraft.saves),
        )
        .outerjoin(saver, saver.username == DraftSave.by)
        .outerjoin(
            DraftPresence,
            (DraftPresence.draft_id == AreaDraft.id)
            & DraftPresence.edits
            & (DraftPresence.seen_at >= at - rows.GONE),
        )
        .outerjoin(editor, editor.id == DraftPresence.person_id)
        .where(AreaDraft.discarded_at.is_(None))
        .order_by(AreaDraft.area, AreaDraft.begun_at.desc())
    ):
        names = None if editing is None else _names(editing, "")
        line = DraftLine(
            draft.id, draft.title, draft.bundle_id, save.at, _names(by, save.by), names
        )
        found[draft.area] = (*found.get(draft.area, ()), line)
    return found


def draft(session: Session, draft_id: UUID, actor: Actor, at: datetime) -> DraftPage:
    """Return a draft with its files.

    Raises:
        DraftNotFound: there is none.
        NotAnAnalyst: …
    """
    found = rows.open_draft(session, draft_id)
    must_read(actor)
    newest = _newest_bundles(session).get(found.area)
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
        newest is not None and newest.id != found.bundle_id,
        _files(session, draft_id),
        pages(session, draft_id, at),
    )


def _files(session: Session, draft_id: UUID) -> tuple[File, ...]:
    standing = rows.standing(session, draft_id)
    numbers = {each.number for each in standing.values()}
    saves = {
        save.number: (save.at, _names(by, save.by))
        for save, by in session.execute(
            select(DraftSave, Person)
            .outerjoin(Person, Person.username == DraftSave.by)
            .where(DraftSave.draft_id == draft_id, DraftSave.number.in_(numbers))
        )
    }
    return tuple(
        File(each.name, each.number, each.size, *saves[each.number]) for each in standing.values()
    )


def pages(session: Session, draft_id: UUID, at: datetime) -> tuple[Page, ...]:
    """Return who has a draft open, whoever edits first."""
    found = session.execute(
        select(DraftPresence, Person)
        .join(Person, Person.id == DraftPresence.person_id)
        .where(DraftPresence.draft_id == draft_id, DraftPresence.seen_at >= at - rows.GONE)
        .order_by(DraftPresence.edits.desc(), DraftPresence.since)
    )
    return tuple(
        Page(each.person_id, _names(by, ""), each.since, each.edits, each.asked_at)
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
        _names(by, save.by),
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
        NotAnAnalyst: …
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
        NotAnAnalyst: …
    """
    rows.open_draft(session, draft_id)
    must_read(actor)
    version = number or rows.version_of(session, draft_id, name)
    content = rows.change(session, draft_id, version, name).content
    if content is None:
        raise DraftNotFound(f"{draft_id} {name}")
    return content, version


def _names(person: Person | None, username: str) -> Names:
    if person is None:
        return {"fa": username, "en": username}
    return {"fa": person.name_fa, "en": person.name_en}
