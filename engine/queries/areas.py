"""The areas of a site, with what is deployed of each and what is being drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from engine.model.area_draft import AreaDraft, DraftPresence, DraftSave
from engine.model.definition import BundleRow, Definition
from engine.model.person import Actor, Person
from engine.queries.people import names_of
from engine.queries.studio import Names, must_read
from engine.storage import area_drafts as rows


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


def areas(session: Session, actor: Actor, at: datetime) -> tuple[AreaLine, ...]:
    """Return every area that is deployed or drawn, by its id."""
    must_read(actor)
    bundles = _newest_bundles(session)
    processes = _processes(session, bundles)
    drafts = _drafts(session, at)
    return tuple(
        AreaLine(
            area,
            bundles[area].id if area in bundles else None,
            bundles[area].deployed_at if area in bundles else None,
            processes.get(area, ()),
            drafts.get(area, ()),
        )
        for area in sorted({*bundles, *drafts})
    )


@dataclass(frozen=True, slots=True)
class _Bundle:
    id: str
    deployed_at: datetime


def _newest_bundles(session: Session) -> dict[str, _Bundle]:
    """Return what is deployed of each area now: an earlier version too, where it was put back."""
    found = session.execute(
        select(BundleRow.area, BundleRow.id, Definition.deployed_at)
        .join(Definition, Definition.bundle_id == BundleRow.id)
        .distinct()
        .order_by(Definition.deployed_at, BundleRow.id)
    )
    return {area: _Bundle(bundle_id, at) for area, bundle_id, at in found}


def _processes(
    session: Session, bundles: Mapping[str, _Bundle]
) -> dict[str, tuple[DeployedProcess, ...]]:
    areas = {(each.id, each.deployed_at): area for area, each in bundles.items()}
    found: dict[str, tuple[DeployedProcess, ...]] = {}
    for each in session.scalars(
        select(Definition)
        .where(Definition.bundle_id.in_([each.id for each in bundles.values()]))
        .order_by(Definition.process_id)
    ):
        area = areas.get((each.bundle_id, each.deployed_at))
        if area is not None:
            process = DeployedProcess(each.id, each.process_id, each.name, each.version)
            found[area] = (*found.get(area, ()), process)
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
        names = None if editing is None else names_of(editing, "")
        line = DraftLine(
            draft.id, draft.title, draft.bundle_id, save.at, names_of(by, save.by), names
        )
        found[draft.area] = (*found.get(draft.area, ()), line)
    return found
