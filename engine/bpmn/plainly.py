"""What the schema lets be written in several ways, written in one (BPMN 2.0.2, 15.3.2).

A yes may be ``1``, and a reference into the same file may carry the prefix of its namespace;
from here on it is ``true``, and the bare id.
"""

from __future__ import annotations

from typing import Final

from lxml import etree

from engine.bpmn.grammar import grammar

_BPMN: Final = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
_WORDS: Final = {"1": "true", "0": "false", "true": "true", "false": "false"}


def write_plainly(root: etree._Element) -> None:
    """Rewrite booleans and references below ``root``; what is neither stays as it is."""
    own = root.get("targetNamespace")
    for node in root.iter(f"{_BPMN}*"):
        told = grammar(str(node.tag)[len(_BPMN) :])
        if told is None:
            continue
        for key, text in node.attrib.items():
            attribute = told.attributes.get(str(key))
            if attribute is None:
                continue
            if attribute.kind == "boolean":
                node.set(key, _WORDS.get(str(text).strip(), str(text)))
            elif attribute.kind == "ref" and ":" in text:
                node.set(key, _bare(node, str(text), own))
        if not told.attributes and node.text and ":" in node.text and len(node) == 0:
            _rewrite(node, own)


def _rewrite(node: etree._Element, own: str | None) -> None:
    """Rewrite a reference that is an element's text, such as ``flowNodeRef``."""
    parent = node.getparent()
    around = None if parent is None else grammar(str(parent.tag)[len(_BPMN) :])
    place = None if around is None else around.children.get(str(node.tag)[len(_BPMN) :])
    if place is not None and place.is_reference:
        node.text = _bare(node, str(node.text), own)


def _bare(node: etree._Element, ref: str, own: str | None) -> str:
    prefix, _, local = ref.strip().partition(":")
    return local if own is not None and node.nsmap.get(prefix) == own else ref
