"""Compensation: what was completed is undone, the last first.

Completed activities are remembered in the scope they were completed in, and only those
that the model can undo: by a handler on their boundary, by an event sub-process inside
them, or because something inside them can be undone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from engine.bpmn import endings, loops
from engine.bpmn.graph import Graph, Node
from engine.bpmn.plain import Json
from engine.bpmn.state import Done, Scope, Token

if TYPE_CHECKING:
    from engine.bpmn.walk import Walk


def remember(node: Node, scope: Scope) -> None:
    """Note that an activity with a handler was completed."""
    scope.done.append(Done(node.id, {}, []))


def hand_on(node: Node, scope: Scope, outer: Scope) -> None:
    """Note in ``outer`` what was completed in ``scope``, which closes."""
    if scope.kind == "item":
        outer.done += [
            Done(each.node, {**scope.values, **each.values}, each.inner) for each in scope.done
        ]
    elif scope.kind == "part" and node.handler is None:
        outer.done.append(Done(node.id, dict(scope.values), scope.done))


def begin(walk: Walk, node: Node, scope: Scope) -> None:
    """Undo what a compensation event names, or all of its scope, then go on."""
    assert node.trigger is not None
    around, activity = _around(walk, scope), node.trigger.activity
    chosen = [each for each in around.done if activity in (None, each.node)]
    around.done = [each for each in around.done if activity not in (None, each.node)]
    _undo(walk, node, scope, chosen)


def cancel(walk: Walk, node: Node, scope: Scope) -> None:
    """End a transaction at its cancel end event: undo it, then go on at its boundary."""
    endings.clear(walk, scope)
    done, scope.done = scope.done, []
    _undo(walk, node, scope, done)


def go_on(walk: Walk, token: Token) -> None:
    """Undo the next activity, or leave the event when nothing is left."""
    node, scope = walk.node(token), walk.state.scopes[token.scope]
    if not token.undo:
        endings.finish(walk, token)
        if node.trigger is not None and node.trigger.kind == "cancel":
            walk.passed_by(node, scope, token.id)
            _leave_transaction(walk, scope)
        else:
            walk.leave(node, scope, token.id)
        return
    done = token.undo.pop()
    graph = walk.graph(scope)
    handler = graph.nodes[graph.nodes[done.node].handler or graph.undoing[done.node]]
    inner = walk.state.new_scope("undo", scope.process, handler.id, token.id, dict(done.values))
    inner.done = done.inner
    walk.arrivals.append((handler, inner.id, None))


def _undo(walk: Walk, node: Node, scope: Scope, done: list[Done]) -> None:
    token = walk.state.new_token(node.id, scope.id)
    token.undo = _flat(walk.graph(scope), done, {})
    go_on(walk, token)


def _flat(graph: Graph, done: list[Done], values: Mapping[str, Json]) -> list[Done]:
    """Return what has to be undone in its order, sub-processes without a handler opened up."""
    found: list[Done] = []
    for each in done:
        local = {**values, **each.values}
        if graph.nodes[each.node].handler or each.node in graph.undoing:
            found.append(Done(each.node, local, each.inner))
        else:
            found += _flat(graph, each.inner, local)
    return found


def _around(walk: Walk, scope: Scope) -> Scope:
    """Return the scope that compensation thrown in ``scope`` is about.

    Inside an event sub-process it is about what the event sub-process stands in.
    """
    graph = walk.graph(scope)
    while scope.kind == "part" and graph.nodes[scope.node or ""].by_event:
        scope = walk.state.scopes[walk.state.tokens[scope.owner or ""].scope]
    return scope


def _leave_transaction(walk: Walk, scope: Scope) -> None:
    host = walk.state.tokens[scope.owner or ""]
    while loops.is_body(walk.node(host), walk.state.scopes[host.scope]):
        host = walk.state.tokens[walk.state.scopes[host.scope].owner or ""]
    outer = walk.state.scopes[host.scope]
    nodes = walk.graph(outer).nodes
    boundary = next(
        each
        for each in (nodes[one] for one in walk.node(host).boundaries)
        if each.trigger is not None and each.trigger.kind == "cancel"
    )
    endings.drop(walk, [host])
    walk.leave(boundary, outer)
