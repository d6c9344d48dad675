"""What a resting token waits for, as its step reports it."""

from __future__ import annotations

from engine.bpmn.graph import HUMAN, Node
from engine.bpmn.loops import is_body
from engine.bpmn.state import Scope, State, Token
from engine.bpmn.step import (
    ConditionWait,
    HumanWait,
    MessageWait,
    ServiceWait,
    SignalWait,
    TimerWait,
    Wait,
)
from engine.bpmn.walk import Walk

_THROWING = frozenset({"intermediateThrowEvent", "endEvent"})


def waits_of(walk: Walk) -> tuple[Wait, ...]:
    """Return everything the case waits for, in the order it began to wait."""
    found = []
    for token in walk.state.tokens.values():
        wait = wait_of(walk.state, token, walk.node(token))
        if wait is not None:
            found.append(wait)
    return tuple(found)


def wait_of(state: State, token: Token, node: Node) -> Wait | None:
    """Return what ``token`` waits for; ``None`` when it waits for what is inside it."""
    scope = state.scopes[token.scope]
    if node.loop is not None and not is_body(node, scope):
        return None
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
    return _event(token, node, scope)


def _event(token: Token, node: Node, scope: Scope) -> Wait | None:
    trigger = node.trigger
    if token.due is not None:
        return TimerWait(
            token.id,
            scope.process,
            node.id,
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
            node.id,
            trigger.message,
            token.correlation,
            node.attached_to,
            node.interrupting,
        )
    if trigger.kind == "signal":
        return SignalWait(
            token.id,
            scope.process,
            node.id,
            trigger.message,
            node.attached_to,
            node.interrupting,
        )
    if trigger.kind == "conditional":
        return ConditionWait(token.id, scope.process, node.id, node.attached_to, node.interrupting)
    return None
