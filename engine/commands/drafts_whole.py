"""A whole draft made something else: what a folder holds, or what it, or its area, was before."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from uuid import UUID

from engine.catalogue.bundle import Bundle
from engine.catalogue.folder import must_be_files
from engine.commands.analysts import must_be_analyst
from engine.commands.retried import retried
from engine.errors import Problem, RulesBroken
from engine.model.area_draft import (
    LONGEST_NOTE,
    AreaDraft,
    DraftMoved,
    DraftNotFound,
    DraftSave,
    SaveKind,
)
from engine.model.person import Actor
from engine.renaming import Asked, Kind, Standing, file_of, problem_of, renamed
from engine.storage import area_drafts as rows
from engine.storage import model_comments
from engine.storage.database import Session, UnitOfWork

#: Says what stands against a new name, or is worth knowing before it.
Against = Callable[[Session, Bundle, Asked], Iterable[Standing]]


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
        draft = _unmoved(uow.session, draft_id, version)
        changed = _changed(rows.bundle_of(uow.session, draft_id), Bundle(files))
        return _saved(uow, draft, changed, SaveKind.IMPORTED, actor, at)


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
        return _saved(uow, draft, changed, SaveKind.RESTORED, actor, at, restored=number)


@retried
def restore_deployed(
    uow: UnitOfWork,
    draft_id: UUID,
    bundle_id: str,
    *,
    version: int,
    actor: Actor,
    at: datetime,
) -> int:
    """Make a draft what a deployed version of its area holds, as one save.

    Args:
        version: the number of the draft's last save as it was looked at.

    Returns:
        How many files that changed.

    Raises:
        DraftNotFound: the area has no such version.
        DraftMoved: somebody saved something meanwhile.
    """
    must_be_analyst(actor)
    with uow:
        draft = _unmoved(uow.session, draft_id, version)
        bundle = rows.deployed_bundle(uow.session, bundle_id, area=draft.area)
        changed = _changed(rows.bundle_of(uow.session, draft_id), bundle)
        return _saved(uow, draft, changed, SaveKind.RESTORED, actor, at)


@retried
def rename(
    uow: UnitOfWork,
    draft_id: UUID,
    asked: Asked,
    *,
    against: Against,
    version: int,
    actor: Actor,
    at: datetime,
) -> int:
    """Say a name in another way in every file that means it, as one save that is named so.

    What analysts said about an element of a diagram goes with it.

    Args:
        against: says what stands against it outside of the files.
        version: the number of the draft's last save as it was looked at.

    Returns:
        How many files that changed.

    Raises:
        DraftMoved: somebody saved something meanwhile.
        RulesBroken: the name cannot be that, or something stands against it.
    """
    must_be_analyst(actor)
    with uow:
        draft = _unmoved(uow.session, draft_id, version)
        bundle = rows.bundle_of(uow.session, draft_id)
        code = problem_of(bundle, asked)
        if code is not None:
            raise RulesBroken([Problem(code, "new", {"name": asked.new})])
        found = renamed(bundle, asked)
        if any(each.refuses for each in against(uow.session, bundle, asked)):
            raise RulesBroken([Problem("RNM-005", None)])
        if asked.kind in (Kind.STEP, Kind.PROCESS):
            place = file_of(bundle, asked)
            model_comments.move(uow.session, draft.area, place, asked.old, asked.new)
        note = f"{asked.old} → {asked.new}"
        return _saved(uow, draft, found.files, SaveKind.RENAMED, actor, at, note=note)


def _unmoved(session: Session, draft_id: UUID, version: int) -> AreaDraft:
    """Return a draft, held against others, as it was looked at.

    Raises:
        DraftMoved: somebody saved something meanwhile.
    """
    draft = rows.open_draft(session, draft_id, to_change=True)
    if draft.saves != version:
        raise DraftMoved(draft_id)
    return draft


def _changed(before: Bundle, after: Bundle) -> dict[str, bytes | None]:
    """Return what makes one bundle another: contents by name, ``None`` for what goes."""
    gone: dict[str, bytes | None] = {each: None for each in before.files if each not in after.files}
    return gone | {
        name: content for name, content in after.files.items() if before.files.get(name) != content
    }


def _saved(
    uow: UnitOfWork,
    draft: AreaDraft,
    changed: Mapping[str, bytes | None],
    kind: SaveKind,
    actor: Actor,
    at: datetime,
    *,
    restored: int | None = None,
    note: str | None = None,
) -> int:
    """Save what changed, if anything did; return how many files that is."""
    if changed:
        by = actor.username
        number = rows.add_save(uow.session, draft, changed, kind, by=by, at=at, restored=restored)
        if note is not None:
            saved = uow.session.get(DraftSave, (draft.id, number))
            assert saved is not None
            saved.note = note[:LONGEST_NOTE]
        uow.commit()
    return len(changed)
