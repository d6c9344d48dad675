"""The names a diagram uses: variables it writes or reads, messages, signals, codes, processes.

For whoever writes the next expression and picks a name that exists. A diagram that is being
drawn may be wrong in any way: what cannot be read is passed over.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from lxml import etree

from engine.bpmn.source import Source, children, id_of, name, read, tag
from engine.feel import FeelSyntaxError, compile_expression
from engine.xml import Unreadable

#: attributes that name a variable to be written, of any vendor
_WRITING: Final = (
    "target",
    "resultVariable",
    "outputCollection",
    "inputElement",
    "outputElementVariable",
)
#: elements whose ``target`` or ``name`` is a variable
_MAPPED: Final = frozenset({"input", "output", "inputParameter", "outputParameter"})
#: elements whose text is an expression
_TEXTS: Final = ("conditionExpression", "condition", "loopCondition", "completionCondition")
_MESSAGES: Final = ("message", "signal")
_CODES: Final = {"error": "errorCode", "escalation": "escalationCode"}


@dataclass(frozen=True, slots=True)
class Named:
    """What the diagrams of an area name, to be named again."""

    processes: Mapping[str, tuple[str, str]]  #: id -> name, file
    messages: tuple[str, ...]
    signals: tuple[str, ...]
    errors: tuple[str, ...]  #: codes
    escalations: tuple[str, ...]  #: codes
    topics: tuple[str, ...]


def variables(file: str, content: bytes) -> tuple[str, ...]:
    """Return the variables that a diagram's expressions read and its elements write, sorted."""
    source = _source(file, content)
    if source is None:
        return ()
    found: set[str] = set()
    for node in source.root.iter(etree.Element):
        found.update(_written(node))
        for text in _expressions(node):
            found.update(_read(text))
    return tuple(sorted(each for each in found if each.isidentifier()))


def named(files: Mapping[str, bytes]) -> Named:
    """Return what some diagrams name."""
    processes: dict[str, tuple[str, str]] = {}
    found: dict[str, set[str]] = {each: set() for each in (*_MESSAGES, *_CODES, "topic")}
    for file, content in sorted(files.items()):
        source = _source(file, content)
        if source is None:
            continue
        for each in children(source.root, "process"):
            processes.setdefault(id_of(each), (name(each) or "", file))
        for kind in _MESSAGES:
            found[kind] |= {name(each) or "" for each in children(source.root, kind)}
        for kind, attribute in _CODES.items():
            found[kind] |= {str(each.get(attribute, "")) for each in children(source.root, kind)}
        found["topic"] |= set(_topics(source.root))
    plain = {kind: tuple(sorted(each - {""})) for kind, each in found.items()}
    return Named(
        processes,
        plain["message"],
        plain["signal"],
        plain["error"],
        plain["escalation"],
        plain["topic"],
    )


def _source(file: str, content: bytes) -> Source | None:
    try:
        return read(file, content)
    except Unreadable:
        return None


def _topics(root: etree._Element) -> Iterator[str]:
    for node in root.iter(etree.Element):
        if etree.QName(node).localname == "taskDefinition":
            yield str(node.get("type", ""))
        yield from (str(told) for key, told in node.attrib.items() if str(key).endswith("}topic"))


def _written(node: etree._Element) -> Iterator[str]:
    local = etree.QName(node).localname
    for attribute in _WRITING:
        value = node.get(attribute)
        if value and (attribute != "target" or local in _MAPPED):
            yield str(value)
    if local in _MAPPED and node.get("name"):
        yield str(node.get("name"))
    if node.tag == tag("dataObjectReference") and name(node):
        yield str(name(node))


def _expressions(node: etree._Element) -> Iterator[str]:
    for value in node.attrib.values():
        if str(value).lstrip().startswith("="):
            yield str(value)
    text = (node.text or "").strip()
    if text.startswith("=") or (text and node.tag in _QUALIFIED):
        yield text


_QUALIFIED: Final = frozenset(tag(each) for each in _TEXTS)


def _read(text: str) -> frozenset[str]:
    try:
        return frozenset(compile_expression(text.lstrip().removeprefix("=")).names)
    except FeelSyntaxError:
        return frozenset()
