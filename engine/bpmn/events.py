"""Events: what is waited for, what happens when it comes, what is thrown."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from engine.bpmn import catching, compensation, scopes
from engine.bpmn.conditions import as_plain
from engine.bpmn.graph import Node
from engine.bpmn.plain import Json
from engine.bpmn.state import LISTENS, ROOT, Scope, Token
from engine.bpmn.step import Thrown
from engine.bpmn.timers import due

if TYPE_CHECKING:
    from engine.bpmn.walk import Walk

AWAITED = frozenset({"timer", "message", "signal", "conditional"})
_LISTENING = frozenset({"intermediateCatchEvent", "boundaryEvent", "startEvent"})


def wait_at(walk: Walk, node: Node, scope: Scope, host: str | None) -> Token:
    """Rest at ``node``; a timer begins to run, a condition is looked at."""
    token = walk.state.new_token(node.id, scope.id, host)
    trigger = node.trigger
    if trigger is None:
        return token
    if trigger.timer:
        token.due = due(trigger.timer, node.id, walk.see(scope), walk.at)
        if node.interrupting:
            token.due = replace(token.due, every=None, repeats=0)  # it happens once
    if trigger.correlation:
        token.correlation = _correlation(walk, node, scope)
    if trigger.condition:
        walk.changed = True
    return token


def arm(walk: Walk, node: Node, scope: Scope, host: Token) -> None:
    """Begin to wait for what may happen on the boundary of ``host``."""
    nodes = walk.graph(scope).nodes
    for each in node.boundaries:
        wait_beside(walk, nodes[each], scope, host.id)


def wait_beside(walk: Walk, event: Node, scope: Scope, host: str) -> None:
    """Let an event wait beside what waits at ``host``; an error, say, is not waited for."""
    if event.trigger and event.trigger.kind in AWAITED:
        wait_at(walk, event, scope, host)


def race(walk: Walk, gateway: Node, scope: Scope) -> None:
    """Wait for the first of the events behind an event-based gateway."""
    host = walk.state.new_token(gateway.id, scope.id)
    for arc in gateway.outgoing:
        wait_at(walk, walk.graph(scope).nodes[arc.target], scope, host.id)


def happen(walk: Walk, token: Token) -> None:
    """Let what ``token`` waits for come."""
    node, scope = walk.node(token), walk.state.scopes[token.scope]
    if token.host is None:
        scopes.finish(walk, token)
        walk.leave(node, scope, token.id)
    elif token.host == LISTENS:
        if not node.interrupting:
            _again(walk, token, node, scope)
        start(walk, node, scope)
    else:
        _win(walk, token, node, scope)


def beside(walk: Walk, token: Token) -> None:
    """Let a condition that does not interrupt hold: it stays armed."""
    node, scope = walk.node(token), walk.state.scopes[token.scope]
    if token.host == LISTENS:
        start(walk, node, scope)
    else:
        walk.leave(node, scope, token.id)


def start(walk: Walk, event: Node, scope: Scope) -> None:
    """Start the event sub-process of ``event``, in the place of what ran or beside it."""
    assert event.parent is not None
    if event.interrupting:
        scopes.clear(walk, scope)
    token = walk.state.new_token(event.parent, scope.id)
    inner = walk.state.new_scope("part", scope.process, event.parent, token.id)
    scopes.enter(walk, inner, event.id)


def throw(walk: Walk, node: Node, scope: Scope) -> None:
    """Throw what an intermediate or end event throws, and go on if that is still possible."""
    trigger = node.trigger
    kind = trigger.kind if trigger else None
    if trigger is None or kind == "message":
        if trigger and trigger.message:
            _send(walk, node, scope)
        walk.leave(node, scope)
    elif kind == "signal":
        _broadcast(walk, node, scope)
    elif kind == "escalation":
        _escalate(walk, node, scope)
    elif kind == "compensate":
        compensation.begin(walk, node, scope)
    elif node.linked is not None:
        walk.passed_by(node, scope)
        walk.arrivals.append((walk.graph(scope).nodes[node.linked], scope.id, None))


def end(walk: Walk, node: Node, scope: Scope) -> None:
    """End the way of one token, or of more than that."""
    trigger = node.trigger
    kind = trigger.kind if trigger else None
    if kind == "terminate":
        walk.passed_by(node, scope)
        scopes.clear(walk, scope)
    elif kind == "cancel":
        compensation.cancel(walk, node, scope)
    elif kind == "error" and trigger is not None:
        walk.passed_by(node, scope)
        if not catching.throw(walk, scope, trigger.code):
            root = walk.state.scopes[ROOT]
            scopes.clear(walk, root)
            walk.state.end_id, walk.state.error_code = node.id, trigger.code or ""
    else:
        throw(walk, node, scope)


def _win(walk: Walk, token: Token, node: Node, scope: Scope) -> None:
    host = walk.state.tokens[token.host or ""]
    if node.kind != "boundaryEvent":
        gateway = walk.node(host)
        taken = tuple(arc.id for arc in gateway.outgoing if arc.target == node.id)
        walk.passed_by(gateway, scope, None, taken)
        scopes.drop(walk, [host])
    elif node.interrupting:
        scopes.drop(walk, [host])
    else:
        _again(walk, token, node, scope)
    walk.leave(node, scope, token.id)


def _again(walk: Walk, token: Token, node: Node, scope: Scope) -> None:
    del walk.state.tokens[token.id]
    following = token.due.next(walk.at) if token.due else None
    if token.due is None:
        wait_at(walk, node, scope, token.host).met = token.met
    elif following is not None:
        walk.state.new_token(node.id, scope.id, token.host).due = following


def _send(walk: Walk, node: Node, scope: Scope) -> None:
    assert node.trigger is not None
    walk.thrown.append(
        Thrown(
            "message",
            node.trigger.message,
            node.id,
            _correlation(walk, node, scope),
            _payload(walk, node, scope),
        )
    )


def _broadcast(walk: Walk, node: Node, scope: Scope) -> None:
    """Reach what waits for a signal in this case, interrupting first; the rest is `thrown`."""
    assert node.trigger is not None
    name, values = node.trigger.message, _payload(walk, node, scope)
    walk.thrown.append(Thrown("signal", name, node.id, {}, values))
    thrower = walk.state.new_token(node.id, scope.id)
    awaited = [each for each in walk.state.tokens.values() if _hears(walk.node(each), name)]
    for each in sorted(awaited, key=lambda token: not walk.node(token).interrupting):
        if each.id in walk.state.tokens:
            if values:
                walk.write(walk.state.scopes[each.scope], values)
            happen(walk, each)
    if thrower.id in walk.state.tokens:
        scopes.finish(walk, thrower)
        walk.leave(node, scope)
    else:
        walk.passed_by(node, scope)


def _hears(node: Node, name: str) -> bool:
    trigger = node.trigger
    return (
        trigger is not None
        and trigger.kind == "signal"
        and trigger.message == name
        and node.kind in _LISTENING
    )


def _escalate(walk: Walk, node: Node, scope: Scope) -> None:
    assert node.trigger is not None
    found = catching.nearest(walk, scope, "escalation", node.trigger.code)
    if found is None:
        walk.leave(node, scope)
    elif found.event.interrupting:
        walk.passed_by(node, scope)
        catching.take(walk, found)
    else:
        walk.leave(node, scope)
        catching.take(walk, found)


def _correlation(walk: Walk, node: Node, scope: Scope) -> dict[str, Json]:
    if node.trigger is None or node.trigger.correlation is None:
        return {}
    key = node.trigger.correlation.value(walk.see(scope), walk.at)
    return {"correlationKey": as_plain(key, node.id)}


def _payload(walk: Walk, node: Node, scope: Scope) -> dict[str, Json]:
    assert node.trigger is not None
    seen = walk.see(scope)
    values: dict[str, Json] = {}
    for name, expression in node.trigger.payload:
        if expression is None:
            values.update(seen)
        else:
            values[name] = as_plain(expression.value(seen, walk.at), node.id)
    return values
