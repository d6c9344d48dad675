"""What Camunda 7 and Camunda 8 modelers write, read into one neutral form."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from lxml import etree

from engine.bpmn.deciding import SHAPES, DecisionCall, Shape
from engine.bpmn.source import (
    CAMUNDA,
    SPIFF,
    ZEEBE,
    camunda,
    child,
    children,
    kind,
    text_of,
    vendor,
)

ALL = "*"  #: a payload of every variable
TimerForm = Literal["date", "duration", "cycle"]
_FORMS: dict[str, TimerForm] = {
    "timeDate": "date",
    "timeDuration": "duration",
    "timeCycle": "cycle",
}


@dataclass(frozen=True, slots=True)
class LoopText:
    """A multi-instance marker as written."""

    sequential: bool
    collection: str | None
    cardinality: str | None
    variable: str | None
    output_collection: str | None
    output_element: str | None
    completion: str | None


@dataclass(frozen=True, slots=True)
class RepeatText:
    """A standard loop marker as written."""

    goes_on: str | None
    maximum: str | None
    test_before: bool


def form_of(node: etree._Element) -> str | None:
    """Return the id of a user task's form."""
    zeebe = vendor(node, ZEEBE, "formDefinition")
    told = None if zeebe is None else zeebe.get("formId") or zeebe.get("formKey")
    return camunda(node, "formRef") or camunda(node, "formKey") or (str(told) if told else None)


def topic_of(node: etree._Element) -> str | None:
    """Return what a service task's job is called; also of events that send a message."""
    event = child(node, "messageEventDefinition")
    zeebe = vendor(node, ZEEBE, "taskDefinition")
    told = None if zeebe is None else zeebe.get("type")
    own = camunda(node, "topic") or (None if event is None else camunda(event, "topic"))
    return own or (str(told) if told else None)


def retries_of(node: etree._Element) -> str | None:
    """Return how often and when a step's job is tried again: ``R3/PT10S``, ``PT2S,PT30S``."""
    return text_of(vendor(node, CAMUNDA, "failedJobRetryTimeCycle")) or None


def decision_of(node: etree._Element) -> DecisionCall | None:
    """Return the decision a business rule task asks; Camunda 7's rows are a list unless told."""
    zeebe, spiff = vendor(node, ZEEBE, "calledDecision"), vendor(node, SPIFF, "calledDecisionId")
    if zeebe is not None:
        return DecisionCall(str(zeebe.get("decisionId") or ""), zeebe.get("resultVariable"))
    asked = camunda(node, "decisionRef")
    if asked is not None:
        told = camunda(node, "mapDecisionResult") or "resultList"
        shape: Shape = next((each for each in SHAPES if each == told), "resultList")
        return DecisionCall(asked, camunda(node, "resultVariable"), shape)
    return None if spiff is None else DecisionCall(text_of(spiff), None)


def script_of(node: etree._Element) -> tuple[str, str] | None:
    """Return a script task's FEEL and the variable its value goes to, when it has both."""
    zeebe = vendor(node, ZEEBE, "script")
    if zeebe is not None and zeebe.get("expression") and zeebe.get("resultVariable"):
        return str(zeebe.get("expression")), str(zeebe.get("resultVariable"))
    text, result = text_of(child(node, "script")), camunda(node, "resultVariable")
    spoken = str(node.get("scriptFormat") or "").lower()
    return (text, result) if text and result and spoken == "feel" else None


def loop_of(node: etree._Element) -> LoopText | None:
    """Return the multi-instance marker."""
    marker = child(node, "multiInstanceLoopCharacteristics")
    if marker is None:
        return None
    zeebe = vendor(marker, ZEEBE, "loopCharacteristics")
    said = {} if zeebe is None else {str(key): str(each) for key, each in zeebe.attrib.items()}
    item = child(marker, "inputDataItem")
    return LoopText(
        sequential=marker.get("isSequential") == "true",
        collection=said.get("inputCollection")
        or camunda(marker, "collection")
        or text_of(child(marker, "loopDataInputRef"))
        or None,
        cardinality=text_of(child(marker, "loopCardinality")) or None,
        variable=said.get("inputElement")
        or camunda(marker, "elementVariable")
        or (None if item is None else item.get("name")),
        output_collection=said.get("outputCollection"),
        output_element=said.get("outputElement"),
        completion=text_of(child(marker, "completionCondition")) or None,
    )


def repeat_of(node: etree._Element) -> RepeatText | None:
    """Return the standard loop marker."""
    marker = child(node, "standardLoopCharacteristics")
    if marker is None:
        return None
    return RepeatText(
        text_of(child(marker, "loopCondition")) or None,
        marker.get("loopMaximum"),
        marker.get("testBefore") == "true",
    )


def timer_of(node: etree._Element) -> tuple[TimerForm, str] | None:
    """Return an event's timer as written; ``None`` when it has none or an empty one."""
    event = child(node, "timerEventDefinition")
    if event is None:
        return None
    for each in children(event, *_FORMS):
        if text_of(each):
            return _FORMS[str(kind(each))], text_of(each)
    return None


def message_ref_of(node: etree._Element) -> str | None:
    """Return the id of the message an event or a task speaks of."""
    event = child(node, "messageEventDefinition")
    told = node.get("messageRef") or (None if event is None else event.get("messageRef"))
    return str(told) if told else None


def correlation_of(message: etree._Element | None) -> str | None:
    """Return the correlation key of a message definition as written."""
    subscription = None if message is None else vendor(message, ZEEBE, "subscription")
    return None if subscription is None else str(subscription.get("correlationKey") or "") or None


def payload_of(event: etree._Element) -> list[tuple[str, str]]:
    """Return what a thrown message or signal carries: names and FEEL; ``ALL`` for everything."""
    extensions = child(event, "extensionElements")
    if extensions is None:
        return []
    found = []
    for each in extensions.findall(f"{{{CAMUNDA}}}in"):
        if each.get("variables") == "all":
            found.append((ALL, ""))
        elif each.get("target"):
            told = each.get("source") or each.get("sourceExpression") or ""
            found.append((str(each.get("target")), str(told)))
    return found


def events_of(node: etree._Element) -> Iterator[etree._Element]:
    """Yield the event definitions of an event."""
    return (each for each in children(node) if str(kind(each)).endswith("EventDefinition"))
