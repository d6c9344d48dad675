"""The order of Persian text (R-TXT-03)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.values import collation_key, normalise

ALPHABET = "آابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهی"
WORDS = st.text(st.sampled_from(ALPHABET), max_size=8)


def test_letters_stand_in_the_order_of_the_alphabet() -> None:
    by_code_point = sorted(ALPHABET)

    assert by_code_point != list(ALPHABET)
    assert sorted(by_code_point, key=collation_key) == list(ALPHABET)


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        pytest.param("بتن", "پل", id="pe after be"),
        pytest.param("جدول", "چاه", id="che after jim"),
        pytest.param("زمین", "ژاله", id="zhe after ze"),
        pytest.param("کاشی", "گچ", id="gaf after kaf"),
        pytest.param("هوا", "یخ", id="ye last"),
        pytest.param("وام", "هوا", id="vav before he"),
        pytest.param("آجر", "ابزار", id="alef with madda first"),
        pytest.param("كاشي", "کاشیکاری", id="Arabic letters sort as Persian ones"),
        pytest.param("دفتر فنی", "دفترچه", id="a word before its continuation"),
        pytest.param("۲", "الف", id="digits before letters"),
        pytest.param("یخ", "Abc", id="Persian before Latin"),
        pytest.param("apple", "Banana", id="case does not count"),
    ],
)
def test_one_text_comes_before_another(earlier: str, later: str) -> None:
    assert collation_key(earlier) < collation_key(later)


def test_the_half_space_does_not_move_a_word() -> None:
    texts = ["پیشرفت", "پیش\u200cپرداخت", "پیشتاز"]

    assert sorted(texts, key=collation_key) == ["پیش\u200cپرداخت", "پیشتاز", "پیشرفت"]


@given(WORDS, WORDS)
def test_words_are_compared_letter_by_letter(one: str, other: str) -> None:
    by_alphabet = _places(one) < _places(other)

    assert (collation_key(one) < collation_key(other)) is by_alphabet


def _places(word: str) -> list[int]:
    return [ALPHABET.index(letter) for letter in word]


@given(st.text())
def test_a_key_can_be_stored_and_keeps_texts_apart(text: str) -> None:
    key = collation_key(text)

    assert "\x00" not in key
    assert key.endswith(normalise(text))
