"""Camunda 8: extension elements of ``zeebe:``; an expression begins with ``=``.

Source: Camunda 8.7 manual, BPMN coverage and the extension elements of each element.
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.bpmn.deciding import DecisionCall
from engine.bpmn.source import text_of
from engine.bpmn.vendor import texts
from engine.bpmn.vendor.marks import ZEEBE, every, first, inside, told
from engine.bpmn.vendor.said import Binding, Called, Form, Listener, Mapped

_BINDINGS: dict[str, Binding] = {
    "latest": "latest",
    "deployment": "deployment",
    "versionTag": "versionTag",
}
_EMBEDDED = "camunda-forms:bpmn:"
#: what Camunda 8 calls the points in the life of a human task
_EVENTS = {
    "creating": "create",
    "assigning": "assign",
    "updating": "update",
    "completing": "complete",
    "canceling": "delete",
}


def form(node: etree._Element) -> Form | None:
    """Return the form: by id, by key, or held by the process itself."""
    mark = first(node, ZEEBE, "formDefinition")
    if mark is None:
        return None
    key = texts.name(told(mark, "formId") or told(mark, "formKey") or _outside(mark))
    if key is None:
        return None
    body = _held(node, key.removeprefix(_EMBEDDED)) if key.startswith(_EMBEDDED) else None
    return Form(key, _BINDINGS.get(told(mark, "bindingType") or ""), told(mark, "versionTag"), body)


def _outside(mark: etree._Element) -> str | None:
    return told(mark, "externalReference")


def _held(node: etree._Element, form_id: str) -> str | None:
    """Return the JSON of a form that the process holds."""
    for owner in node.iterancestors():
        for each in every(owner, ZEEBE, "userTaskForm"):
            if each.get("id") == form_id:
                return text_of(each) or None
    return None


def topic(node: etree._Element) -> str | None:
    """Return the type of the job."""
    return texts.name(told(first(node, ZEEBE, "taskDefinition"), "type"))


def retries(node: etree._Element) -> str | None:
    """Return how often a job is tried, without a wait between; Camunda 8 counts only."""
    return _counted(told(first(node, ZEEBE, "taskDefinition"), "retries"))


def _counted(count: str | None) -> str | None:
    if count is None:
        return None
    return f"R{max(int(count), 1)}/PT0S" if count.isascii() and count.isdigit() else count


def headers(node: etree._Element) -> Iterator[tuple[str, str]]:
    """Yield the task headers."""
    for group in every(node, ZEEBE, "taskHeaders"):
        for each in inside(group, ZEEBE, "header"):
            yield str(each.get("key") or ""), str(each.get("value") or "")


def assigned(node: etree._Element, what: str) -> str | None:
    """Return ``assignee``, ``candidateGroups`` or ``candidateUsers`` of the assignment."""
    text = told(first(node, ZEEBE, "assignmentDefinition"), what)
    return texts.value(text) if what == "assignee" else texts.names(text)


def scheduled(node: etree._Element, what: str) -> str | None:
    """Return ``dueDate`` or ``followUpDate`` of the schedule."""
    return texts.moment(told(first(node, ZEEBE, "taskSchedule"), what))


def priority(node: etree._Element) -> str | None:
    """Return the priority of a human task."""
    return texts.number(told(first(node, ZEEBE, "priorityDefinition"), "priority"))


def decision(node: etree._Element) -> DecisionCall | None:
    """Return the decision asked."""
    mark = first(node, ZEEBE, "calledDecision")
    if mark is None:
        return None
    return DecisionCall(str(mark.get("decisionId") or ""), mark.get("resultVariable"))


def decision_binding(node: etree._Element) -> Binding | None:
    """Return which version of the decision is asked."""
    mark = first(node, ZEEBE, "calledDecision")
    return _BINDINGS.get(told(mark, "bindingType") or "")


def script(node: etree._Element) -> tuple[str, str] | None:
    """Return a FEEL script and the variable its value goes to."""
    mark = first(node, ZEEBE, "script")
    text, result = told(mark, "expression"), told(mark, "resultVariable")
    return (text, result) if text and result else None


def inputs(node: etree._Element) -> Iterator[Mapped]:
    """Yield the inputs of ``ioMapping``."""
    return _mapped(node, "input")


def outputs(node: etree._Element) -> Iterator[Mapped]:
    """Yield the outputs of ``ioMapping``."""
    return _mapped(node, "output")


def keeps(node: etree._Element) -> bool:
    """Tell whether only what ``ioMapping`` names comes out: where it has outputs at all."""
    mark = called(node)
    return any(outputs(node)) and (mark is None or not mark.everything_out)


def _mapped(node: etree._Element, way: str) -> Iterator[Mapped]:
    for mapping in every(node, ZEEBE, "ioMapping"):
        for each in inside(mapping, ZEEBE, way):
            yield Mapped(str(each.get("target") or ""), texts.value(each.get("source")) or "null")


def called(node: etree._Element) -> Called | None:
    """Return what a call activity calls; its ``ioMapping`` is among the element's own.

    Without outputs all variables of the called process come back, with some only those,
    unless ``propagateAllChildVariables`` says it.
    """
    mark = first(node, ZEEBE, "calledElement")
    process = texts.name(told(mark, "processId"))
    if mark is None or process is None:
        return None
    everything_out = told(mark, "propagateAllChildVariables")
    return Called(
        process,
        _BINDINGS.get(told(mark, "bindingType") or "latest"),
        told(mark, "versionTag"),
        everything_in=told(mark, "propagateAllParentVariables") != "false",
        everything_out=not list(outputs(node))
        if everything_out is None
        else everything_out == "true",
    )


def listeners(node: etree._Element) -> Iterator[Listener]:
    """Yield execution and task listeners: jobs of their own."""
    for group in every(node, ZEEBE, "executionListeners", "taskListeners"):
        for each in inside(group, ZEEBE, "executionListener", "taskListener"):
            is_task = etree.QName(each).localname == "taskListener"
            event = told(each, "eventType") or "start"
            yield Listener(
                "task" if is_task else "execution",
                _EVENTS.get(event, event),
                None,
                texts.name(told(each, "type")),
                _counted(told(each, "retries")),
            )


def active_elements(node: etree._Element) -> str | None:
    """Return what says which activities of an ad-hoc sub-process begin with it."""
    return told(first(node, ZEEBE, "adHoc"), "activeElementsCollection")


def properties(node: etree._Element) -> Iterator[tuple[str, str]]:
    """Yield the words of ``zeebe:properties``."""
    for group in every(node, ZEEBE, "properties"):
        for each in inside(group, ZEEBE, "property"):
            yield str(each.get("name") or ""), str(each.get("value") or "")


def version_tag(node: etree._Element) -> str | None:
    """Return the version tag of a process."""
    return told(first(node, ZEEBE, "versionTag"), "value")
