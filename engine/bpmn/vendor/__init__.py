"""What modelers of all vendors write, read into one neutral form (`Said`).

Camunda 7 (`camunda`), Camunda 8 (`zeebe`) and SpiffWorkflow (`spiff`) each have a file; no
other file of the engine names a vendor. Where two of them speak of one thing, the first of
Camunda 7, Camunda 8, SpiffWorkflow counts, in a loop Camunda 8.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from lxml import etree

from engine.bpmn.deciding import DecisionCall
from engine.bpmn.languages import is_juel
from engine.bpmn.source import child, children, kind, text_of
from engine.bpmn.vendor import camunda, spiff, texts, zeebe
from engine.bpmn.vendor.camunda import odd_decision
from engine.bpmn.vendor.marks import CAMUNDA, ZEEBE, every, first
from engine.bpmn.vendor.marks import camunda as _attribute
from engine.bpmn.vendor.said import (
    ALL,
    Binding,
    Called,
    Form,
    Listener,
    LoopText,
    Mapped,
    RepeatText,
    Said,
    TimerForm,
)
from engine.bpmn.vendor.spoken import speak_feel
from engine.bpmn.vendor.unheard import is_heard_by_tokens, unheard

__all__ = [
    "ALL",
    "Binding",
    "Called",
    "Form",
    "Listener",
    "LoopText",
    "Mapped",
    "RepeatText",
    "Said",
    "TimerForm",
    "active_elements_of",
    "correlation_of",
    "decision_of",
    "events_of",
    "form_of",
    "is_computed",
    "is_heard_by_tokens",
    "is_silent",
    "loop_of",
    "message_ref_of",
    "odd_decision",
    "payload_of",
    "remembering",
    "repeat_of",
    "retries_of",
    "said_of",
    "script_of",
    "speak_feel",
    "timer_in",
    "topic_of",
    "unheard",
    "unheard_in_catcher",
    "unheard_in_condition",
]

#: by element, while a model is examined; the elements live as long as they are in it
_KNOWN: ContextVar[dict[etree._Element, Said] | None] = ContextVar("known", default=None)
_FORMS: dict[str, TimerForm] = {
    "timeDate": "date",
    "timeDuration": "duration",
    "timeCycle": "cycle",
}


def is_silent(node: etree._Element) -> bool:
    """Tell whether no vendor adds anything to an element."""
    return child(node, "extensionElements") is None and not any(
        str(each).startswith("{") for each in node.attrib
    )


@contextmanager
def remembering() -> Iterator[None]:
    """Read what is added to each element only once while the block lasts: many rules ask."""
    before = _KNOWN.set({})
    try:
        yield
    finally:
        _KNOWN.reset(before)


def said_of(node: etree._Element) -> Said:
    """Return all that vendors add to an element."""
    known = _KNOWN.get()
    if known is None:
        return _said_of(node)
    said = known.get(node)
    if said is None:
        said = known[node] = _said_of(node)
    return said


def _said_of(node: etree._Element) -> Said:
    tasks = kind(node) == "userTask"
    return Said(
        assignee=texts.value(_attribute(node, "assignee")) or zeebe.assigned(node, "assignee"),
        candidate_groups=texts.names(_attribute(node, "candidateGroups"))
        or zeebe.assigned(node, "candidateGroups"),
        candidate_users=texts.names(_attribute(node, "candidateUsers"))
        or zeebe.assigned(node, "candidateUsers"),
        due=texts.moment(_attribute(node, "dueDate")) or zeebe.scheduled(node, "dueDate"),
        follow_up=texts.moment(_attribute(node, "followUpDate"))
        or zeebe.scheduled(node, "followUpDate"),
        priority=(texts.number(_attribute(node, "priority")) if tasks else None)
        or zeebe.priority(node),
        form=camunda.form(node) or zeebe.form(node) or spiff.form(node),
        initiator=_attribute(node, "initiator"),
        topic=topic_of(node),
        code=camunda.code(node),
        headers=tuple(zeebe.headers(node)),
        retries=retries_of(node),
        job_priority=texts.number(_attribute(node, "taskPriority")),
        decision=decision_of(node),
        decision_binding=camunda.decision_binding(node) or zeebe.decision_binding(node),
        script=script_of(node) if kind(node) == "scriptTask" else None,
        inputs=(*camunda.inputs(node), *zeebe.inputs(node), *spiff.inputs(node)),
        outputs=(*camunda.outputs(node), *zeebe.outputs(node), *spiff.outputs(node)),
        keeps=zeebe.keeps(node),
        called=(zeebe.called(node) or camunda.called(node))
        if kind(node) == "callActivity"
        else None,
        loop=loop_of(node),
        repeat=repeat_of(node),
        listeners=(*camunda.listeners(node), *zeebe.listeners(node)),
        version_tag=_attribute(node, "versionTag") or zeebe.version_tag(node),
        starters=camunda.starters(node),
        properties=(
            *camunda.properties(node),
            *zeebe.properties(node),
            *spiff.properties(node),
        ),
    )


def form_of(node: etree._Element) -> str | None:
    """Return the id of a user task's form."""
    form = camunda.form(node) or zeebe.form(node) or spiff.form(node)
    return None if form is None else form.key


