"""Which flows a token takes out of an element."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from engine.bpmn.errors import NoFlowTaken
from engine.bpmn.graph import Arc, Node
from engine.bpmn.plain import Json
from engine.bpmn.step import Decision


def way_out(
    node: Node, seen: Mapping[str, Json], at: datetime
) -> tuple[tuple[Arc, ...], Decision | None]:
    """Return the flows taken, and the decision when a gateway made one.

    Raises:
        NoFlowTaken: no condition holds and there is no default.
    """
    if node.kind in ("parallelGateway", "eventBasedGateway") or not node.outgoing:
        return node.outgoing, None
    if node.kind == "exclusiveGateway":
        taken = _first(node, seen, at)
        return (taken,), _decision(node, (taken,), seen)
    chosen = tuple(each for each in node.outgoing if _open(each, node, seen, at))
    if not chosen:
        chosen = tuple(each for each in node.outgoing if each.is_default)
    if not chosen:
        raise _none(node)
    return chosen, _decision(node, chosen, seen) if node.kind == "inclusiveGateway" else None


def _first(node: Node, seen: Mapping[str, Json], at: datetime) -> Arc:
    for each in node.outgoing:
        if _open(each, node, seen, at):
            return each
    for each in node.outgoing:
        if each.is_default:
            return each
    raise _none(node)


def _open(arc: Arc, node: Node, seen: Mapping[str, Json], at: datetime) -> bool:
    if arc.is_default:
        return False
    return arc.condition is None or arc.condition.holds(node.id, seen, at)


def _decision(node: Node, taken: tuple[Arc, ...], seen: Mapping[str, Json]) -> Decision | None:
    if len(node.outgoing) < 2:
        return None
    arc, beside = taken[0], tuple(each.id for each in taken[1:])
    text = None if arc.is_default or arc.condition is None else arc.condition.text
    looked_at: dict[str, Json] = {}
    for each in node.outgoing:
        looked_at |= each.condition.seen(seen) if each.condition else {}
    return Decision(node.id, arc.id, arc.name, text, looked_at, beside)


def _none(node: Node) -> NoFlowTaken:
    return NoFlowTaken(node.id, [each.condition.text for each in node.outgoing if each.condition])
