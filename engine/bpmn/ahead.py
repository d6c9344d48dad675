"""What lies ahead of a token: the steps it may yet come to, and the joins it may yet reach."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

from engine.bpmn.errors import Obstacle
from engine.bpmn.graph import Graph, Node
from engine.bpmn.joins import is_join
from engine.bpmn.model import Model
from engine.bpmn.state import Scope, State
from engine.findings import detail


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
        todo.extend(graph.starts.get(element_id, ()))
    return frozenset(found)


def sources(state: State, process_id: str) -> frozenset[str]:
    """Return the elements of a process where tokens rest, or have arrived at a join."""
    scopes = {each.id for each in state.scopes.values() if each.process == process_id}
    resting = {each.node for each in state.tokens.values() if each.scope in scopes}
    arrived = {
        join
        for scope_id in scopes
        for join in (*state.scopes[scope_id].arrived, *state.scopes[scope_id].taken)
    }
    return frozenset(resting | arrived)


def starved(model: Model, state: State) -> Iterator[Obstacle]:
    """Yield the parallel joins to which fewer tokens are on their way by one flow than another.

    A token counts for every flow it may come by before the next join, and a join for as many
    as it will let through, so that branches inside branches count once.
    """
    for scope in state.scopes.values():
        coming = _Coming(model.graphs[scope.process], scope, state)
        for join_id in coming.joins:
            counts = coming.by_flow(join_id)
            for flow in sorted(each for each in counts if counts[each] < max(counts.values())):
                yield Obstacle(scope.process, join_id, detail("MOVE-026", flow=flow))


class _Coming:
    """How many tokens of a scope are on their way to its parallel joins, by flow."""

    def __init__(self, graph: Graph, scope: Scope, state: State) -> None:
        self.joins = {each.id: each for each in _parallel_joins(graph, scope)}
        self._graph, self._scope = graph, scope
        self._resting = [
            self._next_joins(each.node)
            for each in state.tokens.values()
            if each.scope == scope.id and each.host is None and self.joins
        ]
        self._behind = {each: self._next_joins(each) for each in self.joins}

    def by_flow(self, join_id: str, asked: frozenset[str] = frozenset()) -> Counter[str]:
        """Return how often somebody came, or comes, to a join by each of its flows."""
        counts = Counter(dict.fromkeys(self.joins[join_id].incoming, 0))
        counts.update(self._scope.arrived.get(join_id, {}))
        for flows in self._resting:
            counts.update(flows.get(join_id, ()))
        for other, flows in self._behind.items():
            if other not in asked | {join_id} and join_id in flows:
                through = min(self.by_flow(other, asked | {join_id}).values())
                counts.update(dict.fromkeys(flows[join_id], through))
        return counts

    def _next_joins(self, source: str) -> dict[str, set[str]]:
        """Return the joins that come next after ``source``, with the flows into them."""
        found: dict[str, set[str]] = defaultdict(set)
        seen, todo = {source}, [source]
        while todo:
            node = self._graph.nodes[todo.pop()]
            for arc in node.outgoing:
                if arc.target in self.joins:
                    found[arc.target].add(arc.id)
            ahead = [each for each in _behind(node) if each not in seen | self.joins.keys()]
            seen.update(ahead)
            todo.extend(ahead)
        return found


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
