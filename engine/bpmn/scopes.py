"""What runs inside what: opening a process or sub-process, closing it, ending it early."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from engine.bpmn import compensation, events, joins, loops
from engine.bpmn.errors import JoinStarved, StepsExceeded
from engine.bpmn.graph import Node
from engine.bpmn.state import LISTENS, Scope, Token

if TYPE_CHECKING:
    from collections.abc import Iterable

    from engine.bpmn.walk import Walk


def enter(walk: Walk, scope: Scope, start: str | None = None) -> None:
    """Begin a process or sub-process at its start event and listen for its events."""
    graph = walk.graph(scope)
    node = graph.nodes[start or graph.starts[scope.node]]
    if walk.state.depth(scope) > walk.limits.depth:
        raise StepsExceeded(node.id, f"calls deeper than {walk.limits.depth}")
    walk.arrivals.append((node, scope.id, None))
    listen(walk, scope)


def open_inside(walk: Walk, node: Node, token: Token, scope: Scope) -> None:
    """Open the sub-process, or the called process, that ``token`` rests at."""
    if node.kind == "callActivity" and node.called:
        seen = dict(walk.see(scope))  # values are replaced, never changed in place
        inner = walk.state.new_scope("process", node.called, None, token.id, seen)
    else:
        inner = walk.state.new_scope("part", scope.process, node.id, token.id)
    enter(walk, inner)


def open_empty(walk: Walk, node: Node, token: Token, scope: Scope) -> Scope:
    """Open a sub-process in which nobody begins; its event sub-processes listen."""
    inner = walk.state.new_scope("part", scope.process, node.id, token.id)
    listen(walk, inner)
    return inner


def listen(walk: Walk, scope: Scope) -> None:
    """Begin to wait for what starts the event sub-processes of ``scope``."""
    graph = walk.graph(scope)
    for each in graph.events.get(scope.node, ()):
        events.wait_beside(walk, graph.nodes[each], scope, LISTENS)


def finish(walk: Walk, token: Token) -> None:
    """Drop a visit that ended well and whatever stood on its boundary."""
    if walk.node(token).boundaries:
        for each in walk.state.attached(token.id):
            del walk.state.tokens[each.id]
    del walk.state.tokens[token.id]


def drop(walk: Walk, tokens: Iterable[Token]) -> None:
    """End visits without an answer, with all that hangs on them and runs inside them."""
    state = walk.state
    gone, inside = {each.id for each in tokens}, set[int]()
    found = set(gone)
    while found:
        opened = {each.id for each in state.scopes.values() if each.owner in found}
        inside |= opened
        found = {
            each.id
            for each in state.tokens.values()
            if (each.host in gone or each.scope in opened) and each.id not in gone
        }
        gone |= found
    for token_id in gone:
        state.tokens.pop(token_id, None)
    _forget(walk, inside)


def clear(walk: Walk, scope: Scope) -> None:
    """End everything in ``scope``, which itself stays."""
    scope.arrived.clear()
    walk.arrivals = deque(each for each in walk.arrivals if each[1] != scope.id)
    drop(walk, [each for each in walk.state.tokens.values() if each.scope == scope.id])


def abandon(walk: Walk, owner: Token) -> None:
    """End whatever still runs inside ``owner``, which itself stays."""
    state = walk.state
    inside = {each.id for each in state.scopes.values() if each.owner == owner.id}
    drop(walk, [each for each in state.tokens.values() if each.scope in inside])
    _forget(walk, inside)


def settle(walk: Walk) -> bool:
    """When nothing moves, go on at joins or close what is empty; tell whether anything did."""
    state = walk.state
    if state.finished:
        return False
    around = list(reversed(state.scopes.values()))
    for scope in around:
        join = joins.ready_inclusive(walk.graph(scope), scope, state)
        if join is not None:
            walk.begin(join, scope)
            return True
    busy = state.busy
    idle = [each for each in around if each.id not in busy]
    for scope in idle:
        if scope.id in state.scopes:
            close(walk, scope)
    return bool(idle)


def close(walk: Walk, scope: Scope) -> None:
    """End a scope in which nothing lives any more and go on behind it.

    Raises:
        JoinStarved: something in it waits for a branch that can never come.
    """
    state = walk.state
    if scope.arrived:
        gateway = next(iter(scope.arrived))
        raise JoinStarved(gateway, "waits for a branch that can no longer arrive")
    if walk.graph(scope).events:
        drop(walk, [each for each in state.tokens.values() if each.scope == scope.id])
    if scope.owner is None:
        state.finished = True
        return
    owner = state.tokens[scope.owner]
    node, outer = walk.node(owner), state.scopes[owner.scope]
    del state.scopes[scope.id]
    if scope.kind == "undo":
        compensation.go_on(walk, owner)
        return
    if scope.done or node.id in walk.graph(outer).undoing:
        compensation.hand_on(node, scope, outer)
    if scope.kind == "item":
        if not loops.close_item(walk, owner, node, scope):
            return
    elif scope.kind == "process":
        walk.write(outer, scope.values)
    finish(walk, owner)
    walk.leave(node, outer, owner.id)


def _forget(walk: Walk, scope_ids: set[int]) -> None:
    if not scope_ids:
        return
    for scope_id in scope_ids:
        walk.state.scopes.pop(scope_id, None)
    walk.arrivals = deque(each for each in walk.arrivals if each[1] not in scope_ids)
