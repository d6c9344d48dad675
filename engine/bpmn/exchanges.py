"""Compiles what goes into each element of a process and out of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree

from engine.bpmn import associations
from engine.bpmn.graph import ACTIVITIES
from engine.bpmn.inout import InOut
from engine.bpmn.places import Place, objects_of, places_of
from engine.bpmn.source import id_of, kind, scopes


@dataclass(frozen=True, slots=True)
class Exchanges:
    """What the data associations and mappings of one process connect."""

    places: Mapping[str, Place]
    filled: frozenset[str]  #: variables that an output association writes
    objects: Mapping[str, tuple[str, ...]]  #: variables of their own, by sub-process

    @classmethod
    def of(cls, process: etree._Element) -> Exchanges:
        """Look at a whole process."""
        places = places_of(process)
        if not places:
            return cls({}, frozenset(), {})
        inside = (each for each in scopes(process) if each is not process)
        objects = {id_of(each): objects_of(each, places) for each in inside}
        return cls(
            places,
            associations.filled_by(process, places),
            {key: each for key, each in objects.items() if each},
        )

    def at(self, node: etree._Element) -> InOut | None:
        """Return what goes into an element and out of it; ``None``: nothing does."""
        before = list(associations.inputs(node, self.places, self.filled)) if self.places else []
        after = list(associations.outputs(node, self.places)) if self.places else []
        if not before and not after:
            return None
        return InOut(tuple(before), tuple(after), wraps_itself(node))


def wraps_itself(node: etree._Element) -> bool:
    """Tell whether an element can have variables of its own while it runs."""
    if node.get("triggeredByEvent") == "true":
        return False
    return kind(node) in ACTIVITIES or kind(node) == "intermediateCatchEvent"
