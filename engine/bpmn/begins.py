"""Where a process or a sub-process begins, by its drawing (BPMN 2.0.2, 10.5.2 and 13.3.4).

A start event that is drawn is where it begins. Where none is, it begins with everything that
no flow leads to: *implicitly*. A receive task or an event-based gateway marked ``instantiate``
takes the place of a message's start event.
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.bpmn.connections import link_name
from engine.bpmn.source import children, flow_nodes, id_of, kind
from engine.bpmn.vendor import events_of

INSTANTIATING = frozenset({"receiveTask", "eventBasedGateway"})
_ADDED = frozenset({"startEvent", "boundaryEvent"})


def begins(scope: etree._Element) -> tuple[str, ...]:
    """Return what a token comes to when ``scope`` is begun and nobody says where.

    Of several start events of a process each begins a case of its own: here it is the first
    plain one, else the first. An event sub-process is begun by any of its start events.
    """
    starts = list(children(scope, "startEvent"))
    if scope.get("triggeredByEvent") == "true":
        return tuple(id_of(each) for each in starts)
    if starts:
        plain = [each for each in starts if not list(events_of(each))]
        return (id_of((plain or starts)[0]),)
    free = list(without_incoming(scope))
    waiting = [each for each in free if instantiates(each)]
    return tuple(id_of(each) for each in waiting[:1] or free)


def without_incoming(scope: etree._Element) -> Iterator[etree._Element]:
    """Yield what no flow leads to and nothing else sets off either, start events left aside."""
    targets = {each.get("targetRef") for each in children(scope, "sequenceFlow")}
    for each in flow_nodes(scope):
        if id_of(each) in targets or kind(each) in _ADDED or _is_set_off(each):
            continue
        yield each


def instantiates(node: etree._Element) -> bool:
    """Tell whether what it waits for begins a case."""
    return kind(node) in INSTANTIATING and node.get("instantiate") == "true"


def _is_set_off(node: etree._Element) -> bool:
    return (
        node.get("triggeredByEvent") == "true"
        or node.get("isForCompensation") == "true"
        or (kind(node) == "intermediateCatchEvent" and link_name(node) is not None)
    )
