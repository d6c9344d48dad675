"""Drafts of areas: begun, saved file by file, discarded; all of one at once: `drafts_whole`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from uuid import UUID

from engine.catalogue.folder import must_be_area, must_be_files, must_fit
from engine.commands.analysts import must_be_analyst
from engine.commands.retried import retried
from engine.commands.saying import may_say
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
    beside: Mapping[str, Callable[[bytes], bytes]] | None = None,
) -> int:
    """Save one file over the version that was looked at; return its new version.

    One person's saves of a file within five minutes become one.

    Args:
        version: the number of the save it was read from, 0 for a new file.
        beside: what becomes of other files as they stand, in the same save; of a missing one it
            is given nothing.

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
            versions = stands, version
            return _aside(uow, draft, name, content, versions=versions, actor=actor, at=at)
        files = rows.standing(uow.session, draft_id)
        changed = {name: content, **_beside(uow.session, draft_id, files, beside or {})}
        must_be_files(changed)
        sizes = {each.name: each.size for each in files.values()}
        must_fit(sizes | {each: len(its) for each, its in changed.items()})
        since = (
            rows.let_go(uow.session, draft, name, stands, actor.username, at)
            if len(changed) == 1
            else None
        )
        number = rows.add_save(
            uow.session,
            draft,
            changed,
            SaveKind.EDITED,
            by=actor.username,
            at=at,
            since=since,
        )
        uow.commit()
        return number


def _beside(
    session: Session,
    draft_id: UUID,
    files: Mapping[str, rows.Standing],
    beside: Mapping[str, Callable[[bytes], bytes]],
) -> dict[str, bytes]:
    """Return the other files that a save changes."""
    changed = {}
    for name, change in beside.items():
        stands = files.get(name)
        before = rows.change(session, draft_id, stands.number, name).content if stands else b""
        after = change(before or b"")
        if after != before:
            changed[name] = after
    return changed


def _aside(
    uow: UnitOfWork,
    draft: AreaDraft,
    name: str,
    content: bytes,
    *,
    versions: tuple[int, int],
    actor: Actor,
    at: datetime,
) -> int:
    """Keep what came second beside what stands, and tell of both; the same again is no news.

    Args:
        versions: the one that stands, and the one that the content was made of.
    """
    stands, base = versions
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
        aside_of=base,
    )
    uow.commit()
    raise FileMoved(name, stands, standing.by if standing else "", number)


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
def merge(
    uow: UnitOfWork,
    draft_id: UUID,
    name: str,
    number: int,
    *,
    version: int,
    actor: Actor,
    at: datetime,
) -> int:
    """Put what was saved aside together with what stands; return the new version.

    Args:
        number: of the save aside.
        version: what stands, as it was looked at.

    Raises:
        DraftNotFound: there is no such save.
        DraftMoved: somebody saved the file meanwhile.
        RulesBroken: both changed the same place, or what they were made of is not known.
    """
    must_be_analyst(actor)
    with uow:
        draft = rows.open_draft(uow.session, draft_id, to_change=True)
        if rows.version_of(uow.session, draft_id, name) != version:
            raise DraftMoved(draft_id)
        made = rows.both(uow.session, draft_id, name, number, version).merged
        if made is None:
            raise RulesBroken([Problem("STU-015", "files", {"name": name})])
        must_be_files({name: made})
        by = actor.username
        saved = rows.add_save(uow.session, draft, {name: made}, SaveKind.MERGED, by=by, at=at)
        uow.commit()
        return saved


@retried
def name_save(uow: UnitOfWork, draft_id: UUID, number: int, note: str, *, actor: Actor) -> None:
    """Give a save a name, so that it is found again and never let go for a later one.

    Raises:
        DraftNotFound: there is no such save.
        RulesBroken: the name is too long.
    """
    must_be_analyst(actor)
    name = may_say(note, LONGEST_NOTE)
    with uow:
        rows.open_draft(uow.session, draft_id, to_change=True)
        found = uow.session.get(DraftSave, (draft_id, number))
        if found is None:
            raise DraftNotFound(f"{draft_id} {number}")
        found.note = name or None
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