def is_computed(called: str) -> bool:
    """Tell whether a text that may be a plain name is an expression instead."""
    return called.startswith("=") or is_juel(called)


def topic_of(node: etree._Element) -> str | None:
    """Return what a service task's job is called; also of events that send a message."""
    return camunda.topic(node) or zeebe.topic(node) or spiff.topic(node)


def retries_of(node: etree._Element) -> str | None:
    """Return how often and when a step's job is tried again: ``R3/PT10S``, ``PT2S,PT30S``."""
    return camunda.retries(node) or zeebe.retries(node)


def decision_of(node: etree._Element) -> DecisionCall | None:
    """Return the decision a business rule task asks; Camunda 7's rows are a list unless told."""
    return zeebe.decision(node) or camunda.decision(node) or spiff.decision(node)


def script_of(node: etree._Element) -> tuple[str, str] | None:
    """Return a script task's FEEL and the variable its value goes to, when it has both."""
    return zeebe.script(node) or camunda.script(node) or spiff.script(node)


def loop_of(node: etree._Element) -> LoopText | None:
    """Return the multi-instance marker."""
    marker = child(node, "multiInstanceLoopCharacteristics")
    if marker is None:
        return None
    zeebes = first(marker, ZEEBE, "loopCharacteristics")
    said = {} if zeebes is None else {str(key): str(each) for key, each in zeebes.attrib.items()}
    item, gives = child(marker, "inputDataItem"), child(marker, "outputDataItem")
    return LoopText(
        sequential=marker.get("isSequential") == "true",
        collection=texts.expression(
            said.get("inputCollection")
            or _attribute(marker, "collection")
            or text_of(child(marker, "loopDataInputRef"))
        ),
        cardinality=text_of(child(marker, "loopCardinality")) or None,
        variable=said.get("inputElement")
        or _attribute(marker, "elementVariable")
        or (None if item is None else item.get("name")),
        output_collection=said.get("outputCollection")
        or text_of(child(marker, "loopDataOutputRef"))
        or None,
        output_element=said.get("outputElement") or (None if gives is None else gives.get("name")),
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


def timer_in(definition: etree._Element) -> tuple[TimerForm, str] | None:
    """Return what a timer's definition says; ``None`` when it says no time."""
    for each in children(definition, *_FORMS):
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
    subscription = None if message is None else first(message, ZEEBE, "subscription")
    return None if subscription is None else str(subscription.get("correlationKey") or "") or None


def payload_of(event: etree._Element) -> list[tuple[str, str]]:
    """Return what a thrown message or signal carries: names and FEEL; ``ALL`` for everything."""
    return list(camunda.passed(every(event, CAMUNDA, "in")))


def active_elements_of(node: etree._Element) -> str | None:
    """Return what says which activities of an ad-hoc sub-process begin with it."""
    return zeebe.active_elements(node)


def unheard_in_condition(conditional: etree._Element) -> list[str]:
    """Return which words about a condition have no effect: each change looks at it."""
    return [each for each in ("variableName", "variableEvents") if _attribute(conditional, each)]


def unheard_in_catcher(definition: etree._Element) -> list[str]:
    """Return which variables an error or escalation is to be told in; it is not."""
    told = ("errorCodeVariable", "errorMessageVariable", "escalationCodeVariable")
    return [each for each in told if _attribute(definition, each)]


def events_of(node: etree._Element) -> Iterator[etree._Element]:
    """Yield the event definitions of an event: its own, and those of the file that it refers to."""
    for each in children(node):
        if str(kind(each)).endswith("EventDefinition"):
            yield each
        elif kind(each) == "eventDefinitionRef":
            shared = text_of(each).rpartition(":")[2]
            root = node.getroottree().getroot()
            yield from (one for one in children(root) if one.get("id") == shared)
