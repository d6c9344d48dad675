"""Which area a process belongs to: the one that deployed it last."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import bpmn
from engine.catalogue.bundle import Bundle
from engine.findings import Finding, detail
from engine.model.definition import BundleRow, Definition

ANOTHERS: Final = "DEP-003"  #: the process is another area's


def foreign_processes(session: Session, bundle: Bundle, model: bpmn.Model) -> Iterator[Finding]:
    """Yield the processes of a bundle that another area has deployed."""
    owners = dict(
        session.execute(
            select(Definition.process_id, BundleRow.area)
            .join(BundleRow, BundleRow.id == Definition.bundle_id)
            .where(Definition.process_id.in_(sorted(model.processes)))
            .order_by(Definition.version)
        ).all()
    )
    for process in model.processes.values():
        owner = owners.get(process.id, bundle.config.area)
        if owner != bundle.config.area:
            params = {"process": process.id, "area": owner}
            said = detail(ANOTHERS, **params)
            yield Finding(ANOTHERS, process.file, process.id, process.name, said, params)
