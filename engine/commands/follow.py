"""What a step of the diagram means to the case: tasks, jobs and history rows.

`Following` gathers them while a command runs; `save` writes all of it in the command's
one transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from engine import bpmn
from engine.catalogue.bundle import Bundle
from engine.catalogue.desks import LaneUnmapped, desk
from engine.commands import rows
from engine.commands.called import job_of_return, jobs_of_abandoned
from engine.commands.listening import Listening, job_of_thrown
from engine.commands.models import can_call, can_listen, model_of
from engine.commands.opening import open_wait
from engine.commands.papers import jobs_of_papers
from engine.commands.receivers import jobs_of_receivers
from engine.errors import CaseSuspended
from engine.model.base import new_id
from engine.model.event import Event, EventKind
from engine.model.instance import HumanTask, Instance, InstanceState
from engine.model.job import Job, JobKind
from engine.model.listing import listing
from engine.model.person import Unit
from engine.storage.bundles import Deployed
from engine.storage.calendar import working_calendar
from engine.storage.change import Change
from engine.storage.database import UnitOfWork
from engine.values import WorkingCalendar

#: elements worth a line in the history; gateways get one when they decide
_TOLD = frozenset(
    {"startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent"}
)


@dataclass(slots=True)
class Following:
    """Everything one command adds to one case."""

    uow: UnitOfWork
    instance: Instance
    definition: Deployed
    at: datetime
    events: list[Event] = field(default_factory=list)
    jobs: list[Job] = field(default_factory=list)
    opened: list[HumanTask] = field(default_factory=list)
    cancelled: list[str] = field(default_factory=list)
    finishes: Job | None = None  #: the leased job whose work this is
    _answered: UUID | None = None
    _listening: Listening | None = None
    _calendar: WorkingCalendar | None = None

    def start(self, values: Mapping[str, Any], element_id: str | None = None) -> None:
        """Run a new case to its first waits, from its plain start or the start event named."""
        instance = self.instance
        step = bpmn.start(
            model_of(self.bundle),
            instance.process_id,
            values,
            at=self.at,
            seed=instance.id.hex,
            element_id=element_id,
        )
        self.follow(step)

    def hear(self, token: str, values: Mapping[str, Any]) -> bpmn.Step:
        """Give a message or a signal to a token that listens for it; `follow` the step.

        Who brings it may have looked while the case still ran, so that is asked here.

        Raises:
            TokenNotWaiting: it listens no more, or the case has ended.
        """
        instance = self.instance
        if instance.state is not InstanceState.RUNNING:
            raise bpmn.TokenNotWaiting(token)
        step = bpmn.answer(
            model_of(self.bundle), instance.process_id, stored(instance), token, values, at=self.at
        )
        self.listening.ended.append(token)
        return step

    def tell(
        self,
        kind: EventKind,
        *,
        element_id: str | None = None,
        name: str | None = None,
        task: HumanTask | None = None,
        actor: str | None = None,
        facts: Mapping[str, Any] | None = None,
    ) -> None:
        """Add one row to the case's history.

        Raises:
            CaseSuspended: an administrator holds the case: nothing happens in it.
        """
        if self.instance.state is InstanceState.SUSPENDED:
            raise CaseSuspended(self.instance.id)
        self.instance.event_count += 1
        self.events.append(
            Event(
                self.instance.id,
                self.instance.event_count,
                self.at,
                kind,
                task.element_id if task else element_id,
                task.name if task else name or self._element_name(element_id),
                task.id if task else None,
                actor,
                task.desk if task else None,
                facts or {},
            )
        )

    def _element_name(self, element_id: str | None) -> str | None:
        for process in model_of(self.bundle).processes.values():
            for each in process.elements:
                if each.id == element_id:
                    return each.name
        return None

    def follow(self, step: bpmn.Step) -> None:
        """Take the case to where ``step`` left it.

        Raises:
            StoreFailed: a row of a data store cannot be read or written.
        """
        if rows.touches_rows(step):
            step = rows.settled(self, step)
        self.instance.snapshot = step.snapshot
        self.instance.hold(step.values, self.definition.columns)
        for passed in step.passed:
            self._tell_passed(passed)
        self.uow.passing(step.passed)
        self.withdraw(step.closed)
        for wait in step.opened:
            open_wait(self, wait)
        self.jobs += [job_of_thrown(self.instance.id, each, self.at) for each in step.thrown]
        if step.finished:
            self.instance.finish(step.end_id, self.at)
            told = job_of_return(self.instance, step.error_code, self.at)
            self.jobs += [told] if told else []
            self.tell(EventKind.FINISHED, element_id=step.end_id, facts=_code(step.error_code))

    def withdraw(self, tokens: Iterable[str]) -> None:
        """Close the tasks and cancel the jobs of tokens that wait no more."""
        ended = list(tokens)
        for token in ended:
            self._close(token)
        self.abandon(ended)

    def abandon(self, tokens: Sequence[str]) -> None:
        """Let the cases end that these tokens waited for."""
        if tokens and can_call(self.bundle):
            session, caller = self.uow.session, self.instance.id
            self.jobs += jobs_of_abandoned(session, caller, tokens, self.at)

    def listen_again(self, waits: Iterable[bpmn.Wait]) -> None:
        """Listen for what ended too early; its jobs are made ready again by the caller."""
        for wait in waits:
            if isinstance(wait, bpmn.MessageWait | bpmn.SignalWait | bpmn.ConditionWait):
                self.listening.open(wait)

    def desk_of(self, wait: bpmn.HumanWait) -> str:
        """Return the desk a task of the case lies on.

        Raises:
            LaneUnmapped: ``process.toml`` says nothing about its lane.
        """
        return self.desk_at(wait.process_id, wait.lane_id, wait.element_id)

    def desk_at(self, process_id: str, lane_id: str | None, element_id: str) -> str:
        """Return the desk of who does an element that stands in a lane.

        Raises:
            LaneUnmapped: ``process.toml`` says nothing about the lane.
        """
        lane = self.bundle.process(process_id).lanes.get(lane_id or "")
        if lane is None:
            raise LaneUnmapped(f"{element_id}: lane {lane_id!r} is not in process.toml")
        return desk(lane, self.instance.unit, self.instance.variables, self._parent_of)

    def answered(self, task: HumanTask) -> None:
        """Drop the notices still planned for a task that got its answer, and its drafts."""
        self._answered = task.id
        if task.due_at is not None:
            self.cancelled.append(task.token)

    def cease(self, token: str) -> None:
        """Drop what is planned for a token that waits no more, and what it listened for."""
        self.cancelled.append(token)
        if can_listen(self.bundle):
            self.listening.ended.append(token)

    def commit(self) -> None:
        """Write the case with everything gathered, and commit; the last act of a command."""
        self.save(last=True)
        self.uow.commit()

    def save(self, *, last: bool = False) -> None:
        """Write the case with everything gathered; the caller commits.

        Args:
            last: at once after this; what is refused is told by the commit.
        """
        self.uow.cases.take(self.change(), last=last)

    def change(self) -> Change:
        """Return everything gathered, to be saved together with changes of other cases."""
        self._list_tasks()
        self._take_messages()
        self._plan_what_follows()
        listening = self._listening
        return Change(
            self.instance,
            is_new=False,
            events=self.events,
            jobs=self.jobs,
            cancelled=self.cancelled,
            answered=self._answered,
            listening=listening.opened if listening else (),
            ceased=listening.ended if listening else (),
            finishes=self.finishes,
        )

    def add(self, *, last: bool = False) -> None:
        """Insert the new case with everything gathered; the caller commits, see `save`."""
        self._list_tasks()
        self._take_messages()
        self._plan_what_follows()
        opened = self._listening.opened if self._listening else ()
        self.uow.cases.add(self.instance, self.events, self.jobs, opened, last=last)

    @property
    def listening(self) -> Listening:
        """What the case begins and ceases to listen for."""
        if self._listening is None:
            self._listening = Listening(self.instance.id, self.at)
        return self._listening

    @property
    def bundle(self) -> Bundle:
        """What was deployed together with the case's definition."""
        return self.definition.bundle

    @property
    def calendar(self) -> WorkingCalendar:
        """The working calendar, read when a deadline needs it."""
        if self._calendar is None:
            self._calendar = working_calendar(self.uow.session, self.instance.unit)
        return self._calendar

    def _plan_what_follows(self) -> None:
        """Add the work that what happened calls for: telling receivers, printing papers."""
        told = self.bundle, self.instance, self.events, self.at
        self.jobs += [*jobs_of_receivers(*told), *jobs_of_papers(*told)]

    def _list_tasks(self) -> None:
        """Let the open tasks carry what lists find the case by, as it is now."""
        case = self.instance
        waiting = [each for each in case.tasks if not each.is_closed]
        if waiting:
            config = self.bundle.process(self.definition.process_id)
            found_by = listing(
                case.title, case.business_key, case.business, config.columns, config.amount
            )
            for each in waiting:
                each.be_listed(found_by)

    def _take_messages(self) -> None:
        if self._listening is not None and self._listening.opened:
            self.jobs += self._listening.messages_waiting(self.uow.session)

    def _tell_passed(self, passed: bpmn.Passed) -> None:
        if passed.decision is not None:
            why = passed.decision
            facts = {
                "flow": why.flow_id,
                "flow_name": why.flow_name,
                "condition": why.condition,
                "seen": why.seen,
                **({"beside": list(why.beside)} if why.beside else {}),
            }
            self.tell(
                EventKind.DECIDED, element_id=passed.element_id, name=passed.name, facts=facts
            )
        elif passed.explanation is not None:
            self.tell(
                EventKind.EVALUATED,
                element_id=passed.element_id,
                name=passed.name,
                facts=passed.explanation,
            )
        elif passed.kind in _TOLD:
            self.tell(
                EventKind.PASSED,
                element_id=passed.element_id,
                name=passed.name,
                facts={"flows": list(passed.flow_ids)},
            )

    def _close(self, token: str) -> None:
        self.cease(token)
        task = self.instance.task_at(token)
        if task is not None:
            task.withdraw(self.at)
            self.tell(EventKind.TASK_WITHDRAWN, task=task)

    def plan(
        self, kind: JobKind, token: str, element_id: str, topic: str | None, run_at: datetime
    ) -> Job:
        """Add a job of one of the case's tokens; returned to say more about it."""
        key = f"{self.instance.id}/{token}/{topic or kind.value}/{run_at.isoformat()}"
        job = Job(new_id(), self.instance.id, kind, key, token, element_id, topic, run_at, self.at)
        self.jobs.append(job)
        return job

    def _parent_of(self, unit: str) -> str | None:
        found = self.uow.session.get(Unit, unit)
        return found.parent_code if found else None


def following_of(uow: UnitOfWork, job: Job, at: datetime) -> Following:
    """Load the case of a job, to follow what the job does to it.

    Raises:
        CaseSuspended: an administrator holds it; that ends only with its caller.
    """
    instance = uow.cases.one(job.case_id)
    if instance.state is InstanceState.SUSPENDED and job.kind is not JobKind.ABANDON:
        raise CaseSuspended(instance.id)
    return Following(uow, instance, uow.deployed(instance.definition_id), at)


def stored(instance: Instance) -> bpmn.Stored:
    """Return what the next step of a case begins with."""
    return bpmn.Stored(instance.snapshot, instance.variables)


def opened_ids(following: Following) -> tuple[UUID, ...]:
    """Return the ids of the tasks a command opened."""
    return tuple(each.id for each in following.opened)


def _code(error_code: str | None) -> dict[str, Any]:
    return {"error_code": error_code} if error_code else {}
