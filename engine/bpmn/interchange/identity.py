"""Ids for what a tool left without one, or gave the id of something else.

A case's history, a form's place and the marks on a drawing hang on ids, so every element that
runs or is drawn has its own. What was changed is written beside it, in our namespace, so that
it can be taken back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

from lxml import etree

from engine.bpmn.source import BPMN, id_of

OURS = "urn:divan:interchange"
_GIVEN, _WAS = f"{{{OURS}}}given", f"{{{OURS}}}was"
_DI = "http://www.omg.org/spec/BPMN/20100524/DI"
_SHAPES = frozenset(
    f"{{{_DI}}}{each}" for each in ("BPMNDiagram", "BPMNPlane", "BPMNShape", "BPMNEdge")
)
#: what holds elements that run, are drawn or are referred to
_HOLDERS = frozenset(
    f"{{{BPMN}}}{each}"
    for each in (
        "definitions",
        "process",
        "subProcess",
        "transaction",
        "adHocSubProcess",
        "collaboration",
        "choreography",
        "globalConversation",
        "laneSet",
        "childLaneSet",
        "lane",
        "category",
    )
)
#: what stands there and says something about its holder instead
_ABOUT = frozenset(
    f"{{{BPMN}}}{each}"
    for each in (
        "auditing",
        "completionCondition",
        "documentation",
        "extension",
        "extensionElements",
        "import",
        "incoming",
        "monitoring",
        "multiInstanceLoopCharacteristics",
        "outgoing",
        "standardLoopCharacteristics",
        "supports",
    )
)


@dataclass(frozen=True, slots=True)
class Given:
    """An id that an element did not have before."""

    kind: str  #: such as ``userTask`` or ``BPMNShape``
    element_id: str
    was: str | None  #: None: it had none


def give_ids(root: etree._Element) -> tuple[etree._Element, list[Given]]:
    """Give an id to all that lack one, another to shapes that share theirs.

    Return the root, which is another one when anything was given, and what was done. The same
    file is given the same ids each time. Two elements of the process under one id stay so:
    which of them is meant nobody can tell, and the lint refuses them.
    """
    taken = Counter(id_of(each) for each in root.iter(etree.Element) if id_of(each))
    wanting = [each for each in _named(root) if _wants(each, taken)]
    if not wanting:
        return root, []
    following: Counter[str] = Counter()
    root = declared(root)
    return root, [_give(each, taken, following) for each in wanting]


def take_ids_back(root: etree._Element) -> etree._Element:
    """Undo `give_ids` where the id is still the one given and nothing else refers to it.

    Return the root, which is another one when there was anything to undo.
    """
    marked = [each for each in root.iter(etree.Element) if each.get(_GIVEN) is not None]
    if not marked and OURS not in root.nsmap.values():
        return root
    spoken = _spoken(root)
    for node in marked:
        _take_back(node, spoken)
    left = {prefix: uri for prefix, uri in root.nsmap.items() if uri != OURS}
    return _declaring(root, left)


def _named(root: etree._Element) -> Iterator[etree._Element]:
    """Yield what should have an id, in the order of the file."""
    for node in root.iter(f"{{{BPMN}}}*", *_SHAPES):
        parent = node.getparent()
        if node.tag in _SHAPES or (
            parent is not None
            and parent.tag in _HOLDERS
            and node.tag not in _ABOUT
            and not str(node.tag).endswith("Ref")
        ):
            yield node


def _wants(node: etree._Element, taken: Counter[str]) -> bool:
    """Tell whether a node needs an id; the last of shapes that share one keeps it."""
    old = id_of(node)
    if old and node.tag in _SHAPES and taken[old] > 1:
        taken[old] -= 1
        return True
    return not old


def _give(node: etree._Element, taken: Counter[str], following: Counter[str]) -> Given:
    old, new = node.get("id"), _free(node, taken, following)
    taken[new] += 1
    node.set("id", new)
    node.set(_GIVEN, new)
    if old is not None:
        node.set(_WAS, old)
    return Given(etree.QName(node).localname, new, old or None)


def _free(node: etree._Element, taken: Counter[str], following: Counter[str]) -> str:
    """Return ``userTask_1``, ``task_di`` or the next like it that nobody has."""
    element = str(node.get("bpmnElement") or "").rpartition(":")[2]
    stem = f"{element}_di" if element else etree.QName(node).localname
    if element and not taken[stem]:
        return stem
    while True:
        following[stem] += 1
        wanted = f"{stem}_{following[stem]}"
        if not taken[wanted]:
            return wanted


def _take_back(node: etree._Element, spoken: Counter[str]) -> None:
    given, was = node.get(_GIVEN), node.get(_WAS)
    for mark in (_GIVEN, _WAS):
        if mark in node.attrib:
            del node.attrib[mark]
    if node.get("id") == given and spoken[str(given)] == 1:
        if was is None:
            del node.attrib["id"]
        else:
            node.set("id", was)


def _spoken(root: etree._Element) -> Counter[str]:
    """Count how often each text stands in an attribute or is the text of an element."""
    found: Counter[str] = Counter()
    for node in root.iter(etree.Element):
        for key, value in node.attrib.items():
            if key not in (_GIVEN, _WAS):
                found[str(value).rpartition(":")[2]] += 1
        if node.text and len(node) == 0:
            found[node.text.strip().rpartition(":")[2]] += 1
    return found


def declared(root: etree._Element) -> etree._Element:
    """Return the root with our namespace declared: another one, when it was not."""
    if OURS in root.nsmap.values():
        return root
    names = dict(root.nsmap)
    names[_prefix(root)] = OURS
    return _declaring(root, names)


def unmark(node: etree._Element) -> None:
    """Take our marks off an element and all in it."""
    for each in node.iter(etree.Element):
        for mark in [key for key in each.attrib if str(key).startswith(f"{{{OURS}}}")]:
            del each.attrib[mark]


def _prefix(root: etree._Element) -> str:
    used = {prefix for each in root.iter(etree.Element) for prefix in each.nsmap}
    return next(each for each in ("divan", *(f"divan{n}" for n in range(1000))) if each not in used)


def _declaring(root: etree._Element, names: dict[str | None, str]) -> etree._Element:
    """Return the root with other namespaces declared, and all that was in it."""
    said = {str(key): str(each) for key, each in root.attrib.items()}
    other = etree.Element(root.tag, said, nsmap=cast("dict[str, str]", names))
    other.text = root.text
    other.extend(root)
    return other
