"""The types a model knows by name: FEEL's own, those it defines, those it imports."""

from __future__ import annotations

from collections.abc import Mapping

from engine import feel
from engine.dmn.model import Definitions, ItemDefinition
from engine.dmn.types import Named, builtin_type, constrained


class UnknownType(ValueError):
    """No type has this name."""


class TypeTable:
    """Looks types up by the names a model gives them."""

    def __init__(self, model: Definitions, others: Mapping[str, TypeTable]) -> None:
        self._model = model
        self._others = others  #: by namespace; filled as models are read
        self._items = {each.name: each for each in model.items}
        self._known: dict[str, feel.Type] = {}
        self._begun: set[str] = set()

    def of(self, name: str | None) -> feel.Type:
        """Return a type; of one that is unknown nothing is demanded (``lint`` names it)."""
        try:
            return self.named(name) if name else feel.ANY
        except UnknownType:
            return feel.ANY

    def named(self, name: str) -> feel.Type:
        """Return the type of a name.

        Raises:
            UnknownType: there is none.
        """
        if name in self._known:
            return self._known[name]
        if name in self._items:
            if self._is_nothing_but_itself(name):
                raise UnknownType(name)
            if name in self._begun:  # it speaks of itself
                return Named(name, lambda: self._known[name])
            self._begun.add(name)
            self._known[name] = found = self.define(self._items[name])
            return found
        return self._imported(name)

    def _is_nothing_but_itself(self, name: str) -> bool:
        """Tell whether a type leads back to its own name without a list or entry between."""
        seen: set[str] = set()
        while name not in seen:
            seen.add(name)
            item = self._items.get(name)
            if item is None or item.is_collection or item.components or not item.type_ref:
                return False
            name = item.type_ref
        return True

    def _imported(self, name: str) -> feel.Type:
        found = builtin_type(name)
        if found is not None:
            return found
        prefix, _, rest = name.partition(":")
        if rest:
            namespace = self._model.prefixes.get(prefix, "")
            table = self._others.get(namespace, self)
            return table.named(rest)
        for each in self._model.imports:
            other = self._others.get(each.namespace, self)
            if not each.name and name in other.names():
                return other.named(name)
            if each.name and name.startswith(f"{each.name}.") and other is not self:
                return other.named(name.removeprefix(f"{each.name}."))
        raise UnknownType(name)

    def declared(self) -> Mapping[str, feel.Type]:
        """Return the types that expressions of this model may name beside FEEL's own."""
        found = {name: self.of(name) for name in self._items}
        for each in self._model.imports:
            other = self._others.get(each.namespace)
            if other is not None and other is not self:
                prefix = f"{each.name}." if each.name else ""
                found.update((f"{prefix}{name}", other.of(name)) for name in other.names())
        return found

    def names(self) -> frozenset[str]:
        """Return the names of the types this model defines."""
        return frozenset(self._items)

    def define(self, item: ItemDefinition) -> feel.Type:
        """Return the type that an item definition says."""
        base: feel.Type = self.of(item.type_ref)
        if item.components:
            entries = ((each.name, self.define(each)) for each in item.components)
            base = feel.ContextType(tuple(entries))
        elif item.function is not None:
            parameters, result = item.function
            base = feel.FunctionType(
                tuple(self.of(each.type_ref) for each in parameters), self.of(result)
            )
        if item.allowed:
            base = _constrained(base, item.allowed)
        if item.is_collection:
            base = feel.ListType(base)
        return _constrained(base, item.constraint) if item.constraint else base


def _constrained(base: feel.Type, text: str) -> feel.Type:
    try:
        return constrained(base, feel.compile_unary_tests(text))
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
