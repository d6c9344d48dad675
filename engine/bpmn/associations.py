"""Data associations, compiled: what they copy into an activity and out of it.

An association without an expression between places that nobody named is a drawing: it says
what somebody needs to know, and does nothing (BPMN 2.0.2, 10.4.2).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from lxml import etree

from engine.bpmn.conditions import compile_feel
from engine.bpmn.inout import Act, Await, Declare, Fetch, Give, Keep, Named, Path, Put
from engine.bpmn.places import Place
from engine.bpmn.source import child, children, id_of, kind, text_of

_NOWHERE = Place("drawn", "")


@dataclass(frozen=True, slots=True)
class Association:
    """One data association as written, its ends looked up."""

    node: etree._Element
    way: Literal["in", "out"]
    sources: tuple[Place, ...]
    target: Place
    transformation: str
    assignments: tuple[tuple[str, str], ...]  #: from, to
    unknown: tuple[str, ...]  #: ends that are nowhere in the process

    @property
    def says(self) -> bool:
        """Tell whether it has an expression."""
        return bool(self.transformation or self.assignments)

    @property
    def source(self) -> Place:
        """The one source; a drawing when there is none or several."""
        return self.sources[0] if len(self.sources) == 1 else _NOWHERE


@dataclass(frozen=True, slots=True)
class Repeated:
    """The data of a multi-instance; ``None``: as its marker says."""

    collection: str | None = None  #: FEEL
    output: str | None = None  #: variable


def associations(node: etree._Element, places: Mapping[str, Place]) -> Iterator[Association]:
    """Yield the data associations of an element in their order."""
    for each in children(node, "dataInputAssociation", "dataOutputAssociation"):
        refs = [text_of(one) for one in children(each, "sourceRef")]
        target = text_of(child(each, "targetRef"))
        yield Association(
            each,
            "in" if kind(each) == "dataInputAssociation" else "out",
            tuple(places.get(one, _NOWHERE) for one in refs),
            places.get(target, _NOWHERE),
            text_of(child(each, "transformation")),
            tuple(
                (text_of(child(one, "from")), text_of(child(one, "to")))
                for one in children(each, "assignment")
            ),
            tuple(one for one in [*refs, target] if one and one not in places),
        )


def inputs(
    node: etree._Element, places: Mapping[str, Place], filled: frozenset[str]
) -> Iterator[Act]:
    """Yield what the associations of an activity do before it begins.

    Args:
        filled: variables that an association of the process writes: only for those it waits.
    """
    found = [each for each in associations(node, places) if each.way == "in"]
    needed = tuple(dict.fromkeys(_sets(node, places, found, filled)))
    if needed and () not in needed:
        yield Await(needed)
    own = [
        each.source.name
        for each in associations(node, places)
        if each.way == "out" and each.source.kind == "own" and _moves(each)
        if text_of(child(each.node, "sourceRef")) not in _whole(node)
    ]
    if own:
        yield Declare(tuple(dict.fromkeys(own)))
    whole = _whole(node)
    for each in found:
        if text_of(child(each.node, "targetRef")) not in whole:
            yield from _brought_in(each)


def outputs(node: etree._Element, places: Mapping[str, Place]) -> Iterator[Act]:
    """Yield what the associations of an activity do when it is done."""
    whole = _whole(node)
    for each in associations(node, places):
        if each.way == "out" and text_of(child(each.node, "sourceRef")) not in whole:
            yield from _brought_out(each)


def _whole(node: etree._Element) -> frozenset[str]:
    """Return the data that is a multi-instance's as a whole, not its items'."""
    marker = child(node, "multiInstanceLoopCharacteristics")
    refs = () if marker is None else children(marker, "loopDataInputRef", "loopDataOutputRef")
    return frozenset(text_of(each) for each in refs)


def repeated(node: etree._Element, places: Mapping[str, Place]) -> Repeated:
    """Return the data that a multi-instance of the standard goes through, and where it collects.

    What its data input is filled from is the collection; its items are not filled one by one.
    """
    marker = child(node, "multiInstanceLoopCharacteristics")
    if marker is None or not places:
        return Repeated()
    ends = {text_of(child(each.node, "targetRef")): each for each in associations(node, places)}
    begins = {text_of(child(each.node, "sourceRef")): each for each in associations(node, places)}
    over = ends.get(text_of(child(marker, "loopDataInputRef")))
    into = begins.get(text_of(child(marker, "loopDataOutputRef")))
    collection = over and (over.transformation or (over.source.is_said and over.source.name))
    return Repeated(
        collection or None,
        into.target.name if into and into.target.is_said else None,
    )


def target_path(text: str, target: Place) -> Path:
    """Return the variable, and the place in it, that the ``to`` of an assignment names."""
    parts = tuple(each.strip() for each in text.strip().removeprefix("=").split("."))
    return parts if not target.is_said or parts[0] == target.name else (target.name, *parts)


def _brought_in(each: Association) -> Iterator[Act]:
    target, source = each.target, each.source
    name = target.name if target.is_said else source.name
    if source.kind == "store":
        if each.transformation:
            yield Fetch(source.store, compile_feel(each.transformation), (name,))
    elif each.transformation:
        yield Put((name,), compile_feel(each.transformation))
    elif _moves(each):
        yield Put((name,), Named(source.name), is_copy=True)
    yield from (Put(path, compile_feel(text)) for path, text in _assigned(each))


def _brought_out(each: Association) -> Iterator[Act]:
    target, source = each.target, each.source
    assigned = [Give(path, compile_feel(text)) for path, text in _assigned(each)]
    row = compile_feel(each.transformation) if each.transformation else None
    if target.kind == "store":
        if each.says:
            yield Keep(target.store, row, tuple(assigned))
        return
    if row is not None and target.is_said:
        yield Give((target.name,), row)
    elif _moves(each):
        yield Give((target.name,), Named(source.name), is_copy=True)
    yield from assigned


def _assigned(each: Association) -> Iterator[tuple[Path, str]]:
    for text, to in each.assignments:
        ref = text_of(child(each.node, "targetRef"))
        whole = to.strip() == ref and each.target.is_said
        yield ((each.target.name,) if whole else target_path(to, each.target)), text


def _moves(each: Association) -> bool:
    """Tell whether a plain copy brings a value to another name."""
    known = each.source.kind in ("variable", "own") and each.target.kind in ("variable", "own")
    return known and each.source.name != each.target.name


def _sets(
    node: etree._Element,
    places: Mapping[str, Place],
    found: list[Association],
    filled: frozenset[str],
) -> Iterator[tuple[str, ...]]:
    """Yield, for each input set, the variables without which the activity does not begin."""
    sources: dict[str, list[str]] = {}
    for each in found:
        names = [one.name for one in each.sources if one.kind == "variable"]
        sources[text_of(child(each.node, "targetRef"))] = [one for one in names if one in filled]
    spec = child(node, "ioSpecification")
    for group in children(spec, "inputSet") if spec is not None else ():
        optional = {text_of(one) for one in children(group, "optionalInputRefs")}
        optional |= {text_of(one) for one in children(group, "whileExecutingInputRefs")}
        refs = [text_of(one) for one in children(group, "dataInputRefs")]
        needed = [one for one in refs if one not in optional and one in places]
        yield tuple(name for one in needed for name in sources.get(one, ()))


def filled_by(process: etree._Element, places: Mapping[str, Place]) -> frozenset[str]:
    """Return the variables that an output association somewhere in the process writes."""
    written = (
        each.target.name
        for node in process.iter()
        if isinstance(node.tag, str) and id_of(node)
        for each in associations(node, places)
        if each.way == "out" and (each.says or _moves(each)) and each.target.kind == "variable"
    )
    return frozenset(written)
