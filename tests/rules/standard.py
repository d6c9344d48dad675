"""Writes `engine/bpmn/standard.json`: what each element of BPMN 2.0 may carry and hold.

``python -m tests.rules.standard``; it is read from the schema files of the standard, which
SpiffWorkflow ships.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

import SpiffWorkflow
from lxml import etree

from tests.guards.tree import ROOT

PAGE: Final = ROOT / "engine" / "bpmn" / "standard.json"
_SCHEMA: Final = (
    Path(SpiffWorkflow.__path__[0]) / "bpmn" / "parser" / "schema" / "Semantic.xsd",
    Path(SpiffWorkflow.__path__[0]) / "bpmn" / "parser" / "schema" / "BPMN20.xsd",
)
_XSD: Final = "{http://www.w3.org/2001/XMLSchema}"
_KINDS: Final = {"ID": "id", "IDREF": "ref", "QName": "ref", "boolean": "boolean"}
_NUMBERS: Final = {"integer", "int"}
_FAMILIES: Final = ("activity", "event", "flowNode", "gateway")
_MARKS: Final = {("0", "1"): "?", ("0", "unbounded"): "*", ("1", "unbounded"): "+", ("1", "1"): ""}
_ABOUT: Final = "made by: python -m tests.rules.standard; read by engine.bpmn.grammar"


class _Schema:
    def __init__(self) -> None:
        self.types: dict[str, etree._Element] = {}
        self.kinds: dict[str, list[str]] = {}
        self.elements: dict[str, str] = {}
        self.groups: dict[str, list[str]] = {}
        self.abstract: set[str] = set()
        self.parts: dict[str, tuple[dict[str, str], list[str]]] = {}
        for path in _SCHEMA:
            self._read(etree.parse(path).getroot())

    def _read(self, root: etree._Element) -> None:
        for each in root:
            name = str(each.get("name"))
            if each.tag == f"{_XSD}complexType":
                self.types[name] = each
                if each.get("abstract") == "true":
                    self.abstract.add(f"{name[1].lower()}{name[2:]}")
            elif each.tag == f"{_XSD}simpleType":
                values = [str(one.get("value")) for one in each.iter(f"{_XSD}enumeration")]
                self.kinds[name] = values
            elif each.tag == f"{_XSD}element":
                self.elements[name] = _local(each.get("type"))
                if each.get("abstract") == "true":
                    self.abstract.add(name)
                if each.get("substitutionGroup"):
                    self.groups.setdefault(_local(each.get("substitutionGroup")), []).append(name)

    def describe(self) -> None:
        todo = list(self.elements.items())
        while todo:
            name, of_type = todo.pop()
            is_abstract = name in self.abstract and self.elements.get(name) in (None, of_type)
            if of_type not in self.types or is_abstract:
                continue
            attributes, children = self._part(of_type)
            known = self.parts.get(name)
            self.parts[name] = (attributes, children)
            if known is not None:
                if known == (attributes, children):
                    continue
                merged = known[0] | attributes
                longer = max(known[1], children, key=len)
                self.parts[name] = (merged, longer)
                continue
            inside = (
                (str(each.get("name")), _local(each.get("type")))
                for base in self._bases(of_type)
                for each in self.types[base].iter(f"{_XSD}element")
                if each.get("name")
            )
            for local, local_type in inside:
                if local_type in self.types:
                    todo.append((local, local_type))
                else:  # a reference: nothing but its text
                    self.parts.setdefault(local, ({}, []))
        for group in _FAMILIES:
            self.groups[group] = [
                name
                for name, of_type in self.elements.items()
                if of_type in self.types
                and f"t{group[0].upper()}{group[1:]}" in self._bases(of_type)
                and name not in self.abstract
            ]

    def _bases(self, name: str) -> list[str]:
        found = [name]
        for each in self.types[name].iter(f"{_XSD}extension"):
            base = _local(each.get("base"))
            if base in self.types:
                found = [*self._bases(base), *found]
        return found

    def _part(self, name: str) -> tuple[dict[str, str], list[str]]:
        attributes: dict[str, str] = {}
        children: list[str] = []
        if name == "tExpression":  # a formal one says so by xsi:type
            name = "tFormalExpression"
        for base in self._bases(name):
            for each in self.types[base].iter(f"{_XSD}attribute", f"{_XSD}element"):
                if each.tag == f"{_XSD}attribute":
                    attributes[str(each.get("name"))] = self._kind(each)
                else:
                    children.append(self._child(each))
        return attributes, children

    def _kind(self, attribute: etree._Element) -> str:
        of_type = _local(attribute.get("type"))
        if of_type in self.kinds and self.kinds[of_type] and not of_type.startswith("tImpl"):
            kind = "|".join(self.kinds[of_type])
        elif of_type in _NUMBERS:
            kind = "integer"
        else:
            kind = _KINDS.get(of_type, "")
        must = "!" if attribute.get("use") == "required" else ""
        return f"{kind}{must}"

    def _child(self, element: etree._Element) -> str:
        fewest, most = element.get("minOccurs", "1"), element.get("maxOccurs", "1")
        parent = element.getparent()
        if parent is not None and parent.tag == f"{_XSD}choice":
            fewest = "0"
        fewest = "0" if fewest == "0" else "1"
        mark = _MARKS.get((fewest, most), "+")
        if element.get("name"):
            kind = _KINDS.get(_local(element.get("type")), "")
            return f"{element.get('name')}{':ref' if kind == 'ref' else ''}{mark}"
        name = _local(element.get("ref"))
        grouped = name in self.abstract or name in self.groups
        return f"{'@' if grouped else ''}{name}{mark}"

    def members(self, group: str) -> list[str]:
        if group in _FAMILIES:
            return sorted(self.groups[group])
        found = [] if group in self.abstract else [group]
        for each in self.groups.get(group, []):
            found += self.members(each)
        return sorted(found)


def _local(name: str | None) -> str:
    return str(name or "").rpartition(":")[2]


def page() -> str:
    """Return the table as a file."""
    schema = _Schema()
    schema.describe()
    parts = sorted(schema.parts.items())
    told = {
        "about": _ABOUT,
        "groups": {each: " ".join(schema.members(each)) for each in sorted(schema.groups)},
        "attributes": {name: " ".join(_told(attributes)) for name, (attributes, _) in parts},
        "children": {name: " ".join(children) for name, (_, children) in parts},
    }
    return json.dumps(told, indent=1) + "\n"


def _told(attributes: dict[str, str]) -> list[str]:
    return [
        f"{key}{':' if kind.strip('!') else ''}{kind}" for key, kind in sorted(attributes.items())
    ]


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
