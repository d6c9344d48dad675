"""Conditions of a diagram in plain words: ``amount > 5`` is “the amount is more than 5”.

Written over FEEL's tree. What there are no words for (loops, filters, calls that people do
not read as prose) leaves the whole condition as the FEEL it is: better exact than half said.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Protocol

from engine import feel
from engine.feel.nodes import (
    Arithmetic,
    Between,
    Call,
    Comparison,
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
    UnaryTests,
)
from webapp.texts import N_, texts_in


class Vocabulary(Protocol):
    """What the variables of a process and their values are called in one language."""

    @property
    def language(self) -> str:
        """The language: ``fa`` or ``en``."""

    def name(self, name: str) -> str:
        """Return what people call a variable."""

    def value(self, name: str | None, value: object) -> str:
        """Return a value as people write it; ``name`` is the variable it is compared with."""


def in_words(condition: str, vocabulary: Vocabulary) -> str:
    """Return a condition in words; its own text where there are none."""
    text = condition.strip().removeprefix("=").strip()
    try:
        return _Sayer(vocabulary).truth(feel.compile_expression(text).tree)
    except (_NoWords, feel.FeelSyntaxError, RecursionError):
        return text


def cell_in_words(asked: str, cell: str, vocabulary: Vocabulary) -> str:
    """Return what a cell of a decision table asks of its input; nothing when any value will do.

    Args:
        asked: the FEEL of the column.
    """
    try:
        column = feel.compile_expression(asked).tree
        tests = feel.compile_unary_tests(cell).tree
        return _Sayer(vocabulary).cell(column, tests)
    except (_NoWords, feel.FeelSyntaxError, RecursionError):
        return f"{asked}: {cell}"


class _NoWords(Exception):
    """The tree holds something that no phrase is made for."""


_COMPARED: Final = {
    "=": N_("%(left)s is %(right)s"),
    "!=": N_("%(left)s is not %(right)s"),
    "<": N_("%(left)s is less than %(right)s"),
    "<=": N_("%(left)s is at most %(right)s"),
    ">": N_("%(left)s is more than %(right)s"),
    ">=": N_("%(left)s is at least %(right)s"),
}
_KNOWN: Final = {"=": N_("%(left)s is not known"), "!=": N_("%(left)s is known")}
_TURNED: Final = {"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_SIGNS: Final = {"+": "+", "-": "−", "*": "×", "/": "÷"}
_CALLED: Final = {
    "count": N_("the number of %(of)s"),
    "sum": N_("the sum of %(of)s"),
    "min": N_("the least of %(of)s"),
    "max": N_("the greatest of %(of)s"),
}


class _Sayer:
    """Says the parts of one condition."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._words = vocabulary
        self._texts = texts_in(vocabulary.language)

    def truth(self, node: Node) -> str:
        """Return what has to be so for a node to be true."""
        match node:
            case Conjunction(operands=operands):
                return self._joined(N_(" and "), operands, Disjunction)
            case Disjunction(operands=operands):
                return self._joined(N_(" or "), operands, Conjunction)
            case Comparison(operator=operator, left=left, right=right):
                return self._compared(operator, left, right)
            case Name() | Path():
                return self._say(N_("“%(name)s” holds"), name=self._value(node))
        return self._asked(node)

    def _asked(self, node: Node) -> str:
        match node:
            case Between(value=value, low=low, high=high):
                return self._between(value, low, high)
            case Membership(value=value, tests=tests):
                return self._member(value, tests)
            case Call(function=Name(name="not"), positional=(operand,)):
                return self._not(operand)
            case Call(function=Name(name="list contains"), positional=(whole, part)):
                return self._say(
                    N_("%(left)s holds %(right)s"),
                    left=self._value(whole),
                    right=self._value(part, whole),
                )
        raise _NoWords

    def cell(self, column: Node, cell: Node) -> str:
        """Return what the tests of a cell say about the input of its column."""
        if not isinstance(cell, UnaryTests):
            raise _NoWords
        if not cell.tests:
            return ""
        said = self._member(column, cell.tests)
        return self._say(N_("it is not so that (%(what)s)"), what=said) if cell.negated else said

    def _joined(self, word: str, operands: tuple[Node, ...], other: type[Node]) -> str:
        said = [self.truth(each) for each in operands]
        both = zip(said, operands, strict=True)
        return self._texts.gettext(word).join(
            f"({text})" if isinstance(each, other) else text for text, each in both
        )

    def _not(self, operand: Node) -> str:
        if isinstance(operand, Name | Path):
            return self._say(N_("“%(name)s” does not hold"), name=self._value(operand))
        return self._say(N_("it is not so that (%(what)s)"), what=self.truth(operand))

    def _compared(self, operator: str, left: Node, right: Node) -> str:
        if isinstance(left, Literal) and not isinstance(right, Literal):
            operator, left, right = _TURNED[operator], right, left
        if operator in _KNOWN and isinstance(right, Literal):
            if right.value is None:
                return self._say(_KNOWN[operator], left=self._value(left))
            if isinstance(right.value, bool):
                holds = right.value == (operator == "=")
                return self.truth(left) if holds else self._not(left)
        return self._say(
            _COMPARED[operator], left=self._value(left, right), right=self._value(right, left)
        )

    def _between(self, value: Node, low: Node, high: Node) -> str:
        return self._say(
            N_("%(left)s is between %(low)s and %(high)s"),
            left=self._value(value),
            low=self._value(low, value),
            high=self._value(high, value),
        )

    def _member(self, value: Node, tests: tuple[Node, ...]) -> str:
        items = [inner for each in tests for inner in (_items(each) or (each,))]
        if len(items) > 1 and not any(isinstance(each, OperatorTest | RangeOf) for each in items):
            listed = self._texts.gettext(N_(", ")).join(self._value(each, value) for each in items)
            left = self._value(value)
            return self._say(N_("%(left)s is one of %(items)s"), left=left, items=listed)
        return self._texts.gettext(N_(" or ")).join(self._test(value, each) for each in items)

    def _test(self, value: Node, test: Node) -> str:
        match test:
            case OperatorTest(operator=operator, operand=operand):
                return self._compared(operator, value, operand)
            case RangeOf(low=low, high=high) if low is not None and high is not None:
                if test.low_included and test.high_included:
                    return self._between(value, low, high)
                above = self._compared(">=" if test.low_included else ">", value, low)
                below = self._compared("<=" if test.high_included else "<", value, high)
                return self._texts.gettext(N_(" and ")).join((above, below))
            case Literal():
                return self._compared("=", value, test)
        raise _NoWords

    def _value(self, node: Node, beside: Node | None = None) -> str:
        """Return what people call a value; ``beside`` is what it is compared with."""
        match node:
            case Literal(value=value):
                return self._words.value(_name_of(beside), value)
            case Name(name=name):
                return self._words.name(name)
            case Path(source=source, name=name):
                whole, part = self._value(source), self._words.name(name)
                return self._say(N_("%(part)s of %(whole)s"), part=part, whole=whole)
            case Negation(operand=operand):
                return f"−{self._inner(operand, beside)}"
            case Arithmetic(operator=operator, left=left, right=right) if operator in _SIGNS:
                sides = self._inner(left, beside), self._inner(right, beside)
                return f"{sides[0]} {_SIGNS[operator]} {sides[1]}"
            case Call(function=Name(name=name), positional=(operand,)) if name in _CALLED:
                return self._say(_CALLED[name], of=self._value(operand))
        raise _NoWords

    def _inner(self, node: Node, beside: Node | None) -> str:
        said = self._value(node, beside)
        return f"({said})" if isinstance(node, Arithmetic) else said

    def _say(self, text: str, **parts: str) -> str:
        return self._texts.gettext(text) % parts


def _items(test: Node) -> Iterable[Node]:
    return test.items if isinstance(test, ListOf) else ()


def _name_of(node: Node | None) -> str | None:
    """Return the variable that a value stands beside, where it is one."""
    match node:
        case Name(name=name) | Path(name=name):
            return name
        case Arithmetic(left=left, right=right):
            return _name_of(left) or _name_of(right)
    return None
