"""Bill and payment ids: the test vectors of `domain.md` §4.6."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.values import InvalidValue, Rial, persian_digits
from engine.values.bills import MUNICIPAL, bill, check_digit, is_bill_id, payment_id

PAIRS = [
    ("7748317800142", "1770160", 17_000),
    ("1117753200140", "12070160", 120_000),
    ("2050327604613", "1070189", 10_000),
    ("0001234510165", "485040780", 4_850_000),
]


@pytest.mark.parametrize(("bill_id", "paid", "rials"), PAIRS)
def test_a_pair_that_checks_says_its_amount_in_any_digits(bill_id: str, paid: str, rials: int):
    assert bill(persian_digits(bill_id), f" {paid} ").amount == Rial(rials)


def test_a_municipal_bill_says_year_and_period():
    found = bill("0001234510165", "485040780")

    assert (found.kind, found.year, found.period) == (MUNICIPAL, 4, 7)


@pytest.mark.parametrize(
    ("bill_id", "paid", "code"),
    [
        ("1117753200140", "1770165", "PAY-013"),
        ("9174639504124", "12908197", "PAY-013"),
        ("2234322344613", "1070189", "PAY-012"),
        ("1117753200140", "", "PAY-013"),
        ("1117753200140", "1207016x", "PAY-013"),
        ("", "12070160", "PAY-012"),
    ],
)
def test_a_pair_that_does_not_check_is_refused(bill_id: str, paid: str, code: str):
    with pytest.raises(InvalidValue) as refused:
        bill(bill_id, paid)
    assert refused.value.code == code


@given(
    number=st.integers(10**4, 10**12 - 1),
    thousands=st.integers(1, 10**8 - 1),
    year=st.integers(1390, 1450),
    period=st.integers(0, 99),
)
def test_what_is_asked_for_is_what_is_read(number: int, thousands: int, year: int, period: int):
    bill_id = f"{number}{check_digit(str(number))}"
    amount = Rial(thousands * 1_000)

    found = bill(bill_id, payment_id(bill_id, amount, year=year, period=period))

    assert is_bill_id(bill_id)
    assert (found.amount, found.year, found.period) == (amount, year % 10, period)


@pytest.mark.parametrize("rials", [0, -1_000, 1_500, 10**11])
def test_an_amount_that_no_payment_id_holds_is_refused(rials: int):
    with pytest.raises(InvalidValue, match="PAY-014"):
        payment_id("0001234510165", Rial(rials), year=1404, period=7)


@given(st.sampled_from(PAIRS), st.integers(0, 12), st.integers(1, 9))
def test_a_digit_of_a_bill_typed_wrongly_is_found(pair: tuple[str, str, int], place: int, by: int):
    bill_id, paid, _ = pair
    wrong = str((int(bill_id[place]) + by) % 10)
    typed = bill_id[:place] + wrong + bill_id[place + 1 :]

    if is_bill_id(typed):  # modulo 11 lets a remainder of 0 and 1 stand for the same digit
        with pytest.raises(InvalidValue, match="PAY-013"):
            bill(typed, paid)
