"""Whose words are in an element: the namespaces of the vendors, and how they are looked up."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from lxml import etree

from engine.bpmn.source import tag

#: Camunda 7, what it was called before, and what it lives on as
CAMUNDA = (
    "http://camunda.org/schema/1.0/bpmn",
    "http://activiti.org/bpmn",
    "http://operaton.org/schema/1.0/bpmn",
)
ZEEBE = ("http://camunda.org/schema/zeebe/1.0",)
_EXTENSIONS = tag("extensionElements")
SPIFF = ("http://spiffworkflow.org/bpmn/schema/1.0/core",)


def camunda(node: etree._Element, attribute: str) -> str | None:
    """Return an attribute in one of Camunda 7's namespaces."""
    for namespace in CAMUNDA:
        value = node.get(f"{{{namespace}}}{attribute}")
        if value is not None:
            return str(value)
    return None


def first(node: etree._Element, vendor: tuple[str, ...], element: str) -> etree._Element | None:
    """Return an extension element such as ``zeebe:taskDefinition``, the first of its name."""
    return next(every(node, vendor, element), None)


def every(
    node: etree._Element, vendor: tuple[str, ...], *elements: str
) -> Iterator[etree._Element]:
    """Yield the extension elements of these names in the order they were written."""
    extensions = node.find(_EXTENSIONS)
    return iter(()) if extensions is None else inside(extensions, vendor, *elements)


def inside(
    node: etree._Element, vendor: tuple[str, ...], *elements: str
) -> Iterator[etree._Element]:
    """Yield the children of these names."""
    wanted = _tags(vendor, elements)
    return (each for each in node if each.tag in wanted)


@cache
def _tags(vendor: tuple[str, ...], elements: tuple[str, ...]) -> frozenset[str]:
    return frozenset(f"{{{namespace}}}{each}" for namespace in vendor for each in elements)


def told(node: etree._Element | None, attribute: str) -> str | None:
    """Return an attribute that says something."""
    value = None if node is None else node.get(attribute)
    return str(value) if value else None
