"""What ends: a visit that is over, one that is cancelled, all that runs inside another."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from engine.bpmn.state import Scope, Token

if TYPE_CHECKING:
    from collections.abc import Iterable

    from engine.bpmn.walk import Walk


def finish(walk: Walk, token: Token) -> None:
    """Drop a visit that ended well and whatever stood on its boundary."""
    node = walk.node(token)
    if node.boundaries or node.parts:
        for each in walk.state.attached(token.id):
            finish(walk, each)
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
    halt(walk, scope)
    drop(walk, [each for each in walk.state.tokens.values() if each.scope == scope.id])


def halt(walk: Walk, scope: Scope) -> None:
    """Forget all that is on its way in ``scope``, or arrived at a join; what rests stays."""
    scope.arrived.clear()
    scope.taken.clear()
    walk.arrivals = deque(each for each in walk.arrivals if each[1] != scope.id)


def abandon(walk: Walk, owner: Token) -> None:
    """End whatever still runs inside ``owner``, which itself stays."""
    state = walk.state
    inside = {each.id for each in state.scopes.values() if each.owner == owner.id}
    drop(walk, [each for each in state.tokens.values() if each.scope in inside])
    _forget(walk, inside)


def _forget(walk: Walk, scope_ids: set[int]) -> None:
    if not scope_ids:
        return
    for scope_id in scope_ids:
        walk.state.scopes.pop(scope_id, None)
    walk.arrivals = deque(each for each in walk.arrivals if each[1] not in scope_ids)
