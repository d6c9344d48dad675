"""Lint of events and gateways: whether they may be what they are, where they stand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lxml import etree

from engine.bpmn.findings import found
from engine.bpmn.source import child, children, id_of, kind
from engine.bpmn.standing import allowed, has_reference, needs_one
from engine.bpmn.structure import ACTIVITIES, EVENTS, GATEWAYS, Structure, definitions_of
from engine.findings import Detail, Finding, detail

_ALWAYS: Final = frozenset({"cancel", "compensate"})  #: an error: BPMN-052


def positions(structure: Structure) -> Iterator[Finding]:
    """BPMN-180, BPMN-181: an event that cannot stand there, or says not what it waits for."""
    for event in structure.of(*sorted(EVENTS)):
        told, may_be = definitions_of(event), allowed(event)
        for each in told:
            if each not in may_be:
                message = detail("BPMN-180-1", definition=each, event=_called(event))
                yield found("BPMN-180", structure.source, event, message, definition=each)
        if not told and needs_one(event) and not has_reference(event):
            message = detail("BPMN-181-1", event=_called(event))
            yield found("BPMN-181", structure.source, event, message)


def _called(event: etree._Element) -> str | Detail:
    scope = event.getparent()
    if kind(event) != "startEvent" or scope is None or kind(scope) == "process":
        return str(kind(event))
    by_event = scope.get("triggeredByEvent") == "true"
    return detail("BPMN-181-2" if by_event else "BPMN-181-3")


def hosts(structure: Structure) -> Iterator[Finding]:
    """BPMN-054: a boundary event attached to no activity beside it."""
    for event in structure.of("boundaryEvent"):
        host = structure.by_id.get(str(event.get("attachedToRef")))
        is_beside = host is not None and host.getparent() is event.getparent()
        if host is None or not is_beside or kind(host) not in ACTIVITIES or _is_by_event(host):
            message = detail("BPMN-054-2")
            yield found("BPMN-054", structure.source, event, message)


def _is_by_event(node: etree._Element | None) -> bool:
    return node is not None and node.get("triggeredByEvent") == "true"


def ad_hoc(structure: Structure) -> Iterator[Finding]:
    """BPMN-105: an ad-hoc sub-process with a start or an end."""
    for scope in structure.of("adHocSubProcess"):
        for event in children(scope, "startEvent", "endEvent"):
            message = detail("BPMN-105-1", kind=kind(event))
            yield found("BPMN-105", structure.source, event, message)


def awaited(structure: Structure) -> Iterator[Finding]:
    """BPMN-055: an event-based gateway before what is not awaited."""
    hosts = {str(each.get("attachedToRef")) for each in structure.of("boundaryEvent")}
    for gateway in structure.of("eventBasedGateway"):
        all_of_them = gateway.get("eventGatewayType") == "Parallel"
        if all_of_them and gateway.get("instantiate") != "true":
            message = detail("BPMN-055-1")
            yield found("BPMN-055", structure.source, gateway, message)
        for flow in structure.leaving.get(id_of(gateway), ()):
            target = structure.node(flow.get("targetRef"))
            if target is not None and not _awaits(structure, target, hosts):
                message = detail("BPMN-055-2", id=id_of(target))
                yield found("BPMN-055", structure.source, gateway, message)


def _awaits(structure: Structure, target: etree._Element, hosts: set[str]) -> bool:
    return (
        kind(target) in ("intermediateCatchEvent", "receiveTask")
        and child(target, "linkEventDefinition", "multiInstanceLoopCharacteristics") is None
        and len(structure.coming[id_of(target)]) == 1
        and id_of(target) not in hosts
    )


def several(structure: Structure) -> Iterator[Finding]:
    """BPMN-182: an event that waits for all of several things, and has not several."""
    for event in structure.of("startEvent", "intermediateCatchEvent", "boundaryEvent"):
        is_marked = event.get("parallelMultiple") == "true" and not has_reference(event)
        if is_marked and len(definitions_of(event)) < 2:
            message = detail("BPMN-182-1")
            yield found("BPMN-182", structure.source, event, message)


def interrupting(structure: Structure) -> Iterator[Finding]:
    """BPMN-183, BPMN-187: a word on interrupting where there is nothing to choose."""
    for event in structure.of("boundaryEvent"):
        if event.get("cancelActivity") == "false" and _ALWAYS & set(definitions_of(event)):
            message = detail("BPMN-183-1")
            yield found("BPMN-183", structure.source, event, message)
    for event in structure.of("startEvent"):
        scope = event.getparent()
        inside = scope is not None and scope.get("triggeredByEvent") == "true"
        if event.get("isInterrupting") == "false" and not inside:
            message = detail("BPMN-187-1")
            yield found("BPMN-187", structure.source, event, message)


def boundaries(structure: Structure) -> Iterator[Finding]:
    """BPMN-185: a boundary event that leads nowhere."""
    for event in structure.of("boundaryEvent"):
        undoes = "compensate" in definitions_of(event)
        if not undoes and id_of(event) not in structure.leaving:
            yield found("BPMN-185", structure.source, event, detail("BPMN-185-1"))


def leads_on(structure: Structure) -> Iterator[Finding]:
    """BPMN-148: a start or intermediate event after which nothing comes."""
    for event in structure.of("startEvent", "intermediateCatchEvent", "intermediateThrowEvent"):
        is_link = kind(event) == "intermediateThrowEvent" and "link" in definitions_of(event)
        if not is_link and id_of(event) not in structure.leaving:
            yield found("BPMN-148", structure.source, event, detail("BPMN-148-1"))


def both_ends(structure: Structure) -> Iterator[Finding]:
    """BPMN-019: a start event without an end event, or the other way round."""
    for scope in structure.scopes:
        starts = child(scope, "startEvent") is not None
        ends = child(scope, "endEvent") is not None
        begun = any(each.get("instantiate") == "true" for each in children(scope))
        if ends and not starts and not begun:
            yield found("BPMN-019", structure.source, scope, detail("BPMN-019-1"))
        elif starts and not ends and kind(scope) == "process":
            yield found("BPMN-019", structure.source, scope, detail("BPMN-019-2"))


def directions(structure: Structure) -> Iterator[Finding]:
    """BPMN-171 to BPMN-173: gateways that do nothing, two things, or other than they say."""
    for gateway in structure.of(*sorted(GATEWAYS)):
        comes = len(structure.coming.get(id_of(gateway), ()))
        leaves = len(structure.leaving.get(id_of(gateway), ()))
        said = gateway.get("gatewayDirection")
        if (said == "Converging" and leaves > 1) or (said == "Diverging" and comes > 1):
            message = detail("BPMN-173-1", said=said, comes=comes, leaves=leaves)
            yield found("BPMN-173", structure.source, gateway, message)
        if comes == 1 and leaves == 1 and kind(gateway) != "eventBasedGateway":
            message = detail("BPMN-171-1")
            yield found("BPMN-171", structure.source, gateway, message)
        waits = kind(gateway) in ("parallelGateway", "inclusiveGateway")
        if waits and comes > 1 and leaves > 1 and said != "Mixed":
            message = detail("BPMN-172-1")
            yield found("BPMN-172", structure.source, gateway, message)


def event_gateways(structure: Structure) -> Iterator[Finding]:
    """BPMN-174, BPMN-176: an event-based gateway with one way, or that mixes tasks and events."""
    for gateway in structure.of("eventBasedGateway"):
        flows = structure.leaving.get(id_of(gateway), [])
        if len(flows) == 1:
            message = detail("BPMN-174-1")
            yield found("BPMN-174", structure.source, gateway, message)
        targets = [structure.node(each.get("targetRef")) for each in flows]
        waits = [each for each in targets if each is not None]
        by_event = any("message" in definitions_of(each) for each in waits)
        if by_event and any(kind(each) == "receiveTask" for each in waits):
            message = detail("BPMN-176-1")
            yield found("BPMN-176", structure.source, gateway, message)


def executable(structure: Structure) -> Iterator[Finding]:
    """BPMN-179: a process that does not say whether it runs."""
    for process in structure.of("process"):
        if process.get("isExecutable") is None:
            message = detail("BPMN-179-1")
            yield found("BPMN-179", structure.source, process, message)


REFUSING = (positions, hosts, ad_hoc, awaited)
LOOKS = (
    several,
    interrupting,
    boundaries,
    leads_on,
    both_ends,
    directions,
    event_gateways,
    executable,
)
