"""What elements of an older model may become in a newer one: what a plan is chosen from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.bpmn.graph import Graph, Node
from engine.bpmn.likeness import unlike
from engine.bpmn.model import Model
from engine.bpmn.plan import propose, stood_beside


@dataclass(frozen=True, slots=True)
class Mappable:
    """One element of the older model."""

    process_id: str
    element_id: str
    kind: str
    name: str | None
    says: bool  #: the proposed plan says what becomes of it
    target: str | None  #: …and this is it; ``None``: it is dropped
    targets: tuple[str, ...]  #: elements of the newer model that it may become
    may_drop: bool  #: an event that is awaited beside an activity, or beside a scope


def mappable(old: Model, new: Model, process_id: str) -> tuple[Mappable, ...]:
    """Return every element a case of a process may stand at, as the models order them.

    What has no element of its own id in the newer model is proposed to become the one that is
    alike and has its name, where only one is and nothing else becomes it.
    """
    return tuple(_mappable(old, new, process_id))


def _mappable(old: Model, new: Model, process_id: str) -> Iterator[Mappable]:
    plan = propose(old, new)
    for each in sorted(_reached(old, process_id) & new.graphs.keys()):
        before, after = old.graphs[each], new.graphs[each]
        for node in before.nodes.values():
            if node.part_of is not None:
                continue
            targets = tuple(_targets(node, after))
            says, target = plan.says(each, node.id), plan.element(each, node.id)
            namesake = None if says else _namesake(node, targets, before, after)
            yield Mappable(
                each,
                node.id,
                node.kind,
                node.name,
                says or namesake is not None,
                target or namesake,
                targets,
                stood_beside(node, before, after),
            )


def _reached(model: Model, process_id: str) -> set[str]:
    """Return the processes that run within a case."""
    found, look = set[str](), [process_id]
    while look:
        each = look.pop()
        if each in model.graphs and each not in found:
            found.add(each)
            look += [node.called for node in model.graphs[each].nodes.values() if node.called]
    return found


def _namesake(node: Node, targets: tuple[str, ...], before: Graph, after: Graph) -> str | None:
    alike = [each for each in targets if node.name and after.nodes[each].name == node.name]
    return alike[0] if len(alike) == 1 and alike[0] not in before.nodes else None


def _targets(node: Node, after: Graph) -> Iterator[str]:
    for other in after.nodes.values():
        if other.part_of is None and unlike(node, other) is None:
            yield other.id
