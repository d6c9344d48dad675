"""Money is whole rials, rates are exact, and rounding happens in one way."""

from __future__ import annotations

import copy
import pickle
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.values import InvalidValue, Percentage, Rial

rials = st.integers(-(10**17), 10**17).map(Rial)


@pytest.mark.parametrize(
    ("exact", "amount"),
    [
        pytest.param(Decimal("-11222932.5"), -11_222_933, id="away from zero below"),
        pytest.param(Decimal("2.5"), 3, id="half up"),
        pytest.param(Decimal("2.4999999999999999999999999999999999"), 2, id="not yet a half"),
        pytest.param(Fraction(-5, 2), -3, id="half of a fraction"),
        pytest.param(Fraction(1, 3), 0, id="less than a half"),
        pytest.param(7, 7, id="whole"),
    ],
)
def test_a_product_is_rounded_half_away_from_zero(
    exact: Decimal | Fraction | int, amount: int
) -> None:
    assert Rial.rounded(exact) == Rial(amount)


@pytest.mark.parametrize("wrong", [True, 1.0, "1", Decimal(1), None])
def test_only_an_int_is_money(wrong: object) -> None:
    with pytest.raises(TypeError):
        Rial(wrong)  # type: ignore[arg-type]


def test_money_has_at_most_eighteen_digits() -> None:
    assert Rial(10**18 - 1).amount == 10**18 - 1
    for amount in (10**18, -(10**18)):
        with pytest.raises(InvalidValue) as refused:
            Rial(amount)
        assert refused.value.code == "MON-001"


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        pytest.param("۱٬۰۰۰", 1_000, id="Persian digits"),
        pytest.param("-١٬٠٠٠", -1_000, id="Arabic digits, negative"),
        pytest.param(" 12,345,678 ", 12_345_678, id="grouped"),
        pytest.param("1000.0", 1_000, id="a spreadsheet's whole number"),
    ],
)
def test_rials_are_read_as_people_write_them(text: str, amount: int) -> None:
    assert Rial.from_text(text) == Rial(amount)


@pytest.mark.parametrize("text", ["1000.5", "1.000", "1,00", "", "abc", "1e5", "NaN", "9" * 19])
def test_what_is_no_whole_amount_is_refused(text: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        Rial.from_text(text)
    assert refused.value.code == "MON-001"


def test_a_toman_is_ten_rials() -> None:
    assert Rial.from_toman_text("12,500") == Rial(125_000)
    assert Rial.from_toman_text("1000.5") == Rial(10_005)


@pytest.mark.parametrize("amount", [0, -1])
def test_a_payment_is_positive(amount: int) -> None:
    with pytest.raises(InvalidValue) as refused:
        Rial(amount).positive()
    assert refused.value.code == "MON-002"


@pytest.mark.parametrize("wrong", [0.1, True, None])
def test_a_rate_is_never_a_float(wrong: object) -> None:
    with pytest.raises(TypeError):
        Percentage(wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["ten", "", "NaN", "Infinity"])
def test_a_rate_is_a_number(text: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        Percentage(text)
    assert refused.value.code == "NUM-001"


def test_values_travel() -> None:
    for value in (Rial(-5), Percentage("7.5")):
        assert pickle.loads(pickle.dumps(value)) == copy.deepcopy(value) == value
    assert hash(Percentage("10")) == hash(Percentage("10.0"))


@given(rials, st.decimals(0, 100, places=6).map(Percentage))
def test_a_share_is_within_half_a_rial_of_the_exact_one(amount: Rial, rate: Percentage) -> None:
    exact = Fraction(amount.amount) * Fraction(rate.percent) / 100
    assert abs(amount.share(rate).amount - exact) <= Fraction(1, 2)
    assert (-amount).share(rate) == -amount.share(rate)


@given(st.lists(rials, max_size=8))
def test_a_total_is_the_sum_in_any_order(amounts: list[Rial]) -> None:
    assert Rial.total(amounts) == Rial.total(reversed(amounts))


@given(rials)
def test_an_amount_survives_being_written_and_read(amount: Rial) -> None:
    assert Rial.from_text(str(amount)) == amount
