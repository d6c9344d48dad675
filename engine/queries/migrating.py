"""What the page shows from which cases are taken to another version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.model.batch import Batch
from engine.model.definition import Definition
from engine.model.instance import InstanceState, task_table
from engine.model.instance import instance_table as instance
from engine.model.person import Actor
from engine.queries.batches import must_read
from engine.storage.bundles import Deployed, all_latest, version


@dataclass(frozen=True, slots=True)
class VersionRunning:
    """One version of a process with how many cases run in it."""

    number: int
    running: int


@dataclass(frozen=True, slots=True)
class Crossing:
    """From one version to another: and what stands where."""

    old: Deployed
    new: Deployed
    running: int
    waiting: Mapping[str, int]  #: by element: open tasks of running cases


def processes(session: Session, actor: Actor) -> list[Deployed]:
    """Return the newest version of every process.

    Raises:
        Forbidden: the actor does not read them.
    """
    must_read(actor)
    return all_latest(session)


def versions(session: Session, process_id: str) -> tuple[VersionRunning, ...]:
    """Return the versions of a process, the newest first."""
    rows = session.execute(
        select(Definition.version, func.count(instance.c.id))
        .outerjoin(
            instance,
            (instance.c.definition_id == Definition.id)
            & (instance.c.state == InstanceState.RUNNING.value),
        )
        .where(Definition.process_id == process_id)
        .group_by(Definition.version)
        .order_by(Definition.version.desc())
    )
    return tuple(VersionRunning(*each) for each in rows)


def crossing(session: Session, process_id: str, old: int, new: int) -> Crossing:
    """Return two versions, and what stands where in the older one.

    Raises:
        DefinitionNotFound: there is no such version.
    """
    before, after = version(session, process_id, old), version(session, process_id, new)
    running = session.scalar(
        select(func.count()).where(
            instance.c.definition_id == before.id,
            instance.c.state == InstanceState.RUNNING.value,
        )
    )
    rows = session.execute(
        select(task_table.c.element_id, func.count())
        .join(instance, instance.c.id == task_table.c.instance_id)
        .where(instance.c.definition_id == before.id, task_table.c.closed_at.is_(None))
        .group_by(task_table.c.element_id)
    )
    return Crossing(
        before,
        after,
        running or 0,
        {str(element): int(count) for element, count in rows},
    )


def facts_of(session: Session, batch_id: UUID) -> Mapping[str, Any] | None:
    """Return what a batch of migrations follows; ``None``: it is another, or there is none."""
    batch = session.get(Batch, batch_id)
    return batch.facts if batch is not None and "plan" in batch.facts else None
