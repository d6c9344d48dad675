"""Amounts as typed and printed: the table of `domain.md` §0.3."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.values import InvalidValue, Rial, grouped


@pytest.mark.parametrize(
    ("read", "code"),
    [
        pytest.param(lambda: Rial.from_text("1000.5"), "MON-001", id="half a rial"),
        pytest.param(lambda: Rial.from_text("-1").positive(), "MON-002", id="a negative payment"),
        pytest.param(lambda: Rial(10**18), "MON-001", id="nineteen digits"),
    ],
)
def test_what_is_no_amount_is_refused(read: Callable[[], Rial], code: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        read()

    assert refused.value.code == code


def test_toman_is_stored_as_ten_rials_each() -> None:
    assert Rial.from_toman_text("12,500") == Rial(125_000)


def test_a_negative_half_is_rounded_away_from_zero() -> None:
    assert Rial.rounded(Decimal("-11222932.5")) == Rial(-11_222_933)


@given(st.integers(-(10**18) + 1, 10**18 - 1), st.sampled_from(["fa", "en"]))
def test_a_printed_amount_reads_back(amount: int, language: str) -> None:
    assert Rial.from_text(grouped(amount, language)) == Rial(amount)
