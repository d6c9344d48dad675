"""What is waited for: at an element, on its boundary, behind a gateway, beside a scope."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from engine.bpmn.conditions import Expression, as_plain
from engine.bpmn.graph import Node
from engine.bpmn.plain import Json
from engine.bpmn.state import LISTENS, Scope, Token
from engine.bpmn.timers import due

if TYPE_CHECKING:
    from engine.bpmn.walk import Walk

AWAITED = frozenset({"timer", "message", "signal", "conditional", "multiple"})


def wait_at(walk: Walk, node: Node, scope: Scope, host: str | None) -> Token:
    """Rest at ``node``; a timer begins to run, a condition is looked at."""
    token = walk.state.new_token(node.id, scope.id, host)
    for each in node.parts:
        wait_beside(walk, walk.graph(scope).nodes[each], scope, token.id)
    trigger = node.trigger
    if trigger is None:
        return token
    if trigger.timer:
        token.due = due(trigger.timer, node.id, walk.see(scope), walk.at)
        if node.interrupting:
            token.due = replace(token.due, every=None, repeats=0)  # it happens once
    if trigger.correlation:
        token.correlation = correlation(walk, node, scope)
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


def listen(walk: Walk, scope: Scope) -> None:
    """Begin to wait for what starts the event sub-processes of ``scope``."""
    graph = walk.graph(scope)
    for each in graph.events.get(scope.node, ()):
        wait_beside(walk, graph.nodes[each], scope, LISTENS)


def race(walk: Walk, gateway: Node, scope: Scope) -> None:
    """Wait for the first of the events behind an event-based gateway, or for all of them."""
    if gateway.parallel:
        walk.leave(gateway, scope)
        return
    host = walk.state.new_token(gateway.id, scope.id)
    for arc in gateway.outgoing:
        wait_at(walk, walk.graph(scope).nodes[arc.target], scope, host.id)


def correlation(walk: Walk, node: Node, scope: Scope) -> dict[str, Json]:
    """Return the key a message is matched by, worked out now."""
    if node.trigger is None or not node.trigger.correlation:
        return {}
    return key_of(walk, node, node.trigger.correlation, walk.see(scope))


def key_of(
    walk: Walk, node: Node, parts: Iterable[tuple[str, Expression]], seen: Mapping[str, Json]
) -> dict[str, Json]:
    """Return the parts of a message's key over the variables ``seen``."""
    return {name: as_plain(each.value(seen, walk.at), node.id) for name, each in parts}
