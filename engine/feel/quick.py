"""The short way for conditions of an ordinary kind, such as ``amount > limit and kind = "a"``.

Closures call one another for each node; for numbers, strings and truths compared and reckoned
with, one Python function does the same in a tenth of the time. It is written from the tree:
names and values of the expression reach it as values only, never as text. It looks at the
types of what it gets, and where anything is out of the ordinary (a missing name, a null where
none is asked for, a date, a division by zero) it answers nothing, and the closures answer with
their reasons. What it does answer is therefore without reasons, and the same as theirs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from engine.feel.nodes import (
    Arithmetic,
    Between,
    Call,
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
from engine.feel.runtime import Evaluation
from engine.feel.values import CONTEXT

#: Answers for a scope; nothing where the closures must.
Quick = Callable[[Mapping[str, object]], Evaluation | None]

_SIGNS = {"=": "==", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
_COMPUTE = {"+": "add", "-": "subtract", "*": "multiply", "/": "divide"}
_NUMBER, _STRING, _TRUTH = "Decimal", "str", "bool"
_FIXED = {Decimal: _NUMBER, str: _STRING, bool: _TRUTH}
_ANY, _MAYBE = "any of these", "any of these or null"
#: what a variable that is no number must be, by the kind that is asked for
_OTHERWISE = {
    _NUMBER: "else: return None",
    _ANY: "elif type({0}) is not str and type({0}) is not bool: return None",
    _MAYBE: "elif {0} is not None and type({0}) is not str and type({0}) is not bool: return None",
}


class _NotShort(Exception):
    """The tree holds something that only closures can do."""


def quick_of(tree: Node, names: frozenset[str]) -> Quick | None:
    """Return the short way of a tree, if it has one; ``names`` are told in its answers."""
    if isinstance(tree, Literal | Name | Path):
        return None
    writer = _Writer(names)
    try:
        return writer.function(writer.answer(tree))
    except (_NotShort, SyntaxError, RecursionError, MemoryError):  # the last three: too deep
        return None


class _Writer:
    """Writes the function: first what is fetched and checked, then the answer."""

    def __init__(self, names: frozenset[str]) -> None:
        self._given: dict[str, object] = {
            "Decimal": Decimal,
            "Evaluation": Evaluation,
            "new": tuple.__new__,
            "names": names,
            "true": Evaluation(True, (), names),
            "false": Evaluation(False, (), names),
            "plus": CONTEXT.plus,
            "minus": CONTEXT.minus,
            **{name: getattr(CONTEXT, name) for name in _COMPUTE.values()},
        }
        self._names = names
        self._fetched: dict[tuple[tuple[str, ...], str], str] = {}
        self._lines: list[str] = []

    def function(self, answer: str) -> Quick:
        source = "\n".join((
            f"def make({', '.join(self._given)}):",
            "    def quick(scope):",
            "        try:",
            *(f"            {line}" for line in self._lines),
            f"            return {answer}",
            "        except (LookupError, ArithmeticError):",
            "            return None",
            "    return quick",
        ))  # fmt: skip
        made: dict[str, Any] = {}
        exec(source, made)  # noqa: S102 - our own words only: see above
        quick: Quick = made["make"](**self._given)
        return quick

    def answer(self, node: Node) -> str:
        """Write what gives the whole answer, with what is told beside the value."""
        if isinstance(node, Conditional):
            condition = self._of(node.condition, _TRUTH)
            first, second = self.answer(node.consequence), self.answer(node.alternative)
            return f"({first} if {condition} else {second})"
        if isinstance(node, Literal) and (node.value is None or type(node.value) in _FIXED):
            return self._constant(Evaluation(node.value, (), self._names))
        kind = self._kind(node) or _ANY
        if kind == _TRUTH:
            return f"(true if {self._of(node, kind)} else false)"
        return f"new(Evaluation, ({self._of(node, kind)}, (), names))"

    def _constant(self, value: object) -> str:
        name = f"k{len(self._given)}"
        self._given[name] = value
        return name

    def _kind(self, node: Node) -> str | None:
        """Return what a node gives as far as its form tells."""
        match node:
            case Literal(value=value):
                return _FIXED.get(type(value))
            case Arithmetic() | Negation():
                return _NUMBER
            case Comparison() | Between() | Conjunction() | Disjunction() | Membership():
                return _TRUTH
            case Call(function=Name(name="not")):
                return _TRUTH
            case Conditional(consequence=first, alternative=second):
                return self._kind(first) or self._kind(second)
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
            case Conditional(condition=condition, consequence=first, alternative=second):
                chosen = self._of(condition, _TRUTH)
                return f"({self._of(first, kind)} if {chosen} else {self._of(second, kind)})"
        return self._number(node) if kind == _NUMBER else self._truth(node)

    def _number(self, node: Node) -> str:
        match node:
            case Negation(operand=Literal(value=Decimal() as value)):
                return self._constant(CONTEXT.minus(value))
            case Negation(operand=operand):
                return f"minus({self._of(operand, _NUMBER)})"
            case Arithmetic(operator=sign, left=left, right=right) if sign in _COMPUTE:
                both = f"{self._of(left, _NUMBER)}, {self._of(right, _NUMBER)}"
                return f"{_COMPUTE[sign]}({both})"
        raise _NotShort

    def _truth(self, node: Node) -> str:
        match node:
            case Conjunction(operands=operands):
                return f"({' and '.join(self._of(each, _TRUTH) for each in operands)})"
            case Disjunction(operands=operands):
                return f"({' or '.join(self._of(each, _TRUTH) for each in operands)})"
            case Comparison(operator=sign, left=left, right=right):
                return self._compared(sign, left, right)
            case Between(value=value, low=low, high=high):
                parts = (self._of(each, _NUMBER) for each in (low, value, high))
                return f"({' <= '.join(parts)})"
            case Membership(value=value, tests=tests):
                return self._member(value, tests)
            case Call(positional=(operand,), named=()):
                return f"(not {self._of(operand, _TRUTH)})"
        raise _NotShort

    def _compared(self, sign: str, left: Node, right: Node) -> str:
        kind = self._kind(left) or self._kind(right)
        if sign in ("=", "!="):
            if _is_null(right):
                return f"({self._of(left, _MAYBE)} {'is' if sign == '=' else 'is not'} None)"
            if kind is None:
                return self._alike(_SIGNS[sign], self._of(left, _ANY), self._of(right, _ANY))
        elif kind == _TRUTH:
            raise _NotShort
        kind = kind or _NUMBER  # two variables in order are mostly numbers
        return f"({self._of(left, kind)} {_SIGNS[sign]} {self._of(right, kind)})"

    def _alike(self, sign: str, left: str, right: str) -> str:
        """Compare two variables that must be of one kind, whichever it is."""
        self._lines.append(f"if type({left}) is not type({right}): return None")
        return f"({left} {sign} {right})"

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
        """Fetch a variable once for each kind it must be of, and check that it is."""
        path = _path(node)
        if (path, kind) in self._fetched:
            return self._fetched[path, kind]
        name = self._fetched[path, kind] = f"v{len(self._fetched)}"
        self._lines.append(f"{name} = scope[{self._constant(path[0])}]")
        for step in path[1:]:
            self._lines += [
                f"if type({name}) is not dict: return None",
                f"{name} = {name}[{self._constant(step)}]",
            ]
        if kind in (_STRING, _TRUTH):
            self._lines.append(f"if type({name}) is not {kind}: return None")
            return name
        self._lines += [
            f"if type({name}) is Decimal or type({name}) is int:",
            f"    {name} = plus({name})",
            f"    if not {name}.is_finite(): return None",
            _OTHERWISE[kind].format(name),
        ]
        return name


def _is_null(node: Node) -> bool:
    return isinstance(node, Literal) and node.value is None


def _path(node: Node) -> tuple[str, ...]:
    steps: list[str] = []
    while isinstance(node, Path):
        steps.insert(0, node.name)
        node = node.source
    if not isinstance(node, Name):
        raise _NotShort
    return (node.name, *steps)
