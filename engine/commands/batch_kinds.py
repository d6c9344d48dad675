"""What a batch can do to each of its cases or jobs: the commands people have, by name.

A kind is one line of the registry. Its act is a command as it stands: it opens one block of the
unit of work it is given and commits in it, and the mark that it is done commits with it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any, Final
from uuid import UUID

from engine import bpmn
from engine.commands import (
    anonymising,
    case_suspension,
    instances,
    jobs,
    mending,
    messages,
    migrations,
    modifications,
    purging,
    restarting,
)
from engine.errors import NotFound
from engine.model.partner import addressed_to
from engine.model.person import Actor
from engine.storage.database import UnitOfWork


class Over(Enum):
    """What the things of a batch are."""

    CASES = "cases"
    JOBS = "jobs"


@dataclass(frozen=True, slots=True)
class Task:
    """What is asked of an act, the same for each thing of the batch."""

    facts: Mapping[str, Any]
    reason: str
    actor: Actor


#: does it to one case or job, at a moment
Act = Callable[[UnitOfWork, UUID, Task, datetime], object]


@dataclass(frozen=True, slots=True)
class Kind:
    """One act that can be done to many."""

    name: str
    over: Over
    act: Act
    only_looks: bool = False  #: changes nothing: it tells what would be refused


KINDS: Final[dict[str, Kind]] = {}


def kind(name: str, over: Over, *, only_looks: bool = False) -> Callable[[Act], Act]:
    """Register an act under a name, which stays for ever: batches are kept."""

    def register(act: Act) -> Act:
        KINDS[name] = Kind(name, over, act, only_looks)
        return act

    return register


def kind_of(name: str) -> Kind:
    """Return a kind by its name.

    Raises:
        NotFound: this release has none of that name.
    """
    found = KINDS.get(name)
    if found is None:
        raise NotFound(f"no kind of batch is called {name}")
    return found


@kind("migrate", Over.CASES)
def _migrate(uow: UnitOfWork, case_id: UUID, task: Task, at: datetime) -> object:
    """Facts as `engine.commands.migrations.wish` writes them."""
    return _take_along(uow, case_id, task, at, dry_run=False)


@kind("try_migration", Over.CASES, only_looks=True)
def _try_migration(uow: UnitOfWork, case_id: UUID, task: Task, at: datetime) -> object:
    return _take_along(uow, case_id, task, at, dry_run=True)


def _take_along(
    uow: UnitOfWork, case_id: UUID, task: Task, at: datetime, *, dry_run: bool
) -> object:
    facts = task.facts
    return migrations.migrate(
        uow,
        case_id,
        UUID(facts["to"]),
        bpmn.read_plan(facts["plan"]),
        actor=task.actor,
        at=at,
        reason=task.reason,
        only_from=UUID(facts["from"]),
        dry_run=dry_run,
    )


@kind("undo_migration", Over.CASES)
def _undo_migration(uow: UnitOfWork, case_id: UUID, task: Task, at: datetime) -> object:
    return migrations.undo(uow, case_id, actor=task.actor, at=at, reason=task.reason)


@kind("retry", Over.JOBS)
def _retry(uow: UnitOfWork, job_id: UUID, task: Task, at: datetime) -> object:
    """``retries``: how often it may be tried then; without it as often as at first."""
    if retries := task.facts.get("retries"):
        return jobs.set_retries(uow, job_id, retries, task.reason, actor=task.actor, at=at)
    return jobs.retry(uow, job_id, by=task.actor.username, at=at, reason=task.reason)


@kind("mend", Over.CASES)
def _mend(uow: UnitOfWork, case_id: UUID, task: Task, at: datetime) -> object:
    return mending.mend(uow, case_id, by=task.actor.username, at=at)


@kind("cancel", Over.CASES)
def _cancel(uow: UnitOfWork, case_id: UUID, task: Task, at: datetime) -> object:
    return instances.cancel(uow, case_id, task.reason, actor=task.actor, at=at)


@kind("modify", Over.CASES)
def _modify(uow: UnitOfWork, case_id: UUID, task: Task, at: datetime) -> object:
    """``instructions``: as `engine.commands.modifications.instructions_of` reads them."""
    asked = modifications.instructions_of(task.facts["instructions"])
    return modifications.modify(uow, case_id, asked, task.reason, actor=task.actor, at=at)


@kind("set_variables", Over.CASES)
def _set_variables(uow: UnitOfWork, case_id: UUID, task: Task, at: datetime) -> object:
    """``values``: by name, plain."""
    asked = [bpmn.SetVariables(task.facts["values"])]
    return modifications.modify(uow, case_id, asked, task.reason, actor=task.actor, at=at)


@kind("suspend", Over.CASES)
def _suspend(uow: UnitOfWork, case_id: UUID, task: Task, at: datetime) -> object:
    return case_suspension.suspend(uow, case_id, task.reason, actor=task.actor, at=at)


@kind("resume", Over.CASES)
def _resume(uow: UnitOfWork, case_id: UUID, task: Task, at: datetime) -> object:
    return case_suspension.resume(uow, case_id, task.reason, actor=task.actor, at=at)


@kind("restart", Over.CASES)
def _restart(uow: UnitOfWork, case_id: UUID, task: Task, at: datetime) -> object:
    """``elements``: where the new case begins."""
    starts = [bpmn.StartBefore(each) for each in task.facts["elements"]]
    return restarting.restart(uow, case_id, starts, task.reason, actor=task.actor, at=at)


@kind("correlate", Over.CASES)
def _correlate(uow: UnitOfWork, case_id: UUID, task: Task, at: datetime) -> object:
    """``message`` and ``values``: by name, plain; it waits where a case does not listen yet."""
    return messages.publish(
        uow,
        task.facts["message"],
        addressed_to(case_id),
        task.facts["values"],
        at=at,
        by=task.actor.username,
    )


@kind("purge", Over.CASES)
def _purge(uow: UnitOfWork, case_id: UUID, task: Task, at: datetime) -> object:
    """``request``: which a second person confirmed."""
    return purging.purge(uow, case_id, UUID(task.facts["request"]), at=at)


@kind("anonymise", Over.CASES)
def _anonymise(uow: UnitOfWork, target: UUID, task: Task, at: datetime) -> object:
    """``request``: which a second person confirmed; its own id is the last target."""
    return anonymising.anonymise(uow, target, UUID(task.facts["request"]), at=at)
