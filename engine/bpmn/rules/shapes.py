"""Lint of shapes: which elements we run, and what each of them must say."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine import dmn, feel
from engine.bpmn import languages, vendor
from engine.bpmn.begins import INSTANTIATING, begins
from engine.bpmn.conditions import compile_feel
from engine.bpmn.deciding import missing
from engine.bpmn.findings import found
from engine.bpmn.grammar import members
from engine.bpmn.graph import ACTIVITIES, SERVICES
from engine.bpmn.source import (
    Source,
    children,
    flow_nodes,
    id_of,
    kind,
    processes,
    scopes,
    tag,
)
from engine.findings import Detail, Finding, detail, not_parsed, said_by
from engine.model.retries import waits_of

GATEWAYS = frozenset(
    {
        "exclusiveGateway",
        "parallelGateway",
        "inclusiveGateway",
        "eventBasedGateway",
        "complexGateway",
    }
)
EVENTS = frozenset(
    {
        "startEvent",
        "endEvent",
        "intermediateCatchEvent",
        "intermediateThrowEvent",
        "boundaryEvent",
    }
)
SUPPORTED = ACTIVITIES | GATEWAYS | EVENTS

ADVICE = {
    "subChoreography": detail("BPMN-010-2"),
}


def nodes(source: Source) -> Iterator[etree._Element]:
    """Yield every flow node of the executable processes."""
    for process in processes(source):
        for scope in scopes(process):
            yield from flow_nodes(scope)


def unsupported(source: Source) -> Iterator[Finding]:
    """BPMN-010: an element that is not run."""
    for node in nodes(source):
        what = str(kind(node))
        if what in SUPPORTED or what not in members("flowElement"):
            continue  # what is no element of a process at all: BPMN-130, BPMN-131
        advice = ADVICE.get(what, detail("BPMN-010-3"))
        yield found(
            "BPMN-010",
            source,
            node,
            detail("BPMN-010-1", what=what, advice=advice),
            element=what,
            advice=advice,
        )


def markers(source: Source) -> Iterator[Finding]:
    """BPMN-012: a marker that is not run, or a multi-instance that does not say over what."""
    for node in nodes(source):
        for marker, advice in _bad_markers(node):
            yield found(
                "BPMN-012",
                source,
                node,
                detail("BPMN-012-1", marker=marker, advice=advice),
                marker=marker,
                advice=advice,
            )


def _bad_markers(node: etree._Element) -> Iterator[tuple[Detail, Detail]]:
    loop, repeat = vendor.loop_of(node), vendor.repeat_of(node)
    if (loop or repeat) and kind(node) not in ACTIVITIES:
        yield detail("BPMN-012-2"), detail("BPMN-012-3")
    if loop and repeat:
        yield detail("BPMN-012-4"), detail("BPMN-012-5")
    if repeat is not None:
        yield from _bad_repeat(repeat)
    if loop is not None:
        yield from _bad_loop(loop)


def _bad_repeat(repeat: vendor.RepeatText) -> Iterator[tuple[Detail, Detail]]:
    if not repeat.goes_on and not repeat.maximum:
        yield detail("BPMN-012-6"), detail("BPMN-012-7")
    if repeat.maximum and not (repeat.maximum.isascii() and repeat.maximum.isdigit()):
        yield detail("BPMN-012-8", maximum=repeat.maximum), detail("BPMN-012-9")
    problem = not_feel(repeat.goes_on) if repeat.goes_on else None
    if problem:
        yield detail("BPMN-012-10", goes_on=repeat.goes_on), problem


def _bad_loop(loop: vendor.LoopText) -> Iterator[tuple[Detail, Detail]]:
    if bool(loop.collection) == bool(loop.cardinality):
        yield detail("BPMN-012-11"), detail("BPMN-012-12")
    if bool(loop.output_collection) != bool(loop.output_element):
        yield detail("BPMN-012-13"), detail("BPMN-012-14")
    for text in (loop.collection, loop.cardinality, loop.output_element, loop.completion):
        problem = not_feel(text) if text else None
        if problem:
            yield detail("BPMN-012-15", text=text), problem


def starts(source: Source) -> Iterator[Finding]:
    """BPMN-020, BPMN-024: nothing to begin with, several starts of a sub-process; no end."""
    for process in processes(source):
        for scope in scopes(process):
            drawn = [] if kind(scope) == "adHocSubProcess" else list(children(scope, "startEvent"))
            by_event = scope.get("triggeredByEvent") == "true"
            if scope is process and not begins(scope):
                yield found("BPMN-020", source, scope, detail("BPMN-020-1"))
            if scope is not process and not by_event and len(drawn) > 1:
                problem = detail("BPMN-020-2")
                yield found("BPMN-020", source, scope, problem)
            if scope is not process and drawn and next(children(scope, "endEvent"), None) is None:
                problem = detail("BPMN-024-1")
                yield found("BPMN-024", source, scope, problem, refuses=False)


def instantiating(source: Source) -> Iterator[Finding]:
    """BPMN-100: what begins a case, and stands where it cannot."""
    for process in processes(source):
        for scope in scopes(process):
            plain = {id_of(each) for each in children(scope, "startEvent")}
            flows = list(children(scope, "sequenceFlow"))
            for node in flow_nodes(scope):
                if node.get("instantiate") != "true":
                    continue
                comes = {
                    each.get("sourceRef") for each in flows if each.get("targetRef") == id_of(node)
                }
                if kind(node) not in INSTANTIATING:
                    problem = detail("BPMN-100-1", kind=kind(node))
                elif scope is not process:
                    problem = detail("BPMN-100-2")
                elif comes - plain:
                    problem = detail("BPMN-100-3")
                else:
                    continue
                yield found("BPMN-100", source, node, problem)


def services(source: Source) -> Iterator[Finding]:
    """BPMN-031: work for a machine that does not say which; a message may be thrown instead."""
    for node in nodes(source):
        decides = kind(node) == "businessRuleTask" and vendor.decision_of(node) is not None
        if kind(node) in SERVICES - {"sendTask"} and not vendor.topic_of(node) and not decides:
            yield found(
                "BPMN-031",
                source,
                node,
                detail("BPMN-031-1"),
            )
        topic = vendor.topic_of(node)
        if topic and vendor.is_computed(topic):
            told = detail("BPMN-031-2", topic=topic)
            yield found("BPMN-031", source, node, told, text=topic)


def retries(source: Source) -> Iterator[Finding]:
    """BPMN-032: retries that cannot be read."""
    for node in nodes(source):
        told = vendor.retries_of(node)
        if told is None:
            continue
        try:
            waits_of(told)
        except ValueError as problem:
            yield found(
                "BPMN-032", source, node, detail("BPMN-032-1", problem=said_by(problem, "TIME-009"))
            )


def scripts(source: Source) -> Iterator[Finding]:
    """BPMN-070, BPMN-042: a script that is not FEEL with a result variable."""
    for node in nodes(source):
        if kind(node) != "scriptTask":
            continue
        script = vendor.script_of(node)
        if script is None:
            yield found(
                "BPMN-070",
                source,
                node,
                detail("BPMN-070-1"),
            )
        elif problem := not_feel(script[0]):
            yield found("BPMN-042", source, node, problem, text=script[0])


def ignored_marks(source: Source) -> Iterator[Finding]:
    """BPMN-081: an extension that would be silently without effect."""
    for process in processes(source):
        for extensions in process.iter(tag("extensionElements")):
            for each in extensions:
                advice = vendor.unheard(each)
                owner = extensions.getparent()
                what = etree.QName(each).localname
                if advice is None or (owner is not None and _carries(owner, what)):
                    continue
                yield found(
                    "BPMN-081",
                    source,
                    process if owner is None else owner,
                    detail("BPMN-081-4", what=what, advice=advice),
                    element=what,
                    advice=advice,
                )


def _carries(owner: etree._Element, what: str) -> bool:
    """Tell whether it is what a thrown message or signal, or a call, brings along."""
    event = owner.getparent()
    return (kind(owner) == "callActivity" and what in ("in", "out")) or (
        kind(owner) in ("messageEventDefinition", "signalEventDefinition")
        and event is not None
        and kind(event) in ("intermediateThrowEvent", "endEvent")
    )


def decisions(source: Source, known: dmn.Decisions | None) -> Iterator[Finding]:
    """BPMN-033: a decision that is not among the files, or is asked in a way we do not."""
    for node in nodes(source):
        call = vendor.decision_of(node) if kind(node) == "businessRuleTask" else None
        if call is None:
            continue
        problem = missing(call, known) or _odd_decision(node)
        if problem:
            yield found("BPMN-033", source, node, problem, decision=call.asked)


def _odd_decision(node: etree._Element) -> Detail | None:
    if vendor.topic_of(node):
        return detail("BPMN-033-1")
    return vendor.odd_decision(node)


def not_feel(text: str) -> Detail | None:
    """Return why a text is not FEEL, and what to write instead; ``None`` when it is."""
    try:
        compile_feel(text)
    except feel.FeelSyntaxError as failure:
        why = languages.said_instead(text) or not_parsed(failure)
        return detail("FEEL-001", text=text, failure=why)
    return None
