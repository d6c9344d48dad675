"""Multi-instance activities: once per item, one after the other or all at once."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from engine.bpmn.conditions import as_plain
from engine.bpmn.errors import ExpressionFailed
from engine.bpmn.graph import Graph, Loop, Node
from engine.bpmn.limits import Limits
from engine.bpmn.plain import Json, plain_value
from engine.bpmn.state import Items, Scope, State, Token


class Walk(Protocol):
    """The part of a running command that items need."""

    state: State
    at: datetime
    limits: Limits
    arrivals: deque[tuple[Node, int, str | None]]

    def see(self, scope: Scope) -> Mapping[str, Json]:
        """Return the variables visible in ``scope``."""

    def write(self, scope: Scope, values: Mapping[str, Json]) -> None:
        """Set variables where they belong."""


def is_body(node: Node, scope: Scope) -> bool:
    """Return whether ``scope`` is one item of the multi-instance activity ``node``."""
    return scope.kind == "item" and scope.node == node.id


def keeps_its_own(graph: Graph, scope: Scope) -> bool:
    """Return whether what is written in this item stays in it, to be collected."""
    if scope.kind != "item" or scope.node is None:
        return False
    loop = graph.nodes[scope.node].loop
    return loop is not None and loop.output_element is not None


def open_loop(walk: Walk, node: Node, scope: Scope) -> Token:
    """Open the activity with its first item, or all of them."""
    assert node.loop is not None
    token = walk.state.new_token(node.id, scope.id)
    token.items = Items(_items(walk, node, node.loop, scope))
    count = len(token.items.items)
    if count > walk.limits.tokens:
        raise ExpressionFailed(node.id, f"{count} items are too many")
    for _ in range(min(count, 1) if node.loop.sequential else count):
        _open_item(walk, token, node, scope)
    if not count:
        _open_none(walk, token, node, scope)
    return token


def close_item(walk: Walk, owner: Token, node: Node, scope: Scope) -> bool:
    """Note that an item is done, open the next; return whether it was the last."""
    items, loop = owner.items, node.loop
    assert items is not None
    assert loop is not None
    items.done += 1
    if loop.output_element is not None and scope.index >= 0:
        seen = {**walk.see(walk.state.scopes[owner.scope]), **scope.values}
        items.outputs[scope.index] = as_plain(loop.output_element.value(seen, walk.at), node.id)
    outer = walk.state.scopes[owner.scope]
    if items.done < len(items.items):
        if loop.sequential:
            _open_item(walk, owner, node, outer)
        return False
    if loop.output_collection is not None:
        collected = [items.outputs.get(index) for index in range(len(items.items))]
        walk.write(outer, {loop.output_collection: collected})
    return True


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


def _open_none(walk: Walk, token: Token, node: Node, scope: Scope) -> None:
    """Close an activity without items at once, as an empty scope that counts for none."""
    assert token.items is not None
    token.items.done = -1
    walk.state.new_scope("item", scope.process, node.id, token.id, {}, -1)


def _items(walk: Walk, node: Node, loop: Loop, scope: Scope) -> list[Json]:
    seen = walk.see(scope)
    if loop.collection is not None:
        value = as_plain(loop.collection.value(seen, walk.at), node.id)
        if not isinstance(value, list):
            raise ExpressionFailed(node.id, f"{loop.collection.text} is not a list")
        return value
    assert loop.cardinality is not None
    count = loop.cardinality.value(seen, walk.at)
    if isinstance(count, bool) or not isinstance(count, (int, Decimal)) or count != int(count):
        raise ExpressionFailed(node.id, f"{loop.cardinality.text} is not a whole number")
    if not 0 <= count <= walk.limits.tokens:
        raise ExpressionFailed(node.id, f"{count} items are too many or too few")
    return [None] * int(count)
