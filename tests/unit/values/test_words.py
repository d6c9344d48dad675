"""Amounts in words: the table of `domain.md` §4.7, and reading them back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.values import in_english_words, in_persian_words

NUMBERS = st.one_of(
    st.integers(0, 2000),
    st.integers(-(10**18) + 1, 10**18 - 1),
    st.builds(lambda group, power: group * 1000**power, st.integers(1, 999), st.integers(0, 5)),
)


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "صفر"),
        (19, "نوزده"),
        (21, "بیست و یک"),
        (101, "یکصد و یک"),
        (1_001, "یک هزار و یک"),
        (1_100, "یک هزار و یکصد"),
        (1_000_001, "یک میلیون و یک"),
        (2_500_000_000, "دو میلیارد و پانصد میلیون"),
        (
            1_234_567_890,
            "یک میلیارد و دویست و سی و چهار میلیون و پانصد و شصت و هفت هزار و هشتصد و نود",
        ),
        (
            110_480_092_050,
            "یکصد و ده میلیارد و چهارصد و هشتاد میلیون و نود و دو هزار و پنجاه",
        ),
        (1_000_000_000_000, "یک هزار میلیارد"),
        (2_500_000_000_000, "دو هزار میلیارد و پانصد میلیارد"),
        (-264_806_609, "منفی دویست و شصت و چهار میلیون و هشتصد و شش هزار و ششصد و نه"),
    ],
)
def test_an_amount_is_said_in_formal_persian(number: int, words: str) -> None:
    assert in_persian_words(number) == words


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "zero"),
        (21, "twenty-one"),
        (100, "one hundred"),
        (1_001, "one thousand one"),
        (2_500_000_000, "two billion five hundred million"),
        (-19, "minus nineteen"),
        (10**12, "one trillion"),
    ],
)
def test_an_amount_is_said_in_english(number: int, words: str) -> None:
    assert in_english_words(number) == words


@given(NUMBERS)
def test_persian_words_read_back_as_the_number(number: int) -> None:
    assert _read_persian(in_persian_words(number)) == number


def _read_persian(words: str) -> int:
    """Add the words up group by group; every group ends with its own scale."""
    sign = -1 if words.startswith("منفی ") else 1
    total = group = 0
    for part in words.removeprefix("منفی ").split(" و "):
        word, _, scale = part.partition(" ")
        group += PERSIAN_WORDS[word]
        if scale:
            total, group = total + group * PERSIAN_SCALES[scale], 0
    return sign * (total + group)


PERSIAN_SCALES = {
    "هزار": 10**3,
    "میلیون": 10**6,
    "میلیارد": 10**9,
    "هزار میلیارد": 10**12,
    "میلیون میلیارد": 10**15,
}
PERSIAN_WORDS = {
    word: value
    for words, values in [
        ("صفر یک دو سه چهار پنج شش هفت هشت نه ده یازده دوازده سیزده چهارده", range(15)),
        ("پانزده شانزده هفده هجده نوزده", range(15, 20)),
        ("بیست سی چهل پنجاه شصت هفتاد هشتاد نود", range(20, 100, 10)),
        ("یکصد دویست سیصد چهارصد پانصد ششصد هفتصد هشتصد نهصد", range(100, 1000, 100)),
    ]
    for word, value in zip(words.split(), values, strict=True)
}


@given(NUMBERS, NUMBERS)
def test_different_numbers_have_different_english_words(one: int, other: int) -> None:
    assert (in_english_words(one) == in_english_words(other)) == (one == other)


@pytest.mark.parametrize("say", [in_persian_words, in_english_words])
def test_nineteen_digits_are_no_amount(say: Callable[[int], str]) -> None:
    assert say(10**18 - 1)
    with pytest.raises(ValueError, match="eighteen digits"):
        say(10**18)
