"""Events: what is waited for, what happens when it comes, what is thrown."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from engine.bpmn import awaiting, catching, compensation, endings, exchange, loops, multiple, scopes
from engine.bpmn.conditions import as_plain
from engine.bpmn.errors import ExpressionFailed
from engine.bpmn.graph import Node
from engine.bpmn.plain import Json
from engine.bpmn.state import LISTENS, ROOT, Scope, Token
from engine.bpmn.step import Thrown
from engine.bpmn.timers import due
from engine.findings import detail

if TYPE_CHECKING:
    from engine.bpmn.walk import Walk

_LISTENING = frozenset({"intermediateCatchEvent", "boundaryEvent", "startEvent"})


def happen(walk: Walk, token: Token) -> None:
    """Let what ``token`` waits for come."""
    node, scope = walk.node(token), walk.state.scopes[token.scope]
    if node.part_of is not None:
        _happen_part(walk, token)
    elif token.phase:
        exchange.go_on(walk, token)
    elif token.host is None:
        endings.finish(walk, token)
        walk.leave(node, scope, token.id)
    elif token.host == LISTENS:
        if node.kind == "intermediateCatchEvent":
            _again(walk, token, node, scope)
            walk.leave(node, scope, token.id)
            return
        if not node.interrupting:
            _again(walk, token, node, scope)
        scopes.open_event(walk, node, scope)
    else:
        _win(walk, token, node, scope)


def beside(walk: Walk, token: Token) -> None:
    """Let a condition that does not interrupt hold: it stays armed."""
    node, scope = walk.node(token), walk.state.scopes[token.scope]
    if node.part_of is not None:
        host = walk.state.tokens[token.host or ""]
        if walk.node(host).parallel:
            _happen_part(walk, token)
        else:
            beside(walk, host)
    elif token.host == LISTENS:
        scopes.open_event(walk, node, scope)
    else:
        walk.leave(node, scope, token.id)


def throw(walk: Walk, node: Node, scope: Scope) -> None:
    """Throw what an intermediate or end event throws, and go on if that is still possible."""
    trigger = node.trigger
    kind = trigger.kind if trigger else None
    if trigger is None or kind == "message":
        if trigger and trigger.message and not node.sends:
            _send(walk, node, scope)
        walk.leave(node, scope)
    elif kind == "multiple":
        _throw_all(walk, node, scope)
    elif kind == "signal":
        _broadcast(walk, node, scope)
    elif kind == "escalation":
        _escalate(walk, node, scope)
    elif kind == "compensate":
        compensation.begin(walk, node, scope)
    elif node.linked is not None:
        walk.passed_by(node, scope)
        walk.arrivals.append((walk.graph(scope).nodes[node.linked], scope.id, None))


def _happen_part(walk: Walk, token: Token) -> None:
    """Let one of an event's definitions come: the event happens, if that is enough."""
    node, scope = walk.node(token), walk.state.scopes[token.scope]
    host = walk.state.tokens[token.host or ""]
    if not multiple.note(walk, token):
        return
    if multiple.stays(walk.node(host), host):
        _again(walk, token, node, scope)
        beside(walk, host)
    else:
        happen(walk, host)


def _throw_all(walk: Walk, node: Node, scope: Scope) -> None:
    """Throw what an event of several definitions throws, then go on if that is possible."""
    thrower = walk.state.new_token(node.id, scope.id)
    for part in multiple.in_order(walk.graph(scope), node):
        if multiple.ends(part):
            endings.finish(walk, thrower)
            end(walk, part, scope)
            return
        emit(walk, part, scope)
        if thrower.id not in walk.state.tokens:
            walk.passed_by(node, scope)
            return
    endings.finish(walk, thrower)
    walk.leave(node, scope)


def emit(walk: Walk, node: Node, scope: Scope) -> None:
    """Throw a message, signal or escalation without going on from ``node``."""
    assert node.trigger is not None
    if node.sends:
        send_along(walk, node, scope)
    elif node.trigger.kind == "message":
        _send(walk, node, scope)
    elif node.trigger.kind == "signal":
        _spread(walk, node, scope)
    elif node.trigger.kind == "escalation":
        found = catching.nearest(walk, scope, "escalation", node.trigger.code)
        if found is not None:
            catching.take(walk, found)


