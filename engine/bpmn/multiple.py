"""Events of several definitions: any of them is enough, or all have to come (10.5.1).

Each definition is a *part*: a node of its own in the graph, named by the event's id and a number
after ``#``, which stands where the event stands. While an event is awaited a token rests at it,
and beside that token one at each part that can be waited for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.bpmn import awaiting, endings, events
from engine.bpmn.graph import Node
from engine.bpmn.state import Scope, Token

if TYPE_CHECKING:
    from engine.bpmn.walk import Walk

LAST = frozenset({"compensate", "error", "cancel", "terminate"})  #: thrown after all else


def happen(walk: Walk, token: Token) -> None:
    """Let the part come that ``token`` waits for."""
    if _is_awaited_still(walk, token):
        return
    node, scope = walk.node(token), walk.state.scopes[token.scope]
    host = walk.state.tokens[token.host or ""]
    event = walk.node(host)
    if event.parallel or event.interrupting or host.host is None:
        events.happen(walk, host)
        return
    events.again(walk, token, node, scope)
    events.beside(walk, host)


def beside(walk: Walk, token: Token) -> None:
    """Let a part's condition begin to hold; where it does not interrupt, it stays armed."""
    host = walk.state.tokens[token.host or ""]
    if walk.node(host).parallel:
        happen(walk, token)
    else:
        events.beside(walk, host)


def begin(walk: Walk, part: Node, case: Scope) -> None:
    """Begin a case with the first part of a start event that needs all of its parts."""
    event = walk.graph(case).nodes[part.part_of or ""]
    host = awaiting.wait_at(walk, event, case, None)
    came = next(each for each in walk.state.attached(host.id) if each.node == part.id)
    happen(walk, came)


def throw(walk: Walk, node: Node, scope: Scope) -> None:
    """Throw all that an event throws, what ends more than its own token at the end."""
    nodes = walk.graph(scope).nodes
    parts = sorted((nodes[each] for each in node.parts), key=_is_last)
    thrower = walk.state.new_token(node.id, scope.id)
    for part in parts:
        if _is_last(part):
            endings.finish(walk, thrower)
            events.end(walk, part, scope)
            return
        events.emit(walk, part, scope)
        if thrower.id not in walk.state.tokens:
            walk.passed_by(node, scope)
            return
    endings.finish(walk, thrower)
    walk.leave(node, scope)


def _is_awaited_still(walk: Walk, token: Token) -> bool:
    """Note a part that came; tell whether its event has to wait for others."""
    host = walk.state.tokens[token.host or ""]
    if not walk.node(host).parallel:
        return False
    del walk.state.tokens[token.id]
    return bool(walk.state.attached(host.id))


def _is_last(part: Node) -> bool:
    return part.trigger is not None and part.trigger.kind in LAST
