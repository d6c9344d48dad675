"""What is known around a boxed expression when it is compiled: types, names, its place."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from engine import feel
from engine.dmn.run import Logic, Run, Scope
from engine.dmn.type_table import TypeTable
from engine.dmn.types import Mismatch, coerced, is_typed

_NAMES_TYPES = re.compile(r"\binstance\b|\bfunction\b")


@dataclass(frozen=True, slots=True)
class Around:
    """Where an expression stands."""

    types: TypeTable
    names: frozenset[str]  #: that its texts may use, of any form
    owner: str  #: name of the decision or function, for messages

    def knowing(self, names: Iterable[str]) -> Around:
        """Return the same place with more names in sight."""
        return replace(self, names=self.names | frozenset(names))

    def expression(self, text: str) -> Logic:
        """Compile a FEEL text; one that is no FEEL is null, with the reason."""
        try:
            compiled = feel.compile_expression(text, self.names, self._types(text))
        except feel.FeelSyntaxError as problem:
            return self.null(f"{text!r} is not FEEL: {problem}")
        return lambda run, scope: run.evaluate(compiled, scope)

    def tests(self, text: str) -> feel.UnaryTests | None:
        """Compile an input cell; ``None`` when it is no FEEL."""
        try:
            return feel.compile_unary_tests(text, self.names, self._types(text))
        except feel.FeelSyntaxError:
            return None

    def _types(self, text: str) -> Mapping[str, feel.Type] | None:
        """Return the declared types for a text that may name one; others are cached without."""
        return self.types.declared() if _NAMES_TYPES.search(text) else None

    def null(self, reason: str) -> Logic:
        """Return what answers null, and why."""
        told = f"{self.owner}: {reason}"

        def answer(run: Run, _: Scope) -> None:
            run.warn(told)

        return answer

    def typed(self, logic: Logic, type_ref: str | None) -> Logic:
        """Return the same logic whose value is of a type, or null."""
        wanted = self.types.of(type_ref)
        if not is_typed(wanted):
            return logic
        check = checker(self.owner, wanted)
        return lambda run, scope: check(run, logic(run, scope))


def checker(owner: str, wanted: feel.Type) -> Callable[[Run, object], object]:
    """Return what takes a value as one of a type, or as null with the reason."""

    def check(run: Run, value: object) -> object:
        try:
            return coerced(value, wanted)
        except Mismatch as problem:
            run.warn(f"{owner}: {problem}")
            return None

    return check
