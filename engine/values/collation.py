"""The order of Persian text (R-TXT-03): the Persian alphabet, not code points."""

from __future__ import annotations

import unicodedata
from typing import Final

from engine.values.digits import ZWNJ, normalise

#: As ICU's ``fa`` collation has it: آ before ا, hamza after it, و before ه, ی last.
ALPHABET: Final = "آاءبپتثجچحخدذرزژسشصضطظعغفقکگلمنوهی"

#: Letters that sort as another; equal words are then told apart by their stored form.
_VARIANTS: Final = {"أ": "ء", "إ": "ء", "ؤ": "ء", "ئ": "ء", "ٱ": "ا"} | {
    "ة": "ه",
    "ۀ": "ه",
    "ە": "ه",
    "ى": "ی",
    "ي": "ی",
    "ك": "ک",
}
_LATIN: Final = "abcdefghijklmnopqrstuvwxyz"
#: The letters get consecutive code points of their own block, Latin ones stand after them.
_PLACES: Final = str.maketrans(
    {letter: chr(0x0621 + place) for place, letter in enumerate(ALPHABET)}
    | {variant: chr(0x0621 + ALPHABET.index(base)) for variant, base in _VARIANTS.items()}
    | {letter: chr(0xFEE0 + ord(letter)) for letter in _LATIN}
)
#: Below every other character, so that a shorter word comes before its continuations.
_LOWEST: Final = "\x01"


def collation_key(text: str) -> str:
    """Return a key whose code-point order is the Persian order of ``text``.

    Spaces and signs come first, then digits, Persian letters, Latin letters. Vowel signs, case
    and the half-space count only between texts equal otherwise. The key is a plain string: it
    sorts in Python and, stored in a column with binary collation, in a database.

    >>> sorted(["گچ", "ژاله", "پل", "زمین", "بتن", "کاشی", "یخ", "لوله"], key=collation_key)
    ['بتن', 'پل', 'زمین', 'ژاله', 'کاشی', 'گچ', 'لوله', 'یخ']
    """
    stored = normalise(text)
    composed = unicodedata.normalize("NFKC", stored.replace(ZWNJ, "").replace("\n", " "))
    placed = composed.casefold().translate(_PLACES)
    letters = "".join(each for each in placed if unicodedata.category(each) != "Mn")
    return f"{letters}{_LOWEST}{stored}"
