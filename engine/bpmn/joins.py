"""Where tokens wait for one another: parallel and inclusive joins, start quantities."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from engine.bpmn.graph import Graph, Node
from engine.bpmn.state import Scope, State

JOINING = frozenset({"parallelGateway", "inclusiveGateway", "complexGateway"})


def is_join(node: Node) -> bool:
    """Return whether tokens wait for one another here."""
    return node.joins


def arrive(node: Node, scope: Scope, flow: str) -> bool:
    """Note an arrival; return whether a parallel join, or an activity, may go on now.

    Arrivals are counted by flow, so a branch that a loop sends round a second time
    does not pass for the branch that is still missing.
    """
    note(node, scope, flow)
    if not is_complete(node, scope):
        return False
    take(node, scope)
    return True


def note(node: Node, scope: Scope, flow: str) -> None:
    """Count a token that came by ``flow``."""
    at = scope.arrived.setdefault(node.id, {})
    at[flow] = at.get(flow, 0) + 1


def is_complete(node: Node, scope: Scope) -> bool:
    """Return whether a branch has come to a parallel join by every flow, or tokens enough."""
    at = scope.arrived[node.id]
    if node.start_quantity > 1:
        return sum(at.values()) >= node.start_quantity
    return node.kind == "parallelGateway" and all(each in at for each in node.incoming)


def ready_inclusive(graph: Graph, scope: Scope, state: State) -> Node | None:
    """Return an inclusive join in ``scope`` that nothing more can reach, when all is at rest.

    A token holds the join back when it can come by a flow nobody came by yet, and by
    none that somebody came by already (BPMN 2.0, 13.4.3).
    """
    for gateway_id, arrived in scope.arrived.items():
        node = graph.nodes[gateway_id]
        if node.kind != "inclusiveGateway":
            continue
        if not is_awaited(graph, scope, state, node, set(arrived)):
            take(node, scope)
            return node
    return None


def is_awaited(graph: Graph, scope: Scope, state: State, node: Node, came_by: set[str]) -> bool:
    """Tell whether a token in ``scope`` may yet come to a join by a flow none came by."""
    others = {each.node for each in state.tokens.values() if each.scope == scope.id}
    others |= {each for each in scope.arrived if each != node.id}
    return any(_holds_back(graph, each, node.id, came_by) for each in others)


def _holds_back(graph: Graph, source: str, gateway: str, arrived: set[str]) -> bool:
    reached = graph.reach(source, gateway)
    return bool(reached - arrived) and not reached & arrived


def take(node: Node, scope: Scope, flows: Iterable[str] | None = None) -> None:
    """Use up one arrival by each flow that somebody came by, or just by ``flows``.

    An activity uses up as many as it needs to start, the first that came before the others.
    """
    at = scope.arrived[node.id]
    if node.start_quantity > 1:
        used = _first(at, node.start_quantity)
    else:
        used = dict.fromkeys(at if flows is None else flows, 1)
    left = {flow: count - used.get(flow, 0) for flow, count in at.items()}
    left = {flow: count for flow, count in left.items() if count}
    if left:
        scope.arrived[node.id] = left
    else:
        del scope.arrived[node.id]


def _first(at: dict[str, int], needed: int) -> dict[str, int]:
    used: dict[str, int] = {}
    for flow, count in at.items():
        used[flow] = min(count, needed)
        needed -= used[flow]
    return used


def came_by(taken: Mapping[str, Iterable[str]]) -> dict[str, dict[str, int]]:
    """Return the flows by which tokens came as arrivals, one each."""
    return {join_id: dict.fromkeys(flows, 1) for join_id, flows in taken.items()}
