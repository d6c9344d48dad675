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
from engine.findings import Finding

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
            problem = "it needs an activationCondition in FEEL, such as activationCount >= 2"
        if problem:
            yield found("BPMN-101", source, node, problem, text=text)
        for flow in source.leaving[id_of(node)] if meets or text else ():
            if _is_looked_at_twice(flow):
                problem = f"looked at again when {id_of(node)} resets: say {STATE} and …"
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
                problem = f"{which} {text!r} is no whole number from 1 to {_MOST}"
                yield found("BPMN-103", source, node, problem)
            elif kind(node) not in ACTIVITIES and text != "1":
                yield found("BPMN-103", source, node, f"only an activity has a {which}")


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
            problem = f"its behavior is one of {', '.join(BEHAVIOURS)}"
            yield found("BPMN-106", source, node, problem)
        elif behaviour == "Complex" and not thrown:
            problem = "its behavior is Complex, and no complexBehaviorDefinition says when"
            yield found("BPMN-106", source, node, problem)
        for each in thrown:
            for problem in _bad_throw(source, each, behaviour):
                yield found("BPMN-106", source, node, problem)


def _bad_throw(source: Source, thrown: ThrownText, behaviour: str) -> Iterator[str]:
    if behaviour == "Complex":
        text = thrown.condition or ""
        problem = not_feel(text) if text else "a complexBehaviorDefinition has no condition"
        if problem:
            yield problem
    if thrown.definition is None:
        yield f"behavior {behaviour} names no event definition of the file"
        return
    what = str(kind(thrown.definition)).removesuffix("EventDefinition")
    if what not in _REFS:
        yield "an item throws a message, a signal or an escalation"
    else:
        told = source.definitions.get((what, str(thrown.definition.get(f"{what}Ref"))))
        if told is None or not told.get(_REFS[what]):
            yield f"what an item throws needs a {what}Ref to a {what} with a {_REFS[what]}"
