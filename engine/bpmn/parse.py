"""From files to a model: SpiffWorkflow's specs and the vendors' marks, compiled once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace

from lxml import etree

from engine import dmn
from engine.bpmn import connections, correlation, outline, triggers, vendor
from engine.bpmn.associations import Repeated
from engine.bpmn.begins import begins, instantiates
from engine.bpmn.callees import Callees
from engine.bpmn.conditions import Expression, compile_feel
from engine.bpmn.exchanges import Exchanges
from engine.bpmn.graph import (
    ACTIVITIES,
    HUMAN,
    PART,
    SERVICES,
    AdHoc,
    Arc,
    Graph,
    Loop,
    Node,
    ThrownByItem,
    Trigger,
)
from engine.bpmn.joins import JOINING
from engine.bpmn.library import parse
from engine.bpmn.markers import thrown_by
from engine.bpmn.model import Model, Process
from engine.bpmn.pools import Pools
from engine.bpmn.schedule import Schedule, schedule_of
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
from engine.bpmn.timers import Timer, compile_timer

_SENDING = SERVICES | {"intermediateThrowEvent", "endEvent"}


def build(sources: list[Source], decisions: dmn.Decisions | None = None) -> Model:
    """Compile files that ``lint`` found nothing wrong with.

    Raises:
        Unparsed: the library refuses one all the same.
    """
    graphs: dict[str, Graph] = {}
    shown: dict[str, Process] = {}
    callees = Callees(sources)
    for source in sources:
        parse(source)
        pools, known = Pools(source), triggers.named(source)
        for process in processes(source):
            graph = pools.joined(_graph(process, known))
            graph = callees.joined(graph, process)
            graphs[graph.process_id] = graph
            shown[graph.process_id] = outline.process(process, source.file, graph)
    return Model(shown, graphs, decisions)


@dataclass(frozen=True, slots=True)
class _Around:
    """What connects the elements of one process or sub-process, by element."""

    outgoing: Mapping[str, list[Arc]]
    incoming: Mapping[str, list[str]]
    boundaries: Mapping[str, list[str]]
    handlers: Mapping[str, str]  #: of compensation, by the activity they undo
    links: Mapping[str, str]  #: from each link thrown to where it is caught
    exchanges: Exchanges  #: of the whole process

    @classmethod
    def of(cls, scope: etree._Element, exchanges: Exchanges) -> _Around:
        around = cls(
            defaultdict(list),
            defaultdict(list),
            defaultdict(list),
            connections.handlers(scope),
            connections.links(scope),
            exchanges,
        )
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
    known: triggers.Named,
) -> Graph:
    lanes = outline.lanes_by_element(process)
    nodes: dict[str, Node] = {}
    starts: dict[str | None, tuple[str, ...]] = {}
    exchanges = Exchanges.of(process)
    for scope in scopes(process):
        inside = None if scope is process else id_of(scope)
        around = _Around.of(scope, exchanges)
        for each in flow_nodes(scope):
            lanes[id_of(each)] = lane = lanes.get(id_of(each)) or lanes.get(inside or "")
            nodes[id_of(each)] = _node(each, around, inside, lane, known)
            if nodes[id_of(each)].loop is not None:
                nodes[id_of(each)] = _with_throws(nodes[id_of(each)], each, known)
            nodes.update(_parts(nodes[id_of(each)], triggers.triggers_of(each, known)))
        starts[inside] = begins(scope)
    return Graph(id_of(process), nodes, starts, exchanges.objects, exchanges.around)


def _node(
    node: etree._Element,
    around: _Around,
    inside: str | None,
    lane: str | None,
    known: triggers.Named,
) -> Node:
    node_id, its_kind = id_of(node), str(kind(node))
    incoming = tuple(around.incoming.get(node_id, ()))
    parent, trigger = node.getparent(), triggers.trigger_of(node, known)
    needed = _quantity(node, "startQuantity")
    activation = text_of(child(node, "activationCondition"))
    script = vendor.script_of(node) if its_kind == "scriptTask" else None
    return Node(
        id=node_id,
        kind=its_kind,
        name=name(node),
        lane_id=lane,
        parent=inside,
        outgoing=tuple(around.outgoing.get(node_id, ())),
        incoming=incoming,
        form_id=vendor.form_of(node) if its_kind == "userTask" else None,
        topic=vendor.topic_of(node) if its_kind in _SENDING else None,
        retries=vendor.retries_of(node),
        trigger=trigger,
        loop=_loop(node, around.exchanges.repeated(node)),
        script=compile_feel(script[0]) if script else None,
        result_variable=script[1] if script else None,
        decision=vendor.decision_of(node) if its_kind == "businessRuleTask" else None,
        attached_to=node.get("attachedToRef"),
        interrupting=_interrupts(node),
        instantiates=instantiates(node),
        ad_hoc=_ad_hoc(node) if its_kind == "adHocSubProcess" else None,
        in_ad_hoc=parent is not None and kind(parent) == "adHocSubProcess",
        joins=needed > 1 or (its_kind in JOINING and (len(incoming) > 1 or bool(activation))),
        activation=compile_feel(activation) if activation else None,
        start_quantity=needed,
        completion_quantity=_quantity(node, "completionQuantity"),
        parallel=node.get("parallelMultiple") == "true"
        or node.get("eventGatewayType") == "Parallel",
        parts=tuple(
            f"{node_id}{PART}{number}" for number in range(1, len(list(vendor.events_of(node))) + 1)
        )
        if trigger is not None and trigger.kind == triggers.MULTIPLE
        else (),
        boundaries=tuple(around.boundaries.get(node_id, ())),
        by_event=node.get("triggeredByEvent") == "true",
        handler=around.handlers.get(node_id),
        linked=around.links.get(node_id),
        kept_for=_kept_for(node),
        inout=around.exchanges.at(node, (each.id for each in around.outgoing.get(node_id, ()))),
        schedule=_schedule(node),
    )


def _schedule(node: etree._Element) -> Schedule | None:
    """Return what a task says of until when, how urgent and for whom it is."""
    if vendor.is_silent(node) or kind(node) not in ACTIVITIES:
        return None
    return schedule_of(vendor.said_of(node), human=kind(node) == HUMAN)


def _ad_hoc(node: etree._Element) -> AdHoc:
    return AdHoc(
        _optional(text_of(child(node, "completionCondition")) or None),
        sequential=node.get("ordering") == "Sequential",
        cancels=node.get("cancelRemainingInstances", "true") == "true",
        active=_optional(vendor.active_elements_of(node)),
    )


def _quantity(node: etree._Element, which: str) -> int:
    """Return how many tokens begin an activity, or leave it."""
    return int(node.get(which) or 1) if kind(node) in ACTIVITIES else 1


def _with_throws(node: Node, told: etree._Element, known: triggers.Named) -> Node:
    """Return a repeating activity with the events that its items throw."""
    throws = tuple(
        ThrownByItem(
            Node(
                f"{node.id}{PART}{number}",
                "intermediateThrowEvent",
                node.name,
                node.lane_id,
                node.parent,
                outgoing=(),
                incoming=(),
                trigger=triggers.thrown(each.definition, known),
                part_of=node.id,
            ),
            each.only_first,
            _optional(each.condition),
        )
        for number, each in enumerate(thrown_by(told), 1)
        if each.definition is not None
    )
    return replace(node, loop=node.loop and replace(node.loop, throws=throws)) if throws else node


def _parts(event: Node, told: list[Trigger]) -> dict[str, Node]:
    """Return the nodes of the definitions of an event that has several."""
    parts = [
        replace(event, id=part_id, trigger=trigger, part_of=event.id, parts=())
        for part_id, trigger in zip(event.parts, told, strict=True)
    ]
    return {each.id: each for each in parts}


def _kept_for(node: etree._Element) -> Timer | None:
    told = correlation.kept_for(node)
    return None if told is None else compile_timer("duration", told)


def _interrupts(node: etree._Element) -> bool:
    """Tell whether an event ends what it stands on; start and boundary events say it apart."""
    said = node.get("isInterrupting" if kind(node) == "startEvent" else "cancelActivity", "true")
    return bool(said == "true")


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


def _loop(node: etree._Element, data: Repeated) -> Loop | None:
    repeat, text = vendor.repeat_of(node), vendor.loop_of(node)
    if repeat is not None:
        return Loop(
            sequential=True,
            goes_on=_optional(repeat.goes_on),
            maximum=int(repeat.maximum) if repeat.maximum else None,
            test_before=repeat.test_before,
        )
    if text is None:
        return None
    return Loop(
        text.sequential,
        _optional(data.collection or text.collection),
        _optional(text.cardinality),
        text.variable,
        data.output or text.output_collection,
        _optional(text.output_element),
        _optional(text.completion),
    )


def _optional(text: str | None) -> Expression | None:
    return compile_feel(text) if text else None
