"""The DMN test kit's folders: what each case gives, asks for and expects."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from lxml import etree

from engine import xml
from engine.feel import operators
from engine.feel.errors import NullBecause
from engine.feel.moments import date_and_time_from, date_from, duration_from, time_from

_SCHEMA = "{http://www.omg.org/spec/DMN/20160719/testcase}"
_XSI = "{http://www.w3.org/2001/XMLSchema-instance}"


@dataclass(frozen=True, slots=True)
class Question:
    """One result of one case of the kit."""

    folder: str
    case: str
    model: Path
    inputs: Mapping[str, Any]
    decision: str
    invocable: str | None  #: the decision service or function asked, where it is no decision
    expected: Any

    @property
    def name(self) -> str:
        return f"{self.folder}/{self.case}/{self.decision}"


class Malformed(ValueError):
    """A file beside decisions is not XML."""


def files(root: Path) -> Iterator[Path]:
    """Yield the files below ``root`` that may hold cases: XML beside decisions."""
    for path in sorted(root.rglob("*.xml")):
        if path.is_file() and any(path.parent.glob("*.dmn")):
            yield path


def questions_of(path: Path) -> list[Question]:
    """Return every result a file expects; none where it is no file of cases.

    Raises:
        Malformed: it cannot be read.
    """
    try:
        tree = xml.parse(path.read_bytes())
        return list(_of_file(path, tree)) if tree.tag == f"{_SCHEMA}testCases" else []
    except xml.Unreadable as failure:
        raise Malformed(f"{path.name}: {failure}") from failure


def _of_file(path: Path, tree: etree._Element) -> Iterator[Question]:
    model = path.parent / tree.findtext(f"{_SCHEMA}modelName", "").strip()
    for case in tree.iter(f"{_SCHEMA}testCase"):
        inputs = {node.get("name", ""): _value(node) for node in case.iter(f"{_SCHEMA}inputNode")}
        for node in case.iter(f"{_SCHEMA}resultNode"):
            expected = node.find(f"{_SCHEMA}expected")
            wrong = node.get("errorResult") == "true" or expected is None
            yield Question(
                path.parent.name,
                case.get("id", ""),
                model,
                inputs,
                node.get("name", ""),
                case.get("invocableName"),
                None if wrong else _value(expected),
            )


def _value(node: etree._Element | None) -> Any:
    """Read a value: a simple one, a list of items, or a context of components."""
    if node is None or node.get(f"{_XSI}nil") == "true":
        return None
    components = node.findall(f"{_SCHEMA}component")
    if components:
        return {each.get("name", ""): _value(each) for each in components}
    listed = node.find(f"{_SCHEMA}list")
    if listed is not None:
        if listed.get(f"{_XSI}nil") == "true":
            return None
        return [_value(each) for each in listed.findall(f"{_SCHEMA}item")]
    simple = node.find(f"{_SCHEMA}value")
    return None if simple is None else _simple(simple)


def _simple(node: etree._Element) -> Any:
    if node.get(f"{_XSI}nil") == "true":
        return None
    kind = (node.get(f"{_XSI}type") or "string").rpartition(":")[2]
    text = node.text or ""
    try:
        return _READERS[kind](text.strip()) if kind in _READERS else text
    except (ArithmeticError, ValueError, NullBecause):
        return Unread(kind, text)


@dataclass(frozen=True, slots=True)
class Unread:
    """A value that is none of its kind; nothing agrees with it."""

    kind: str
    text: str


_NUMBERS = ("decimal", "double", "float", "integer", "int", "long")
_READERS: Mapping[str, Callable[[str], Any]] = {
    **dict.fromkeys(_NUMBERS, Decimal),
    "boolean": lambda text: text in ("true", "1"),
    "date": date_from,
    "time": time_from,
    "dateTime": date_and_time_from,
    "duration": duration_from,
}


def agrees(found: Any, expected: Any) -> bool:
    """Tell whether a result is the expected one: numbers to 1e-8, moments as FEEL values."""
    if isinstance(found, Decimal) and isinstance(expected, Decimal):
        return abs(found - expected) <= Decimal("1e-8") * max(abs(expected), Decimal(1))
    if isinstance(found, list) and isinstance(expected, list):
        return len(found) == len(expected) and all(map(agrees, found, expected))
    if isinstance(found, dict) and isinstance(expected, dict):
        same = found.keys() == expected.keys()
        return same and all(agrees(found[key], expected[key]) for key in expected)
    if type(found) is not type(expected):
        return False
    return found is None or operators.equal(found, expected) is True
