"""An ordinary condition costs little more than the same condition in Python."""

from __future__ import annotations

import re
from decimal import Decimal
from timeit import repeat
from typing import Any

import pytest

from benchmarks.expressions import CONDITIONS, MIX, SCOPE
from engine.feel import compile_expression

MOST = 5  #: times; 1.5 to 2.6 on a quiet machine, 20 to 60 by closures alone


def exact(value: Any) -> Any:
    if type(value) is int:
        return Decimal(value)
    return {name: exact(each) for name, each in value.items()} if type(value) is dict else value


@pytest.mark.parametrize(("text", "python"), CONDITIONS)
def test_a_condition_costs_a_few_times_what_it_costs_in_python(text: str, python: str) -> None:
    expression = compile_expression(text)
    scope = exact(dict(SCOPE))
    names = scope | {f"d{each}": Decimal(each) for each in re.findall(r"\bd(\d+)\b", python)}
    compiled = compile(python, "condition", "eval")
    assert expression.evaluate(scope).value == eval(compiled, names)

    def ratio() -> float:
        ours = min(repeat(lambda: expression.evaluate(scope), number=500, repeat=30))
        return ours / min(repeat(lambda: eval(compiled, names), number=500, repeat=30))

    assert min(ratio() for _ in range(3)) < MOST


def test_the_fifty_expressions_that_are_measured_all_have_an_answer() -> None:
    found = [compile_expression(each).evaluate(SCOPE) for each in MIX]

    assert len(set(MIX)) == 50
    assert [(each.value is None, each.warnings) for each in found] == [(False, ())] * 50
