"""The types a model knows by name: FEEL's own, those it defines, those it imports."""

from __future__ import annotations

from collections.abc import Mapping

from engine import feel
from engine.dmn.model import Definitions, ItemDefinition
from engine.dmn.types import (
    ANY,
    Collection,
    Constrained,
    FunctionType,
    Named,
    Structure,
    Type,
    builtin_type,
)


class UnknownType(ValueError):
    """No type has this name."""


class TypeTable:
    """Looks types up by the names a model gives them."""

    def __init__(self, model: Definitions, others: Mapping[str, TypeTable]) -> None:
        self._model = model
        self._others = others  #: by namespace; filled as models are read
        self._items = {each.name: each for each in model.items}
        self._known: dict[str, Type] = {}

    def of(self, name: str | None) -> Type:
        """Return a type; of one that is unknown nothing is demanded (``lint`` names it)."""
        try:
            return self.named(name) if name else ANY
        except UnknownType:
            return ANY

    def named(self, name: str) -> Type:
        """Return the type of a name.

        Raises:
            UnknownType: there is none.
        """
        if name in self._known:
            return self._known[name]
        if name in self._items:
            found: Type = Named(name, lambda: self._known[name])
            self._known[name] = found  # for those that speak of themselves
            self._known[name] = self.define(self._items[name])
            return found
        return self._imported(name)

    def _imported(self, name: str) -> Type:
        found = builtin_type(name)
        if found is not None:
            return found
        prefix, _, rest = name.partition(":")
        if rest:
            namespace = self._model.prefixes.get(prefix, "")
            table = self._others.get(namespace, self)
            return table.named(rest)
        for each in self._model.imports:
            inner = name.removeprefix(f"{each.name}.") if each.name else name
            other = self._others.get(each.namespace)
            if other is not None and other is not self and (inner != name or not each.name):
                try:
                    return other.named(inner)
                except UnknownType:
                    continue
        raise UnknownType(name)

    def names(self) -> frozenset[str]:
        """Return the names of the types this model defines."""
        return frozenset(self._items)

    def define(self, item: ItemDefinition) -> Type:
        """Return the type that an item definition says."""
        base: Type = self.of(item.type_ref)
        if item.components:
            base = Structure({each.name: self.define(each) for each in item.components})
        elif item.function is not None:
            parameters, result = item.function
            taken = tuple((each.name, self.of(each.type_ref)) for each in parameters)
            base = FunctionType(taken, self.of(result))
        if item.allowed:
            base = _constrained(base, item.allowed)
        if item.is_collection:
            base = Collection(base)
        return _constrained(base, item.constraint) if item.constraint else base


def _constrained(base: Type, text: str) -> Type:
    try:
        return Constrained(base, feel.compile_unary_tests(text))
    except feel.FeelSyntaxError:
        return base


def component_names(model: Definitions) -> frozenset[str]:
    """Return the names that paths into values of this model's types may use."""
    found: set[str] = set()
    waiting = list(model.items)
    while waiting:
        item = waiting.pop()
        found.update(each.name for each in item.components)
        waiting.extend(item.components)
    return frozenset(found)
