"""Activities that repeat: once per item, or as long as a condition holds."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

from engine.bpmn import awaiting, endings
from engine.bpmn.conditions import as_plain
from engine.bpmn.errors import ExpressionFailed, StepsExceeded
from engine.bpmn.graph import Graph, Loop, Node
from engine.bpmn.plain import Json, plain_value
from engine.bpmn.state import Items, Scope, Token
from engine.findings import detail

if TYPE_CHECKING:
    from engine.bpmn.walk import Walk


def is_body(node: Node, scope: Scope) -> bool:
    """Return whether ``scope`` is one item of the repeating activity ``node``."""
    return scope.kind == "item" and scope.node == node.id


def item_of(walk: Walk, scope: Scope) -> str | None:
    """Return the innermost item of a multi-instance activity that ``scope`` lies in, if any."""
    while scope.owner is not None:
        loop = walk.graph(scope).nodes[scope.node].loop if scope.node else None
        if scope.kind == "item" and loop is not None and not loop.is_standard:
            return str(scope.id)
        scope = walk.state.scopes[walk.state.tokens[scope.owner].scope]
    return None


def keeps_its_own(graph: Graph, scope: Scope) -> bool:
    """Return whether what is written in this item stays in it, to be collected or mapped."""
    if scope.kind != "item" or scope.node is None:
        return False
    loop, inout = graph.nodes[scope.node].loop, graph.nodes[scope.node].inout
    collects = loop is not None and loop.output_element is not None
    return collects or (inout is not None and inout.own)


def open_loop(walk: Walk, node: Node, scope: Scope) -> None:
    """Open the activity with its first item, or all of them, or leave it without any."""
    loop = node.loop
    assert loop is not None
    token = walk.state.new_token(node.id, scope.id)
    token.items = Items([] if loop.is_standard else _items(walk, node, loop, scope))
    awaiting.arm(walk, node, scope, token)
    if loop.is_standard:
        count = int(not loop.test_before or _goes_on(walk, node, loop, scope, {}, 0))
    else:
        count = len(token.items.items)
    if not count:
        _collect(walk, token.items, loop, scope)
        endings.finish(walk, token)
        walk.leave(node, scope, token.id)
    for _ in range(min(count, 1) if loop.sequential else count):
        _open_item(walk, token, node, scope)


def close_item(walk: Walk, owner: Token, node: Node, scope: Scope) -> bool:
    """Note that an item is done, open the next; return whether the activity is over."""
    items, loop = owner.items, node.loop
    assert items is not None
    assert loop is not None
    outer = walk.state.scopes[owner.scope]
    items.done += 1
    if loop.output_element is not None:
        seen = {**walk.see(outer), **scope.values}
        items.outputs[scope.index] = as_plain(loop.output_element.value(seen, walk.at), node.id)
    if loop.is_standard:
        again = _goes_on(walk, node, loop, outer, scope.values, items.done)
        if again:
            _open_item(walk, owner, node, outer)
        return not again
    if items.done < len(items.items):
        if not _is_enough(walk, node, loop, items, {**walk.see(outer), **scope.values}):
            if loop.sequential:
                _open_item(walk, owner, node, outer)
            return False
        endings.abandon(walk, owner)
    _collect(walk, items, loop, outer)
    return True


def _collect(walk: Walk, items: Items, loop: Loop, outer: Scope) -> None:
    if loop.output_collection is not None:
        collected = [items.outputs.get(index) for index in range(len(items.items))]
        walk.write(outer, {loop.output_collection: collected})


def _is_enough(walk: Walk, node: Node, loop: Loop, items: Items, seen: Mapping[str, Json]) -> bool:
    if loop.completion is None:
        return False
    counted = attributes(items, items.done)
    return loop.completion.holds(node.id, {**seen, **counted}, walk.at)


def attributes(items: Items, done: int) -> dict[str, Json]:
    """Return what conditions of a multi-instance activity see of it when ``done`` items are.

    The standard (table 10.31) and Camunda 8 spell the names out, Camunda 7 shortens them.
    While the question is asked, no item has been cancelled yet.
    """
    count, active = len(items.items), items.opened - done
    return {
        "numberOfInstances": count,
        "numberOfCompletedInstances": done,
        "numberOfActiveInstances": active,
        "numberOfTerminatedInstances": 0,
        "nrOfInstances": count,
        "nrOfCompletedInstances": done,
        "nrOfActiveInstances": active,
    }


def _goes_on(
    walk: Walk, node: Node, loop: Loop, outer: Scope, local: Mapping[str, Json], done: int
) -> bool:
    if loop.maximum is not None and done >= loop.maximum:
        return False
    seen = {**walk.see(outer), "loopCounter": done, **local}
    return loop.goes_on is None or loop.goes_on.holds(node.id, seen, walk.at)


def _open_item(walk: Walk, token: Token, node: Node, scope: Scope) -> None:
    items, loop = token.items, node.loop
    assert items is not None
    assert loop is not None
    index = items.opened
    items.opened += 1
    values: dict[str, Json] = {"loopCounter": index + 1}
    if loop.variable:
        values[loop.variable] = plain_value(items.items[index], node.id)
    inner = walk.state.new_scope("item", scope.process, node.id, token.id, values, index)
    walk.arrivals.append((node, inner.id, None))


def _shared(items: list[Json], seen: Mapping[str, Json]) -> list[Json]:
    """Return the variable that these items are, so that they need not be stored twice.

    Values are never changed in place. What is equal may still be written otherwise, like
    ``1`` and ``True``.
    """
    for each in seen.values():
        if isinstance(each, list) and each == items and repr(each) == repr(items):
            return each
    return items


def _items(walk: Walk, node: Node, loop: Loop, scope: Scope) -> list[Json]:
    seen = walk.see(scope)
    if loop.collection is not None:
        value = as_plain(loop.collection.value(seen, walk.at), node.id)
        if not isinstance(value, list):
            raise ExpressionFailed(node.id, detail("STEP-019", text=loop.collection.text))
        if len(value) > walk.limits.tokens:
            raise StepsExceeded(node.id, detail("STEP-034", count=len(value)))
        return _shared(value, seen)
    assert loop.cardinality is not None
    count = loop.cardinality.value(seen, walk.at)
    if isinstance(count, bool) or not isinstance(count, (int, Decimal)) or count != int(count):
        raise ExpressionFailed(node.id, detail("STEP-020", text=loop.cardinality.text))
    if not 0 <= count <= walk.limits.tokens:
        raise StepsExceeded(node.id, detail("STEP-035", count=count))
    return [None] * int(count)
