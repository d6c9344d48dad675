"""What makes a bundle the newest version, within the transaction of whoever decides it."""

from __future__ import annotations

from datetime import datetime

from engine import bpmn
from engine.catalogue.bundle import Bundle
from engine.commands import starts
from engine.model.definition import BundleRow, Definition
from engine.storage.bundles import is_deployed, newest_version
from engine.storage.database import UnitOfWork
from engine.storage.suspensions import suspension_of


def published(
    uow: UnitOfWork, bundle: Bundle, model: bpmn.Model, *, at: datetime, by: str | None
) -> tuple[Definition, ...]:
    """Make every process of an examined bundle available in a new version; the caller commits.

    What its events would start is planned, but for processes of which no case is to be started.
    """
    if not is_deployed(uow.session, bundle.id):  # a version that is put back has its row
        uow.session.add(
            BundleRow(
                id=bundle.id,
                area=bundle.config.area,
                content=bundle.pack(),
                deployed_at=at,
                deployed_by=by,
            )
        )
        uow.session.flush()
    definitions = tuple(
        Definition(
            process_id=process.id,
            version=newest_version(uow.session, process.id) + 1,
            name=process.name or process.id,
            bundle_id=bundle.id,
            deployed_at=at,
            deployed_by=by,
        )
        for process in model.processes.values()
    )
    uow.session.add_all(definitions)
    uow.session.flush()
    for definition in definitions:
        if suspension_of(uow.session, definition.process_id) is None:
            starts.plan(uow, definition, model, at)
    return definitions
