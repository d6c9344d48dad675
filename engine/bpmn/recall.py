"""A person takes an answer back: the case stands as if it had not been given.

When nothing else of the case has gone on since, it is put back whole. When other branches
have, only what the answer led to is taken out of it, and the step put back beside them; where
they have come together with it, or share what it changed, that cannot be, and is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from engine.bpmn import memory, remembered
from engine.bpmn import snapshot as codec
from engine.bpmn.errors import RecallRefused
from engine.bpmn.limits import Limits
from engine.bpmn.model import Model
from engine.bpmn.plain import Json
from engine.bpmn.remembered import Answered
from engine.bpmn.run import LIMITS, moment, step_of, tokens_of
from engine.bpmn.state import ROOT, Scope, State
from engine.bpmn.step import Step, Stored
from engine.bpmn.walk import Walk

_WAITING_FOR_ALL = frozenset({"inclusiveGateway", "complexGateway"})


def answered(stored: Stored, token: str) -> Answered | None:
    """Return what came of an answer, while it may still be taken back."""
    number = memory.number_of(token)
    return next(
        (each for each in remembered.remembered(stored.snapshot) if each.token == number), None
    )


def recall(
    model: Model,
    process_id: str,
    stored: Stored,
    token: str,
    *,
    at: datetime,
    limits: Limits = LIMITS,
) -> Step:
    """Take back the answer given to the visit ``token``, with all that came of it.

    What the answer ended waits again under its old token; `Step.closed` are the tokens it led
    to. Variables that it set have the values from before, unless set by others since.

    Raises:
        RecallRefused: it is not remembered, or other branches have come together with it.
        SnapshotStale: nothing has changed.
    """
    given = answered(stored, token)
    if given is None:
        raise RecallRefused(None, "nothing is remembered of it")
    now = codec.load(stored, model, process_id)
    walk_now = Walk(model, now, moment(at), limits)
    before = tokens_of(walk_now)
    variables = _earlier(stored.variables, given)
    was = codec.load(
        Stored(remembered.state_before(stored.snapshot, given), variables), model, process_id
    )
    if given.beside:
        state = _beside(model, now, was, given)
    else:
        state = was
        state.counter = now.counter
    state.scopes[ROOT].values = variables
    step = step_of(Walk(model, state, moment(at), limits), before, None)
    others = [
        remembered.written(each)
        for each in remembered.remembered(stored.snapshot)
        if each.token != given.token
    ]
    return step.with_snapshot(remembered.with_memory(step.snapshot, others))


def _earlier(variables: Mapping[str, Json], given: Answered) -> dict[str, Json]:
    """Return the case's variables with the values that the answer found."""
    values = dict(variables)
    for name, earlier in given.was.items():
        if earlier:
            values[name] = earlier[0]
        else:
            values.pop(name, None)
    return values


def _beside(model: Model, now: State, was: State, given: Answered) -> State:
    """Return the state now without what came of the answer, and with the step again."""
    token = _token(now, given.token)
    _must_stand_apart(model, now, was, given)
    led = {_token(now, each) for each in given.led}
    again = {token, *(_token(now, each) for each in given.closed)}
    _take_arrivals_back(now, given)
    for scope in [each for each in now.scopes.values() if each.owner in led]:
        del now.scopes[scope.id]
    for gone in led & now.tokens.keys():
        del now.tokens[gone]
    for scope in was.scopes.values():
        if scope.owner in again:
            now.scopes[scope.id] = scope
    for each in was.tokens.values():
        if each.id in again:
            now.tokens[each.id] = each
    now.tokens = dict(sorted(now.tokens.items(), key=lambda item: memory.number_of(item[0])))
    return now


def _must_stand_apart(model: Model, now: State, was: State, given: Answered) -> None:
    """Refuse where the answer cannot be told from what others did since.

    Raises:
        RecallRefused: the scope of the step has ended, or changed in itself, or its joins
            look at every branch.
    """
    if given.seen is not None:
        raise RecallRefused(given.seen, "another branch has looked at what was answered")
    again = [_token(now, each) for each in (given.token, *given.closed)]
    if any(each not in was.tokens for each in again):
        raise RecallRefused(None, "it has ended what others had begun")
    for scope in _around(was, again):
        same = now.scopes.get(scope.id)
        if same is None:
            raise RecallRefused(scope.node, "what it stood in has ended")
        if scope.id != ROOT and scope.values != same.values:
            raise RecallRefused(scope.node, "others have changed what it stood in")
        if (scope.done, scope.taken) != (same.done, same.taken):
            raise RecallRefused(scope.node, "others have changed what it stood in")
        if scope.owner is not None and was.tokens[scope.owner] != now.tokens.get(scope.owner):
            raise RecallRefused(scope.node, "others have gone on in what it stood in")
        nodes = model.graphs[scope.process].nodes.values()
        if any(each.joins and each.kind in _WAITING_FOR_ALL for each in nodes):
            raise RecallRefused(scope.node, "a gateway beside it waits for all that may come")


def _around(was: State, tokens: Iterable[str]) -> list[Scope]:
    """Return the scopes around visits that are not themselves put back."""
    again = set(tokens)
    found: dict[int, Scope] = {}
    for token in [was.tokens[each] for each in again if each in was.tokens]:
        scope: Scope | None = was.scopes[token.scope]
        while scope is not None:
            if scope.owner not in again:
                found[scope.id] = scope
            scope = None if scope.owner is None else was.scopes[was.tokens[scope.owner].scope]
    return list(found.values())


def _take_arrivals_back(now: State, given: Answered) -> None:
    """Count the arrivals at joins that came of the answer back.

    Raises:
        RecallRefused: branches have come together since, and one of them was this.
    """
    for name, more in given.arrived.items():
        scope_id, join, flow = memory.place_of(name)
        scope = now.scopes.get(scope_id)
        if scope is None:
            continue
        flows = scope.arrived.setdefault(join, {})
        left = flows.pop(flow, 0) - more
        if left < 0:
            raise RecallRefused(join, "branches have come together since")
        if left:
            flows[flow] = left
        if not flows:
            del scope.arrived[join]


def _token(state: State, number: int) -> str:
    return f"{state.seed}-{number}"
