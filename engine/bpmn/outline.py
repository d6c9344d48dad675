"""A process in reading order, with its lanes, for pages that say what the diagram says."""

from __future__ import annotations

from typing import Final

from lxml import etree

from engine.bpmn.graph import Arc, Graph, Node
from engine.bpmn.model import Element, Flow, Lane, Process
from engine.bpmn.reading import along
from engine.bpmn.source import children, id_of, name, tag, text_of
from engine.bpmn.vendor import is_silent, said_of

#: the extension property that makes an element a point of no return: ``true``, or the reason
NO_RETURN: Final = "pointOfNoReturn"


def process(node: etree._Element, file: str, graph: Graph) -> Process:
    """Return what pages show of a compiled process."""
    told = {id_of(each): each for each in node.iter() if id_of(each)}
    elements = tuple(_element(graph.nodes[each], told.get(each)) for each in _order(graph, None))
    lanes = tuple(Lane(id_of(each), name(each)) for each in node.iter(tag("lane")))
    version = said_of(node).version_tag
    return Process(graph.process_id, name(node), file, lanes, elements, version)


def lanes_by_element(node: etree._Element) -> dict[str, str | None]:
    """Return the innermost lane of each element that stands in one."""
    found: dict[str, str | None] = {}
    for lane in node.iter(tag("lane")):
        for each in children(lane, "flowNodeRef"):
            found[text_of(each)] = id_of(lane)
    return found


def _documentation(node: etree._Element) -> str | None:
    return "\n".join(text_of(each) for each in children(node, "documentation")) or None


def _no_return(node: etree._Element) -> str | None:
    """Return why nothing goes back behind an element, as a property of any vendor says it."""
    if is_silent(node):
        return None
    said = dict(said_of(node).properties).get(NO_RETURN, "").strip()
    if said.lower() in ("", "false"):
        return None
    return "" if said.lower() == "true" else said


def _element(node: Node, drawn: etree._Element | None) -> Element:
    return Element(
        node.id,
        node.kind,
        node.name,
        node.lane_id,
        node.form_id,
        node.topic,
        None if drawn is None else _documentation(drawn),
        tuple(_flow(each) for each in node.outgoing),
        node.parent,
        node.attached_to,
        node.trigger.kind if node.trigger else None,
        None if drawn is None else _no_return(drawn),
    )


def _flow(arc: Arc) -> Flow:
    text = arc.condition.text if arc.condition else None
    return Flow(arc.id, arc.name, arc.target, text, arc.is_default)


def _order(graph: Graph, scope: str | None) -> list[str]:
    """Return ids so that each comes after all that leads to it, loops left aside.

    What no flow leads to (event sub-processes, further starts) follows as it was drawn.
    """
    ordered: list[str] = []
    seen: set[str] = set()
    begins = [each.id for each in graph.nodes.values() if each.parent == scope and not each.part_of]

    def behind(element_id: str) -> list[str]:
        return _behind(graph.nodes[element_id])

    for start in [*graph.starts[scope], *begins]:
        for each in along(start, behind, seen) if start not in seen else ():
            ordered.append(each)
            if each in graph.starts:
                ordered.extend(_order(graph, each))
    return ordered


def _behind(node: Node) -> list[str]:
    beside = [each for each in (node.handler, node.linked) if each]
    return [*node.boundaries[::-1], *beside, *(each.target for each in node.outgoing[::-1])]
