"""A file indexed once, for the rules that look at how it is put together.

All processes count, those too that are only drawn: whether they run is another question.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Final

from lxml import etree

from engine.bpmn.grammar import members
from engine.bpmn.source import Source, id_of, kind

FLOW_NODES: Final = members("flowNode")
SCOPES: Final = frozenset({"process", "subProcess", "transaction", "adHocSubProcess"})
ACTIVITIES: Final = members("activity")
GATEWAYS: Final = members("gateway")
EVENTS: Final = frozenset(each for each in FLOW_NODES if each.endswith("Event")) - {
    "event",
    "implicitThrowEvent",
}
_NONE: Final[tuple[etree._Element, ...]] = ()


class Structure:
    """The elements of one file by kind, id, place and flow."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.elements: list[etree._Element] = []
        self.foreign: list[etree._Element] = []  #: of other namespaces, and no extension
        self.by_kind: dict[str, list[etree._Element]] = {}
        self.by_id: dict[str, etree._Element] = {}
        self.planes: list[etree._Element] = []
        self._gather()

    def _gather(self) -> None:
        """Walk the file once, leaving out what extensions hold."""
        todo = [self.source.root]
        while todo:
            node = todo.pop()
            what = kind(node)
            if what is None:
                (self.planes if str(node.tag).endswith("}BPMNDiagram") else self.foreign).append(
                    node
                )
                continue
            self.elements.append(node)
            self.by_kind.setdefault(what, []).append(node)
            if id_of(node):
                self.by_id.setdefault(id_of(node), node)
            if what not in ("extensionElements", "documentation", "text", "script"):
                todo.extend(each for each in reversed(node) if isinstance(each.tag, str))

    def of(self, *kinds: str) -> Iterator[etree._Element]:
        """Yield the elements of these kinds."""
        for each in kinds:
            yield from self.by_kind.get(each, _NONE)

    @cached_property
    def scopes(self) -> list[etree._Element]:
        """Every process and sub-process."""
        return list(self.of(*sorted(SCOPES)))

    @cached_property
    def nodes(self) -> list[etree._Element]:
        """Every event, activity and gateway."""
        return [each for each in self.elements if kind(each) in FLOW_NODES]

    @cached_property
    def leaving(self) -> dict[str, list[etree._Element]]:
        """The sequence flows by their source."""
        return self._flows("sourceRef")

    @cached_property
    def coming(self) -> dict[str, list[etree._Element]]:
        """The sequence flows by their target."""
        return self._flows("targetRef")

    def _flows(self, end: str) -> dict[str, list[etree._Element]]:
        found: dict[str, list[etree._Element]] = {}
        for flow in self.of("sequenceFlow"):
            found.setdefault(str(flow.get(end) or ""), []).append(flow)
        return found

    def node(self, ref: object) -> etree._Element | None:
        """Return the flow node of an id."""
        found = self.by_id.get(str(ref))
        return found if found is not None and kind(found) in FLOW_NODES else None


def definitions_of(event: etree._Element) -> list[str]:
    """Return the kinds of an event's definitions: message, timer, …"""
    return [
        str(kind(each)).removesuffix("EventDefinition")
        for each in event
        if str(kind(each)).endswith("EventDefinition")
    ]


def owner_process(node: etree._Element) -> etree._Element | None:
    """Return the process an element stands in."""
    above: etree._Element | None = node
    while above is not None and kind(above) != "process":
        above = above.getparent()
    return above
