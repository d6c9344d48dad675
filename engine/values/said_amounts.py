"""Amounts in words read back: only the formal words of `engine.values.words` are understood."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

from engine.values.digits import normalise
from engine.values.words import MOST, in_english_words, in_persian_words

_LONGEST: Final = 60  #: words; eighteen digits need fewer
#: What people write for the formal word.
_FA_SPELLINGS: Final = {"صد": "یکصد", "پونصد": "پانصد", "ملیون": "میلیون", "ملیارد": "میلیارد"}
_FA_SCALES: Final = {"هزار": 10**3, "میلیون": 10**6, "میلیارد": 10**9, "تریلیون": 10**12}
_EN_SCALES: Final = {
    word: 1000**at
    for at, word in enumerate(("thousand", "million", "billion", "trillion", "quadrillion"), 1)
}
_FA_CURRENCY: Final = frozenset({"ریال", "تمام"})
_EN_CURRENCY: Final = frozenset({"rial", "rials", "only"})


def amount_of_words(text: str) -> int | None:
    """Return the number that formal Persian or English words say; ``None``: not to be read.

    What is read is said again and must come out the same, word by word, so that a slip of the
    pen (``دویست و سیصد میلیون``) is refused and never guessed at.

    >>> amount_of_words("یکصد و ده میلیارد و چهارصد و هشتاد میلیون ریال")
    110480000000
    >>> amount_of_words("two hundred thousand rials")
    200000
    >>> amount_of_words("صد و صد") is None
    True
    """
    said = normalise(text.replace("\u200c", "")).lower()
    words = re.findall(r"[^\W\d_]+", said)
    if not 0 < len(words) <= _LONGEST or re.search(r"\d", said):
        return None
    if words[0].isascii():
        plain = [each for each in words if each not in _EN_CURRENCY and each != "and"]
        return _read(plain, _EN_NUMBERS, _EN_SCALES, in_english_words)
    plain = [_FA_SPELLINGS.get(each, each) for each in words if each not in _FA_CURRENCY]
    joined = [each for each in plain if each != "و"]
    return _read(joined, _FA_NUMBERS, _FA_SCALES, in_persian_words)


def _read(
    words: list[str],
    numbers: Mapping[str, int],
    scales: Mapping[str, int],
    say: Callable[[int], str],
) -> int | None:
    """Add up group by group, each times the scales that follow it."""
    total, group, scale = 0, 0, 1
    for word in words:
        if word in scales:
            scale *= scales[word]
            continue
        if word not in numbers and word != "hundred":
            return None
        if scale > 1:
            total, group, scale = total + group * scale, 0, 1
        group = group * 100 if word == "hundred" else group + numbers[word]
    total += group * scale
    if total > MOST or _plain(say(total)) != _plain(" ".join(words)):
        return None
    return total


def _plain(said: str) -> list[str]:
    """Return the words that count; ``تریلیون`` is what the formal ``هزار میلیارد`` says shorter."""
    words = [each for each in re.findall(r"[^\W\d_]+", said) if each != "و"]
    return " ".join(words).replace("تریلیون", "هزار میلیارد").split()


def _numbers(say: Callable[[int], str]) -> dict[str, int]:
    """Return the single words of the numbers below a thousand."""
    whole = (*range(20), *range(20, 100, 10), *range(100, 1000, 100))
    return {say(each): each for each in whole}


_FA_NUMBERS: Final = _numbers(in_persian_words)
_EN_NUMBERS: Final = _numbers(in_english_words)
