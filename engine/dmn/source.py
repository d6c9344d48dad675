"""A DMN file as parsed; elements are known by their local names, whatever the version."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from lxml import etree

from engine.findings import detail
from engine.xml import Unreadable, parse

#: the namespaces of models, by version of the standard
VERSIONS: Final = {
    "http://www.omg.org/spec/DMN/20151101/dmn.xsd": "1.1",
    "http://www.omg.org/spec/DMN/20180521/MODEL/": "1.2",
    "https://www.omg.org/spec/DMN/20191111/MODEL/": "1.3",
    "https://www.omg.org/spec/DMN/20211108/MODEL/": "1.4",
    "https://www.omg.org/spec/DMN/20230324/MODEL/": "1.5",
    "https://www.omg.org/spec/DMN/20240513/MODEL/": "1.6",
}


@dataclass(frozen=True, slots=True)
class Source:
    """One file of a deployment."""

    file: str
    root: etree._Element
    version: str


def read(file: str, content: bytes) -> Source:
    """Return the parsed file.

    Raises:
        Unreadable: no XML that we read, or no DMN model of a version we know.
    """
    root = parse(content)
    name = etree.QName(root)
    if name.localname != "definitions" or name.namespace not in VERSIONS:
        raise Unreadable(detail("XML-008"))
    return Source(file, root, VERSIONS[name.namespace])


def kind(node: etree._Element) -> str:
    """Return the DMN name of an element; empty when it is of another namespace."""
    name = etree.QName(node)
    return name.localname if name.namespace in VERSIONS else ""


def children(node: etree._Element, *kinds: str) -> Iterator[etree._Element]:
    """Yield the child elements of these kinds, in the order they are written."""
    return (each for each in node if kind(each) in kinds)


def child(node: etree._Element | None, *kinds: str) -> etree._Element | None:
    """Return the first child of these kinds."""
    return None if node is None else next(children(node, *kinds), None)


def text_in(node: etree._Element | None) -> str | None:
    """Return what the ``text`` child of an element says; ``None`` when it has none."""
    inner = child(node, "text")
    if inner is None:
        return None
    return "".join(str(each) for each in inner.itertext()).strip()


def content_of(node: etree._Element | None) -> str:
    """Return the text of an element itself, stripped."""
    return "" if node is None else "".join(str(each) for each in node.itertext()).strip()


def attribute(node: etree._Element, name: str) -> str | None:
    """Return an attribute with its spaces joined; ``None`` when it is missing or empty."""
    return " ".join(str(node.get(name) or "").split()) or None
