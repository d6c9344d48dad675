"""Quantities and totals of the line table: the cases the browser's arithmetic runs as well."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.values import InvalidValue, Rial, grouped
from forms.line_sums import line_amount, sums_of
from forms.line_table import quantity_from

CASES: dict[str, list[dict[str, Any]]] = json.loads(
    Path(__file__).with_name("line_cases.json").read_text(encoding="utf-8")
)


@pytest.mark.parametrize("case", CASES["quantities"], ids=lambda case: repr(case["typed"]))
def test_a_quantity_is_read_exactly_or_refused_with_its_code(case: dict[str, str | None]):
    typed = case["typed"] or ""
    if "code" in case:
        with pytest.raises(InvalidValue) as refused:
            quantity_from(typed)
        assert refused.value.code == case["code"]
    else:
        expected = case["value"]
        assert quantity_from(typed) == (None if expected is None else Decimal(expected))


@pytest.mark.parametrize("case", CASES["amounts"], ids=lambda case: case["quantity"])
def test_a_line_amount_is_rounded_half_up_once(case: dict[str, str]):
    assert line_amount(int(case["price"]), Decimal(case["quantity"])) == int(case["amount"])


@pytest.mark.parametrize("case", CASES["sums"], ids=lambda case: case["why"])
def test_totals_round_each_line_and_then_each_group_of_coefficients(case: dict[str, Any]):
    factors = {key: Decimal(text) for key, text in case["factors"].items()}
    amounts = [
        (each["factor"], line_amount(int(each["price"]), Decimal(each["quantity"])))
        for each in case["lines"]
    ]

    sums = sums_of(amounts, factors, int(case["fixed"]))

    assert (sums.lines, sums.works, sums.gross) == (
        int(case["sum"]),
        int(case["works"]),
        int(case["gross"]),
    )


@pytest.mark.parametrize("case", CASES["shown"], ids=lambda case: case["number"])
@pytest.mark.parametrize("language", ["fa", "en"])
def test_a_number_is_shown_in_the_digits_of_the_language(case: dict[str, str], language: str):
    assert grouped(Decimal(case["number"]), language) == case[language]


@given(st.integers(0, 10**9), st.decimals(0, 10**6, places=3))
def test_an_amount_is_that_of_the_money_type(price: int, quantity: Decimal):
    assert line_amount(price, quantity) == Rial(price).times(quantity).amount
