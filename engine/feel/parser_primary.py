"""The forms an expression begins with: literals, names, lists, contexts, ranges, keywords."""

from decimal import Decimal, Overflow

from engine.feel.errors import NullBecause, syntax_error
from engine.feel.lexer import Token
from engine.feel.moments import moment_or_duration
from engine.feel.nodes import (
    Conditional,
    ContextOf,
    ExternalFunction,
    FunctionOf,
    ListOf,
    Literal,
    Loop,
    Name,
    Node,
    Quantified,
    RangeOf,
    Source,
)
from engine.feel.parser_types import TypeParser
from engine.feel.types import ANY, Type
from engine.feel.values import CONTEXT

_CONSTANTS = {"true": True, "false": False, "null": None}
_OPEN_RANGES = ("<", "<=", ">", ">=", "=")
_RANGE_END = 30  # the end of a range is arithmetic, never a comparison


class PrimaryParser(TypeParser):
    """What stands before any operator."""

    def primary(self) -> Node:
        token = self.current
        match token.kind, token.text:
            case "number", text:
                self.take()
                return Literal(token.start, self._number(token, text))
            case "string", text:
                self.take()
                return Literal(token.start, text)
            case "name", _:
                return Name(token.start, self.variable_name())
            case "keyword", _:
                return self._keyword(token)
            case "symbol", _:
                return self._bracketed(token)
        raise self.error("an expression")

    def _number(self, token: Token, text: str) -> Decimal:
        try:
            return CONTEXT.create_decimal(text)
        except Overflow:
            expected = "a number below 10**6145"
            raise syntax_error(self.text, token.start, expected, "a greater one") from None

    def _keyword(self, token: Token) -> Node:
        if self.odd_names.match(self.text, token.start):
            return Name(token.start, self.variable_name())
        match token.text:
            case "true" | "false" | "null":
                self.take()
                return Literal(token.start, _CONSTANTS[token.text])
            case "if":
                return self._conditional()
            case "for":
                return self._loop()
            case "some" | "every":
                return self._quantified()
            case "function":
                return self._function()
        raise self.error("an expression")

    def _bracketed(self, token: Token) -> Node:
        match token.text:
            case "(":
                return self._group()
            case "[" | "]":
                return self._list_or_range()
            case "{":
                return self._context()
            case "@":
                return self._at_literal()
            case "?":
                self.take()
                return Name(token.start, "?")
        raise self.error("an expression")

    def _group(self) -> Node:
        opening = self.take()
        with self.inside():
            if self.operator() in _OPEN_RANGES:
                return self._unary_range(opening)
            inner = self.expression(0)
            if not self.at_symbol(".."):
                self.expect(")")
                return inner
        return self.range_from(opening, inner)

    def _unary_range(self, opening: Token) -> Node:
        """Take ``(< 10)``, the range of what is less, after its ``(``."""
        operator = self.take().text
        end = self.expression(_RANGE_END)
        self.expect(")")
        included = operator.endswith("=")
        low = None if operator.startswith("<") else end
        high = None if operator.startswith(">") else end
        return RangeOf(opening.start, low, high, included and low is end, included and high is end)

    def _list_or_range(self) -> Node:
        opening = self.take()
        if opening.text == "[" and self.at_symbol("]"):
            self.take()
            return ListOf(opening.start, ())
        with self.inside():
            items = [self.expression(0)]
            if opening.text == "[" and not self.at_symbol(".."):
                while self.at_symbol(","):
                    self.take()
                    items.append(self.expression(0))
                self.expect("]")
                return ListOf(opening.start, tuple(items))
        return self.range_from(opening, items[0])

    def range_from(self, opening: Token, low: Node) -> Node:
        """Finish a range whose bracket and lower end were read: ``..``, an end, a bracket."""
        self.expect("..")
        with self.inside(range_end=True):
            high = self.expression(_RANGE_END)
        if self.operator() not in (")", "]", "["):
            raise self.error("‘]’ or ‘)’")
        closing = self.take().text
        return RangeOf(opening.start, low, high, opening.text == "[", closing == "]")

    def _context(self) -> Node:
        opening = self.take()
        mark = self.odd_names.mark()
        entries: dict[str, Node] = {}
        with self.inside():
            while not self.at_symbol("}"):
                at = self.current
                name = self.label()
                if name is None:
                    raise self.error("the name of an entry and ‘:’")
                if name in entries:
                    raise syntax_error(self.text, at.start, "another name", f"{at} again")
                entries[name] = self.expression(0)
                self.odd_names.add(name)
                self.separate("}")
            self.take()
        self.odd_names.reset(mark)
        return ContextOf(opening.start, tuple(entries.items()))

    def _at_literal(self) -> Node:
        at = self.take().start
        if self.current.kind != "string":
            raise self.error("a date, time or duration in quotes")
        try:
            value = moment_or_duration(self.current.text)
        except NullBecause:
            raise self.error("a date, time or duration such as 2026-01-31 or P5D") from None
        self.take()
        return Literal(at, value)

    def _conditional(self) -> Node:
        at = self.take().start
        with self.inside():
            condition = self.expression(0)
            self.expect("then")
            consequence = self.expression(0)
            self.expect("else")
            return Conditional(at, condition, consequence, self.expression(0))

    def _loop(self) -> Node:
        at = self.take().start
        with self.inside():
            sources = self._sources()
            self.expect("return")
            return Loop(at, sources, self.expression(0))

    def _quantified(self) -> Node:
        keyword = self.take()
        with self.inside():
            sources = self._sources()
            self.expect("satisfies")
            condition = self.expression(0)
        return Quantified(keyword.start, keyword.text == "every", sources, condition)

    def _sources(self) -> tuple[Source, ...]:
        sources = [self._source()]
        while self.at_symbol(","):
            self.take()
            sources.append(self._source())
        return tuple(sources)

    def _source(self) -> Source:
        at = self.current.start
        name = self.variable_name()
        self.expect("in")
        start = self.expression(0)
        if not self.at_symbol(".."):
            return Source(at, name, start, None)
        self.take()
        return Source(at, name, start, self.expression(0))

    def _function(self) -> Node:
        at = self.take().start
        self.expect("(")
        parameters: list[str] = []
        types: list[Type] = []
        while not self.at_symbol(")"):
            parameters.append(self.variable_name())
            types.append(self._type_of_parameter())
            self.separate(")")
        self.take()
        with self.inside():
            if self.current.text == "external" and self.following.text == "{":
                self.take()
                return ExternalFunction(at, tuple(parameters), self.expression(0))
            return FunctionOf(at, tuple(parameters), tuple(types), self.expression(0))

    def _type_of_parameter(self) -> Type:
        if not self.at_symbol(":"):
            return ANY
        self.take()
        return self.type()

    def arguments(self) -> tuple[tuple[Node, ...], tuple[tuple[str, Node], ...]]:
        """Take the arguments of a call after its ``(``: all positional or all named."""
        positional: list[Node] = []
        named: dict[str, Node] = {}
        with self.inside():
            while not self.at_symbol(")"):
                at = self.current.start
                name = self.label()
                if (name is None and named) or (name is not None and positional):
                    kind = "a named argument" if named else "an argument without a name"
                    raise syntax_error(self.text, at, kind, "the other kind")
                value = self.expression(0)
                if name is None:
                    positional.append(value)
                else:
                    named[name] = value
                self.separate(")")
            self.take()
        return tuple(positional), tuple(named.items())
