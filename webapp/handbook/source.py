"""A process as its files have it, with its names in one language: what a handbook is told from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any, Final

from engine.bpmn.interchange import TEXT
from engine.bpmn.reading import along
from engine.catalogue.bundle import Bundle
from engine.changes import Part
from engine.versions import tree_of
from webapp.cases.meanings import Meanings
from webapp.handbook.book import LONGEST_NAME, tidy
from webapp.manner import Manner
from webapp.versions.names import Names, at, local
from webapp.versions.sentences import Saying

#: what stands in a process and is walked through
NODES: Final = frozenset(
    {
        "userTask",
        "manualTask",
        "task",
        "serviceTask",
        "sendTask",
        "receiveTask",
        "scriptTask",
        "businessRuleTask",
        "callActivity",
        "subProcess",
        "transaction",
        "adHocSubProcess",
        "startEvent",
        "endEvent",
        "intermediateCatchEvent",
        "intermediateThrowEvent",
        "boundaryEvent",
        "exclusiveGateway",
        "inclusiveGateway",
        "parallelGateway",
        "eventBasedGateway",
        "complexGateway",
    }
)
SCOPES: Final = frozenset({"process", "subProcess", "transaction", "adHocSubProcess"})


class Source:
    """One process of a bundle, fit to be deployed or not."""

    def __init__(self, bundle: Bundle, process_id: str, manner: Manner) -> None:
        self.saying = Saying(manner)
        self.process_id = process_id
        self.names = Names(tree_of(bundle), self.saying)
        self.file, self.process = self.names.processes[process_id]
        self.lane_of: dict[str, str] = {}
        for lane in self._all("lane"):
            for each in lane.parts:
                if local(each.tag) == "flowNodeRef":
                    self.lane_of[each.mark or said_in(each)] = lane.mark
        self.flows = {each.mark: each for each in self._all("sequenceFlow") if each.mark}
        self.outgoing: dict[str, list[Part]] = defaultdict(list)
        for flow in self.flows.values():
            self.outgoing[flow.facts.get("sourceRef", "")].append(flow)
        self.nodes: dict[str, Part] = {}
        self.parent: dict[str, str] = {}  #: id of the sub-process it stands in
        self._place(self.process, "")

    def _all(self, kind: str) -> Iterator[Part]:
        return (each for each in self.process.walk() if local(each.tag) == kind)

    def _place(self, scope: Part, parent: str) -> None:
        todo = [(scope, parent)]
        while todo:
            within, outer = todo.pop()
            for each in within.parts:
                kind = local(each.tag)
                if kind in NODES and each.mark and each.mark not in self.nodes:
                    self.nodes[each.mark], self.parent[each.mark] = each, outer
                    if kind in SCOPES:
                        todo.append((each, each.mark))

    @property
    def config(self) -> Mapping[str, Any]:
        """What ``process.toml`` says of the process."""
        said = self.names.config.get(self.process_id)
        return said if isinstance(said, dict) else {}

    def declared(self, *path: str) -> Any:
        """Return what ``process.toml`` says of the process at a path."""
        return at(self.config, *path)

    @cached_property
    def vocabulary(self) -> Meanings:
        """What variables are called."""
        return self.names.vocabulary(self.process_id)

    @cached_property
    def forms(self) -> Mapping[str, Mapping[str, Any]]:
        """The forms of the area by id."""
        found = (self.names.form(file) for file in self.names.files if file.endswith(".form"))
        return {str(each["id"]): each for each in found if "id" in each}

    def linked(self, name: str, kind: str) -> Iterator[str]:
        """Yield the events of a kind that a link of this name joins."""
        for element_id, node in self.nodes.items():
            links = (each for each in node.parts if local(each.tag) == "linkEventDefinition")
            if local(node.tag) == kind and any(each.facts.get("name") == name for each in links):
                yield element_id

    def after(self, element_id: str) -> list[str]:
        """Return what flows lead to from an element."""
        return [each.facts.get("targetRef", "") for each in self.outgoing[element_id]]

    def before(self, element_id: str) -> list[str]:
        """Return what flows come from to an element."""
        return [
            each.facts.get("sourceRef", "")
            for each in self.flows.values()
            if each.facts.get("targetRef") == element_id
        ]

    def called(self, element_id: str) -> str:
        """Return what an element is called; without a name what sort of thing it is."""
        node = self.nodes.get(element_id)
        said = self.names.text(self.process_id, element_id)
        said = said or (node.facts.get("name") if node else None)
        if said and said.strip():
            return tidy(" ".join(said.split()), LONGEST_NAME)
        if node is None:
            return tidy(element_id, LONGEST_NAME)
        return self.names.kind_of(node.tag)

    def is_named(self, element_id: str) -> bool:
        """Tell whether an element has a name of its own."""
        node = self.nodes[element_id]
        return bool(self.names.text(self.process_id, element_id) or node.facts.get("name"))

    def is_passed_by(self, element_id: str) -> bool:
        """Tell whether an element says nothing: a gateway without a name and with one way on."""
        node, ways = self.nodes.get(element_id), self.outgoing[element_id]
        is_gateway = node is not None and local(node.tag).endswith("Gateway")
        return is_gateway and len(ways) == 1 and not self.is_named(element_id)

    def reached(self, element_id: str) -> str:
        """Return where a way leads, past what says nothing."""
        seen: set[str] = set()
        while element_id not in seen and self.is_passed_by(element_id):
            seen.add(element_id)
            element_id = self.outgoing[element_id][0].facts.get("targetRef", "")
        return element_id

    def ordered(self) -> list[str]:
        """Return the elements in reading order, what is inside a sub-process after it."""
        inner: dict[str, list[str]] = defaultdict(list)
        for element_id, parent in self.parent.items():
            inner[parent].append(element_id)
        boundaries: dict[str, list[str]] = defaultdict(list)
        for element_id, node in self.nodes.items():
            if host := node.facts.get("attachedToRef"):
                boundaries[host].append(element_id)

        def behind(element_id: str) -> list[str]:
            ways = (each.facts.get("targetRef", "") for each in self.outgoing[element_id])
            ahead = [each for each in ways if self.parent.get(each) == self.parent[element_id]]
            return [*ahead[::-1], *boundaries[element_id][::-1]]

        ordered: list[str] = []
        seen: set[str] = set()
        todo = [""]
        while todo:
            scope = todo.pop()
            if scope in self.nodes:
                ordered.append(scope)
            found = [
                each
                for start in sorted(inner[scope], key=self._begins_late)
                if start not in seen
                for each in along(start, behind, seen)
            ]
            todo.extend(reversed(found))
        return ordered

    def _begins_late(self, element_id: str) -> bool:
        return local(self.nodes[element_id].tag) != "startEvent"

    def definition_of(self, reference: str) -> Part | None:
        """Return a message, signal, error or escalation of the file by its id."""
        root = self.names.files.get(self.file)
        return next((each for each in (root.parts if root else ()) if each.mark == reference), None)


def said_in(part: Part) -> str:
    """Return the text of a part."""
    return part.facts.get(TEXT, "").strip()


def documentation(part: Part) -> str:
    """Return what the description of an element says."""
    return tidy("\n".join(said_in(e) for e in part.parts if local(e.tag) == "documentation"))


def fact(part: Part, *names: str) -> str:
    """Return what an element, or a vendor's extension of it, says under the first of some names."""
    places = [part]
    for each in part.parts:
        if local(each.tag) == "extensionElements":
            places += [inner for top in each.parts for inner in top.walk()]
    for name in names:
        for place in places:
            for key, text in place.facts.items():
                if local(key) == name and text.strip():
                    return text.strip()
    return ""
