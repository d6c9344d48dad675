"""Lint of references: that each leads to something, of the kind that is meant; and of lanes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final

from lxml import etree

from engine.bpmn.findings import found
from engine.bpmn.grammar import grammar, members
from engine.bpmn.source import children, id_of, kind, name, processes, text_of
from engine.bpmn.structure import ACTIVITIES, SCOPES, Structure, owner_process
from engine.findings import Finding, detail

_DATA: Final = frozenset(
    {"dataObject", "dataObjectReference", "dataStore", "dataStoreReference", "property"}
    | {"dataInput", "dataOutput", "inputDataItem", "outputDataItem"}
)
_EVENT: Final = members("eventDefinition")
#: what a reference may lead to, by its name; what is not here may lead to anything
_MEANT: Final[Mapping[str, frozenset[str]]] = {
    "messageRef": frozenset({"message"}),
    "signalRef": frozenset({"signal"}),
    "errorRef": frozenset({"error"}),
    "escalationRef": frozenset({"escalation"}),
    "itemSubjectRef": frozenset({"itemDefinition"}),
    "itemRef": frozenset({"itemDefinition"}),
    "operationRef": frozenset({"operation"}),
    "dataObjectRef": frozenset({"dataObject"}),
    "dataStoreRef": frozenset({"dataStore"}),
    "processRef": frozenset({"process"}),
    "categoryValueRef": frozenset({"categoryValue"}),
    "correlationPropertyRef": frozenset({"correlationProperty"}),
    "correlationKeyRef": frozenset({"correlationKey"}),
    "eventDefinitionRef": _EVENT,
    "oneBehaviorEventRef": _EVENT,
    "noneBehaviorEventRef": _EVENT,
    "participantRef": frozenset({"participant"}),
    "messageFlowRef": frozenset({"messageFlow"}),
    "resourceRef": frozenset({"resource"}),
    "dataInputRefs": frozenset({"dataInput"}),
    "dataOutputRefs": frozenset({"dataOutput"}),
    "inputSetRefs": frozenset({"inputSet"}),
    "outputSetRefs": frozenset({"outputSet"}),
    "loopDataInputRef": _DATA,
    "loopDataOutputRef": _DATA,
    "partnerEntityRef": frozenset({"partnerEntity"}),
    "partnerRoleRef": frozenset({"partnerRole"}),
}
#: attributes and children that other rules look after, or that name what lies outside the file
_TOLD: Final = frozenset(
    {"incoming", "outgoing", "default", "attachedToRef", "flowNodeRef", "activityRef"}
    | {"calledElement", "calledChoreographyRef", "structureRef", "evaluatesToTypeRef", "type"}
    | {"implementationRef", "interfaceRef", "supports", "definition", "supportedInterfaceRef"}
    | {"definitionalCollaborationRef", "endPointRef", "partitionElementRef"}
)
#: what the rules of running processes say better
_RUN: Final = frozenset(
    {"messageRef", "signalRef", "errorRef", "escalationRef", "dataStoreRef", "eventDefinitionRef"}
)


def dangling(structure: Structure) -> Iterator[Finding]:
    """BPMN-142, BPMN-143: a reference that leads nowhere, or to another kind of thing."""
    running = set(processes(structure.source))
    for node in structure.elements:
        for key, ref in _references(node):
            if key in _RUN and owner_process(node) in running:
                continue
            target = structure.by_id.get(ref)
            if target is None:
                message = detail("BPMN-142-1", key=key, ref=ref)
                yield found("BPMN-142", structure.source, node, message, ref=ref)
            elif key in _MEANT and kind(target) not in _MEANT[key]:
                message = detail("BPMN-143-1", key=key, ref=ref, kind=kind(target))
                yield found("BPMN-143", structure.source, node, message, ref=ref)


def _references(node: etree._Element) -> Iterator[tuple[str, str]]:
    """Yield an element's references into this file, by their names."""
    told = grammar(str(kind(node)))
    if told is None or kind(node) in ("sequenceFlow", "messageFlow"):
        return
    of_data = str(kind(node)).startswith("data") and str(kind(node)).endswith("Association")
    for key, attribute in told.attributes.items():
        if attribute.kind == "ref" and key not in _TOLD and node.get(key):
            yield from _local(node, key, str(node.get(key)))
    for each in children(node):
        place = told.children.get(str(kind(each)))
        if place is None or not place.is_reference or kind(each) in _TOLD or of_data:
            continue
        yield from _local(each, str(kind(each)), text_of(each))


def _local(node: etree._Element, key: str, ref: str) -> Iterator[tuple[str, str]]:
    """Leave out what another file has, by the prefix of its namespace."""
    prefix, colon, local = ref.strip().partition(":")
    if not colon or prefix not in node.nsmap:
        yield key, ref.strip()
    elif node.nsmap[prefix] == node.getroottree().getroot().get("targetNamespace"):
        yield key, local


