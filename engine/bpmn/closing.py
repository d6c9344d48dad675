"""Closing what is empty when nothing moves any more, and going on behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.bpmn import (
    ad_hoc,
    behaviour,
    called,
    compensation,
    complex_gateways,
    endings,
    exchange,
    joins,
    loops,
)
from engine.bpmn.errors import JoinStarved
from engine.bpmn.state import Scope
from engine.findings import detail

if TYPE_CHECKING:
    from engine.bpmn.walk import Walk


def settle(walk: Walk) -> bool:
    """When nothing moves, go on at joins or close what is empty; tell whether anything did."""
    state = walk.state
    if state.finished:
        return False
    around = list(reversed(state.scopes.values()))
    for scope in around:
        if not scope.arrived and not scope.taken:
            continue
        graph = walk.graph(scope)
        join = joins.ready_inclusive(graph, scope, state)
        if join is not None:
            walk.begin(join, scope)
            return True
        if complex_gateways.settle(walk, graph, scope):
            return True
    if walk.model.has_ad_hoc and ad_hoc.settle(walk):
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
        raise JoinStarved(gateway, detail("STEP-008"))
    if walk.graph(scope).listens:
        endings.drop(walk, [each for each in state.tokens.values() if each.scope == scope.id])
    inout = walk.graph(scope).inout
    if inout is not None and scope.kind == "process":
        exchange.around(walk, inout, scope.process, scope, begins=False)
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
    if scope.kind == "item" and node.loop is not None:
        if node.loop.throws and not behaviour.item_done(walk, owner, node, scope):
            return
        if not loops.close_item(walk, owner, node, scope):
            return
    elif scope.kind == "process":
        called.come_back(walk, node, outer, scope.values)
    endings.finish(walk, owner)
    walk.leave(node, outer, owner.id)
