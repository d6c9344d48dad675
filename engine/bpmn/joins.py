"""Where branches meet again: parallel and inclusive joins."""

from __future__ import annotations

from engine.bpmn.graph import Graph, Node
from engine.bpmn.state import Scope, State

JOINING = frozenset({"parallelGateway", "inclusiveGateway"})


def is_join(node: Node) -> bool:
    """Return whether tokens wait for one another here."""
    return node.kind in JOINING and len(node.incoming) > 1


def arrive(node: Node, scope: Scope, flow: str | None) -> bool:
    """Note an arrival; return whether a parallel join may go on now.

    Arrivals are counted by flow, so a branch that a loop sends round a second time
    does not pass for the branch that is still missing.
    """
    at = scope.arrived.setdefault(node.id, {})
    at[flow or ""] = at.get(flow or "", 0) + 1
    if not is_complete(node, scope):
        return False
    take(node, scope)
    return True


def is_complete(node: Node, scope: Scope) -> bool:
    """Return whether a branch has come to a parallel join by every flow."""
    at = scope.arrived[node.id]
    return node.kind == "parallelGateway" and all(each in at for each in node.incoming)


def ready_inclusive(graph: Graph, scope: Scope, state: State) -> Node | None:
    """Return an inclusive join in ``scope`` that nothing more can reach, when all is at rest.

    A token holds the join back when it can come by a flow nobody came by yet, and by
    none that somebody came by already (BPMN 2.0, 13.4.3).
    """
    if not scope.arrived:
        return None
    tokens = {each.node for each in state.tokens.values() if each.scope == scope.id}
    for gateway_id, arrived in scope.arrived.items():
        node = graph.nodes[gateway_id]
        if node.kind != "inclusiveGateway":
            continue
        others = tokens | {each for each in scope.arrived if each != gateway_id}
        if not any(_holds_back(graph, each, gateway_id, set(arrived)) for each in others):
            take(node, scope)
            return node
    return None


def _holds_back(graph: Graph, source: str, gateway: str, arrived: set[str]) -> bool:
    reached = graph.reach(source, gateway)
    return bool(reached - arrived) and not reached & arrived


def take(node: Node, scope: Scope) -> None:
    """Use up one arrival by each flow that somebody came by."""
    at = scope.arrived[node.id]
    left = {flow: count - 1 for flow, count in at.items() if count > 1}
    if left:
        scope.arrived[node.id] = left
    else:
        del scope.arrived[node.id]
