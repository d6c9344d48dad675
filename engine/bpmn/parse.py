"""From files to a model: SpiffWorkflow's specs and the vendors' marks, compiled once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn.specs.event_definitions.item_aware_event import ErrorEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.message import MessageEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.simple import TerminateEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.timer import (
    CycleTimerEventDefinition,
    DurationTimerEventDefinition,
    TimeDateEventDefinition,
)

from engine.bpmn import outline, vendor
from engine.bpmn.conditions import Expression, compile_feel
from engine.bpmn.graph import SERVICES, Arc, Graph, Loop, Node, Trigger
from engine.bpmn.library import Spec, parse
from engine.bpmn.model import Model, Process
from engine.bpmn.source import (
    Source,
    child,
    children,
    flow_nodes,
    id_of,
    kind,
    name,
    processes,
    scopes,
    text_of,
)
from engine.bpmn.timers import compile_timer

_FORMS: dict[type, vendor.TimerForm] = {
    TimeDateEventDefinition: "date",
    DurationTimerEventDefinition: "duration",
    CycleTimerEventDefinition: "cycle",
}

_SENDING = SERVICES | {"intermediateThrowEvent", "endEvent"}


def build(sources: list[Source]) -> Model:
    """Compile files that ``lint`` found nothing wrong with.

    Raises:
        Unparsed: the library refuses one all the same.
    """
    graphs: dict[str, Graph] = {}
    shown: dict[str, Process] = {}
    for source in sources:
        specs = parse(source)
        for process in processes(source):
            graph = _graph(process, specs, _messages(source))
            graphs[graph.process_id] = graph
            shown[graph.process_id] = outline.process(process, source.file, graph)
    return Model(shown, graphs)


@dataclass(frozen=True, slots=True)
class _Around:
    """The flows and boundary events of one process or sub-process, by element."""

    outgoing: Mapping[str, list[Arc]]
    incoming: Mapping[str, list[str]]
    boundaries: Mapping[str, list[str]]

    @classmethod
    def of(cls, scope: etree._Element) -> _Around:
        around = cls(defaultdict(list), defaultdict(list), defaultdict(list))
        defaults = {str(each.get("default")) for each in flow_nodes(scope) if each.get("default")}
        for flow in children(scope, "sequenceFlow"):
            arc = _arc(flow, defaults)
            around.outgoing[arc.source].append(arc)
            around.incoming[arc.target].append(arc.id)
        for event in children(scope, "boundaryEvent"):
            around.boundaries[str(event.get("attachedToRef"))].append(id_of(event))
        return around


def _graph(
    process: etree._Element,
    specs: Mapping[str, Mapping[str, Spec]],
    messages: Mapping[str, etree._Element],
) -> Graph:
    lanes = outline.lanes_by_element(process)
    nodes: dict[str, Node] = {}
    starts: dict[str | None, str] = {}
    for scope in scopes(process):
        inside = None if scope is process else id_of(scope)
        around = _Around.of(scope)
        for each in flow_nodes(scope):
            spec = specs[id_of(scope)][id_of(each)]
            lanes[id_of(each)] = lane = lanes.get(id_of(each)) or lanes.get(inside or "")
            nodes[id_of(each)] = _node(each, spec, around, inside, lane, messages)
        starts[inside] = outline.start_of(scope)
    return Graph(id_of(process), nodes, starts)


def _node(
    node: etree._Element,
    spec: Spec,
    around: _Around,
    inside: str | None,
    lane: str | None,
    messages: Mapping[str, etree._Element],
) -> Node:
    node_id, its_kind = id_of(node), str(kind(node))
    script = vendor.script_of(node) if its_kind == "scriptTask" else None
    message = messages.get(vendor.message_ref_of(node) or "")
    return Node(
        id=node_id,
        kind=its_kind,
        name=name(node),
        lane_id=lane,
        parent=inside,
        outgoing=tuple(around.outgoing.get(node_id, ())),
        incoming=tuple(around.incoming.get(node_id, ())),
        form_id=vendor.form_of(node) if its_kind == "userTask" else None,
        topic=vendor.topic_of(node) if its_kind in _SENDING else None,
        trigger=_trigger(spec.event, message),
        loop=_loop(vendor.loop_of(node)),
        script=compile_feel(script[0]) if script else None,
        result_variable=script[1] if script else None,
        called=spec.called if its_kind == "callActivity" else None,
        attached_to=node.get("attachedToRef"),
        interrupting=node.get("cancelActivity", "true") == "true",
        boundaries=tuple(around.boundaries.get(node_id, ())),
    )


def _arc(flow: etree._Element, defaults: set[str]) -> Arc:
    text = text_of(child(flow, "conditionExpression"))
    return Arc(
        id=id_of(flow),
        name=name(flow),
        source=str(flow.get("sourceRef")),
        target=str(flow.get("targetRef")),
        condition=compile_feel(text) if text else None,
        is_default=id_of(flow) in defaults,
    )


def _trigger(event: Any, message: etree._Element | None) -> Trigger | None:
    form = _FORMS.get(type(event))
    if form is not None:
        return Trigger("timer", timer=compile_timer(form, event.expression))
    if isinstance(event, MessageEventDefinition):
        key = vendor.correlation_of(message)
        return Trigger(
            "message", message=event.name, correlation=compile_feel(key) if key else None
        )
    if isinstance(event, ErrorEventDefinition):
        return Trigger("error", error_code=event.code)
    return Trigger("terminate") if isinstance(event, TerminateEventDefinition) else None


def _loop(text: vendor.LoopText | None) -> Loop | None:
    if text is None:
        return None
    return Loop(
        text.sequential,
        _optional(text.collection),
        _optional(text.cardinality),
        text.variable,
        text.output_collection,
        _optional(text.output_element),
    )


def _optional(text: str | None) -> Expression | None:
    return compile_feel(text) if text else None


def _messages(source: Source) -> dict[str, etree._Element]:
    return {id_of(each): each for each in children(source.root, "message")}
