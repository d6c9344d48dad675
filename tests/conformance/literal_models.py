"""Just enough of DMN to show what FEEL answers: decisions that are expressions and contexts."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from engine import feel
from engine.feel.names import odd_names_in
from engine.feel.types import ANY, NAMED_TYPES, ContextType, FunctionType, ListType, Type


class NotYet(Exception):
    """The decision is of a form that is not only FEEL."""


class Model:
    """One file of the kit, read without any check."""

    def __init__(self, path: Path) -> None:
        self.root = ET.parse(path).getroot()

    @cached_property
    def types(self) -> Mapping[str, Type]:
        """The item definitions."""
        found = {each.get("name", ""): each for each in _all(self.root, "itemDefinition")}
        return {name: self._type(each, found) for name, each in found.items()}

    def _type(self, node: ET.Element, declared: Mapping[str, ET.Element]) -> Type:
        components = _all(node, "itemComponent")
        function = _first(node, "functionItem")
        if components:
            entries = ((each.get("name", ""), self._type(each, declared)) for each in components)
            type_: Type = ContextType(tuple(entries))
        elif function is not None:
            parameters = _all(function, "parameters")
            types = (self._named(each.get("typeRef"), declared) for each in parameters)
            result = self._named(function.get("outputTypeRef"), declared)
            type_ = FunctionType(tuple(types), result)
        else:
            named = _first(node, "typeRef")
            type_ = self._named(None if named is None else named.text, declared)
        return ListType(type_) if node.get("isCollection") == "true" else type_

    def _named(self, name: str | None, declared: Mapping[str, ET.Element]) -> Type:
        short = (name or "Any").strip().rpartition(":")[2]
        if short in declared:
            return self._type(declared[short], declared)
        return NAMED_TYPES.get(short, ANY)

    def decide(self, name: str, inputs: Mapping[str, Any]) -> Any:
        """Return what a decision gives.

        Raises:
            NotYet: it, or one it needs, is of another form.
        """
        for decision in _all(self.root, "decision"):
            if decision.get("name") == name:
                scope = dict(inputs) | self._required(decision, inputs)
                for each in decision:
                    if _kind(each) in ("literalExpression", "context"):
                        return self._boxed(each, scope)
        raise NotYet(name)

    def _required(self, decision: ET.Element, inputs: Mapping[str, Any]) -> dict[str, Any]:
        found = {}
        for each in decision.iter():
            if _kind(each) in ("requiredDecision", "requiredKnowledge"):
                wanted = (each.get("href") or "").rpartition("#")[2]
                name = next((o.get("name") for o in self.root if o.get("id") == wanted), None)
                if name is None:
                    raise NotYet(wanted)
                found[name] = self.decide(name, inputs)
        return found

    def _boxed(self, node: ET.Element, scope: dict[str, Any]) -> Any:
        if _kind(node) == "literalExpression":
            text = _first(node, "text")
            source = "" if text is None else text.text or ""
            compiled = feel.compile_expression(source, odd_names_in(scope), self.types)
            return compiled.evaluate(scope).value
        if _kind(node) != "context":
            raise NotYet(_kind(node))
        made: dict[str, Any] = {}
        for entry in _all(node, "contextEntry"):
            variable = _first(entry, "variable")
            boxed = [each for each in entry if _kind(each) not in ("variable", "description")]
            value = self._boxed(boxed[0], scope | made)
            if variable is None:
                return value
            made[variable.get("name", "")] = value
        return made


def _kind(node: ET.Element) -> str:
    return node.tag.rpartition("}")[2]


def _all(node: ET.Element, kind: str) -> list[ET.Element]:
    return [each for each in node if _kind(each) == kind]


def _first(node: ET.Element, kind: str) -> ET.Element | None:
    return next(iter(_all(node, kind)), None)
