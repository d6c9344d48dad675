"""Which steps a model leads to, from its beginning and from each step: what may follow what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engine.bpmn.ahead import ahead
from engine.bpmn.errors import ProcessNotFound
from engine.bpmn.graph import Graph, Node
from engine.bpmn.model import Model


@dataclass(frozen=True, slots=True)
class Order:
    """What may come when, whatever the values of a case."""

    first: frozenset[str]  #: elements that a new case may come to
    behind: Mapping[str, frozenset[str]]  #: of each element, what may come after it
    repeated: frozenset[str]  #: what may come several times without any way back to it


def order_of(model: Model, process_id: str) -> Order:
    """Return what may follow what in a process.

    Raises:
        ProcessNotFound: the model has no such process.
    """
    if process_id not in model.graphs:
        raise ProcessNotFound(process_id)
    graph = model.graphs[process_id]
    beginnings = {each for each in graph.nodes if not graph.nodes[each].incoming}
    begun = ahead(graph, beginnings) | beginnings
    around = {each: tuple(_around(graph, each)) for each in graph.nodes}
    repeated = (each for each in graph.nodes if any(map(_repeats, around[each])))
    return Order(
        begun,
        {each: ahead(graph, (of.id for of in around[each])) for each in graph.nodes},
        frozenset(repeated),
    )


def _around(graph: Graph, element_id: str) -> Iterator[Node]:
    """Yield an element, and the sub-processes that it stands in."""
    within: str | None = element_id
    while within is not None and within in graph.nodes:
        node = graph.nodes[within]
        yield node
        within = node.parent


def _repeats(node: Node) -> bool:
    return bool(node.loop or node.in_ad_hoc or node.by_event or node.completion_quantity > 1)
