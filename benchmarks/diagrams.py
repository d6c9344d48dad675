"""Processes of any size, written for the scenarios; each is a bundle that can be deployed."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from typing import Final

from engine.catalogue.bundle import Bundle

_HEAD: Final = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"'
    ' xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI"'
    ' xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"'
    ' xmlns:di="http://www.omg.org/spec/DD/20100524/DI"'
    ' xmlns:camunda="http://camunda.org/schema/1.0/bpmn"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    ' id="file" targetNamespace="divan">'
)
_CONFIG: Final = """
[area]
id = "{id}"
[{id}]
start_lanes = ["clerk"]
[{id}.lanes]
clerk = {{ role = "SUPERVISOR", in = "case" }}
"""
_WIDE, _HIGH, _GAP, _IN_ROW = 100, 80, 50, 25


def deployable(process_id: str, nodes: Iterable[str], body: str, drawing: str = "") -> Bundle:
    """Return a bundle of one process whose human tasks all lie in one lane."""
    lane = "".join(f"<flowNodeRef>{each}</flowNodeRef>" for each in nodes)
    diagram = (
        f'{_HEAD}<process id="{process_id}" isExecutable="true">'
        f'<laneSet id="lanes"><lane id="clerk">{lane}</lane></laneSet>{body}</process>'
        f"{drawing}</definitions>"
    )
    config = _CONFIG.format(id=process_id)
    return Bundle({f"{process_id}.bpmn": diagram.encode(), "process.toml": config.encode()})


def chain(process_id: str, length: int, *, drawn: bool = False) -> Bundle:
    """Return so many human tasks, one after the other."""
    tasks = [f"t{n}" for n in range(length)]
    nodes = ["start", *tasks, "done"]
    body = '<startEvent id="start"/><endEvent id="done"/>'
    body += "".join(f'<userTask id="{each}" name="Step {each[1:]}"/>' for each in tasks)
    body += _flows(nodes)
    return deployable(process_id, tasks, body, _drawing(process_id, nodes) if drawn else "")


def mixed_chain(process_id: str, length: int = 30) -> Bundle:
    """Return human task, script task and exclusive gateway by turns, so many nodes in all.

    A step answers one human task and runs what follows it to the next.
    """
    nodes = [f"n{n}" for n in range(length)]
    body = '<startEvent id="start"/><endEvent id="done"/>'
    tasks = []
    for number, each in enumerate(nodes):
        if number % 3 == 0:
            body += f'<userTask id="{each}"/>'
            tasks.append(each)
        elif number % 3 == 1:
            body += (
                f'<scriptTask id="{each}" scriptFormat="feel"'
                ' camunda:resultVariable="total"><script>amount * 2</script></scriptTask>'
            )
        else:
            following = nodes[number + 1] if number + 1 < length else "done"
            body += (
                f'<exclusiveGateway id="{each}" default="{each}_no"/>'
                f'<sequenceFlow id="{each}_yes" sourceRef="{each}" targetRef="{following}">'
                '<conditionExpression xsi:type="tFormalExpression">amount &gt; 100'
                "</conditionExpression></sequenceFlow>"
                f'<sequenceFlow id="{each}_no" sourceRef="{each}" targetRef="done"/>'
            )
    plain = ["start", *nodes, "done"]
    body += "".join(
        f'<sequenceFlow id="f{at}" sourceRef="{one}" targetRef="{other}"/>'
        for at, (one, other) in enumerate(itertools.pairwise(plain))
        if at == 0 or (at - 1) % 3 != 2
    )
    return deployable(process_id, tasks, body)


def drawn_mixture(process_id: str, length: int) -> Bundle:
    """Return so many elements of every ordinary kind, drawn, with expressions and ways out.

    A gateway has two ways, one of them under a condition.
    """
    nodes = ["start", *(f"n{n}" for n in range(length - 2)), "done"]
    made = (_of_any_kind(at, each) for at, each in enumerate(nodes[1:-1]))
    body = '<startEvent id="start"/><endEvent id="done"/>' + "".join(made)
    flows = [(f"f{at}", one, other) for at, (one, other) in enumerate(itertools.pairwise(nodes))]
    gateways = [at for at in range(len(nodes) - 2) if at % 4 == 3]
    flows += [(f"g{at}", nodes[at], nodes[at + 2]) for at in gateways]
    for flow, one, other in flows:
        asked = flow.startswith("f") and int(flow[1:]) in gateways
        condition = f"<conditionExpression>=amount &gt; {flow[1:]}</conditionExpression>"
        body += f'<sequenceFlow id="{flow}" sourceRef="{one}" targetRef="{other}">'
        body += f"{condition if asked else ''}</sequenceFlow>"
    tasks = nodes[1:-1]
    return deployable(process_id, tasks, body, _drawing(process_id, nodes, flows))


def _of_any_kind(at: int, element: str) -> str:
    match at % 4:
        case 0:
            return f'<userTask id="{element}" name="Check {at}"/>'
        case 1:
            return (
                f'<scriptTask id="{element}" name="Work out {at}" scriptFormat="feel"'
                ' camunda:resultVariable="amount"><script>amount * 2</script></scriptTask>'
            )
        case 2:
            return f'<exclusiveGateway id="{element}" name="Enough?" default="g{at + 1}"/>'
        case _:
            return f'<userTask id="{element}" name="Look at what came of {at}"/>'


def loop(process_id: str) -> Bundle:
    """Return one human task that comes again until it is enough."""
    body = (
        '<startEvent id="start"/><userTask id="turn"/>'
        '<exclusiveGateway id="again" default="back"/><endEvent id="done"/>'
        '<sequenceFlow id="f1" sourceRef="start" targetRef="turn"/>'
        '<sequenceFlow id="f2" sourceRef="turn" targetRef="again"/>'
        '<sequenceFlow id="out" sourceRef="again" targetRef="done">'
        "<conditionExpression>enough</conditionExpression></sequenceFlow>"
        '<sequenceFlow id="back" sourceRef="again" targetRef="turn"/>'
    )
    return deployable(process_id, ["turn"], body)


def each_item(process_id: str, *, counted: bool = False) -> Bundle:
    """Return one human task for every item of a list, or so many times, one after the other."""
    what = (
        '<multiInstanceLoopCharacteristics isSequential="true"><loopCardinality>=number'
        "</loopCardinality></multiInstanceLoopCharacteristics>"
        if counted
        else '<multiInstanceLoopCharacteristics isSequential="true" camunda:collection="items"'
        ' camunda:elementVariable="one"/>'
    )
    body = (
        f'<startEvent id="start"/><userTask id="item">{what}</userTask><endEvent id="done"/>'
        '<sequenceFlow id="f1" sourceRef="start" targetRef="item"/>'
        '<sequenceFlow id="f2" sourceRef="item" targetRef="done"/>'
    )
    return deployable(process_id, ["item"], body)


def branches(process_id: str, number: int) -> Bundle:
    """Return so many human tasks beside each other, a join, and one task after it."""
    tasks = [f"b{n}" for n in range(number)]
    body = (
        '<startEvent id="start"/><parallelGateway id="split"/><parallelGateway id="join"/>'
        '<userTask id="last"/><endEvent id="done"/>'
        '<sequenceFlow id="f1" sourceRef="start" targetRef="split"/>'
        '<sequenceFlow id="f2" sourceRef="join" targetRef="last"/>'
        '<sequenceFlow id="f3" sourceRef="last" targetRef="done"/>'
    )
    for each in tasks:
        body += (
            f'<userTask id="{each}"/><sequenceFlow id="to_{each}" sourceRef="split"'
            f' targetRef="{each}"/><sequenceFlow id="of_{each}" sourceRef="{each}"'
            ' targetRef="join"/>'
        )
    return deployable(process_id, [*tasks, "last"], body)


def waits_then_asks(process_id: str) -> Bundle:
    """Return a timer that is due at the moment of ``until``, and a human task after it."""
    body = (
        '<startEvent id="start"/><intermediateCatchEvent id="wait"><timerEventDefinition id="td">'
        "<timeDate>=until</timeDate></timerEventDefinition></intermediateCatchEvent>"
        '<userTask id="ask"/><endEvent id="done"/>' + _flows(["start", "wait", "ask", "done"])
    )
    return deployable(process_id, ["ask"], body)


def _flows(nodes: list[str]) -> str:
    return "".join(
        f'<sequenceFlow id="f{at}" sourceRef="{one}" targetRef="{other}"/>'
        for at, (one, other) in enumerate(itertools.pairwise(nodes))
    )


def _drawing(
    process_id: str, nodes: list[str], flows: Iterable[tuple[str, str, str]] | None = None
) -> str:
    """Return where everything stands: rows of tasks, read like a page.

    Args:
        flows: id, source and target of each; ``None``: from node to node.
    """
    pairs = enumerate(itertools.pairwise(nodes))
    shapes, middles = "", dict[str, tuple[int, int]]()
    for at, each in enumerate(nodes):
        x = 40 + at % _IN_ROW * (_WIDE + _GAP)
        y = 40 + at // _IN_ROW * (_HIGH + _GAP)
        is_event = each in {"start", "done"}
        wide, high = (36, 36) if is_event else (_WIDE, _HIGH)
        shapes += (
            f'<bpmndi:BPMNShape id="s_{each}" bpmnElement="{each}">'
            f'<dc:Bounds x="{x}" y="{y}" width="{wide}" height="{high}"/></bpmndi:BPMNShape>'
        )
        middles[each] = (x + wide // 2, y + high // 2)
    for flow, one, other in flows or [(f"f{at}", one, other) for at, (one, other) in pairs]:
        (x1, y1), (x2, y2) = middles[one], middles[other]
        shapes += (
            f'<bpmndi:BPMNEdge id="e_{flow}" bpmnElement="{flow}"><di:waypoint x="{x1}" y="{y1}"/>'
            f'<di:waypoint x="{x2}" y="{y2}"/></bpmndi:BPMNEdge>'
        )
    return (
        '<bpmndi:BPMNDiagram id="drawing"><bpmndi:BPMNPlane id="plane" '
        f'bpmnElement="{process_id}">{shapes}</bpmndi:BPMNPlane></bpmndi:BPMNDiagram>'
    )
