"""What a repair changes in a case: found by comparing it before and after."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from engine.model.instance import InstanceState
from engine.model.job import JobKind
from engine.storage.case_state import CaseState, Heard, JobLine, TaskState

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Changed(Generic[T]):
    """One thing as it was and as it is."""

    before: T
    after: T


@dataclass(frozen=True, slots=True)
class Effect:
    """Everything that differs; what is the same is not named."""

    case: UUID
    version: int  #: of the case as the repair found it
    state: Changed[InstanceState] | None
    closed: tuple[TaskState, ...]
    opened: tuple[TaskState, ...]
    tasks: tuple[Changed[TaskState], ...]
    ended_jobs: tuple[JobLine, ...]
    new_jobs: tuple[JobLine, ...]
    jobs: tuple[Changed[JobLine], ...]
    unheard: tuple[Heard, ...]  #: what it listens for no more
    heard: tuple[Heard, ...]
    values: Mapping[str, Changed[Any]]  #: by variable; what there was not is `MISSING`
    new_case: UUID | None = None  #: that a restart began
    listeners: int | None = None  #: who hears a signal

    @property
    def is_nothing(self) -> bool:
        """Tell whether the case stays exactly as it was."""
        return not (
            self.state
            or self.closed
            or self.opened
            or self.tasks
            or self.ended_jobs
            or self.new_jobs
            or self.jobs
            or self.unheard
            or self.heard
            or self.values
            or self.new_case
            or self.listeners
        )

    def as_facts(self) -> dict[str, Any]:
        """Return before and after for the journal: elements and moments, values whole."""
        before: dict[str, Any] = {}
        after: dict[str, Any] = {}
        if self.state:
            before["state"], after["state"] = self.state.before.value, self.state.after.value
        if self.closed or self.opened:
            before["tasks"] = [each.element_id for each in self.closed]
            after["tasks"] = [each.element_id for each in self.opened]
        for each in self.tasks:
            before[each.before.element_id] = _task_facts(each.before)
            after[each.after.element_id] = _task_facts(each.after)
        for job in self.jobs:
            before[job.before.element_id] = _job_facts(job.before)
            after[job.after.element_id] = _job_facts(job.after)
        if self.values:
            before["values"] = {name: each.before for name, each in self.values.items()}
            after["values"] = {name: each.after for name, each in self.values.items()}
        if self.new_case:
            after["case"] = str(self.new_case)
        return {"before": before, "after": after}


#: stands for a variable that the case did not have
MISSING = None


def effect_of(before: CaseState, after: CaseState) -> Effect:
    """Return what differs between two moments of a case."""
    tasks = {each.id: each for each in before.tasks}
    tasks_now = {each.id: each for each in after.tasks}
    jobs = {each.id: each for each in before.jobs}
    jobs_now = {each.id: each for each in after.jobs}
    heard = {each.token for each in before.listens}
    heard_now = {each.token for each in after.listens}
    return Effect(
        before.id,
        before.version,
        Changed(before.state, after.state) if before.state is not after.state else None,
        tuple(each for key, each in tasks.items() if key not in tasks_now),
        tuple(each for key, each in tasks_now.items() if key not in tasks),
        _changed(tasks, tasks_now),
        tuple(each for key, each in jobs.items() if key not in jobs_now and _matters(each)),
        tuple(each for key, each in jobs_now.items() if key not in jobs and _matters(each)),
        _changed(jobs, jobs_now),
        tuple(each for each in before.listens if each.token not in heard_now),
        tuple(each for each in after.listens if each.token not in heard),
        _values(before.variables, after.variables),
    )


def _changed(was: Mapping[UUID, T], now: Mapping[UUID, T]) -> tuple[Changed[T], ...]:
    return tuple(
        Changed(was[key], each) for key, each in now.items() if key in was and was[key] != each
    )


def _matters(job: JobLine) -> bool:
    """Tell whether a job is work of the case; reminders come and go with their task."""
    return job.kind is not JobKind.NOTICE


def _values(was: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, Changed[Any]]:
    names = dict.fromkeys((*was, *now))
    return {
        each: Changed(was.get(each, MISSING), now.get(each, MISSING))
        for each in names
        if was.get(each, MISSING) != now.get(each, MISSING)
    }


def _task_facts(task: TaskState) -> dict[str, Any]:
    return {"desk": task.desk, "holder": task.holder, "due_at": _said(task.due_at)}


def _job_facts(job: JobLine) -> dict[str, Any]:
    return {"state": job.state.value, "run_at": _said(job.run_at)}


def _said(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
