"""From text to tree: a Pratt parser of FEEL expressions and unary tests (DMN 1.4, 10.3.1.2)."""

from collections.abc import Callable, Iterable, Mapping

from engine.feel.errors import FeelSyntaxError, syntax_error
from engine.feel.lexer import Token
from engine.feel.nodes import (
    Arithmetic,
    Between,
    Call,
    Comparison,
    Conjunction,
    Disjunction,
    Filter,
    InstanceOf,
    Membership,
    Negation,
    Node,
    OperatorTest,
    Path,
    UnaryTests,
    depth_of,
)
from engine.feel.parser_primary import PrimaryParser
from engine.feel.types import Type

_NO_TYPES: Mapping[str, Type] = {}
MAX_DEPTH = 150  #: nodes above one another; the closures of a tree call each other as deep

_POWERS = {"or": 10, "and": 20, "between": 30, "in": 30, "+": 40, "-": 40, "*": 50, "/": 50}
_POWERS |= dict.fromkeys(("=", "!=", "<", "<=", ">", ">="), 30)
_POWERS |= {"**": 60, "instance of": 80, ".": 90, "[": 90, "(": 90}
_NEGATION = 70  # binds closer than **, so -3 ** 2 is 9
_ABOVE_COMPARISON = 31
_COMPARISONS = frozenset(("=", "!=", "<", "<=", ">", ">="))


def parse_expression(
    text: str, names: Iterable[str] = (), types: Mapping[str, Type] = _NO_TYPES
) -> Node:
    """Return the tree of one expression. ``names`` may hold odd names (see ``names``).

    Raises:
        FeelSyntaxError: at the first place where the text is not FEEL.
    """
    parser = _Parser(text, names, types)
    return _whole(parser, lambda: parser.expression(0))


def parse_unary_tests(
    text: str, names: Iterable[str] = (), types: Mapping[str, Type] = _NO_TYPES
) -> Node:
    """Return the tree of an input cell such as ``-``, ``< 5, [7..9]`` or ``not("a")``.

    Raises:
        FeelSyntaxError: at the first place where the text is no unary test.
    """
    parser = _Parser(text, names, types)
    if not parser.at_negation():
        return _whole(parser, parser.unary_tests)
    try:
        return _whole(parser, parser.negated_tests)
    except FeelSyntaxError as problem:  # in ``not(a) or b`` it is an ordinary function
        other = _Parser(text, names, types)
        try:
            return _whole(other, other.unary_tests)
        except FeelSyntaxError as failure:
            raise max(problem, failure, key=lambda each: (each.line, each.column)) from None


def _whole(parser: "_Parser", read: Callable[[], Node]) -> Node:
    tree = read()
    parser.expect_end()
    if depth_of(tree) > MAX_DEPTH:
        raise syntax_error(parser.text, 0, f"at most {MAX_DEPTH} nested operations", "more")
    return tree


class _Parser(PrimaryParser):
    """The operators: what may follow an expression, and how closely it binds."""

    def expression(self, power: int) -> Node:
        with self.nesting():
            left = self._negation() if self.at_symbol("-") else self.primary()
            return self._continued(left, power)

    def _continued(self, left: Node, power: int) -> Node:
        while _POWERS.get(self.operator(), 0) > power:
            if self.at_symbol("[") and self.ends_range:
                break
            left = self._extended(left)
        return left

    def _negation(self) -> Node:
        at = self.take().start
        operand = self.expression(_NEGATION)
        return Negation(at, operand)

    def _extended(self, left: Node) -> Node:
        operator = self.take()
        power = _POWERS[operator.text]
        match operator.text:
            case "or" | "and":
                return self._joined(operator, left, self.expression(power))
            case "between":
                return self._between(operator, left)
            case "in":
                return Membership(operator.start, left, self._membership_tests())
            case "instance of":
                return InstanceOf(operator.start, left, self.type())
            case "." | "[" | "(":
                return self._part(operator, left)
        right = self.expression(power)
        kind = Comparison if operator.text in _COMPARISONS else Arithmetic
        return kind(operator.start, operator.text, left, right)

    def _part(self, operator: Token, left: Node) -> Node:
        if operator.text == ".":
            return Path(operator.start, left, self.property_name())
        if operator.text == "(":
            return Call(left.at, left, *self.arguments())
        with self.inside():
            condition = self.expression(0)
            self.expect("]")
        return Filter(operator.start, left, condition)

    def _joined(self, operator: Token, left: Node, right: Node) -> Node:
        """Keep a chain of one connective flat, however long it is."""
        kind = Conjunction if operator.text == "and" else Disjunction
        if isinstance(left, kind):
            return kind(left.at, (*left.operands, right))
        return kind(operator.start, (left, right))

    def _between(self, operator: Token, value: Node) -> Node:
        low = self.expression(_ABOVE_COMPARISON)
        self.expect("and")
        return Between(operator.start, value, low, self.expression(_ABOVE_COMPARISON))

    def _membership_tests(self) -> tuple[Node, ...]:
        """Read what follows ``in``; ``(`` may open tests, a range or an ordinary group."""
        if not self.at_symbol("("):
            return (self._test(_ABOVE_COMPARISON),)
        opening = self.take()
        with self.inside():
            first = self._test(0)
            if isinstance(first, OperatorTest) or self.at_symbol(","):
                tests = (first, *self._more_tests())
                self.expect(")")
                return tests
            if not self.at_symbol(".."):
                self.expect(")")
        if self.at_symbol(".."):
            first = self.range_from(opening, first)
        return (self._continued(first, _ABOVE_COMPARISON),)

    def _more_tests(self) -> list[Node]:
        tests = []
        while self.at_symbol(","):
            self.take()
            tests.append(self._test(0))
        return tests

    def _test(self, power: int) -> Node:
        if self.operator() not in _COMPARISONS:
            return self.expression(power)
        operator = self.take()
        operand = self.expression(_ABOVE_COMPARISON)
        return OperatorTest(operator.start, operator.text, operand)

    def unary_tests(self) -> Node:
        at = self.current.start
        if self.at_symbol("-") and self.following.kind == "end":
            self.take()
            return UnaryTests(at, (), negated=False)
        return UnaryTests(at, self._cell(), negated=False)

    def at_negation(self) -> bool:
        return self.current.text == "not" and self.following.text == "("

    def negated_tests(self) -> Node:
        """Read ``not(1, 2)``, whose tests are met by nothing that meets one of them."""
        at = self.take().start
        self.take()
        with self.inside():
            tests = self._cell()
            self.expect(")")
        return UnaryTests(at, tests, negated=True)

    def _cell(self) -> tuple[Node, ...]:
        return (self._test(0), *self._more_tests())
