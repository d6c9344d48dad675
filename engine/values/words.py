"""Whole numbers in words, as cheques and certificates print them beside the digits."""

from __future__ import annotations

from typing import Final

#: Numbers of more digits are not amounts (R-MON-04).
MOST: Final = 10**18 - 1

_FA_UNITS: Final = (
    *("", "یک", "دو", "سه", "چهار", "پنج", "شش", "هفت", "هشت", "نه"),
    *("ده", "یازده", "دوازده", "سیزده", "چهارده"),
    *("پانزده", "شانزده", "هفده", "هجده", "نوزده"),
)
_FA_TENS: Final = (
    *("", "", "بیست", "سی", "چهل", "پنجاه"),
    *("شصت", "هفتاد", "هشتاد", "نود"),
)
_FA_HUNDREDS: Final = (
    *("", "یکصد", "دویست", "سیصد", "چهارصد"),
    *("پانصد", "ششصد", "هفتصد", "هشتصد", "نهصد"),
)
_FA_SCALES: Final = ("", "هزار", "میلیون", "میلیارد", "هزار میلیارد", "میلیون میلیارد")
_EN_UNITS: Final = (
    *("", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
    *("ten", "eleven", "twelve", "thirteen", "fourteen"),
    *("fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_EN_TENS: Final = (
    *("", "", "twenty", "thirty", "forty", "fifty"),
    *("sixty", "seventy", "eighty", "ninety"),
)
_EN_SCALES: Final = ("", "thousand", "million", "billion", "trillion", "quadrillion")


def in_persian_words(number: int) -> str:
    """Return a whole number in formal Persian, without the currency (R-MON-05).

    Cheque style: ``یکصد`` and ``یک هزار``, never a bare ``صد`` or ``هزار``. Every group of
    three names its own scale, so 10¹² and above read ``دو هزار میلیارد و پانصد میلیارد``
    and leave one reading only. A negative number begins with ``منفی``.

    Raises:
        ValueError: more than eighteen digits.

    >>> in_persian_words(110480092050)
    'یکصد و ده میلیارد و چهارصد و هشتاد میلیون و نود و دو هزار و پنجاه'
    """
    if number == 0:
        return "صفر"
    said = " و ".join(
        f"{_persian_group(group)} {scale}".rstrip() for group, scale in _groups(number, _FA_SCALES)
    )
    return f"منفی {said}" if number < 0 else said


def _groups(number: int, scales: tuple[str, ...]) -> list[tuple[int, str]]:
    """Split into groups of three with their scales, highest first, empty groups left out."""
    if abs(number) > MOST:
        raise ValueError("a number of more than eighteen digits is no amount")
    digits = f"{abs(number):018d}"
    groups = [int(digits[at : at + 3]) for at in range(0, 18, 3)]
    return [pair for pair in zip(groups, reversed(scales), strict=True) if pair[0]]


def _persian_group(group: int) -> str:
    hundreds, rest = divmod(group, 100)
    tens, units = (0, rest) if rest < 20 else divmod(rest, 10)
    parts = (_FA_HUNDREDS[hundreds], _FA_TENS[tens], _FA_UNITS[units])
    return " و ".join(part for part in parts if part)


def in_english_words(number: int) -> str:
    """Return a whole number in English, short scale, without the currency.

    Raises:
        ValueError: more than eighteen digits.

    >>> in_english_words(110480092050)
    'one hundred ten billion four hundred eighty million ninety-two thousand fifty'
    """
    if number == 0:
        return "zero"
    said = " ".join(
        f"{_english_group(group)} {scale}".rstrip() for group, scale in _groups(number, _EN_SCALES)
    )
    return f"minus {said}" if number < 0 else said


def _english_group(group: int) -> str:
    hundreds, rest = divmod(group, 100)
    tens, units = (0, rest) if rest < 20 else divmod(rest, 10)
    below = "-".join(part for part in (_EN_TENS[tens], _EN_UNITS[units]) if part)
    above = f"{_EN_UNITS[hundreds]} hundred" if hundreds else ""
    return f"{above} {below}".strip()


def rials_in_words(number: int) -> dict[str, str]:
    """Return rials in words with the currency, in every language (`engine.values.languages`).

    Raises:
        ValueError: more than eighteen digits.

    >>> rials_in_words(2_500)["en"]
    'two thousand five hundred rials'
    """
    return {"fa": f"{in_persian_words(number)} ریال", "en": f"{in_english_words(number)} rials"}
