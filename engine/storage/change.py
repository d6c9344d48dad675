"""What one command changes in one case, and what both databases need to write it.

The columns come from the tables, so that a new one needs no word here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import Any, Final
from uuid import UUID

from sqlalchemy import bindparam, delete, literal_column, null, text

from engine.errors import LeaseLost
from engine.model.draft import DraftField
from engine.model.event import Event
from engine.model.instance import HumanTask, Instance
from engine.model.job import LEASED, UNFINISHED, Job, JobState, job_table
from engine.model.listing import PLACES
from engine.model.subscription import Subscription
from engine.storage.statements import Prepared

#: what a step may change; the rest is written once
CASE_CHANGES: Final = (
    "state", "snapshot", "event_count", "variables", "finished_at", "end_id", "title",
    "business",
)  # fmt: skip
TASK_CHANGES: Final = (
    "due_at", "priority", "state", "holder", "claimed_at", "closed_at", "closed_by", "outcome",
    "desk", "escalation_desk", "escalated_at", "owner", "held_for", "amount", *PLACES, "sought",
)  # fmt: skip
#: jobs in these states may still run
LIVE_JOBS: Final = tuple(each.value for each in UNFINISHED)


@dataclass(frozen=True, slots=True)
class Loaded:
    """What is in the rows of a case and its open tasks, as far as saving asks for it."""

    standing: tuple[Any, ...]  #: of the case, its `STANDING`
    tasks: dict[UUID, tuple[Any, ...]]  #: of each task, its `facts_of`

    @classmethod
    def of(cls, case: Instance) -> Loaded:
        """Return it of a case as it was read."""
        return cls(standing_of(case), {each.id: facts_of(each) for each in case.tasks})


@dataclass(slots=True)
class Change:
    """Everything one command changes in one case."""

    case: Instance
    is_new: bool
    tasks: Sequence[HumanTask] = ()  #: new ones, and those that changed
    loaded: Loaded | None = None  #: how the case stood when it was read
    events: Sequence[Event] = ()
    jobs: Sequence[Job] = ()
    cancelled: Sequence[str] = ()  #: tokens whose jobs are not to run any more
    answered: UUID | None = None  #: the task whose drafts are no longer needed
    listening: Sequence[Subscription] = ()  #: what it begins to listen for
    ceased: Sequence[str] = ()  #: tokens that listen no more
    finishes: Job | None = None  #: the leased job whose work this is

    @property
    def is_one_statement(self) -> bool:
        """Tell whether PostgreSQL needs one statement for it, as far as is known."""
        return not any(each.drafted for each in self.tasks if each.id == self.answered)


def lease_of(job: Job) -> dict[str, Any]:
    """Return what `OURS` is asked with."""
    return {"job": job.id, "held": job.fence}


def lost(job: Job) -> LeaseLost:
    """Return what is to be said of a job that is not ours any more."""
    return LeaseLost(f"job {job.id} is no longer leased with fence {job.fence}")


def _names(kind: type[Any]) -> list[str]:
    return [each.name for each in fields(kind)]


def _paths(kind: type[Any]) -> Mapping[str, str]:
    """Return where in a record the value of each column stands."""
    enums = ("state", "kind")
    return {each: f"{each}.value" if each in enums else each for each in _names(kind)}


#: by column, without a word for each
OF_CASE: Final = {name: path for name, path in _paths(Instance).items() if name != "tasks"}
OF_TASK: Final = _paths(HumanTask)
#: what the row of a task holds, in the order of its columns
facts_of: Final[Callable[[HumanTask], tuple[Any, ...]]] = attrgetter(*_names(HumanTask))
#: what few steps of a case change
STANDING: Final = ("state", "finished_at", "end_id", "title")
standing_of: Final[Callable[[Instance], tuple[Any, ...]]] = attrgetter(*STANDING)
OF_EVENT: Final = _paths(Event)
OF_JOB: Final = _paths(Job)
OF_SUBSCRIPTION: Final = _paths(Subscription)


#: a leased job, while it is ours
OURS: Final = (
    job_table.c.id == bindparam("job"),
    job_table.c.fence == bindparam("held"),
    text(LEASED),
)
FINISHED: Final = {
    "state": literal_column(f"'{JobState.DONE.value}'"),
    "last_error": null(),
    "lease_until": null(),
}
FORGET_DRAFTS = Prepared(delete(DraftField).where(DraftField.task_id == bindparam("of")))
