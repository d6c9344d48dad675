"""Into the form Divan keeps, and back to the tool."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from engine.bpmn.interchange.canonical import Difference, differences
from engine.bpmn.interchange.identity import Given, give_ids, take_ids_back
from engine.bpmn.interchange.undrawn import draw, take_drawing_back
from engine.bpmn.source import tag
from engine.xml import parse


class NotBpmn(ValueError):
    """The file is XML but no BPMN 2.0 model."""


@dataclass(frozen=True, slots=True)
class Imported:
    """A model as Divan keeps it: UTF-8, every element and shape with an id of its own."""

    content: bytes
    given: tuple[Given, ...]  #: what had to be changed; `exported` takes it back


def read(content: bytes) -> Imported:
    """Take a model of any tool in.

    Nothing that the file says is left out: extensions of vendors that nobody here knows,
    attributes in foreign namespaces and the drawing stay where they are. Comments go. A model
    without a drawing is given one.

    Raises:
        Unreadable: no XML that we read; see `engine.xml`.
        NotBpmn: another kind of XML.
    """
    root, given = give_ids(_model(content))
    root, drawn = draw(root)
    return Imported(_written(root), (*given, *drawn))


def exported(content: bytes) -> bytes:
    """Return a model that Divan keeps as its tool would have written it.

    An id that was given at the import goes, one that was replaced is itself again, unless
    something drawn since then refers to it. A drawing made at the import goes, unless it was
    changed since.

    Raises:
        Unreadable, NotBpmn: as in `read`.
    """
    root = _model(content)
    take_drawing_back(root)
    return _written(take_ids_back(root))


def lost(content: bytes) -> list[Difference]:
    """Return what import and export of a file change about it; nothing, if all is well.

    Raises:
        Unreadable, NotBpmn: as in `read`.
    """
    return differences(content, exported(read(content).content))


def _model(content: bytes) -> etree._Element:
    root = parse(content)
    if root.tag != tag("definitions"):
        raise NotBpmn(f"{etree.QName(root).localname} is no BPMN 2.0 definitions")
    return root


def _written(root: etree._Element) -> bytes:
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)
