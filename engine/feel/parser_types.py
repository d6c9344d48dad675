"""The types an expression names: ``number``, ``list<date and time>``, ``function<string>->Any``."""

from engine.feel.cursor import Cursor
from engine.feel.types import (
    NAMED_TYPES,
    ContextType,
    FunctionType,
    ListType,
    RangeType,
    Type,
    UnknownType,
)

_WITH_AND = frozenset(("date", "days", "years"))


class TypeParser(Cursor):
    """Takes a type (DMN 1.4, 10.3.1.2, rules 52 and 56)."""

    def type(self) -> Type:
        """Take a type, a name declared outside among them."""
        with self.nesting():
            name = self._type_name()
            if not self.at_symbol("<"):
                known = self.types.get(name) or NAMED_TYPES.get(name)
                return known or UnknownType(name)
            match name:
                case "list":
                    return ListType(self._only_inner())
                case "range":
                    return RangeType(self._only_inner())
                case "context":
                    return self._context_type()
                case "function":
                    return self._function_type()
            raise self.error("a type without ‘<’, or list, range, context or function before it")

    def _type_name(self) -> str:
        if self.operator() in ("null", "function"):
            return self.take().text
        words = [self.variable_name()]
        if words[0] in _WITH_AND and self.at_symbol("and"):
            self.take()
            words += ["and", self.variable_name()]
        name = " ".join(words)
        while self.at_symbol("."):
            self.take()
            name += f".{self.variable_name()}"
        return name

    def _only_inner(self) -> Type:
        self.take()
        inner = self.type()
        self.expect(">")
        return inner

    def _context_type(self) -> Type:
        self.take()
        entries: dict[str, Type] = {}
        while not self.at_symbol(">"):
            name = self.label()
            if name is None:
                raise self.error("the name of an entry and ‘:’")
            entries[name] = self.type()
            self.separate(">")
        self.take()
        return ContextType(tuple(entries.items()))

    def _function_type(self) -> Type:
        self.take()
        parameters: list[Type] = []
        while not self.at_symbol(">"):
            parameters.append(self.type())
            self.separate(">")
        self.take()
        self.expect("->")
        return FunctionType(tuple(parameters), self.type())
