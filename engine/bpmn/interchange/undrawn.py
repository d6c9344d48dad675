"""A drawing for what came without one, marked so that it can be taken back."""

from __future__ import annotations

from lxml import etree

from engine.bpmn.interchange.identity import OURS, Given, declared, give_ids, unmark
from engine.bpmn.interchange.layout import DI, drawing, is_drawn

_DRAWN = f"{{{OURS}}}drawn"


def draw(root: etree._Element) -> tuple[etree._Element, list[Given]]:
    """Add a drawing to a model without one; return the root and what was added."""
    made = None if is_drawn(root) else drawing(root)
    if made is None:
        return root, []
    root.append(made)
    root, given = give_ids(declared(root))
    unmark(made)
    made.set(_DRAWN, "true")
    return root, [each for each in given if each.kind == "BPMNDiagram"]


def take_drawing_back(root: etree._Element) -> None:
    """Take off a drawing that `draw` made, unless somebody changed it since."""
    for diagram in list(root.iter(f"{{{DI}}}BPMNDiagram")):
        if diagram.get(_DRAWN) is None:
            continue
        del diagram.attrib[_DRAWN]
        root.remove(diagram)
        made = drawing(root)
        if made is None or _said(made) != _said(diagram):
            root.append(diagram)


def _said(diagram: etree._Element) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return what a drawing says, ids left out."""
    return [
        (str(each.tag), sorted((str(k), str(v)) for k, v in each.attrib.items() if k != "id"))
        for each in diagram.iter(etree.Element)
    ]
