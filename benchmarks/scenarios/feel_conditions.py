"""F1: FEEL conditions of typical size, beside the same compiled by Python, on ``Decimal``s."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from timeit import repeat
from typing import Any

from benchmarks.bench import Bench
from benchmarks.expressions import CONDITIONS, SCOPE
from benchmarks.figures import Figure, beside, times
from benchmarks.turns import timed_about
from engine import feel

EACH, REPEATS = 1_000, 15


def measure(bench: Bench) -> list[Figure]:
    """Measure each condition: the best of some repeats, in each round."""
    scope = {name: _exact(value) for name, value in SCOPE.items()}
    figures = []
    for text, python in CONDITIONS:
        acts = {"ours": _ours(text, scope), "floor": _floor(python, scope)}
        timed_about(1, acts)  # warm: the short way is taken from the eighth evaluation on
        found = timed_about(max(bench.size.rounds, 5), acts)
        figures.append(
            beside(
                "F1",
                f"`{text}`",
                "µs",
                found["ours"],
                found["floor"],
                floor_is="Python",
                must=times(3),
                aim=times(2),
            )
        )
    return figures


def _exact(value: Any) -> Any:
    if type(value) is int:
        return Decimal(value)
    if isinstance(value, dict):
        return {name: _exact(each) for name, each in value.items()}
    return [_exact(each) for each in value] if isinstance(value, list) else value


def _ours(text: str, scope: Mapping[str, object]) -> Callable[[], float]:
    expression = feel.compile_expression(text)
    return lambda: _best(lambda: expression.evaluate(scope))


def _floor(python: str, scope: Mapping[str, object]) -> Callable[[], float]:
    numbers = {f"d{each}": Decimal(each) for each in re.findall(r"\bd(\d+)\b", python)}
    names = {**scope, **numbers}
    compiled = compile(python, "condition", "eval")
    return lambda: _best(lambda: eval(compiled, names))


def _best(act: Callable[[], object]) -> float:
    return min(repeat(act, number=EACH, repeat=REPEATS)) * 1_000_000 / EACH
