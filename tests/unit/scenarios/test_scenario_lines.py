"""Values of a test as lines that a person edits."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings

from tests.unit.scenarios.values import TABLES
from webapp.scenarios.lines import NoLine, lines_of, values_of


def test_values_are_read_as_a_person_writes_them():
    assert values_of(
        "period = 1405/04/01\namount = 1200000\nrate = 0.20\nagreed = true\n"
        'code = "0104"\n\nlines/010604/quantity = 14.584\nlines/010604/reason = MEASURE\n'
        'names = ["a", "b"]\nnote = one = two'
    ) == {
        "period": "1405/04/01",
        "amount": 1_200_000,
        "rate": Decimal("0.20"),
        "agreed": True,
        "code": "0104",
        "lines": {"010604": {"quantity": Decimal("14.584"), "reason": "MEASURE"}},
        "names": ["a", "b"],
        "note": "one = two",
    }


@pytest.mark.parametrize(
    "text", ["no sign", "a = 1\na = 2", "a = 1\na/b = 2", 'a = "open', "a = ["]
)
def test_a_line_that_says_nothing_is_named(text: str):
    with pytest.raises(NoLine):
        values_of(text)


@settings(max_examples=60)
@given(TABLES)
def test_values_written_as_lines_are_read_back_the_same(values):
    assert values_of(lines_of(values)) == values
