"""References from one element to another, which are qualified names in BPMN."""

from __future__ import annotations

from lxml import etree

from engine.bpmn.source import BPMN

#: elements whose text refers to another by its id, beside those called …Ref and …Refs
REFERRING = frozenset({"incoming", "outgoing", "source", "target", "supports"})
_REFERRING_ATTRIBUTES = frozenset({"calledElement", "default"})


def is_reference(name: str) -> bool:
    """Tell whether an attribute or element of the standard refers to another by its id."""
    return name.endswith(("Ref", "Refs")) or name in _REFERRING_ATTRIBUTES


def make_plain(root: etree._Element) -> None:
    """Take the prefix off every reference into the model itself: ``tns:paid`` becomes ``paid``.

    BPMN 2.0.2, 15.3.2: a reference is a qualified name, its namespace that of the model that
    is meant. Only the tree in memory is changed.
    """
    own = root.get("targetNamespace")
    prefixes = tuple(f"{prefix}:" for prefix, uri in root.nsmap.items() if prefix and uri == own)
    if not prefixes:
        return
    for node in root.iter(f"{{{BPMN}}}*"):
        for key, value in node.attrib.items():
            if is_reference(str(key)) and str(value).startswith(prefixes):
                node.set(key, str(value).partition(":")[2])
        name = etree.QName(node).localname
        text = (node.text or "").strip()
        if text.startswith(prefixes) and (is_reference(name) or name in REFERRING):
            node.text = text.partition(":")[2]
