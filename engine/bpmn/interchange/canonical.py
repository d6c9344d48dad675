"""What two files say differently, whatever prefix, order or spelling they say it with.

Two files are the same when they hold the same elements with the same attributes, texts,
extensions and shapes. Not counted: prefixes, the order of attributes, indentation, comments, how
characters are escaped, an attribute that repeats the default of the schema, ``100.0`` for ``100``
on a drawing, and the order of children with *different* names in elements of the standard (the
schema fixes that order, or gives it no meaning). Counted: the order of children with the same
name (conditions are tried as written), and every order on the drawing (what covers what) and in
what vendors wrote.

Source: BPMN 2.0.2, Semantic.xsd, BPMNDI.xsd, DI.xsd, DC.xsd; Canonical XML 2.0, section 2.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Literal

from lxml import etree

from engine.bpmn.interchange.schema import DEFAULTS
from engine.bpmn.references import REFERRING, is_reference
from engine.bpmn.source import BPMN
from engine.xml import parse

_XSI_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
_DRAWING = frozenset(
    {
        "http://www.omg.org/spec/BPMN/20100524/DI",
        "http://www.omg.org/spec/DD/20100524/DI",
        "http://www.omg.org/spec/DD/20100524/DC",
    }
)
#: a waypoint that says the type it has anyway
_POINT = (
    "{http://www.omg.org/spec/DD/20100524/DI}waypoint",
    _XSI_TYPE,
    "{http://www.omg.org/spec/DD/20100524/DC}Point",
)
_MEASURES = frozenset({"x", "y", "width", "height", "resolution", "size"})


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that two files say differently."""

    where: str  #: ``process[p]/userTask[a]/@name``
    kind: Literal["missing", "added", "changed", "moved"]
    before: str | None = None
    after: str | None = None

    def __str__(self) -> str:
        told = f" {self.before!r} became {self.after!r}" if self.kind == "changed" else ""
        return f"{self.where} {self.kind}{told}"


def differences(before: bytes, after: bytes) -> list[Difference]:
    """Return what the second file says otherwise than the first; nothing when they agree.

    Raises:
        Unreadable: one of them is no XML that we read.
    """
    old, new = parse(before), parse(after)
    if old.tag != new.tag:
        return [Difference(_step(old), "changed", str(old.tag), str(new.tag))]
    return list(_between(old, new))


def _between(old: etree._Element, new: etree._Element) -> Iterator[Difference]:
    """Yield the differences of two elements and all below them, without recursion."""
    todo = [(old, new, _step(old))]
    while todo:
        one, other, where = todo.pop()
        yield from _attributes(one, other, where)
        yield from _texts(one, other, where)
        pairs: list[tuple[etree._Element, etree._Element, str]] = []
        for found in _matched(one, other, where):
            if isinstance(found, Difference):
                yield found
            else:
                pairs.append(found)
        todo.extend(reversed(pairs))


def _attributes(old: etree._Element, new: etree._Element, where: str) -> Iterator[Difference]:
    before, after = _said(old), _said(new)
    for key in [*before, *(each for each in after if each not in before)]:
        was, now = before.get(key), after.get(key)
        if was == now:
            continue
        kind: Literal["missing", "added", "changed"] = (
            "missing" if now is None else "added" if was is None else "changed"
        )
        yield Difference(f"{where}/@{_short(key)}", kind, was, now)


def _said(node: etree._Element) -> dict[str, str]:
    """Return the attributes that say something, their values spelled one way."""
    name = etree.QName(node)
    defaults = DEFAULTS.get(name.localname, {}) if name.namespace == BPMN else {}
    found = {}
    for key, value in node.attrib.items():
        spelled = _spelled(node, str(key), str(value), name)
        if defaults.get(str(key)) != spelled and (name.text, key, spelled) != _POINT:
            found[str(key)] = spelled
    return found


