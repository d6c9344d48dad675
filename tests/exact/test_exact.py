"""Amounts worked out at random agree with exact fractions; `make exact` asks ten million."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from engine.values import Rial
from tests.exact.checking import Differs, check, half_up

COUNT = 100_000


def test_a_hundred_thousand_amounts_agree_with_exact_fractions():
    assert sum(check(COUNT).values()) == COUNT


@pytest.mark.parametrize(
    ("exact", "whole"),
    [("0.5", 1), ("-0.5", -1), ("1.4999", 1), ("-11222932.5", -11_222_933), ("2.5", 3)],
)
def test_the_fractions_round_halves_away_from_nothing(exact: str, whole: int):
    assert half_up(Fraction(exact)) == whole == Rial.rounded(Decimal(exact)).amount


def test_a_rounding_to_even_would_be_found(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(Rial, "rounded", lambda exact: Rial(round(exact)))

    with pytest.raises(Differs):
        check(COUNT)
