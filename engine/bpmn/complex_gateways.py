"""Complex gateways: what makes them go on is said by an expression (BPMN 2.0.2, 13.4.5).

A complex gateway that branches meet at *waits for start* until its ``activationCondition``
holds, takes one token from each flow that has one, and goes on. Then it *waits for reset*: for
a token by each other flow, unless none can come any more; it takes those and begins anew. In
both phases every condition out of it is looked at, and sees by ``waitingForStart`` which one it
is. A flow without a condition has its token in the first phase.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from engine.bpmn import joins
from engine.bpmn.errors import NoFlowTaken
from engine.bpmn.graph import Arc, Graph, Node
from engine.bpmn.plain import Json
from engine.bpmn.state import Scope

if TYPE_CHECKING:
    from engine.bpmn.walk import Walk

KIND = "complexGateway"
STATE = "waitingForStart"  #: true in the first phase, false in the second


def arrive(walk: Walk, node: Node, scope: Scope, flow: str) -> None:
    """Note a token that came by ``flow``, and go on when that is enough."""
    joins.note(node, scope, flow)
    _start(walk, node, scope)


def split(walk: Walk, node: Node, scope: Scope) -> None:
    """Go on from a gateway at which nothing meets: each token goes the ways that are open."""
    _go_on(walk, node, scope, starts=True)


def settle(walk: Walk, graph: Graph, scope: Scope) -> bool:
    """When nothing moves, let one gateway start or reset; tell whether one did."""
    for gateway_id in dict.fromkeys((*scope.taken, *scope.arrived)):
        node = graph.nodes[gateway_id]
        if node.kind != KIND:
            continue
        if gateway_id not in scope.taken:
            if _start(walk, node, scope):
                return True
        elif not joins.is_awaited(graph, scope, walk.state, node, _known(node, scope)):
            _reset(walk, node, scope)
            return True
    return False


def _start(walk: Walk, node: Node, scope: Scope) -> bool:
    if node.id in scope.taken or not _holds(walk, node, scope):
        return False
    scope.taken[node.id] = list(scope.arrived[node.id])
    joins.take(node, scope)
    _go_on(walk, node, scope, starts=True)
    return True


def _holds(walk: Walk, node: Node, scope: Scope) -> bool:
    """Look at the condition: ``activationCount``, and each flow's tokens by the flow's id."""
    if node.activation is None:
        return True
    came = scope.arrived[node.id]
    counts: dict[str, Json] = {each: came.get(each, 0) for each in node.incoming}
    counts |= {"activationCount": sum(came.values()), STATE: True}
    return node.activation.holds(node.id, {**walk.see(scope), **counts}, walk.at)


def _reset(walk: Walk, node: Node, scope: Scope) -> None:
    taken = scope.taken.pop(node.id)
    late = [each for each in scope.arrived.get(node.id, ()) if each not in taken]
    if late:
        joins.take(node, scope, late)
    _go_on(walk, node, scope, starts=False)


def _known(node: Node, scope: Scope) -> set[str]:
    """Return the flows by which a token came, in the first phase or since."""
    return {*scope.taken[node.id], *scope.arrived.get(node.id, ())}


def _go_on(walk: Walk, node: Node, scope: Scope, *, starts: bool) -> None:
    seen = {**walk.see(scope), STATE: starts}
    chosen = [each for each in node.outgoing if _is_open(walk, each, node, seen, starts)]
    chosen = chosen or [each for each in node.outgoing if each.is_default]
    if starts and not chosen and node.outgoing:
        raise NoFlowTaken(
            node.id, [each.condition.text for each in node.outgoing if each.condition]
        )
    if chosen or starts:
        walk.passed_by(node, scope, None, tuple(each.id for each in chosen))
    nodes = walk.graph(scope).nodes
    walk.arrivals.extend((nodes[each.target], scope.id, each.id) for each in chosen)


def _is_open(walk: Walk, arc: Arc, node: Node, seen: Mapping[str, Json], starts: bool) -> bool:
    if arc.is_default:
        return False
    return starts if arc.condition is None else arc.condition.holds(node.id, seen, walk.at)
