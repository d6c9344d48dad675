"""Compiles what goes into each element of a process and out of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from engine.bpmn import associations, vendor
from engine.bpmn.conditions import compile_feel
from engine.bpmn.graph import ACTIVITIES
from engine.bpmn.inout import Act, Call, Give, InOut, Path, Put, Tell
from engine.bpmn.places import Place, objects_of, places_of
from engine.bpmn.source import child, id_of, kind, scopes, tag

_SENDING = ("messageEventDefinition", "signalEventDefinition")
_THROWING = ("intermediateThrowEvent", "endEvent")


@dataclass(frozen=True, slots=True)
class Exchanges:
    """What the data associations, mappings and listeners of one process are about."""

    places: Mapping[str, Place]
    filled: frozenset[str]  #: variables that an output association writes
    objects: Mapping[str, tuple[str, ...]]  #: variables of their own, by sub-process
    takes: Mapping[str, tuple[Tell, ...]]  #: who listens for a flow
    around: InOut | None  #: who listens for the process itself

    @classmethod
    def of(cls, process: etree._Element) -> Exchanges:
        """Look at a whole process."""
        places = places_of(process)
        inside = (each for each in scopes(process) if each is not process)
        objects = {id_of(each): objects_of(each, places) for each in inside if places}
        return cls(
            places,
            associations.filled_by(process, places) if places else frozenset(),
            {key: each for key, each in objects.items() if each},
            dict(_takes(process)),
            _around(process),
        )

    def at(self, node: etree._Element, outgoing: Iterable[str] = ()) -> InOut | None:
        """Return what goes into an element and out of it; ``None``: nothing does."""
        before = list(associations.inputs(node, self.places, self.filled)) if self.places else []
        after = list(associations.outputs(node, self.places)) if self.places else []
        takes = {each: self.takes[each] for each in outgoing if each in self.takes}
        said = None if vendor.is_silent(node) else vendor.said_of(node)
        if said is not None:
            before = [*before, *_puts(said), *_heard(said, "start"), *_heard(said, "create")]
            after = [
                *_heard(said, "complete"),
                *after,
                *_gives(said),
                *_heard(said, "end", inside=False),
            ]
        if not before and not after and not takes:
            return None
        wraps = bool(before or after) and wraps_itself(node)
        return InOut(tuple(before), tuple(after), wraps, said is not None and said.keeps, takes)

    def repeated(self, node: etree._Element) -> associations.Repeated:
        """Return the data that a multi-instance goes through, and where it collects."""
        return associations.repeated(node, self.places)


def wraps_itself(node: etree._Element) -> bool:
    """Tell whether an element can have variables of its own while it runs."""
    if node.get("triggeredByEvent") == "true":
        return False
    if kind(node) in _THROWING:
        return child(node, *_SENDING) is not None
    return kind(node) in ACTIVITIES or kind(node) == "intermediateCatchEvent"


def path_of(target: str) -> Path:
    """Return the variable, and the place in it, that a mapping names."""
    return tuple(each.strip() for each in target.split("."))


def _puts(said: vendor.Said) -> Iterator[Act]:
    return (Put(path_of(each.target), compile_feel(each.value)) for each in said.inputs)


def _gives(said: vendor.Said) -> Iterator[Act]:
    return (Give(path_of(each.target), compile_feel(each.value)) for each in said.outputs)


def _heard(said: vendor.Said, event: str, *, inside: bool = True) -> Iterator[Act]:
    for each in said.listeners:
        if each.event == event and each.value is not None:
            yield Tell(compile_feel(each.value), inside)
        elif each.event == event and each.topic is not None:
            yield Call(each.topic, each.retries, inside)


def _takes(process: etree._Element) -> Iterator[tuple[str, tuple[Tell, ...]]]:
    for flow in process.iter(tag("sequenceFlow")):
        if not vendor.is_silent(flow):
            heard = _heard(vendor.said_of(flow), "take")
            tells = tuple(each for each in heard if isinstance(each, Tell))
            if tells:
                yield id_of(flow), tells


def _around(process: etree._Element) -> InOut | None:
    if vendor.is_silent(process):
        return None
    said = vendor.said_of(process)
    before, after = tuple(_heard(said, "start")), tuple(_heard(said, "end"))
    return InOut(before, after) if before or after else None
