"""What lies ahead of a token: the steps it may yet come to, and the joins it may yet reach."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.bpmn.errors import Obstacle
from engine.bpmn.graph import Graph, Node
from engine.bpmn.joins import is_join
from engine.bpmn.model import Model
from engine.bpmn.state import Scope, State


def ahead(graph: Graph, sources: Iterable[str]) -> frozenset[str]:
    """Return the elements that tokens at ``sources`` may yet come to, ways round included.

    What follows a sub-process lies ahead of the token that waits for it, not of those inside.
    """
    found: set[str] = set()
    todo = [each for source in sources for each in _behind(graph.nodes[source])]
    while todo:
        element_id = todo.pop()
        if element_id in found:
            continue
        found.add(element_id)
        todo.extend(_behind(graph.nodes[element_id]))
        if element_id in graph.starts:
            todo.append(graph.starts[element_id])
    return frozenset(found)


def sources(state: State, process_id: str) -> frozenset[str]:
    """Return the elements of a process where tokens rest, or have arrived at a join."""
    scopes = {each.id for each in state.scopes.values() if each.process == process_id}
    resting = {each.node for each in state.tokens.values() if each.scope in scopes}
    arrived = {join for scope_id in scopes for join in state.scopes[scope_id].arrived}
    return frozenset(resting | arrived)


def starved(model: Model, state: State) -> Iterator[Obstacle]:
    """Yield the parallel joins that would wait for a branch nobody walks."""
    for scope in state.scopes.values():
        graph = model.graphs[scope.process]
        for join in _parallel_joins(graph, scope):
            for flow in sorted(_missing(graph, scope, state, join)):
                reason = f"would wait for a branch by {flow}, where nobody comes any more"
                yield Obstacle(scope.process, join.id, reason)


def _missing(graph: Graph, scope: Scope, state: State, join: Node) -> frozenset[str]:
    """Return the flows by which nobody came, or comes, to a join that others come to."""
    here = {each.node for each in state.tokens.values() if each.scope == scope.id}
    come = set(scope.arrived.get(join.id, ()))
    for source in here | (set(scope.arrived) - {join.id}):
        come |= graph.reach(source, join.id)
    return frozenset(join.incoming) - come if come else frozenset()


def _parallel_joins(graph: Graph, scope: Scope) -> Iterator[Node]:
    inside = None if scope.kind == "process" else scope.node
    for node in graph.nodes.values():
        if node.parent == inside and node.kind == "parallelGateway" and is_join(node):
            yield node


def _behind(node: Node) -> Iterator[str]:
    yield from (arc.target for arc in node.outgoing)
    yield from node.boundaries
    if node.linked is not None:
        yield node.linked