def lanes(structure: Structure) -> Iterator[Finding]:
    """BPMN-145: an element that two lanes of a set name."""
    for lane_set in structure.of("laneSet"):
        holders: dict[str, str] = {}
        for lane in children(lane_set, "lane"):
            for ref in {text_of(each) for each in children(lane, "flowNodeRef")}:
                if holders.setdefault(ref, id_of(lane)) != id_of(lane):
                    message = detail("BPMN-145-1", ref=ref, lane=holders[ref])
                    yield found("BPMN-145", structure.source, lane, message, ref=ref)


def duplicates(structure: Structure) -> Iterator[Finding]:
    """BPMN-003: an id that two elements of a file have, whether they run or not."""
    seen = Counter(id_of(each) for each in structure.elements if id_of(each))
    for node in structure.elements:
        if seen[id_of(node)] > 1:
            message = detail("BPMN-003-1", id=id_of(node))
            yield found("BPMN-003", structure.source, node, message)


def strangers(structure: Structure) -> Iterator[Finding]:
    """BPMN-144: a lane that names what its process does not have."""
    for lane_set in structure.of("laneSet"):
        scope = lane_set.getparent()
        if scope is None or kind(scope) not in SCOPES:
            continue
        inside = {id_of(each) for each in scope.iter("{*}*")}
        for lane in children(lane_set, "lane"):
            for each in children(lane, "flowNodeRef"):
                if text_of(each) not in inside:
                    message = detail("BPMN-144-1", ref=text_of(each))
                    yield found("BPMN-144", structure.source, lane, message, ref=text_of(each))


def left_over(structure: Structure) -> Iterator[Finding]:
    """BPMN-146, BPMN-147: an activity in no lane of a process that has lanes; an empty lane."""
    named = {text_of(each) for each in structure.of("flowNodeRef")}
    for lane in structure.of("lane"):
        if next(children(lane, "flowNodeRef", "childLaneSet"), None) is None:
            yield found("BPMN-147", structure.source, lane, detail("BPMN-147-1"))
    for process in structure.of("process"):
        if next(children(process, "laneSet"), None) is None:
            continue
        for node in children(process, *sorted(ACTIVITIES)):
            inside = node.get("isForCompensation") == "true"
            if id_of(node) not in named and not inside:
                yield found("BPMN-146", structure.source, node, detail("BPMN-146-1"))


def unused(structure: Structure) -> Iterator[Finding]:
    """BPMN-188, BPMN-196: messages, signals, errors and data that nothing refers to."""
    used = {ref for node in structure.elements for ref in _used(node)}
    for node in structure.of("message", "signal", "error", "escalation"):
        if id_of(node) and id_of(node) not in used:
            message = detail("BPMN-188-1", what=kind(node))
            yield found("BPMN-188", structure.source, node, message)
    for node in structure.of("dataObject"):
        if id_of(node) and id_of(node) not in used:
            message = detail("BPMN-196-1")
            yield found("BPMN-196", structure.source, node, message)


def _used(node: etree._Element) -> Iterator[str]:
    for key, text in node.attrib.items():
        if key not in ("id", "name"):
            yield str(text).rpartition(":")[2]
    if len(node) == 0 and node.text:
        yield node.text.strip().rpartition(":")[2]


def same_names(structure: Structure) -> Iterator[Finding]:
    """BPMN-189: two messages or signals of one name, which are one and the same."""
    for what in ("message", "signal"):
        told: dict[str, str] = {}
        for node in structure.of(what):
            called = name(node)
            if called and told.setdefault(called, id_of(node)) != id_of(node):
                message = detail("BPMN-189-1", what=what, other=told[called])
                yield found("BPMN-189", structure.source, node, message)


def pools(structure: Structure) -> Iterator[Finding]:
    """BPMN-194, BPMN-199: a process in two pools, or beside the pools of its file."""
    held: dict[str, str] = {}
    for pool in structure.of("participant"):
        process = str(pool.get("processRef") or "").rpartition(":")[2]
        if process and held.setdefault(process, id_of(pool)) != id_of(pool):
            message = detail("BPMN-194-1", process=process, pool=held[process])
            yield found("BPMN-194", structure.source, pool, message)
    for node in structure.of("process") if held else ():
        if id_of(node) not in held:
            yield found("BPMN-199", structure.source, node, detail("BPMN-199-1"))


def notes(structure: Structure) -> Iterator[Finding]:
    """BPMN-197, BPMN-198: a text annotation that belongs to nothing, or says nothing."""
    ends = {
        str(each.get(end))
        for each in structure.of("association")
        for end in ("sourceRef", "targetRef")
    }
    for node in structure.of("textAnnotation"):
        if id_of(node) not in ends:
            yield found("BPMN-197", structure.source, node, detail("BPMN-197-1"))
        if not any(text_of(each) for each in children(node, "text")):
            yield found("BPMN-198", structure.source, node, detail("BPMN-198-1"))


REFUSING = (duplicates, dangling, lanes)
LOOKS = (strangers, left_over, unused, same_names, pools, notes)
