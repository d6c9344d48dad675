"""The commands on a case: start it, answer what it waits for, throw an error at it."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import UTC, datetime

from engine.bpmn import ad_hoc, catching, events, exchange, starts
from engine.bpmn import snapshot as codec
from engine.bpmn.called import Calling, come_back
from engine.bpmn.called import calling as called_at
from engine.bpmn.errors import (
    ErrorNotCaught,
    ModificationRefused,
    Obstacle,
    ProcessNotFound,
    TokenNotWaiting,
    TooHeavy,
    ValueTooLarge,
)
from engine.bpmn.graph import Node, is_outside
from engine.bpmn.limits import Limits
from engine.bpmn.memory import Memory
from engine.bpmn.model import Model
from engine.bpmn.plain import Json, plain
from engine.bpmn.schedule import scheduled
from engine.bpmn.state import ROOT, State, Token
from engine.bpmn.step import Choice, Step, Stored, Wait
from engine.bpmn.waits import wait_of, waits_of
from engine.bpmn.walk import Walk
from engine.findings import detail

LIMITS = Limits()


def start(
    model: Model,
    process_id: str,
    values: Mapping[str, object],
    *,
    at: datetime,
    seed: str | None = None,
    element_id: str | None = None,
    limits: Limits = LIMITS,
) -> Step:
    """Begin a case and run it to its first waits.

    Args:
        values: the case's variables; copied, plain data only.
        at: the moment of the command; timers count from it.
        seed: what the tokens of this case begin with; random when not given.
        element_id: what begins it, where the process has several beginnings: a start event,
            a receive task that instantiates, or an event behind such a gateway, whose message
            came. Else its first plain start event, or what no flow leads to.

    Raises:
        ProcessNotFound: the model has no such process, or no such start event.
        NotJson: a value is not plain data.
        StepFailed: see its kinds; no case has begun.
    """
    if process_id not in model.graphs:
        raise ProcessNotFound(process_id)
    graph = model.graphs[process_id]
    starts.must_begin_there(graph, element_id)
    state = State(seed or secrets.token_hex(8))
    given = _given(values, element_id or next(iter(graph.starts[None]), process_id), limits)
    case = state.new_scope("process", process_id, None, None, given)
    walk = Walk(model, state, moment(at), limits)
    starts.begin(walk, case, element_id)
    return step_of(walk, frozenset(), None)


def answer(
    model: Model,
    process_id: str,
    stored: Stored,
    token: str,
    values: Mapping[str, object],
    *,
    at: datetime,
    limits: Limits = LIMITS,
) -> Step:
    """Give a wait what it waits for and run the case to its next waits.

    One door for a human task's answer, a job's result, a timer that fired and a message
    that came. ``values`` replace the case's variables of the same names.

    Raises:
        TokenNotWaiting: it was answered before, or the case moved on without it.
        SnapshotStale, NotJson, StepFailed: nothing has changed.
    """
    walk = Walk(model, codec.load(stored, model, process_id), moment(at), limits)
    resting, node, wait = _waiting(walk, token)
    memory, before = Memory(stored, walk.state), tokens_of(walk)
    given = _given(values, node.id, limits) if values else {}
    if exchange.is_brought(resting, node):
        exchange.bring(walk, resting, node, given)
    elif is_outside(node):
        come_back(walk, node, walk.state.scopes[resting.scope], given)
    elif given:
        walk.write(walk.state.scopes[resting.scope], given)
    events.happen(walk, resting)
    return step_of(walk, before, token, memory, wait)


def throw(
    model: Model,
    process_id: str,
    stored: Stored,
    token: str,
    code: str,
    *,
    at: datetime,
    values: Mapping[str, object] | None = None,
    limits: Limits = LIMITS,
) -> Step:
    """Throw a business error at a waiting task; the nearest boundary event catches it.

    Raises:
        ErrorNotCaught: no boundary around the task takes this code.
        TokenNotWaiting, SnapshotStale, NotJson, StepFailed: nothing has changed.
    """
    walk = Walk(model, codec.load(stored, model, process_id), moment(at), limits)
    resting, node, wait = _waiting(walk, token)
    memory, before = Memory(stored, walk.state), tokens_of(walk)
    if values:
        walk.write(walk.state.scopes[resting.scope], _given(values, node.id, limits))
    if not catching.throw_at(walk, resting, code):
        raise ErrorNotCaught(node.id, code)
    return step_of(walk, before, token, memory, wait)


def update(
    model: Model,
    process_id: str,
    stored: Stored,
    values: Mapping[str, object],
    *,
    at: datetime,
    limits: Limits = LIMITS,
) -> Step:
    """Change the case's variables from outside; conditional events look at them.

    Without values, conditions that depend on the moment are looked at again.

    Raises:
        SnapshotStale, NotJson, StepFailed: nothing has changed.
    """
    walk = Walk(model, codec.load(stored, model, process_id), moment(at), limits)
    memory, before = Memory(stored, walk.state), tokens_of(walk)
    walk.write(walk.state.scopes[ROOT], _given(values, process_id, limits))
    return step_of(walk, before, None, memory)


def enable(
    model: Model,
    process_id: str,
    stored: Stored,
    token: str,
    element_id: str,
    *,
    at: datetime,
    limits: Limits = LIMITS,
) -> Step:
    """Have an activity of an open ad-hoc sub-process done, for the first time or once more.

    Where one is done after the other, it begins when its turn comes.

    Args:
        token: the choice, as ``choices`` gives it.
        element_id: one of the activities that it offers.

    Raises:
        TokenNotWaiting: nothing is to be chosen there any more.
        ModificationRefused: the activity is not offered there.
        SnapshotStale, StepFailed: nothing has changed.
    """
    walk = Walk(model, codec.load(stored, model, process_id), moment(at), limits)
    resting = walk.state.tokens.get(token)
    if resting is None or not ad_hoc.is_choice(
        node := walk.node(resting), scope := walk.state.scopes[resting.scope]
    ):
        raise TokenNotWaiting(token)
    if element_id not in ad_hoc.offered(walk.graph(scope), node):
        told = detail("MOVE-047", choice=node.id)
        raise ModificationRefused([Obstacle(scope.process, element_id, told)])
    memory, before = Memory(stored, walk.state), tokens_of(walk)
    ad_hoc.enable(walk, resting, element_id)
    return step_of(walk, before, None, memory)


def choices(model: Model, process_id: str, stored: Stored) -> tuple[Choice, ...]:
    """Return what may be chosen in a stored case: one for each open ad-hoc sub-process.

    Raises:
        SnapshotStale: the snapshot is not of this model.
    """
    state = codec.load(stored, model, process_id)
    walk = Walk(model, state, datetime.min.replace(tzinfo=UTC), LIMITS)
    return tuple(
        Choice(
            token.id,
            walk.state.scopes[token.scope].process,
            node.id,
            node.name,
            ad_hoc.offered(walk.graph(walk.state.scopes[token.scope]), node),
        )
        for token, node in ad_hoc.choices(walk)
    )


def waiting(model: Model, process_id: str, stored: Stored) -> tuple[Wait, ...]:
    """Return everything a stored case waits for.

    Raises:
        SnapshotStale: the snapshot is not of this model.
    """
    state = codec.load(stored, model, process_id)
    return waits_of(Walk(model, state, datetime.min.replace(tzinfo=UTC), LIMITS))


def calling(
    model: Model,
    process_id: str,
    stored: Stored,
    token: str,
    *,
    at: datetime,
    limits: Limits = LIMITS,
) -> Calling:
    """Return the process that a case calls at a token, and the variables it begins with.

    Raises:
        TokenNotWaiting: nothing is called there, or no more.
        SnapshotStale, StepFailed: the call cannot be worked out.
    """
    walk = Walk(model, codec.load(stored, model, process_id), moment(at), limits)
    _, node, _ = _waiting(walk, token)
    if not is_outside(node):
        raise TokenNotWaiting(token)
    return called_at(walk, node, walk.state.scopes[walk.state.tokens[token].scope])


def own_of(model: Model, process_id: str, stored: Stored, token: str) -> Mapping[str, Json]:
    """Return what only the visit of an element sees that waits under ``token``.

    Its inputs, its item of a multi-instance, the data objects of sub-processes around it.

    Raises:
        TokenNotWaiting, SnapshotStale: there is no such visit.
    """
    state = codec.load(stored, model, process_id)
    resting = state.tokens.get(token)
    if resting is None:
        raise TokenNotWaiting(token)
    return state.local(state.scopes[resting.scope])


def _waiting(walk: Walk, token: str) -> tuple[Token, Node, Wait]:
    resting = walk.state.tokens.get(token)
    if resting is None:
        raise TokenNotWaiting(token)
    node = walk.node(resting)
    wait = wait_of(walk, resting, node)
    if wait is None:
        raise TokenNotWaiting(token)
    return resting, node, wait


def _given(values: Mapping[str, object], element_id: str, limits: Limits) -> dict[str, Json]:
    try:
        return plain(values, heaviest=limits.bytes)
    except TooHeavy as failure:
        raise ValueTooLarge(element_id, detail("STEP-042", most=failure.heaviest)) from failure


def tokens_of(walk: Walk) -> frozenset[str]:
    """Return the tokens under which the case waits for something outside."""
    return frozenset(each.token for each in waits_of(walk))


def step_of(
    walk: Walk,
    before: frozenset[str],
    answered: str | None,
    memory: Memory | None = None,
    wait: Wait | None = None,
) -> Step:
    """Run a command to its waits and return what it did.

    Args:
        before: the tokens under which the case waited when the command came.
        answered: the one of them that the command answered.
        memory: what the case remembered then; else it remembers nothing from now on.
        wait: what was answered.
    """
    walk.drain()
    state = walk.state
    snapshot = codec.dump(state)
    if memory is not None:
        snapshot = memory.after(walk, snapshot, wait, answered)
    if walk.changed:
        _must_fit(walk, len(snapshot))
    waiting = waits_of(walk)
    now = {each.token for each in waiting}
    return Step(
        snapshot=snapshot,
        values=state.scopes[ROOT].values,
        opened=_opened(walk, waiting, before),
        closed=tuple(sorted(before - now - {answered})),
        waiting=waiting,
        passed=tuple(walk.passed),
        finished=state.finished,
        end_id=state.end_id if state.finished else None,
        error_code=state.error_code,
        thrown=tuple(walk.thrown),
        written=tuple(walk.written),
    )


def _opened(walk: Walk, waiting: tuple[Wait, ...], before: frozenset[str]) -> tuple[Wait, ...]:
    """Return the waits that are new; what some say of themselves is worked out once, here."""
    new = tuple(each for each in waiting if each.token not in before)
    return tuple(scheduled(walk, each) for each in new) if walk.model.is_scheduled else new


def _must_fit(walk: Walk, size: int) -> None:
    """Refuse a step after which the case would hold more than it may; ``size`` is its state's."""
    case = walk.state.scopes[ROOT]
    size += codec.weight(case.values)
    if size > walk.limits.case_bytes:
        told = detail("STEP-043", size=size, most=walk.limits.case_bytes)
        raise ValueTooLarge(case.process, told)


def moment(at: datetime) -> datetime:
    """Return ``at`` in UTC; a moment without a zone raises ``ValueError``."""
    if at.tzinfo is None:
        raise ValueError("a moment without a zone")
    return at.astimezone(UTC)
