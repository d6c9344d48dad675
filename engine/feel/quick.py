"""The short way for conditions of an ordinary kind, such as ``amount > limit and kind = "a"``.

Closures call one another for each node; for numbers, strings and truths compared and reckoned
with, one Python function does the same in a tenth of the time. It is written from the tree:
names and values of the expression reach it as values only, never as text. It looks at the
types of what it gets, and where anything is out of the ordinary (a null, a missing name, a
date, a division by zero) it answers ``SLOW``, and the closures answer with their reasons.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from engine.feel.nodes import (
    Arithmetic,
    Between,
    Comparison,
    Conditional,
    Conjunction,
    Disjunction,
    ListOf,
    Literal,
    Membership,
    Name,
    Negation,
    Node,
    OperatorTest,
    Path,
    RangeOf,
)
from engine.feel.values import CONTEXT

SLOW = object()  #: the closures must answer

Quick = Callable[[Mapping[str, object]], object]

_SIGNS = {"=": "==", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
_COMPUTE = {"+": "add", "-": "subtract", "*": "multiply", "/": "divide"}
_NUMBER, _STRING, _TRUTH = "Decimal", "str", "bool"
_FIXED = {Decimal: _NUMBER, str: _STRING, bool: _TRUTH}


class _NotShort(Exception):
    """The tree holds something that only closures can do."""


def quick_of(tree: Node) -> Quick | None:
    """Return the short way of a tree, if it has one."""
    if isinstance(tree, Literal | Name | Path):
        return None
    writer = _Writer()
    try:
        return writer.function(writer.any(tree))
    except (_NotShort, SyntaxError, RecursionError, MemoryError):  # the last three: too deep
        return None


class _Writer:
    """Writes the function: first what is fetched and checked, then the answer."""

    def __init__(self) -> None:
        self._given: dict[str, object] = {
            "Decimal": Decimal,
            "SLOW": SLOW,
            "plus": CONTEXT.plus,
            "create": CONTEXT.create_decimal,
            "minus": CONTEXT.minus,
            **{name: getattr(CONTEXT, name) for name in _COMPUTE.values()},
        }
        self._fetched: dict[tuple[str, ...], tuple[str, str]] = {}
        self._lines: list[str] = []

    def function(self, answer: str) -> Quick:
        source = "\n".join((
            f"def make({', '.join(self._given)}):",
            "    def quick(scope):",
            "        try:",
            *(f"            {line}" for line in self._lines),
            f"            return {answer}",
            "        except (LookupError, ArithmeticError):",
            "            return SLOW",
            "    return quick",
        ))  # fmt: skip
        made: dict[str, Any] = {}
        exec(source, made)  # noqa: S102 - our own words only: see above
        quick: Quick = made["make"](**self._given)
        return quick

    def _constant(self, value: object) -> str:
        name = f"k{len(self._given)}"
        self._given[name] = value
        return name

    def any(self, node: Node) -> str:
        kind = self._kind(node)
        if kind is None and isinstance(node, Conditional):
            condition = self._of(node.condition, _TRUTH)
            return (
                f"({self.any(node.consequence)} if {condition} else {self.any(node.alternative)})"
            )
        if kind is None:
            raise _NotShort
        return self._of(node, kind)

    def _kind(self, node: Node) -> str | None:
        """Return what a node gives as far as its form tells."""
        match node:
            case Literal(value=value):
                return _FIXED.get(type(value))
            case Arithmetic() | Negation():
                return _NUMBER
            case Comparison() | Between() | Conjunction() | Disjunction() | Membership():
                return _TRUTH
        return None

    def _of(self, node: Node, kind: str) -> str:
        """Write a node that must be of a kind."""
        if isinstance(node, Name | Path):
            return self._variable(node, kind)
        if self._kind(node) != kind:
            raise _NotShort
        match node:
            case Literal(value=value):
                return self._constant(value)
            case Negation(operand=operand):
                return f"minus({self._of(operand, _NUMBER)})"
            case Arithmetic(operator=sign, left=left, right=right) if sign in _COMPUTE:
                both = f"{self._of(left, _NUMBER)}, {self._of(right, _NUMBER)}"
                return f"{_COMPUTE[sign]}({both})"
        return self._truth(node)

    def _truth(self, node: Node) -> str:
        match node:
            case Conjunction(operands=operands):
                return f"({' and '.join(self._of(each, _TRUTH) for each in operands)})"
            case Disjunction(operands=operands):
                return f"({' or '.join(self._of(each, _TRUTH) for each in operands)})"
            case Comparison(operator=sign, left=left, right=right):
                kind = self._compared(sign, left, right)
                return f"({self._of(left, kind)} {_SIGNS[sign]} {self._of(right, kind)})"
            case Between(value=value, low=low, high=high):
                parts = (self._of(each, _NUMBER) for each in (low, value, high))
                return f"({' <= '.join(parts)})"
            case Membership(value=value, tests=tests):
                return self._member(value, tests)
        raise _NotShort

    def _compared(self, sign: str, left: Node, right: Node) -> str:
        kind = self._kind(left) or self._kind(right)
        if sign in ("=", "!="):
            if kind is None:
                raise _NotShort
            return kind
        if kind == _TRUTH:
            raise _NotShort
        return kind or _NUMBER  # two variables in order are mostly numbers

    def _member(self, value: Node, tests: tuple[Node, ...]) -> str:
        [first, *others] = tests
        if isinstance(first, ListOf) and not others:
            tests = first.items
        values = [each.value for each in tests if isinstance(each, Literal)]
        if len(values) == len(tests) > 0 and all(type(each) is str for each in values):
            return f"({self._of(value, _STRING)} in {self._constant(frozenset(values))})"
        number = self._of(value, _NUMBER)
        return f"({' or '.join(self._met(number, each) for each in tests) or 'False'})"

    def _met(self, number: str, test: Node) -> str:
        match test:
            case Literal():
                return f"{number} == {self._of(test, _NUMBER)}"
            case OperatorTest(operator=sign, operand=operand):
                return f"{number} {_SIGNS[sign]} {self._of(operand, _NUMBER)}"
            case RangeOf(low=Literal() as low, high=Literal() as high):
                below = "<=" if test.low_included else "<"
                above = "<=" if test.high_included else "<"
                ends = self._of(low, _NUMBER), self._of(high, _NUMBER)
                return f"{ends[0]} {below} {number} {above} {ends[1]}"
        raise _NotShort

    def _variable(self, node: Node, kind: str) -> str:
        """Fetch a variable once, and check that it is of its kind."""
        path = _path(node)
        if path in self._fetched:
            name, known = self._fetched[path]
            if known != kind:
                raise _NotShort
            return name
        name = f"v{len(self._fetched)}"
        self._fetched[path] = name, kind
        self._lines.append(f"{name} = scope[{self._constant(path[0])}]")
        for step in path[1:]:
            self._lines += [
                f"if type({name}) is not dict: return SLOW",
                f"{name} = {name}[{self._constant(step)}]",
            ]
        if kind != _NUMBER:
            self._lines.append(f"if type({name}) is not {kind}: return SLOW")
            return name
        self._lines += [
            f"if type({name}) is Decimal:",
            f"    {name} = plus({name})",
            f"    if not {name}.is_finite(): return SLOW",
            f"elif type({name}) is int: {name} = create({name})",
            "else: return SLOW",
        ]
        return name


def _path(node: Node) -> tuple[str, ...]:
    steps: list[str] = []
    while isinstance(node, Path):
        steps.insert(0, node.name)
        node = node.source
    if not isinstance(node, Name):
        raise _NotShort
    return (node.name, *steps)
