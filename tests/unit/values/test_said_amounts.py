"""Amounts in words read back: what is said formally is read, and nothing is guessed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.values import in_english_words, in_persian_words
from engine.values.said_amounts import amount_of_words

AMOUNTS = st.one_of(st.integers(0, 2000), st.integers(0, 10**18 - 1))


@given(number=AMOUNTS)
def test_what_is_said_formally_is_read_back(number):
    assert amount_of_words(f"{in_persian_words(number)} ریال") == number
    assert amount_of_words(f"{in_english_words(number)} rials only") == number


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("صد و بیست و سه هزار ريال", 123_000),
        ("دو تریلیون و پانصد میلیارد", 2_500_000_000_000),
        ("یک‌صد میلیون", 100_000_000),
        ("One Hundred and Five Rials", 105),
    ],
)
def test_usual_spellings_are_read(words, number):
    assert amount_of_words(words) == number


@pytest.mark.parametrize(
    "words",
    [
        *("", "ریال", "سلام", "هزار", "دویست و سیصد میلیون", "یک میلیون میلیون"),
        *("پنج هزار و هزار", "یک میلیون و دو میلیارد", "12 هزار", "five five", "و " * 100),
    ],
)
def test_a_slip_of_the_pen_is_not_guessed_at(words):
    assert amount_of_words(words) is None
