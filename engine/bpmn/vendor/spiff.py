"""SpiffWorkflow's modelers: ``spiffworkflow:``, whose expressions are Python."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from engine.bpmn.deciding import DecisionCall
from engine.bpmn.source import child, kind, text_of
from engine.bpmn.vendor import texts
from engine.bpmn.vendor.marks import SPIFF, first, inside, told
from engine.bpmn.vendor.said import Form, Mapped

_SETS = re.compile(r"(?P<name>[^\W\d]\w*)\s*=(?!=)\s*(?P<value>.+)")


def is_spoken(node: etree._Element) -> bool:
    """Tell whether the file an element is of declares SpiffWorkflow's words."""
    return any(each in SPIFF for each in node.nsmap.values())


def form(node: etree._Element) -> Form | None:
    """Return the JSON schema file of the form."""
    said = dict(properties(node)).get("formJsonSchemaFilename")
    return Form(said) if said else None


def topic(node: etree._Element) -> str | None:
    """Return the operator a service task calls."""
    return told(first(node, SPIFF, "serviceTaskOperator"), "id")


def decision(node: etree._Element) -> DecisionCall | None:
    """Return the decision asked; every output becomes a variable."""
    mark = first(node, SPIFF, "calledDecisionId")
    return None if mark is None else DecisionCall(text_of(mark), None)


def script(node: etree._Element) -> tuple[str, str] | None:
    """Return a script of one assignment as FEEL and its variable."""
    if not is_spoken(node) or kind(node) != "scriptTask" or node.get("scriptFormat"):
        return None
    match = _SETS.fullmatch(text_of(child(node, "script")))
    return (texts.python(match["value"]) or "null", match["name"]) if match else None


def inputs(node: etree._Element) -> Iterator[Mapped]:
    """Yield what ``preScript`` assigns, and the parameters of a service."""
    yield from _assigned(first(node, SPIFF, "preScript"))
    operator = first(node, SPIFF, "serviceTaskOperator")
    if operator is not None:
        for group in inside(operator, SPIFF, "parameters"):
            for each in inside(group, SPIFF, "parameter"):
                value = texts.python(each.get("value")) or "null"
                yield Mapped(str(each.get("id") or ""), value)


def outputs(node: etree._Element) -> Iterator[Mapped]:
    """Yield what ``postScript`` assigns."""
    return _assigned(first(node, SPIFF, "postScript"))


def _assigned(script: etree._Element | None) -> Iterator[Mapped]:
    """Yield the assignments of a script; a line of another kind stays the Python it is."""
    for line in text_of(script).splitlines():
        stripped = line.strip()
        match = _SETS.fullmatch(stripped)
        if match:
            yield Mapped(match["name"], texts.python(match["value"]) or "null")
        elif stripped and not stripped.startswith("#"):
            yield Mapped("", f"{{% {stripped} %}}")


def properties(node: etree._Element) -> Iterator[tuple[str, str]]:
    """Yield the words of ``spiffworkflow:properties``."""
    group = first(node, SPIFF, "properties")
    if group is not None:
        for each in inside(group, SPIFF, "property"):
            yield str(each.get("name") or ""), str(each.get("value") or "")
