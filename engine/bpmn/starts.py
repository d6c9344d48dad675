"""How a process begins: by hand, by a message, by a signal, or at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from engine.bpmn import awaiting, events, scopes
from engine.bpmn.conditions import Expression
from engine.bpmn.errors import ProcessNotFound
from engine.bpmn.graph import PART, Graph, Node
from engine.bpmn.model import Model
from engine.bpmn.state import Scope
from engine.bpmn.timers import Due, Timer, due

if TYPE_CHECKING:
    from engine.bpmn.walk import Walk

_OUTSIDE = frozenset({"message", "signal", "timer", "conditional"})


@dataclass(frozen=True, slots=True)
class StartEvent:
    """What something other than a person sets off to begin a process."""

    element_id: str
    kind: str  #: message, signal, timer, conditional
    name: str  #: of the message or signal
    timer: Timer | None = None
    condition: Expression | None = None  #: over the moment alone: no case is there yet
    is_optional: bool = False  #: a plain start: a person may begin there, too


def start_events(model: Model, process_id: str) -> tuple[StartEvent, ...]:
    """Return what begins a process from outside, without what begins its sub-processes."""
    graph = model.graphs[process_id]
    return tuple(
        StartEvent(
            element_id,
            node.trigger.kind,
            node.trigger.message,
            node.trigger.timer,
            node.trigger.condition,
            node.trigger.is_optional,
        )
        for element_id, node in _set_off(graph)
        if node.trigger is not None and node.trigger.kind in _OUTSIDE
    )


def drawn(element_id: str | None) -> str | None:
    """Return the element as it is drawn, where only one of its definitions begins a case."""
    return element_id and element_id.partition(PART)[0]


def first_due(event: StartEvent, at: datetime) -> Due | None:
    """Return when a timer start event of a definition deployed ``at`` is due first.

    A date that has passed starts nothing; a cycle goes on from its next turn.

    Raises:
        ExpressionFailed: its expression needs the variables of a case, or is no time.
    """
    if event.timer is None:
        return None
    first = due(event.timer, event.element_id, {}, at)
    return first if first.at > at else first.next(at)


def holds(event: StartEvent, at: datetime) -> bool:
    """Tell whether the condition of a start event holds at a moment.

    Raises:
        ExpressionFailed: its value is neither true, false nor null.
    """
    return event.condition is not None and event.condition.holds(event.element_id, {}, at)


def must_begin_there(graph: Graph, element_id: str | None) -> None:
    """Refuse an element that begins nothing.

    Raises:
        ProcessNotFound: no case of this process begins there.
    """
    if element_id is None:
        return
    known = {each.id for each in _beginnings(graph)} | {each for each, _ in _set_off(graph)}
    if element_id not in known:
        raise ProcessNotFound(f"{graph.process_id} at {element_id}")


def begin(walk: Walk, case: Scope, element_id: str | None) -> None:
    """Begin ``case`` at one of its beginnings; what a receive task waits for has come then."""
    graph = walk.graph(case)
    if element_id is None or _is_start(graph.nodes[element_id]):
        scopes.enter(walk, case, element_id)
        return
    node = graph.nodes[element_id]
    if node.part_of is not None:
        _begin_by_part(walk, node, case)
        return
    for gateway in _gateways(graph):
        for arc in gateway.outgoing:
            if arc.target == node.id:
                _pass_gateway(walk, gateway, node, case)
    walk.leave(node, case)
    awaiting.listen(walk, case)


def _begin_by_part(walk: Walk, part: Node, case: Scope) -> None:
    """Begin with the first definition of a start event that needs all of them."""
    host = awaiting.wait_at(walk, walk.graph(case).nodes[part.part_of or ""], case, None)
    came = next(each for each in walk.state.attached(host.id) if each.node == part.id)
    events.happen(walk, came)
    awaiting.listen(walk, case)


def _is_start(node: Node) -> bool:
    return node.kind == "startEvent" and node.part_of is None


def _pass_gateway(walk: Walk, gateway: Node, came: Node, case: Scope) -> None:
    """Go through a gateway by what came; a parallel one waits for all the others too."""
    taken = [each for each in gateway.outgoing if gateway.parallel or each.target == came.id]
    walk.passed_by(gateway, case, None, tuple(each.id for each in taken))
    nodes = walk.graph(case).nodes
    others = (each for each in taken if each.target != came.id)
    walk.arrivals.extend((nodes[each.target], case.id, each.id) for each in others)


def _set_off(graph: Graph) -> Iterator[tuple[str, Node]]:
    """Yield what begins a case by each single definition, and where that is said to begin.

    A start event that needs all of its definitions begins with the first of them.
    """
    for node in _beginnings(graph):
        for part in (graph.nodes[each] for each in node.parts):
            yield (part.id if node.parallel else node.id), part
        if not node.parts:
            yield node.id, node


def _beginnings(graph: Graph) -> Iterator[Node]:
    for node in graph.nodes.values():
        if node.parent is not None or node.part_of is not None:
            continue
        if node.kind == "startEvent" or (node.instantiates and node.kind == "receiveTask"):
            yield node
    for gateway in _gateways(graph):
        yield from (graph.nodes[each.target] for each in gateway.outgoing)


def _gateways(graph: Graph) -> Iterator[Node]:
    for node in graph.nodes.values():
        if node.instantiates and node.kind == "eventBasedGateway" and node.parent is None:
            yield node
