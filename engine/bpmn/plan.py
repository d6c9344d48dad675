"""The plan of a migration: what becomes of every element a case may stand at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.bpmn.errors import PlanUnreadable
from engine.bpmn.graph import PART, Graph, Node
from engine.bpmn.joins import is_join
from engine.bpmn.model import Model

#: by process id, then by the element's (or the flow's) id in the old model
Ids = Mapping[str, Mapping[str, str | None]]


@dataclass(frozen=True, slots=True)
class Plan:
    """An explicit map from one model to another: nothing that lives is mapped by guess."""

    #: to what an element becomes; ``None`` drops an event that is awaited beside an activity, or
    #: a completed activity that nobody shall compensate any more
    elements: Ids
    #: flows into joins, by which a branch may have arrived; ``None`` forgets its arrival
    flows: Ids = field(default_factory=dict)
    #: by process: steps of the new model that may be skipped, or may come a second time
    accepted: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def element(self, process_id: str, element_id: str) -> str | None:
        """Return what an element becomes; ``None`` also when the plan does not say.

        A definition of an event with several becomes the one in its place of the other event.
        """
        told = self.elements.get(process_id, {})
        event, is_part, number = element_id.partition(PART)
        target = told.get(event)
        return f"{target}{PART}{number}" if is_part and target is not None else target

    def says(self, process_id: str, element_id: str) -> bool:
        """Tell whether the plan says what becomes of an element."""
        return element_id.partition(PART)[0] in self.elements.get(process_id, {})

    def as_plain(self) -> dict[str, Any]:
        """Return the plan as it is stored and as `read_plan` reads it."""
        return {
            "elements": {key: dict(each) for key, each in self.elements.items()},
            "flows": {key: dict(each) for key, each in self.flows.items()},
            "accepted": {key: sorted(each) for key, each in self.accepted.items()},
        }


def read_plan(content: object) -> Plan:
    """Return the plan that a JSON document holds.

    Raises:
        PlanUnreadable: it says something else than the three maps of a plan.
    """
    if not isinstance(content, Mapping) or content.keys() - {"elements", "flows", "accepted"}:
        raise PlanUnreadable("a plan is an object of elements, flows and accepted")
    return Plan(
        _ids("elements", content.get("elements", {})),
        _ids("flows", content.get("flows", {})),
        _accepted(content.get("accepted", {})),
    )


def propose(old: Model, new: Model) -> Plan:
    """Return the plan that keeps every id which means the same kind of element in both models.

    It is a proposal to be read: an element that is gone, or of another kind now, is left out
    (a case that waits there will not be migrated); an event that is gone, and was only awaited
    beside an activity or as the start of an event sub-process, is dropped.
    """
    both = sorted(old.graphs.keys() & new.graphs.keys())
    return planned(
        old, new, {each: dict(_same(old.graphs[each], new.graphs[each])) for each in both}
    )


def planned(
    old: Model,
    new: Model,
    elements: Ids,
    accepted: Mapping[str, frozenset[str]] | None = None,
) -> Plan:
    """Return the plan for these elements, with the flows into joins that go with them."""
    flows = {
        each: dict(_same_flows(old.graphs[each], new.graphs[each], told))
        for each, told in elements.items()
        if each in old.graphs and each in new.graphs
    }
    return Plan(elements, {key: each for key, each in flows.items() if each}, accepted or {})


def _same(before: Graph, after: Graph) -> Iterable[tuple[str, str | None]]:
    for node in before.nodes.values():
        if node.part_of is not None:
            continue
        other = after.nodes.get(node.id)
        if other is not None and other.kind == node.kind:
            yield node.id, node.id
        elif other is None and stood_beside(node, before, after):
            yield node.id, None


def stood_beside(node: Node, before: Graph, after: Graph) -> bool:
    """Tell whether it is an event beside an activity, or beside a scope, that is still there."""
    if node.attached_to is not None:
        return node.attached_to in after.nodes
    inside = before.nodes.get(node.parent or "")
    if node.kind != "startEvent" or inside is None or not inside.by_event:
        return False
    return inside.parent is None or inside.parent in after.nodes


def _same_flows(
    before: Graph, after: Graph, elements: Mapping[str, str | None]
) -> Iterable[tuple[str, str | None]]:
    """Yield the flows into joins that stay: by id, else by the elements they connect."""
    arcs = [arc for node in after.nodes.values() for arc in node.outgoing if not node.part_of]
    ends = {(arc.source, arc.target): arc.id for arc in arcs}
    for arc in (arc for node in before.nodes.values() for arc in node.outgoing):
        join = elements.get(arc.target)
        if join is None or not is_join(before.nodes[arc.target]):
            continue
        stays = arc.id in after.nodes[join].incoming
        other = arc.id if stays else ends.get((elements.get(arc.source) or "", join))
        if other is not None:
            yield arc.id, other


def _ids(where: str, content: object) -> dict[str, dict[str, str | None]]:
    found: dict[str, dict[str, str | None]] = {}
    for process_id, each in _object(where, content).items():
        inner = _object(f"{where}.{process_id}", each)
        if not all(isinstance(value, str | None) for value in inner.values()):
            raise PlanUnreadable(f"{where}.{process_id} maps an id to neither an id nor null")
        found[process_id] = dict(inner)
    return found


def _accepted(content: object) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for process_id, each in _object("accepted", content).items():
        if not isinstance(each, list) or not all(isinstance(one, str) for one in each):
            raise PlanUnreadable(f"accepted.{process_id} is no list of ids")
        found[process_id] = frozenset(each)
    return found


def _object(where: str, content: object) -> Mapping[str, Any]:
    if not isinstance(content, Mapping):
        raise PlanUnreadable(f"{where} is no object")
    return content