def end(walk: Walk, node: Node, scope: Scope) -> None:
    """End the way of one token, or of more than that."""
    trigger = node.trigger
    kind = trigger.kind if trigger else None
    if kind == "terminate":
        walk.passed_by(node, scope)
        endings.clear(walk, scope)
    elif kind == "cancel":
        compensation.cancel(walk, node, scope)
    elif kind == "error" and trigger is not None:
        walk.passed_by(node, scope)
        if not catching.throw(walk, scope, trigger.code):
            root = walk.state.scopes[ROOT]
            endings.clear(walk, root)
            walk.state.end_id, walk.state.error_code = node.id, trigger.code or ""
    else:
        throw(walk, node, scope)


def _win(walk: Walk, token: Token, node: Node, scope: Scope) -> None:
    host = walk.state.tokens[token.host or ""]
    if node.kind != "boundaryEvent":
        gateway = walk.node(host)
        taken = tuple(arc.id for arc in gateway.outgoing if arc.target == node.id)
        walk.passed_by(gateway, scope, None, taken)
        endings.drop(walk, [host])
    elif node.interrupting:
        endings.drop(walk, [host])
    else:
        _again(walk, token, node, scope)
    walk.leave(node, scope, token.id)


def _again(walk: Walk, token: Token, node: Node, scope: Scope) -> None:
    """Wait anew for what came, unless its time was the last one."""
    endings.finish(walk, token)
    following = token.due.next(walk.at) if token.due else None
    if token.due is None:
        awaiting.wait_at(walk, node, scope, token.host).met = token.met
    elif following is not None:
        walk.state.new_token(node.id, scope.id, token.host).due = following


def _send(walk: Walk, node: Node, scope: Scope) -> None:
    assert node.trigger is not None
    key = awaiting.correlation(walk, node, scope)
    if key and all(each is None or each == "" for each in key.values()):
        told = ", ".join(each.text for _, each in node.trigger.correlation)
        raise ExpressionFailed(node.id, detail("STEP-027", key=told))
    walk.thrown.append(
        Thrown(
            "message",
            node.trigger.message,
            node.part_of or node.id,
            key,
            _payload(walk, node, scope),
            until=_until(walk, node, scope),
        )
    )


def send_along(walk: Walk, node: Node, scope: Scope) -> None:
    """Send what the message flows out of ``node`` carry, each to where it leads."""
    values = _payload(walk, node, scope) if node.trigger else {}
    seen, element_id = {**walk.see(scope), **values}, node.part_of or node.id
    for each in node.sends:
        key = awaiting.key_of(walk, node, each.correlation, seen)
        to = (each.process, each.element) if each.process else None
        until = _until(walk, node, scope)
        item = loops.item_of(walk, scope) if to else None
        walk.thrown.append(
            Thrown("message", each.message, element_id, key, values, to, item, until)
        )


def _until(walk: Walk, node: Node, scope: Scope) -> datetime | None:
    """Return until when a message waits for a receiver, where the element says it."""
    if node.kept_for is None:
        return None
    return due(node.kept_for, node.id, walk.see(scope), walk.at).at


def _broadcast(walk: Walk, node: Node, scope: Scope) -> None:
    """Throw a signal, then go on unless somebody who heard it ended that."""
    thrower = walk.state.new_token(node.id, scope.id)
    _spread(walk, node, scope)
    if thrower.id in walk.state.tokens:
        endings.finish(walk, thrower)
        walk.leave(node, scope)
    else:
        walk.passed_by(node, scope)


def _spread(walk: Walk, node: Node, scope: Scope) -> None:
    """Reach what waits for a signal in this case, interrupting first; the rest is `thrown`."""
    assert node.trigger is not None
    name, values = node.trigger.message, _payload(walk, node, scope)
    walk.thrown.append(Thrown("signal", name, node.part_of or node.id, {}, values))
    awaited = [
        each
        for each in walk.state.tokens.values()
        if each.items is None and not each.phase and _hears(walk.node(each), name)
    ]
    for each in sorted(awaited, key=lambda token: not walk.node(token).interrupting):
        if each.id in walk.state.tokens:
            if values:
                walk.write(walk.state.scopes[each.scope], values)
            happen(walk, each)


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
