"""What a new version of an area meets: the cases that run in it, by version and by step.

New versions are for new cases; those that run stay where they are until somebody takes them
along. Which could be taken along is tried on them, in memory: nothing is changed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import func, select, union
from sqlalchemy.orm import Session

from engine import bpmn
from engine.catalogue.bundle import Bundle
from engine.findings import Detail
from engine.model.definition import BundleRow, Definition
from engine.model.instance import InstanceState, instance_table, task_table
from engine.model.job import UNFINISHED, job_table
from engine.model.subscription import subscription_table
from engine.storage.bundles import Deployed, deployed

MOST_TRIED: Final = 200  #: cases of one process that are tried; the others are only counted


_RUNS: Final = instance_table.c.state == InstanceState.RUNNING.value


@dataclass(frozen=True, slots=True)
class AtElement:
    """How many cases wait at a step."""

    element_id: str
    name: str
    cases: int
    still_there: bool  #: the new version has a step of this id


@dataclass(frozen=True, slots=True)
class Hindrance:
    """Why some of the cases that were tried cannot be taken along."""

    element_id: str
    name: str
    why: Detail
    cases: int


@dataclass(frozen=True, slots=True)
class Impact:
    """The running cases of one version of a process."""

    definition: Deployed
    cases: int
    at: tuple[AtElement, ...]
    tried: int
    can_migrate: int
    hindrances: tuple[Hindrance, ...]
    is_gone: bool  #: the new version has no such process


def impact(
    session: Session,
    area: str,
    new: bpmn.Model | None,
    at: datetime,
    *,
    model_of: Callable[[Bundle], bpmn.Model],
) -> list[Impact]:
    """Return what runs of the area's processes, version by version.

    Args:
        new: the new version; ``None``: it cannot be run, so nothing is tried.
        model_of: gives the model of a deployed bundle.
    """
    counted = running(session, area)
    waiting = waits(session, [each.id for each, _ in counted])
    return [
        _of(
            definition,
            cases,
            waiting.get(definition.id, {}),
            model_of(definition.bundle),
            new,
            list(_tried(session, definition, model_of(definition.bundle), new, at)),
        )
        for definition, cases in counted
    ]


def running(session: Session, area: str) -> list[tuple[Deployed, int]]:
    """Return the definitions of an area that have running cases, with how many."""
    of_area = (
        select(Definition.id)
        .join(BundleRow, BundleRow.id == Definition.bundle_id)
        .where(BundleRow.area == area)
    )
    found = session.execute(
        select(instance_table.c.definition_id, func.count())
        .where(_RUNS, instance_table.c.definition_id.in_(of_area))
        .group_by(instance_table.c.definition_id)
    ).all()
    known = [(deployed(session, each), count) for each, count in found]
    return sorted(known, key=lambda each: (each[0].process_id, -each[0].version))


def waits(session: Session, definitions: list[UUID]) -> dict[UUID, dict[str, int]]:
    """Return how many cases wait at each element: for people, for work, or for what comes."""
    cases = instance_table.c
    places = union(
        select(cases.definition_id, cases.id, task_table.c.element_id)
        .join(task_table, task_table.c.instance_id == cases.id)
        .where(_RUNS, cases.definition_id.in_(definitions), task_table.c.closed_at.is_(None)),
        select(cases.definition_id, cases.id, job_table.c.element_id)
        .join(job_table, job_table.c.instance_id == cases.id)
        .where(
            _RUNS,
            cases.definition_id.in_(definitions),
            job_table.c.kind.in_(["service", "external", "timer", "call"]),
            job_table.c.state.in_([each.value for each in UNFINISHED]),
        ),
        select(cases.definition_id, cases.id, subscription_table.c.element_id)
        .join(subscription_table, subscription_table.c.instance_id == cases.id)
        .where(_RUNS, cases.definition_id.in_(definitions)),
    ).subquery()
    found: dict[UUID, dict[str, int]] = {}
    for definition_id, element_id, count in session.execute(
        select(places.c.definition_id, places.c.element_id, func.count()).group_by(
            places.c.definition_id, places.c.element_id
        )
    ):
        found.setdefault(definition_id, {})[element_id] = count
    return found


def _of(
    definition: Deployed,
    cases: int,
    waits: Mapping[str, int],
    old: bpmn.Model,
    new: bpmn.Model | None,
    tried: Sequence[tuple[bpmn.Obstacle, ...]],
) -> Impact:
    process_id = definition.process_id
    names = {each.id: each.name or each.id for each in old.processes[process_id].elements}
    graph = None if new is None else new.graphs.get(process_id)
    refused: Counter[tuple[str, Detail]] = Counter()
    for obstacles in tried:
        refused.update({(each.element_id, each.reason) for each in obstacles})
    return Impact(
        definition,
        cases,
        tuple(
            AtElement(
                element_id,
                names.get(element_id, element_id),
                count,
                graph is not None and element_id in graph.nodes,
            )
            for element_id, count in sorted(waits.items(), key=lambda each: -each[1])
        ),
        len(tried),
        sum(not each for each in tried),
        tuple(
            Hindrance(element_id, names.get(element_id, element_id), why, count)
            for (element_id, why), count in refused.most_common()
        ),
        new is not None and graph is None,
    )


def _tried(
    session: Session,
    definition: Deployed,
    old: bpmn.Model,
    new: bpmn.Model | None,
    at: datetime,
) -> Iterator[tuple[bpmn.Obstacle, ...]]:
    """Yield what keeps each of the oldest running cases from the new version, if anything."""
    if new is None or definition.process_id not in new.processes:
        return
    plan = bpmn.propose(old, new)
    for snapshot, variables in session.execute(
        select(instance_table.c.snapshot, instance_table.c.variables)
        .where(_RUNS, instance_table.c.definition_id == definition.id)
        .order_by(instance_table.c.id)
        .limit(MOST_TRIED)
    ):
        stored = bpmn.Stored(snapshot, variables)
        try:
            bpmn.migrate(old, new, definition.process_id, stored, plan, at=at)
        except bpmn.MigrationRefused as refused:
            yield refused.obstacles
        else:
            yield ()
