"""One diagram in both versions, and what its sentences ask of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

from engine.bpmn.interchange import TEXT
from engine.changes import Part
from webapp.versions.both import Both
from webapp.versions.names import Drawn, Names, local


class Sides:
    """One diagram in both versions."""

    def __init__(self, file: str, both: Both) -> None:
        self.file, self.both, self.saying = file, both, both.saying
        self.was, self.now = both.old.drawn(file), both.new.drawn(file)
        self.shapes = {
            part.mark: part.facts["bpmnElement"]
            for names in (both.old, both.new)
            for part in _shapes(names, file)
        }

    def element(self, element_id: str) -> str:
        """Return what an element is called now, or was."""
        return self.both.element(self.file, element_id)

    def came_or_went(self, element_id: str) -> Literal["added", "removed"] | None:
        """Tell whether only one of the versions has an element."""
        if element_id in self.was and element_id not in self.now:
            return "removed"
        if element_id in self.now and element_id not in self.was:
            return "added"
        return None

    def drawn(self, element_id: str) -> Drawn | None:
        """Return an element as it is now, or was."""
        return self.now.get(element_id) or self.was.get(element_id)


def ends_of(flow: str, drawn: Mapping[str, Drawn]) -> tuple[str, str]:
    """Return where a way begins and where it leads."""
    facts = drawn[flow].part.facts
    return facts.get("sourceRef", ""), facts.get("targetRef", "")


def condition_of(flow: Part) -> str:
    """Return the FEEL of a way, if it has a condition."""
    found = (each for each in flow.parts if local(each.tag) == "conditionExpression")
    return next((each.facts.get(TEXT, "").strip() for each in found), "")


def _shapes(names: Names, file: str) -> Iterator[Part]:
    root = names.files.get(file)
    for top in root.parts if root else ():
        if local(top.tag) == "BPMNDiagram":
            yield from (each for each in top.walk() if "bpmnElement" in each.facts)
