"""Cases that an event starts: a message, a signal, or the time. Nobody fills in a form.

A definition's start events are planned when it is deployed: subscriptions for what may
arrive, a START job for what time brings. The next version replaces the whole plan.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from engine import bpmn
from engine.catalogue.config import ProcessConfig
from engine.catalogue.handlers import REGISTRY
from engine.commands.follow import Following
from engine.commands.models import model_of
from engine.commands.retried import retried
from engine.errors import UnitUnknown
from engine.model.base import new_id
from engine.model.definition import Definition
from engine.model.event import EventKind
from engine.model.instance import Instance, business_key
from engine.model.job import Job, JobKind, JobState
from engine.model.person import ANYWHERE, Unit
from engine.model.subscription import Listens, Subscription
from engine.storage import jobs, leases, subscriptions
from engine.storage.bundles import Deployed
from engine.storage.database import UnitOfWork

ENGINE: Final = "engine"  #: who started a case when nobody did
HELD: Final = "held"  #: whether a start's condition held when it was last looked at
EVERY: Final = timedelta(minutes=1)  #: how often the conditions of start events are looked at
BY_VARIABLE: Final = "variable:"  #: before the name of the variable that holds the case's unit


@dataclass(frozen=True, slots=True)
class Caller:
    """The case that calls another one, which belongs where its caller does."""

    instance_id: UUID
    token: str  #: what waits for the called case
    unit: str
    party: str | None


@dataclass(frozen=True, slots=True)
class Cause:
    """What starts a case."""

    element_id: str | None  #: the start event; ``None``: the plain one
    name: str | None  #: of the message or signal; ``None``: its time came, or it was called
    by: str | None = None  #: user name of who sent it
    business_key: str | None = None
    caller: Caller | None = None


def begin(
    uow: UnitOfWork, definition: Deployed, values: Mapping[str, Any], cause: Cause, at: datetime
) -> UUID:
    """Start a case within the caller's transaction and return its id.

    Raises:
        UnitUnknown: the unit that ``process.toml`` says it belongs to is none.
        bpmn.StepFailed: it cannot reach its first wait.
    """
    config = definition.bundle.process(definition.process_id)
    caller = cause.caller
    instance = Instance(
        id=new_id(),
        definition_id=definition.id,
        process_id=definition.process_id,
        unit=caller.unit if caller and config.unit is None else _unit(uow, config, values),
        business_key=business_key(_text(values.get("business_key")) or cause.business_key),
        title=_text(values.get(config.subject or "")) or config.title,
        started_by=cause.by or ENGINE,
        started_at=at,
        party=caller.party if caller else None,
        called_by=caller.instance_id if caller else None,
        call_token=caller.token if caller else None,
    )
    following = Following(uow, instance, definition, at)
    following.tell(
        EventKind.STARTED,
        element_id=bpmn.drawn(cause.element_id),
        name=cause.name,
        actor=cause.by,
        facts={"answer": dict(values)},
    )
    following.start(values, cause.element_id)
    following.add()
    return instance.id


@retried
def start_planned(uow: UnitOfWork, job: Job, at: datetime) -> None:
    """Start the case a START job stands for; of a repeating timer, plan the next one.

    What was missed while no worker ran is one start, not many. The next is planned first and
    by itself: a start that fails does not end all that follow. One that looks at a condition
    starts a case when that begins to hold.

    Raises:
        LeaseLost: another worker has the job, or a newer version replaced the plan.
        bpmn.StepFailed: the case cannot reach its first wait.
    """
    if "due" in job.facts:
        _plan_next(uow, job, at)
    with uow:
        jobs.close(uow.session, job, JobState.DONE)
        definition = uow.deployed(UUID(job.facts["definition_id"]))
        if _is_time(uow, job):
            begin(uow, definition, _values(uow, job), Cause(job.element_id, job.topic), at)
        uow.commit()


def _plan_next(uow: UnitOfWork, job: Job, at: datetime) -> None:
    """Plan the start after this one, unless an earlier attempt has."""
    with uow:
        leases.must_hold(uow.session, job.id, job.fence)
        following = _due_of(job).next(at)
        if following is not None and jobs.start_after(uow.session, job) is None:
            definition_id = UUID(job.facts["definition_id"])
            planned = _timed(definition_id, job.token, job.element_id, following, at)
            if HELD in job.facts:
                planned = _watching(planned, held=_holds(uow.deployed(definition_id), job, at))
            uow.plan([planned])
            uow.commit()


def plan(uow: UnitOfWork, definition: Definition, model: bpmn.Model, at: datetime) -> None:
    """Put the start events of a new definition in place of its predecessor's.

    A timer whose moment has passed when it is deployed starts nothing for it.
    """
    subscriptions.end_starts(uow.session, definition.process_id)
    jobs.cancel_starts(uow.session, definition.process_id, at)
    for event in bpmn.start_events(model, definition.process_id):
        if event.is_optional and asks_a_person(uow.deployed(definition.id)):
            continue
        if event.condition is not None:
            first = bpmn.Due(at + EVERY, f"PT{EVERY.seconds}S", None)
            looks = _timed(definition.id, definition.process_id, event.element_id, first, at)
            uow.plan([_watching(looks, held=False)])
            continue
        if event.timer is None:
            subscriptions.add(uow.session, [_subscription(definition, event, at)])
            continue
        due = bpmn.first_due(event, at)
        if due is not None:
            uow.plan([_timed(definition.id, definition.process_id, event.element_id, due, at)])


def asks_a_person(definition: Deployed) -> bool:
    """Tell whether the start of a case needs what only a person can say."""
    config = definition.bundle.process(definition.process_id)
    return config.start_form is not None or definition.process_id in REGISTRY.starts


def signalled(subscription: Subscription, signal: str, at: datetime) -> Job:
    """Return the job that starts a case because a signal was heard.

    Args:
        signal: key of the job that spreads the signal and holds what it brings.
    """
    definition_id = subscription.definition_id
    return Job(
        id=new_id(),
        instance_id=None,
        kind=JobKind.START,
        idem_key=f"{definition_id}/{subscription.element_id}/{signal}",
        token="",
        element_id=subscription.element_id,
        topic=subscription.name,
        run_at=at,
        created_at=at,
        facts={"definition_id": str(definition_id), "signal": signal},
    )


def _timed(
    definition_id: UUID, process_id: str, element_id: str, due: bpmn.Due, at: datetime
) -> Job:
    return Job(
        id=new_id(),
        instance_id=None,
        kind=JobKind.START,
        idem_key=f"{definition_id}/{element_id}/{due.at.isoformat()}",
        token=process_id,
        element_id=element_id,
        topic=None,
        run_at=due.at,
        created_at=at,
        facts={
            "definition_id": str(definition_id),
            "due": due.at.isoformat(),
            "every": due.every,
            "repeats": due.repeats,
        },
    )


def _watching(job: Job, *, held: bool) -> Job:
    """Return a job that looks at a condition, with whether it held when it was last looked at."""
    job.facts = {**job.facts, HELD: held}
    return job


def _is_time(uow: UnitOfWork, job: Job) -> bool:
    """Tell whether a case begins: always, but where a condition has to begin to hold.

    Whether it did was found out when the next look was planned. A later attempt does not look
    again: it would find another moment, and the case would begin twice or never.
    """
    if HELD not in job.facts:
        return True
    following = jobs.start_after(uow.session, job)
    return following is not None and following[HELD] and not job.facts[HELD]


def _holds(definition: Deployed, job: Job, at: datetime) -> bool:
    events = bpmn.start_events(model_of(definition.bundle), definition.process_id)
    return any(
        bpmn.holds(each, at)
        for each in events
        if each.element_id == job.element_id and each.condition is not None
    )


def _values(uow: UnitOfWork, job: Job) -> Mapping[str, Any]:
    signal = job.facts.get("signal")
    values: Mapping[str, Any] = jobs.facts_of(uow.session, signal)["values"] if signal else {}
    return values


def _due_of(job: Job) -> bpmn.Due:
    facts = job.facts
    return bpmn.Due(datetime.fromisoformat(facts["due"]), facts["every"], facts["repeats"])


def _subscription(definition: Definition, event: bpmn.StartEvent, at: datetime) -> Subscription:
    return Subscription(
        id=new_id(),
        instance_id=None,
        definition_id=definition.id,
        kind=Listens(event.kind),
        name=event.name,
        correlation="",
        token=None,
        process_id=definition.process_id,
        element_id=event.element_id,
        created_at=at,
    )


def _unit(uow: UnitOfWork, config: ProcessConfig, values: Mapping[str, Any]) -> str:
    if config.unit is None:
        return ANYWHERE
    code = config.unit
    if code.startswith(BY_VARIABLE):
        code = _text(values.get(code.removeprefix(BY_VARIABLE))) or ""
    if uow.session.get(Unit, code) is None:
        raise UnitUnknown(code)
    return code


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
