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

from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Final, Literal

from lxml import etree

from engine.bpmn.interchange.schema import DEFAULTS
from engine.bpmn.references import REFERRING, is_reference
from engine.bpmn.source import BPMN
from engine.changes import Added, Change, Changed, Key, Part, Removed, compare
from engine.xml import parse

_XSI_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
TEXT: Final = "text()"  #: the fact that is an element's own text

#: what drawings are written in, BPMN's and DMN's
DRAWING: Final = frozenset(
    {
        "http://www.omg.org/spec/BPMN/20100524/DI",
        "http://www.omg.org/spec/DD/20100524/DI",
        "http://www.omg.org/spec/DD/20100524/DC",
        "http://www.omg.org/spec/DMN/20180521/DI/",
        "http://www.omg.org/spec/DMN/20180521/DC/",
        "https://www.omg.org/spec/DMN/20191111/DMNDI/",
        "https://www.omg.org/spec/DMN/20230324/DMNDI/",
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
    old, new = tree(before), tree(after)
    if old.tag != new.tag:
        return [Difference(_short(old.tag), "changed", old.tag, new.tag)]
    if old.mark != new.mark:  # the file as a whole is what is compared
        old, new = replace(old, mark=""), replace(new, mark="")
    return [_difference(each, step_of(old)) for each in compare(old, new).changes]


def tree(content: bytes) -> Part:
    """Return what a file says, without how it is written down.

    Raises:
        Unreadable: no XML that we read.
    """
    return _part(parse(content))


def _part(node: etree._Element) -> Part:
    facts, text = _said(node), _text(node)
    if text:
        facts[TEXT] = text
    return Part(
        str(node.tag), _mark(node, text), facts, tuple(_part(each) for each in _children(node))
    )


def _children(node: etree._Element) -> list[etree._Element]:
    """Return the child elements; by name where only the order of the same name says something."""
    found = [each for each in node if isinstance(each.tag, str)]
    namespace, local = _split(str(node.tag))
    if namespace == BPMN and local != "extensionElements":
        found.sort(key=lambda each: str(each.tag))
    return found


def _mark(node: etree._Element, text: str) -> str:
    """Return an element's id; without one, what it is drawn for or refers to."""
    namespace, local = _split(str(node.tag))
    refers = namespace == BPMN and (is_reference(local) or local in REFERRING)
    return str(node.get("id") or node.get("bpmnElement") or (text if refers else ""))


def _difference(change: Change, root: str) -> Difference:
    where = "/".join((root, *(step_of(each) for each in change.place)))
    match change:
        case Added(part=part):
            return Difference(f"{where}/{step_of(part)}", "added")
        case Removed():
            return Difference(where, "missing")
        case Changed(name=name, before=before, after=after):
            if name == TEXT:
                return Difference(f"{where}/{TEXT}", "changed", before or "", after or "")
            return Difference(f"{where}/@{_short(name)}", _came_or_went(change), before, after)
        case _:
            return Difference(where, "moved")


def _came_or_went(change: Changed) -> Literal["added", "missing", "changed"]:
    if change.before is None:
        return "added"
    return "missing" if change.after is None else "changed"


def step_of(part: Part | Key) -> str:
    """Return what a part is called in a path: ``userTask[a]``."""
    name = _short(part.tag)
    return f"{name}[{part.mark}]" if part.mark else name


def _said(node: etree._Element) -> dict[str, str]:
    """Return the attributes that say something, their values spelled one way."""
    tag = str(node.tag)
    namespace, local = _split(tag)
    defaults = DEFAULTS.get(local, {}) if namespace == BPMN else {}
    found = {}
    for name, value in node.attrib.items():
        key = str(name)
        spelled = _spelled(node, key, str(value), namespace)
        if defaults.get(key) != spelled and (tag, key, spelled) != _POINT:
            found[key] = spelled
    return found


@lru_cache(maxsize=4096)
def _split(tag: str) -> tuple[str, str]:
    """Return namespace and name of a qualified tag."""
    namespace, _, local = tag.rpartition("}")
    return namespace.removeprefix("{"), local


def _spelled(node: etree._Element, key: str, value: str, namespace: str) -> str:
    if key == _XSI_TYPE or (namespace == BPMN and is_reference(key)) or key == "bpmnElement":
        return _resolved(node, value.strip())
    if namespace in DRAWING and key in _MEASURES:
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


def _text(node: etree._Element) -> str:
    """Return an element's own text; what only indents says nothing."""
    parts = [node.text or "", *(each.tail or "" for each in node)]
    if not any(each.strip() for each in parts):
        return ""
    text = "".join(parts) if len(parts) == 1 else "|".join(each.strip() for each in parts)
    namespace, local = _split(str(node.tag))
    if namespace == BPMN and (is_reference(local) or local in REFERRING):
        return _resolved(node, text.strip())
    return text


def _short(key: str) -> str:
    return key.rpartition("}")[2]
