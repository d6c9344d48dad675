"""What a resting token waits for, as its step reports it."""

from __future__ import annotations

from engine.bpmn.exchange import KEY, act_at
from engine.bpmn.graph import HUMAN, Node, is_outside
from engine.bpmn.inout import Await, Call, Fetch
from engine.bpmn.loops import item_of
from engine.bpmn.state import Scope, State, Token
from engine.bpmn.step import (
    CallWait,
    ConditionWait,
    HumanWait,
    MessageWait,
    ServiceWait,
    SignalWait,
    StoreWait,
    TimerWait,
    Wait,
)
from engine.bpmn.walk import Walk

_THROWING = frozenset({"intermediateThrowEvent", "endEvent"})


def waits_of(walk: Walk) -> tuple[Wait, ...]:
    """Return everything the case waits for, in the order it began to wait."""
    found = []
    for token in walk.state.tokens.values():
        wait = wait_of(walk, token, walk.node(token))
        if wait is not None:
            found.append(wait)
    return tuple(found)


def wait_of(walk: Walk, token: Token, node: Node) -> Wait | None:
    """Return what ``token`` waits for; ``None`` when it waits for what is inside it."""
    state = walk.state
    scope = state.scopes[token.scope]
    if token.items is not None:
        return None
    if token.phase:
        return _act(state, token, node, scope)
    if node.kind == HUMAN:
        return HumanWait(
            token.id,
            scope.process,
            node.id,
            node.name,
            node.lane_id,
            node.form_id,
            state.local(scope),
        )
    if is_outside(node):
        return CallWait(token.id, scope.process, node.id, node.name)
    if node.topic:
        return ServiceWait(
            token.id,
            scope.process,
            node.id,
            node.name,
            node.topic,
            state.local(scope),
            node.retries,
        )
    return _event(walk, token, node, scope)


def _act(state: State, token: Token, node: Node, scope: Scope) -> Wait | None:
    """Return what an act before or after an element waits for."""
    match act_at(node, token.phase):
        case Call(topic, retries):
            local = state.local(scope)
            return ServiceWait(
                token.id, scope.process, node.id, node.name, topic, local, retries, listens=True
            )
        case Fetch(store):
            key = token.correlation.get(KEY)
            return StoreWait(token.id, scope.process, node.id, store, key)
        case Await():
            return ConditionWait(token.id, scope.process, node.id, None)
    return None


def _event(walk: Walk, token: Token, node: Node, scope: Scope) -> Wait | None:
    trigger, element_id = node.trigger, node.part_of or node.id
    if token.due is not None:
        return TimerWait(
            token.id,
            scope.process,
            element_id,
            node.name,
            token.due.at,
            node.attached_to,
            node.interrupting,
            token.due.repeats,
        )
    if trigger is None or node.kind in _THROWING:
        return None
    if trigger.kind == "message":
        return MessageWait(
            token.id,
            scope.process,
            element_id,
            trigger.message,
            token.correlation,
            node.attached_to,
            node.interrupting,
            None if token.correlation else item_of(walk, scope),
        )
    if trigger.kind == "signal":
        return SignalWait(
            token.id,
            scope.process,
            element_id,
            trigger.message,
            node.attached_to,
            node.interrupting,
        )
    if trigger.kind == "conditional":
        return ConditionWait(
            token.id, scope.process, element_id, node.attached_to, node.interrupting
        )
    return None