def _spelled(node: etree._Element, key: str, value: str, name: etree.QName) -> str:
    if key == _XSI_TYPE or (name.namespace == BPMN and is_reference(key)) or key == "bpmnElement":
        return _resolved(node, value.strip())
    if name.namespace in _DRAWING and key in _MEASURES:
        return _number(value)
    return value


def _number(value: str) -> str:
    try:
        return f"{Decimal(value.strip()).normalize():f}"
    except InvalidOperation:
        return value


def _resolved(node: etree._Element, value: str) -> str:
    """Return a qualified name without its prefix; one of this model by its local name alone."""
    prefix, colon, local = value.partition(":")
    uri = node.nsmap.get(prefix) if colon else None
    if uri is None:
        return value
    root = node.getroottree().getroot()
    return local if uri == root.get("targetNamespace") else f"{{{uri}}}{local}"


def _texts(old: etree._Element, new: etree._Element, where: str) -> Iterator[Difference]:
    before, after = _text(old), _text(new)
    if before != after:
        yield Difference(f"{where}/text()", "changed", before, after)


def _text(node: etree._Element) -> str:
    """Return an element's own text; what only indents says nothing."""
    parts = [node.text or "", *(each.tail or "" for each in node)]
    if not any(each.strip() for each in parts):
        return ""
    text = "".join(parts) if len(parts) == 1 else "|".join(each.strip() for each in parts)
    name = etree.QName(node)
    if name.namespace == BPMN and (is_reference(name.localname) or name.localname in REFERRING):
        return _resolved(node, text.strip())
    return text


def _matched(
    old: etree._Element, new: etree._Element, where: str
) -> Iterator[Difference | tuple[etree._Element, etree._Element, str]]:
    if etree.QName(old).namespace != BPMN or etree.QName(old).localname == "extensionElements":
        yield from _in_order(_children(old), _children(new), where)
        return
    before, after = _by_name(old), _by_name(new)
    for tag in [*before, *(each for each in after if each not in before)]:
        yield from _in_order(before.get(tag, []), after.get(tag, []), where)


def _children(node: etree._Element) -> list[etree._Element]:
    return [each for each in node if isinstance(each.tag, str)]


def _by_name(node: etree._Element) -> dict[str, list[etree._Element]]:
    found: dict[str, list[etree._Element]] = defaultdict(list)
    for each in _children(node):
        found[str(each.tag)].append(each)
    return found


def _in_order(
    old: Sequence[etree._Element], new: Sequence[etree._Element], where: str
) -> Iterator[Difference | tuple[etree._Element, etree._Element, str]]:
    """Yield pairs of children that are each other's, and those that are nobody's or moved."""
    before, after = _keyed(old), _keyed(new)
    for key, each in before.items():
        path = f"{where}/{_step(each)}"
        if key in after:
            yield each, after[key], path
        else:
            yield Difference(path, "missing")
    yield from (
        Difference(f"{where}/{_step(each)}", "added")
        for key, each in after.items()
        if key not in before
    )
    kept = [key for key in before if key in after]
    came = [key for key in after if key in before]
    if kept != came:
        first = next(one for one, other in zip(kept, came, strict=True) if one != other)
        yield Difference(f"{where}/{_step(before[first])}", "moved")


def _keyed(nodes: Sequence[etree._Element]) -> dict[tuple[str, str, int], etree._Element]:
    """Return children by name and id; without an id, by what they refer to or their turn."""
    found: dict[tuple[str, str, int], etree._Element] = {}
    turns: dict[tuple[str, str], int] = defaultdict(int)
    for each in nodes:
        name = (str(each.tag), _mark(each))
        found[(*name, turns[name])] = each
        turns[name] += 1
    return found


def _mark(node: etree._Element) -> str:
    return str(node.get("id") or node.get("bpmnElement") or "")


def _step(node: etree._Element) -> str:
    mark = _mark(node)
    name = etree.QName(node).localname
    return f"{name}[{mark}]" if mark else name


def _short(key: str) -> str:
    return key.rpartition("}")[2]
