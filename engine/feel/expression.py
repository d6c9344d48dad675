"""The door of the package: compile a text once, evaluate it often."""

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache

from engine.feel.builtins import BUILTINS
from engine.feel.compiler import compile_node
from engine.feel.errors import LimitReached, position
from engine.feel.membership import INPUT
from engine.feel.names import free_names, odd_names_in
from engine.feel.nodes import Node
from engine.feel.parser import parse_expression, parse_unary_tests
from engine.feel.quick import Quick, quick_of
from engine.feel.runtime import Closure, Evaluation, Run, Warned
from engine.feel.types import Type
from engine.feel.values import imported

CACHED = 4096  #: texts kept compiled
OFTEN = 8  #: evaluations after which it is worth to look for a short way


class Expression:
    """A compiled FEEL text. It may be shared between threads."""

    __slots__ = ("_asked", "_evaluate", "_quick", "names", "text", "tree")

    def __init__(self, text: str, tree: Node) -> None:
        self.text = text
        self.tree = tree
        self.names = free_names(tree, BUILTINS)  #: what it needs from its scope
        self._evaluate: Closure = compile_node(tree)
        self._asked = 0  #: evaluations so far, while they are few
        self._quick: Quick | None = None

    def evaluate(self, scope: Mapping[str, object], *, now: datetime | None = None) -> Evaluation:
        """Return the value of the expression for the names in ``scope``.

        ``now`` is an aware moment; without it ``now()`` and ``today()`` are null. Whatever
        FEEL cannot answer is null, with a warning; so is an evaluation beyond the bounds.

        Raises:
            TypeError: the scope holds a value FEEL has no type for, such as a ``float``.
        """
        if self._quick is not None and type(scope) is dict:
            answer = self._quick(scope)
            if answer is not None:
                return answer
        elif self._asked < OFTEN:
            self._asked += 1
            if self._asked == OFTEN:
                self._quick = quick_of(self.tree, self.names)
        return self._evaluated(Run(scope, now))

    def _evaluated(self, run: Run) -> Evaluation:
        """Let the closures answer, with their reasons."""
        try:
            value = run.bounded(self._evaluate(run, None))
        except LimitReached as limit:
            value = None
            run.warnings.append(Warned(0, str(limit)))
        except RecursionError:
            value = None
            run.warnings.append(Warned(0, "calls too deep inside one another"))
        warnings = run.warnings
        texts = tuple(map(self._warning, warnings)) if warnings else ()
        return Evaluation(value, texts, self.names)

    def _warning(self, warned: Warned) -> str:
        line, column = position(self.text, warned.at)
        return f"line {line}, column {column}: {warned.reason}"


class UnaryTests(Expression):
    """A compiled input cell of a decision table; its value is true, false or null."""

    __slots__ = ()

    def matches(
        self, value: object, scope: Mapping[str, object], *, now: datetime | None = None
    ) -> Evaluation:
        """Ask whether ``value``, which the cell may call ``?``, meets the tests."""
        run = Run(scope, now)
        run.values[INPUT] = imported(value)
        return self._evaluated(run)


def compile_expression(
    text: str, names: frozenset[str] = frozenset(), types: Mapping[str, Type] | None = None
) -> Expression:
    """Return the compiled expression of ``text``.

    ``names`` are variables whose names hold operators or keywords, such as ``full-time``;
    all other names, also those of several words, are found without. ``types`` are those the
    text may name beside FEEL's own; an expression that may name such is not cached.

    Raises:
        FeelSyntaxError: the text is not FEEL; says where and what was expected.
    """
    if types:
        return Expression(text, parse_expression(text, names, types))
    return _cached_expression(text, names)


@lru_cache(CACHED)
def _cached_expression(text: str, names: frozenset[str]) -> Expression:
    return Expression(text, parse_expression(text, names))


def compile_unary_tests(
    text: str, names: frozenset[str] = frozenset(), types: Mapping[str, Type] | None = None
) -> UnaryTests:
    """Return the compiled input cell of ``text``, such as ``-`` or ``"a", "b"`` or ``> 5``.

    Raises:
        FeelSyntaxError: the text is no unary test; says where and what was expected.
    """
    if types:
        return UnaryTests(text, parse_unary_tests(text, names, types))
    return _cached_tests(text, names)


@lru_cache(CACHED)
def _cached_tests(text: str, names: frozenset[str]) -> UnaryTests:
    return UnaryTests(text, parse_unary_tests(text, names))


def evaluate(text: str, scope: Mapping[str, object], now: datetime | None = None) -> object:
    """Return the value of ``text`` for ``scope``, whose names may be of any form."""
    return compile_expression(text, odd_names_in(scope)).evaluate(scope, now=now).value
