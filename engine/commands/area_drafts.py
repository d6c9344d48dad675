"""Drafts of areas: begun, saved file by file, put back, taken from a folder, discarded."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from engine.catalogue.bundle import Bundle
from engine.catalogue.folder import must_be_area, must_be_files, must_fit
from engine.commands.analysts import must_be_analyst
from engine.commands.retried import retried
from engine.errors import Problem, RulesBroken
from engine.model.area_draft import (
    LONGEST_NOTE,
    AreaDraft,
    DraftMoved,
    DraftNotFound,
    DraftSave,
    FileMoved,
    SaveKind,
)
from engine.model.base import new_id
from engine.model.person import Actor
from engine.storage import area_drafts as rows
from engine.storage.database import Session, UnitOfWork


@retried
def begin(
    uow: UnitOfWork,
    area: str,
    title: str,
    *,
    actor: Actor,
    at: datetime,
    bundle_id: str | None = None,
    files: Mapping[str, bytes] | None = None,
) -> UUID:
    """Begin a draft of an area, as one of its deployed bundles or with some files; return its id.

    Raises:
        NotAtThisDesk: the actor is no analyst.
        DraftNotFound: there is no such bundle.
        RulesBroken: it is no id of an area, or a file is refused.
    """
    must_be_analyst(actor)
    must_be_area(area)
    with uow:
        draft = AreaDraft(
            id=new_id(),
            area=area,
            title=title.strip()[:LONGEST_NOTE] or area,
            bundle_id=bundle_id,
            saves=0,
            begun_at=at,
            begun_by=actor.username,
        )
        bundle = None if bundle_id is None else rows.deployed_bundle(uow.session, bundle_id)
        first = dict(files or {}) if bundle is None else bundle.files
        must_be_files(first)
        uow.session.add(draft)
        uow.session.flush()
        rows.add_save(uow.session, draft, first, SaveKind.BEGUN, by=actor.username, at=at)
        uow.commit()
        return draft.id


@retried
def save(
    uow: UnitOfWork,
    draft_id: UUID,
    name: str,
    content: bytes,
    *,
    version: int,
    actor: Actor,
    at: datetime,
) -> int:
    """Save one file over the version that was looked at; return its new version.

    One person's saves of a file within five minutes become one.

    Args:
        version: the number of the save it was read from, 0 for a new file.

    Raises:
        FileMoved: somebody saved it meanwhile; this content is kept aside, nothing is lost.
        RulesBroken: the name or the content is refused.
    """
    must_be_analyst(actor)
    must_be_files({name: content})
    with uow:
        draft = rows.open_draft(uow.session, draft_id, to_change=True)
        stands = rows.version_of(uow.session, draft_id, name)
        if stands != version:
            return _aside(uow, draft, name, content, stands=stands, actor=actor, at=at)
        files = rows.standing(uow.session, draft_id)
        must_fit({**{each.name: each.size for each in files.values()}, name: len(content)})
        since = _since(uow.session, draft, name, stands, actor.username, at)
        number = rows.add_save(
            uow.session,
            draft,
            {name: content},
            SaveKind.EDITED,
            by=actor.username,
            at=at,
            since=since,
        )
        uow.commit()
        return number


def _aside(
    uow: UnitOfWork,
    draft: AreaDraft,
    name: str,
    content: bytes,
    *,
    stands: int,
    actor: Actor,
    at: datetime,
) -> int:
    """Keep what came second beside what stands, and tell of both; the same again is no news."""
    standing = uow.session.get_one(DraftSave, (draft.id, stands)) if stands else None
    if stands and rows.change(uow.session, draft.id, stands, name).content == content:
        return stands
    number = rows.add_save(
        uow.session,
        draft,
        {name: content},
        SaveKind.EDITED,
        by=actor.username,
        at=at,
        is_aside=True,
    )
    uow.commit()
    raise FileMoved(name, stands, standing.by if standing else "", number)


def _since(
    session: Session, draft: AreaDraft, name: str, stands: int, by: str, at: datetime
) -> datetime | None:
    """Let the save before go when this one stands for it; return when the first of them was."""
    before = session.get(DraftSave, (draft.id, stands)) if stands else None
    if before is None or stands != draft.saves or not before.may_be_replaced(by, at):
        return None
    if rows.count_of(session, draft.id, stands) != 1:
        return None
    rows.drop_save(session, before, name)
    return before.since


@retried
def remove(
    uow: UnitOfWork, draft_id: UUID, name: str, *, version: int, actor: Actor, at: datetime
) -> None:
    """Take a file out of a draft; its versions stay in the history.

    Raises:
        DraftNotFound: there is no such file.
        DraftMoved: somebody saved it meanwhile.
    """
    must_be_analyst(actor)
    with uow:
        draft = rows.open_draft(uow.session, draft_id, to_change=True)
        stands = rows.standing(uow.session, draft_id).get(name)
        if stands is None:
            raise DraftNotFound(f"{draft_id} {name}")
        if stands.number != version:
            raise DraftMoved(draft_id)
        gone = {name: None}
        rows.add_save(uow.session, draft, gone, SaveKind.REMOVED, by=actor.username, at=at)
        uow.commit()


@retried
def take_in(
    uow: UnitOfWork,
    draft_id: UUID,
    files: Mapping[str, bytes],
    *,
    version: int,
    actor: Actor,
    at: datetime,
) -> int:
    """Make a draft what a folder holds, as one save; return how many files that changed.

    Args:
        version: the number of the draft's last save as it was looked at.

    Raises:
        DraftMoved: somebody saved something meanwhile.
        RulesBroken: a file is refused; nothing was changed.
    """
    must_be_analyst(actor)
    must_be_files(files)
    with uow:
        draft = rows.open_draft(uow.session, draft_id, to_change=True)
        if draft.saves != version:
            raise DraftMoved(draft_id)
        changed = _changed(rows.bundle_of(uow.session, draft_id), Bundle(files))
        if changed:
            rows.add_save(uow.session, draft, changed, SaveKind.IMPORTED, by=actor.username, at=at)
            uow.commit()
        return len(changed)


@retried
def restore(
    uow: UnitOfWork,
    draft_id: UUID,
    number: int,
    *,
    actor: Actor,
    at: datetime,
    name: str | None = None,
) -> int:
    """Put back what stood after a save, or one file of a save (one aside too), as a new save.

    Returns:
        How many files that changed.

    Raises:
        DraftNotFound: there is no such save, or it has nothing of the file.
    """
    must_be_analyst(actor)
    with uow:
        draft = rows.open_draft(uow.session, draft_id, to_change=True)
        if uow.session.get(DraftSave, (draft_id, number)) is None:
            raise DraftNotFound(f"{draft_id} {number}")
        now = rows.bundle_of(uow.session, draft_id)
        if name is None:
            changed = _changed(now, rows.bundle_of(uow.session, draft_id, number))
        else:
            content = rows.change(uow.session, draft_id, number, name).content
            changed = {} if now.files.get(name) == content else {name: content}
        if changed:
            rows.add_save(
                uow.session,
                draft,
                changed,
                SaveKind.RESTORED,
                by=actor.username,
                at=at,
                restored=number,
            )
            uow.commit()
        return len(changed)


@retried
def name_save(uow: UnitOfWork, draft_id: UUID, number: int, note: str, *, actor: Actor) -> None:
    """Give a save a name, so that it is found again and never let go for a later one.

    Raises:
        DraftNotFound: there is no such save.
        RulesBroken: the name is too long.
    """
    must_be_analyst(actor)
    if len(note) > LONGEST_NOTE:
        raise RulesBroken([Problem("GEN-LENGTH", "note", {"min": "0", "max": str(LONGEST_NOTE)})])
    with uow:
        rows.open_draft(uow.session, draft_id, to_change=True)
        found = uow.session.get(DraftSave, (draft_id, number))
        if found is None:
            raise DraftNotFound(f"{draft_id} {number}")
        found.note = note.strip() or None
        uow.commit()


@retried
def discard(uow: UnitOfWork, draft_id: UUID, *, actor: Actor, at: datetime) -> None:
    """Put a draft away; nobody sees it any more, and nothing of it is deleted."""
    must_be_analyst(actor)
    with uow:
        rows.open_draft(uow.session, draft_id, to_change=True).discarded_at = at
        uow.commit()


@retried
def bring_back(uow: UnitOfWork, draft_id: UUID, *, actor: Actor) -> None:
    """Take back that a draft was discarded.

    Raises:
        DraftNotFound: there is none.
    """
    must_be_analyst(actor)
    with uow:
        found = uow.session.get(AreaDraft, draft_id)
        if found is None:
            raise DraftNotFound(draft_id)
        found.discarded_at = None
        uow.commit()


def _changed(before: Bundle, after: Bundle) -> dict[str, bytes | None]:
    """Return what makes one bundle another: contents by name, ``None`` for what goes."""
    gone: dict[str, bytes | None] = {each: None for each in before.files if each not in after.files}
    return gone | {
        name: content for name, content in after.files.items() if before.files.get(name) != content
    }
