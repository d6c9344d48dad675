"""FEEL in a form: conditions, computed values and options, compiled once and bounded.

Form-js marks an expression by a leading ``=``. A name is a field of the form, inside a
dynamic list first one of the same row, else a variable of the case.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from engine.feel import Expression, FeelSyntaxError, compile_expression, to_json
from engine.feel.nodes import Name, Node, Path, children

#: What a row sees of itself: its own values, those around it, and its number from 1.
ROW_NAMES: Final = frozenset({"this", "parent", "i"})

Scope = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Feel:
    """One expression of a form, without its leading ``=``."""

    text: str

    @property
    def compiled(self) -> Expression:
        """The expression, compiled once per process.

        Raises:
            FeelSyntaxError: it is no FEEL; deployment refuses such a form.
        """
        return compile_expression(self.text)

    def value(self, scope: Mapping[str, Any], now: datetime | None = None) -> Any:
        """Return the JSON value of the expression; ``None`` where FEEL has no answer."""
        try:
            return to_json(self.compiled.evaluate(scope, now=now).value)
        except (TypeError, FeelSyntaxError):
            return None

    def holds(self, scope: Mapping[str, Any], now: datetime | None = None) -> bool:
        """Tell whether the expression is true; null is not."""
        return self.value(scope, now) is True

    @property
    def references(self) -> frozenset[str]:
        """What it reads of its scope, as dotted paths: ``amount``, ``payee.iban``.

        A name that the expression defines for itself counts as well; that a form has a
        field of the same name is then a needless, and harmless, dependency.
        """
        return frozenset(_references(self.compiled.tree))


def feel_of(given: object) -> Feel | None:
    """Return the expression that a property holds, ``None`` when it is a plain value.

    >>> feel_of("=a > 1"), feel_of("a"), feel_of(True)
    (Feel(text='a > 1'), None, None)
    """
    if isinstance(given, str) and given.startswith("="):
        return Feel(given[1:].strip())
    return None


def depends(reference: str, key: str) -> bool:
    """Tell whether a reference reads a field's value, a part of it, or what it is part of.

    >>> depends("payee", "payee.iban"), depends("payee.iban", "payee"), depends("pay", "payee")
    (True, True, False)
    """
    return reference == key or reference.startswith(f"{key}.") or key.startswith(f"{reference}.")


def _references(tree: Node) -> Iterator[str]:
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        dotted = _dotted(node)
        if dotted is not None:
            yield dotted
        else:
            waiting.extend(children(node))


def _dotted(node: Node) -> str | None:
    names: list[str] = []
    while isinstance(node, Path):
        names.append(node.name)
        node = node.source
    if not isinstance(node, Name):
        return None
    names.append(node.name)
    names.reverse()
    if names[0] in ("this", "parent"):
        names = names[1:]
    return ".".join(names) if names else "this"
