"""Text and numbers as typed (`domain.md` §0.4)."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from engine.values import (
    InvalidValue,
    decimal_from,
    fold,
    grouped,
    integer_from,
    latin_digits,
    normalise,
    persian_digits,
)

ZWNJ = "\u200c"
#: Any text, with the characters that matter here often enough to meet each other.
TEXTS = st.text(
    st.one_of(
        st.characters(exclude_categories=()),
        st.sampled_from(
            f"يكىئأۀ٤۴4 \u00a0\t\n\r\u2028{ZWNJ}\u200d\u200f\ufeffـ\u0654\u0653\u0301aé"
        ),
    ),
    max_size=30,
)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        pytest.param("يك", "یک", id="Arabic ye and kaf"),
        pytest.param("۰۱۲۳۴۵۶۷۸۹", "0123456789", id="Persian digits"),
        pytest.param("٠١٢٣٤٥٦٧٨٩", "0123456789", id="Arabic-Indic digits"),
        pytest.param("پیمـــان", "پیمان", id="tatweel"),
        pytest.param("\ufeff\u200fپیمان\u200b", "پیمان", id="invisible marks"),
        pytest.param(f"صورت{ZWNJ}وضعیت", f"صورت{ZWNJ}وضعیت", id="the half-space stays"),
        pytest.param(f"صورت{ZWNJ}{ZWNJ}وضعیت{ZWNJ} ", f"صورت{ZWNJ}وضعیت", id="idle half-spaces"),
        pytest.param("  دفتر \u00a0 فنی\t", "دفتر فنی", id="spaces collapse"),
        pytest.param("یک \r\n دو\n", "یک\nدو", id="line ends stay"),
        pytest.param("ی\u0654", "ی\u0654", id="a sign of its own stays"),
        pytest.param("الف\x00ب\ud800", "الفب", id="what a database refuses goes"),
        pytest.param("m³ Ω é", "m³ Ω é", id="other letters stay"),
    ],
)
def test_typed_text_is_stored_in_one_form(typed: str, stored: str) -> None:
    assert normalise(typed) == stored


@given(TEXTS)
@example(f" {ZWNJ} ")
@example("ي\u200b\u0654")
def test_normalising_twice_changes_nothing_more(text: str) -> None:
    once = normalise(text)

    assert normalise(once) == once
    once.encode()


@given(TEXTS)
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(TEXTS)
def test_the_stored_form_is_found_by_what_was_typed(text: str) -> None:
    assert fold(normalise(text)) == fold(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(f"پیش{ZWNJ}پرداخت", "پيشپرداخت", id="half-space and Arabic ye"),
        pytest.param("مبلغِ", "مبلغ", id="vowel sign"),
        pytest.param("آزادی", "ازادي", id="madda"),
        pytest.param("مسئول", "مسيول", id="hamza"),
        pytest.param("ﻣﺒﻠﻎ", "مبلغ", id="presentation forms of a PDF"),
        pytest.param("بهای\nواحد (ريال)", "بهای واحد (ریال)", id="a heading on two lines"),
        pytest.param("IBAN", "iban", id="case"),
        pytest.param("ردیف ۱۲", "ردیف 12", id="digits"),
    ],
)
def test_headings_that_read_the_same_compare_equal(one: str, other: str) -> None:
    assert fold(one) == fold(other)


def test_headings_that_read_differently_stay_different() -> None:
    headings = ["ردیف", "فصل", "شرح", "واحد", "بهای واحد", "مقدار", "مقدار پیمان", "نوع"]

    assert len({fold(each) for each in headings}) == len(headings)


@given(st.text())
def test_digits_go_to_persian_and_back(text: str) -> None:
    assert latin_digits(persian_digits(text)) == latin_digits(text)


@given(st.integers(-(10**18), 10**18), st.sampled_from(["fa", "en"]))
def test_a_shown_integer_reads_back(number: int, language: str) -> None:
    assert integer_from(grouped(number, language)) == number


@given(
    st.decimals(min_value=-(10**15), max_value=10**15, allow_nan=False, places=3),
    st.sampled_from(["fa", "en"]),
)
def test_a_shown_decimal_reads_back(number: Decimal, language: str) -> None:
    assert decimal_from(grouped(number, language), places=3) == number


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("۱۲٫۳۴۵", "12.345"),
        ("٣١٢٫٥", "312.5"),
        ("۱٬۹۵۵٫۰۰۸", "1955.008"),
        ("1,955.008", "1955.008"),
        (" ۳۱۵ ", "315"),
        ("-7", "-7"),
        ("\u200e\u22127", "-7"),
        ("+0.5", "0.5"),
        ("12.300", "12.300"),
    ],
)
def test_a_number_is_read_in_every_script_people_type(typed: str, number: str) -> None:
    assert str(decimal_from(typed)) == number


@pytest.mark.parametrize(
    "typed",
    ["", " ", "-", ".", ".5", "5.", "۱۲/۵", "1e3", "NaN", "Infinity", "1_000", "12,34", "1,2345",
     "1,,000", "12.3.4", "12 000", "ده", "²", "५", "--1", "1-", "0x1f", "9" * 61],
)  # fmt: skip
def test_what_is_no_number_is_refused(typed: str) -> None:
    with pytest.raises(InvalidValue, match="NUM-001"):
        decimal_from(typed)
    with pytest.raises(InvalidValue, match="NUM-002"):
        integer_from(typed)


@pytest.mark.parametrize("typed", ["1000.5", "۱۲٫۰", "12.0"])
def test_a_decimal_is_no_whole_number(typed: str) -> None:
    with pytest.raises(InvalidValue, match="NUM-002"):
        integer_from(typed)


def test_more_decimals_than_allowed_are_refused_unless_they_are_zeros() -> None:
    assert decimal_from("12.34500", places=3) == Decimal("12.345")
    with pytest.raises(InvalidValue) as refused:
        decimal_from("12.3456", places=3)
    assert (refused.value.code, refused.value.params["places"]) == ("NUM-003", "3")


@given(st.text(max_size=70))
def test_any_text_is_a_number_or_a_refusal(text: str) -> None:
    try:
        number = decimal_from(text)
    except InvalidValue:
        return
    assert number.is_finite()
