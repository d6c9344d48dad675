"""What a case may come to next: the nearest steps of people, and what has to happen before.

Steps that the system does are gone through, for nobody waits for them. Behind a long chain of
decisions nearly every step may follow; that tells nobody what comes next, so only what lies
behind the fewest is told, and what lies behind one more.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from engine.bpmn.graph import CATCHING, EMBEDDED, HUMAN, Graph, Node, is_outside
from engine.bpmn.joins import is_join

_DECIDING: Final = frozenset({"exclusiveGateway", "inclusiveGateway", "complexGateway"})
MOST_WAYS: Final = 3  #: told of the ways to one step


@dataclass(frozen=True, slots=True)
class Turn:
    """One thing that has to be so, or to happen, on the way to a step."""

    element_id: str  #: a gateway, an event awaited, or a join
    flow_id: str | None = None  #: the way out of it that has to be chosen
    joins: bool = False  #: other branches have to arrive there too


@dataclass(frozen=True, slots=True)
class Coming:
    """A step of people, or an end, that a case may come to next."""

    element_id: str
    is_end: bool
    ways: tuple[tuple[Turn, ...], ...]  #: shortest first


def coming(graph: Graph, current: Iterable[str]) -> tuple[Coming, ...]:
    """Return what may come next after the elements where a case is: steps, then ends.

    Of both the nearest come first.
    """
    search = _Search(graph)
    for each in current:
        if each in graph.nodes:
            search.begin(graph.nodes[each])
    search.run()
    found = [
        Coming(element_id, graph.nodes[element_id].kind == "endEvent", tuple(ways))
        for element_id, ways in search.found.items()
    ]
    fewest = min((len(each.ways[0]) for each in found), default=0)
    near = [each for each in found if len(each.ways[0]) <= fewest + 1]
    return tuple(sorted(near, key=lambda each: (each.is_end, len(each.ways[0]))))


class _Search:
    """Goes forward from where the case is, fewest turns first."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._todo: list[tuple[int, int, str, tuple[Turn, ...]]] = []
        self._added = 0
        self._seen: dict[str, int] = defaultdict(int)
        self.found: dict[str, list[tuple[Turn, ...]]] = {}

    def begin(self, node: Node) -> None:
        """Go on from where a token rests, when it is answered or when something interrupts."""
        self._leave(node, ())
        for each in self._around(node):
            self._add(each, (Turn(each),))

    def run(self) -> None:
        """Visit what was found until nothing is left."""
        while self._todo:
            *_, element_id, turns = heapq.heappop(self._todo)
            if self._seen[element_id] < MOST_WAYS:
                self._seen[element_id] += 1
                self._visit(self._graph.nodes[element_id], turns)

    def _visit(self, node: Node, turns: tuple[Turn, ...]) -> None:
        if node.kind == HUMAN or is_outside(node):
            self._keep(node, turns)
        elif node.kind == "endEvent":
            self._end(node, turns)
        elif node.kind in EMBEDDED and self._graph.starts.get(node.id):
            for each in self._graph.starts[node.id]:
                self._add(each, turns)
        elif node.linked is not None:
            self._add(node.linked, turns)
        elif node.kind in CATCHING and not node.is_link:
            self._leave(node, turns if _last_is(turns, node.id) else (*turns, Turn(node.id)))
        elif node.kind == "parallelGateway" and is_join(node):
            self._leave(node, (*turns, Turn(node.id, joins=True)))
        else:
            self._leave(node, turns)

    def _leave(self, node: Node, turns: tuple[Turn, ...]) -> None:
        if not node.outgoing:
            self._end(node, turns)
        for arc in node.outgoing:
            chosen = arc.condition is not None or node.kind in _DECIDING
            is_turn = chosen and len(node.outgoing) > 1
            self._add(arc.target, (*turns, Turn(node.id, arc.id)) if is_turn else turns)

    def _end(self, node: Node, turns: tuple[Turn, ...]) -> None:
        if node.parent is None:
            self._keep(node, turns)
        else:
            self._leave(self._graph.nodes[node.parent], turns)

    def _keep(self, node: Node, turns: tuple[Turn, ...]) -> None:
        ways = self.found.setdefault(node.id, [])
        if turns not in ways and len(ways) < MOST_WAYS:
            ways.append(turns)

    def _add(self, element_id: str, turns: tuple[Turn, ...]) -> None:
        self._added += 1  # of ways of one length the first found comes first
        heapq.heappush(self._todo, (len(turns), self._added, element_id, turns))

    def _around(self, node: Node) -> Iterator[str]:
        """Yield the events on the boundary of a node, of what it stands in, and beside it.

        Those beside it begin an event sub-process; not the one it stands in. What undoes a
        step that is done comes of itself, and is none.
        """
        inside: set[str] = set()
        while True:
            yield from (each for each in node.boundaries if not self._undoes(each))
            inside.add(node.id)
            for each in self._graph.events.get(node.parent, ()):
                if self._graph.nodes[each].parent not in inside:
                    yield each
            if node.parent is None:
                return
            node = self._graph.nodes[node.parent]

    def _undoes(self, element_id: str) -> bool:
        trigger = self._graph.nodes[element_id].trigger
        return trigger is not None and trigger.kind == "compensate"


def _last_is(turns: tuple[Turn, ...], element_id: str) -> bool:
    return bool(turns) and turns[-1].element_id == element_id
