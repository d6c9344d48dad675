"""Reads from a run's database what is seen after an act."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from engine import bpmn
from engine.commands.follow import stored
from engine.commands.models import model_of
from engine.model.instance import HumanTask, Instance, InstanceState
from engine.model.job import Job, JobKind, JobState
from engine.play.acts import Act
from engine.play.holding import IN_STEPS, OUTGOING, is_held
from engine.play.seen import (
    Change,
    Failure,
    Held,
    Listener,
    OpenTask,
    PlayedCase,
    Refusal,
    Seen,
    Timer,
    Token,
    Unsent,
)
from engine.queries import play as queries
from engine.queries.play import Whole
from engine.storage.bundles import Deployed, deployed
from engine.storage.database import Session

#: what a resting token is shown as, by what it waits for
KINDS: Final[Mapping[type, str]] = {
    bpmn.HumanWait: "task",
    bpmn.ServiceWait: "service",
    bpmn.TimerWait: "timer",
    bpmn.MessageWait: "message",
    bpmn.SignalWait: "signal",
    bpmn.ConditionWait: "condition",
    bpmn.CallWait: "call",
    bpmn.StoreWait: "service",
}


@dataclass(frozen=True, slots=True)
class Before:
    """What stood before an act."""

    values: Mapping[UUID, Mapping[str, Any]] = field(default_factory=dict)  #: by case
    events: Mapping[UUID, int] = field(default_factory=dict)  #: the last one's number, by case
    elements: frozenset[tuple[str, str]] = frozenset()
    flows: frozenset[tuple[str, str]] = frozenset()


def look(
    session: Session,
    act: Act,
    before: Before,
    *,
    at: datetime,
    refusal: Refusal | None,
    passed: Sequence[bpmn.Passed],
) -> tuple[Seen, Before]:
    """Return what is seen of a run after an act, and what the next act comes after."""
    whole = queries.whole(session, before.events)
    definitions = {
        each.definition_id: deployed(session, each.definition_id) for each in whole.cases
    }
    seen = _seen(act, at, refusal, whole, definitions, passed, before)
    return seen, Before(
        {each.id: each.values for each in seen.cases},
        {each.id: each.event_count for each in whole.cases},
        seen.elements,
        seen.flows,
    )


def _seen(  # noqa: PLR0917 - one for each side of what is seen
    act: Act,
    at: datetime,
    refusal: Refusal | None,
    whole: Whole,
    definitions: Mapping[UUID, Deployed],
    passed: Sequence[bpmn.Passed],
    before: Before,
) -> Seen:
    numbers = {each.id: number for number, each in enumerate(whole.cases, 1)}
    waits = [
        (numbers[case.id], wait)
        for case in whole.cases
        if case.state is InstanceState.RUNNING
        for wait in _waits(case, definitions[case.definition_id])
    ]
    here = {(each.process_id, each.element_id) for each in passed}
    is_without_effect = refusal is not None and not passed
    taken = {(each.process_id, flow) for each in passed for flow in each.flow_ids}
    return Seen(
        act=act,
        at=at,
        refusal=refusal,
        cases=tuple(_case(each, definitions, numbers) for each in whole.cases),
        tokens=tuple(_token(number, wait) for number, wait in waits),
        tasks=tuple(_tasks(whole.cases, definitions)),
        timers=tuple(_timers(whole.jobs, numbers)),
        held=tuple(_held(whole, definitions, numbers)),
        unsent=tuple(_unsent(whole.jobs, numbers)),
        listening=tuple(_listening(waits)),
        failures=tuple(_failures(whole, numbers)),
        changes=tuple(_changes(whole.cases, numbers, before)),
        events=() if is_without_effect else whole.events,
        passed=tuple(passed),
        elements=before.elements | here,
        flows=before.flows | taken,
    )


def _waits(case: Instance, definition: Deployed) -> tuple[bpmn.Wait, ...]:
    return bpmn.waiting(model_of(definition.bundle), case.process_id, stored(case))


def _case(
    case: Instance, definitions: Mapping[UUID, Deployed], numbers: Mapping[UUID, int]
) -> PlayedCase:
    return PlayedCase(
        numbers[case.id],
        case.id,
        definitions[case.definition_id],
        case.business_key,
        case.title,
        case.unit,
        case.state is InstanceState.RUNNING,
        case.end_id,
        dict(case.variables),
        numbers.get(case.called_by) if case.called_by else None,
    )


def _token(number: int, wait: bpmn.Wait) -> Token:
    attached_to = getattr(wait, "attached_to", None)
    return Token(number, wait.process_id, wait.element_id, KINDS[type(wait)], attached_to)


def _tasks(cases: Sequence[Instance], definitions: Mapping[UUID, Deployed]) -> Iterator[OpenTask]:
    counted: dict[str, int] = {}
    for number, case in enumerate(cases, 1):
        for each in sorted(case.tasks, key=lambda task: (task.created_at, task.id)):
            if each.is_closed:
                continue
            counted[each.element_id] = counted.get(each.element_id, 0) + 1
            yield OpenTask(
                number,
                each.id,
                each.element_id,
                counted[each.element_id],
                each.name,
                each.desk,
                each.form_id,
                each.holder,
                each.due_at,
                _known(case, each, definitions[case.definition_id]),
            )


def _known(case: Instance, task: HumanTask, definition: Deployed) -> Mapping[str, Any]:
    model = model_of(definition.bundle)
    if not model.sees_apart(task.element_id):
        return case.variables
    own = bpmn.own_of(model, case.process_id, stored(case), task.token)
    return {**case.variables, **own}


def _timers(jobs: Sequence[Job], numbers: Mapping[UUID, int]) -> Iterator[Timer]:
    for each in jobs:
        if each.kind in (JobKind.TIMER, JobKind.NOTICE) and each.state is JobState.READY:
            notice = each.topic if each.kind is JobKind.NOTICE else None
            yield Timer(numbers[each.case_id], each.element_id, each.run_at, notice)


def _held(
    whole: Whole, definitions: Mapping[UUID, Deployed], numbers: Mapping[UUID, int]
) -> Iterator[Held]:
    counted: dict[str, int] = {}
    of_case = {each.id: definitions[each.definition_id] for each in whole.cases}
    for each in whole.jobs:
        if each.kind in IN_STEPS and is_held(each):
            counted[each.element_id] = counted.get(each.element_id, 0) + 1
            definition = of_case[each.case_id]
            declared = definition.bundle.process(definition.process_id).step(each.element_id)
            yield Held(
                numbers[each.case_id],
                each.element_id,
                counted[each.element_id],
                each.topic or "",
                declared.call,
                each.id,
            )


def _listening(waits: Sequence[tuple[int, bpmn.Wait]]) -> Iterator[Listener]:
    for number, wait in waits:
        if isinstance(wait, bpmn.MessageWait):
            keys = [each for each in wait.correlation.values() if isinstance(each, str | int)]
            key = keys[0] if keys else None
            yield Listener(number, wait.element_id, "message", wait.name, key)
        elif isinstance(wait, bpmn.SignalWait):
            yield Listener(number, wait.element_id, "signal", wait.name, None)


def _changes(
    cases: Sequence[Instance], numbers: Mapping[UUID, int], before: Before
) -> Iterator[Change]:
    for case in cases:
        known = before.values.get(case.id, {})
        for name in sorted({*known, *case.variables}):
            old, new = known.get(name), case.variables.get(name)
            if old != new or (name in known) != (name in case.variables):
                yield Change(numbers[case.id], name, old, new)


def _unsent(jobs: Sequence[Job], numbers: Mapping[UUID, int]) -> Iterator[Unsent]:
    for each in jobs:
        if each.kind in OUTGOING:
            of = None if each.instance_id is None else numbers.get(each.instance_id)
            yield Unsent(of, each.kind.value, each.element_id)


def _failures(whole: Whole, numbers: Mapping[UUID, int]) -> Iterator[Failure]:
    for each in whole.incidents:
        of = None if each.instance_id is None else numbers.get(each.instance_id)
        yield Failure(of, each.element_id, each.code, each.cause)
