"""Lint of what counts tokens: complex gateways, quantities, ad-hoc sub-processes, items."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.bpmn import vendor
from engine.bpmn.complex_gateways import STATE
from engine.bpmn.conditions import compile_feel
from engine.bpmn.findings import found
from engine.bpmn.graph import ACTIVITIES
from engine.bpmn.markers import BEHAVIOURS, MARKER, ThrownText, thrown_by
from engine.bpmn.rules.shapes import nodes, not_feel
from engine.bpmn.source import Source, child, id_of, kind, text_of
from engine.findings import Detail, Finding, detail

#: what an item of a multi-instance activity may throw, and what tells it apart
_REFS = {"message": "name", "signal": "name", "escalation": "escalationCode"}
_MOST = 1000  #: tokens; more is a slip of the pen


def complex_gateways(source: Source) -> Iterator[Finding]:
    """BPMN-101, BPMN-102: a complex gateway that says not when it goes on, or goes on twice."""
    for node in nodes(source):
        if kind(node) != "complexGateway":
            continue
        text = text_of(child(node, "activationCondition"))
        meets = len(source.entering[id_of(node)]) > 1
        problem = not_feel(text) if text else None
        if meets and not text:
            problem = detail("BPMN-101-1")
        if problem:
            yield found("BPMN-101", source, node, problem, text=text)
        for flow in source.leaving[id_of(node)] if meets or text else ():
            if _is_looked_at_twice(flow):
                problem = detail("BPMN-102-1", id=id_of(node), state=STATE)
                yield found("BPMN-102", source, flow, problem, refuses=False)


def _is_looked_at_twice(flow: etree._Element) -> bool:
    text = text_of(child(flow, "conditionExpression"))
    return bool(text) and not not_feel(text) and STATE not in compile_feel(text).compiled.names


def quantities(source: Source) -> Iterator[Finding]:
    """BPMN-103: a quantity of tokens that is no whole number above nought, or not an activity's."""
    for node in nodes(source):
        for which in ("startQuantity", "completionQuantity"):
            text = node.get(which)
            if text is None:
                continue
            if not (text.isascii() and text.isdigit() and 1 <= int(text) <= _MOST):
                problem = detail("BPMN-103-1", which=which, text=text, most=_MOST)
                yield found("BPMN-103", source, node, problem)
            elif kind(node) not in ACTIVITIES and text != "1":
                yield found("BPMN-103", source, node, detail("BPMN-103-2", which=which))


def ad_hoc(source: Source) -> Iterator[Finding]:
    """BPMN-104: an ad-hoc sub-process that says what is not FEEL."""
    for node in nodes(source):
        if kind(node) != "adHocSubProcess":
            continue
        texts = (text_of(child(node, "completionCondition")), vendor.active_elements_of(node))
        for text in (each for each in texts if each):
            if problem := not_feel(text):
                yield found("BPMN-104", source, node, problem, text=text)


def behaviours(source: Source) -> Iterator[Finding]:
    """BPMN-106: a multi-instance activity that does not say what its items throw."""
    for node in nodes(source):
        marker = child(node, MARKER)
        if marker is None:
            continue
        behaviour = marker.get("behavior", "All")
        thrown = list(thrown_by(node))
        if behaviour not in BEHAVIOURS:
            problem = detail("BPMN-106-1", known=", ".join(BEHAVIOURS))
            yield found("BPMN-106", source, node, problem)
        elif behaviour == "Complex" and not thrown:
            problem = detail("BPMN-106-2")
            yield found("BPMN-106", source, node, problem)
        for each in thrown:
            for problem in _bad_throw(source, each, behaviour):
                yield found("BPMN-106", source, node, problem)


def _bad_throw(source: Source, thrown: ThrownText, behaviour: str) -> Iterator[Detail]:
    if behaviour == "Complex":
        text = thrown.condition or ""
        problem = not_feel(text) if text else detail("BPMN-106-3")
        if problem:
            yield problem
    if thrown.definition is None:
        yield detail("BPMN-106-4", behaviour=behaviour)
        return
    what = str(kind(thrown.definition)).removesuffix("EventDefinition")
    if what not in _REFS:
        yield detail("BPMN-106-5")
    else:
        told = source.definitions.get((what, str(thrown.definition.get(f"{what}Ref"))))
        if told is None or not told.get(_REFS[what]):
            yield detail("BPMN-106-6", what=what, entry=_REFS[what])
