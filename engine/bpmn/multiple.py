"""Events of several definitions: any of them is enough, or all have to come (10.5.1).

Each definition is a *part*: a node of its own in the graph, named by the event's id and a number
after ``#``, which stands where the event stands. While an event is awaited a token rests at it,
and beside that token one at each part that can be waited for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.bpmn.graph import Graph, Node
from engine.bpmn.state import Token

if TYPE_CHECKING:
    from engine.bpmn.walk import Walk

_ENDING = frozenset({"compensate", "error", "cancel", "terminate"})


def note(walk: Walk, token: Token) -> bool:
    """Note that the part came at which ``token`` waits; tell whether that is enough."""
    host = walk.state.tokens[token.host or ""]
    if not walk.node(host).parallel:
        return True
    del walk.state.tokens[token.id]
    return not walk.state.attached(host.id)


def stays(event: Node, host: Token) -> bool:
    """Tell whether an event goes on to be awaited by its other parts when one came."""
    return not event.parallel and not event.interrupting and host.host is not None


def in_order(graph: Graph, event: Node) -> list[Node]:
    """Return what an event throws: what ends more than its own way comes last."""
    return sorted((graph.nodes[each] for each in event.parts), key=ends)


def ends(part: Node) -> bool:
    """Tell whether what is thrown ends more than its own way."""
    return part.trigger is not None and part.trigger.kind in _ENDING
