"""Text and numbers as people type them: Persian, Arabic and Latin digits and letters.

Source: R-TXT-01 (normalise before validating or indexing) and the separators of Persian
numbers, U+066C between thousands and U+066B before decimals.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from typing import Final

from engine.values.invalid import InvalidValue

ZWNJ: Final = "\u200c"
PERSIAN_DIGITS: Final = "۰۱۲۳۴۵۶۷۸۹"
ARABIC_DIGITS: Final = "٠١٢٣٤٥٦٧٨٩"
LATIN_DIGITS: Final = "0123456789"

#: Longest number read, sign and separators included; beyond it only an attack is typed.
LONGEST_NUMBER: Final = 60

_TO_LATIN: Final = str.maketrans(PERSIAN_DIGITS + ARABIC_DIGITS, LATIN_DIGITS * 2)
_TO_PERSIAN: Final = str.maketrans(LATIN_DIGITS, PERSIAN_DIGITS)
_TO_PERSIAN_LETTERS: Final = str.maketrans("يك", "یک")
#: What has no width and no meaning in stored text: tatweel, soft hyphen, zero-width and
#: direction marks, controls other than tab and line ends, lone surrogates (no UTF-8 form).
_DROPPED: Final = re.compile(
    "[\u0640\u00ad\u061c\u180e\u200b\u200d-\u200f\u202a-\u202e\u2060-\u206f\ufeff"
    "\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]"
)
_LINE_END: Final = re.compile("[ ]*(?:\r\n|[\r\n\x0b\x0c\x85\u2028\u2029])[ ]*")
_SPACES: Final = re.compile("[\t \u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+")
_ZWNJ_RUN: Final = re.compile(f"{ZWNJ}+")
_IDLE_ZWNJ: Final = re.compile(f"(?<![^ \n]){ZWNJ}|{ZWNJ}(?![^ \n])")


def normalise(text: str) -> str:
    r"""Return ``text`` as it is stored and compared (R-TXT-01).

    Arabic ``ي`` and ``ك`` become Persian, Persian and Arabic digits become Latin, tatweel and
    invisible characters go, runs of spaces become one and none is left at the ends. The
    half-space (ZWNJ) stays where it joins two letters. Line ends stay, as ``\n``.

    >>> normalise("  كارگاهِ   شمارهٔ ٤۲ ")
    'کارگاهِ شمارهٔ 42'
    """
    if text.isascii() and text.isalnum():
        return text
    composed = unicodedata.normalize("NFC", _DROPPED.sub("", text))
    latin = unicodedata.normalize("NFC", composed.translate(_TO_PERSIAN_LETTERS))
    spaced = _LINE_END.sub("\n", _SPACES.sub(" ", latin.translate(_TO_LATIN)))
    joined = _IDLE_ZWNJ.sub("", _ZWNJ_RUN.sub(ZWNJ, spaced))
    return _LINE_END.sub("\n", _SPACES.sub(" ", joined)).strip(" \n")


def fold(text: str) -> str:
    r"""Return the form of ``text`` in which a search or a heading is compared.

    Beyond :func:`normalise` it ignores letter case, the half-space, vowel signs, hamza and
    madda, presentation forms and line ends. Never stored in place of the text itself.

    >>> fold("مبلغِ پیش\u200cپرداخت") == fold("مبلغ پيشپرداخت")
    True
    >>> fold("  IBAN No.  ")
    'iban no.'
    """
    decomposed = unicodedata.normalize("NFKD", normalise(text)).casefold()
    letters = "".join(
        each
        for each in unicodedata.normalize("NFKD", decomposed)
        if unicodedata.category(each) not in _UNWRITTEN
    )
    return " ".join(letters.translate(_SAME_IN_SEARCH).split())


#: Categories of vowel signs and other marks, and of characters without a shape.
_UNWRITTEN: Final = frozenset({"Mn", "Me", "Cf"})
_SAME_IN_SEARCH: Final = str.maketrans(
    "يىكةەٱ" + PERSIAN_DIGITS + ARABIC_DIGITS, "ییکهها" + LATIN_DIGITS * 2
)


def persian_digits(text: str | int) -> str:
    """Return ``text`` with its Latin digits shown as Persian ones; nothing else changes.

    >>> persian_digits("1404/07/30")
    '۱۴۰۴/۰۷/۳۰'
    """
    return str(text).translate(_TO_PERSIAN)


def latin_digits(text: str) -> str:
    """Return ``text`` with its Persian and Arabic digits as Latin ones; nothing else changes.

    >>> latin_digits("۱۴۰۴/٠٧")
    '1404/07'
    """
    return text.translate(_TO_LATIN)


def grouped(number: int | Decimal, language: str = "fa") -> str:
    """Return ``number`` for people, in groups of three, exact: no digit is added or lost.

    Persian uses ``٬`` and ``٫``; a negative number has the minus sign U+2212 in front, so
    show it in an element isolated left to right (R-TXT-02).

    >>> grouped(1234567), grouped(Decimal("-1234.50"), "en")
    ('۱٬۲۳۴٬۵۶۷', '−1,234.50')
    """
    latin = f"{number:,f}" if isinstance(number, Decimal) else f"{number:,d}"
    shown = latin.replace("-", "\u2212")
    if language == "fa":
        return persian_digits(shown.replace(",", "٬").replace(".", "٫"))
    return shown


_WHOLE: Final = r"[0-9]+|[0-9]{1,3}(?:[,٬][0-9]{3})+"
_INTEGER: Final = re.compile(rf"([+-]?)({_WHOLE})")
_DECIMAL: Final = re.compile(rf"([+-]?)({_WHOLE})(?:[.٫]([0-9]+))?")


def decimal_from(text: str, *, places: int | None = None) -> Decimal:
    """Read an exact number as people type it.

    Any digits; ``٬`` or ``,`` between groups of three; ``٫`` or ``.`` before the decimals. No
    exponent, fraction slash or percent sign.

    Args:
        places: how many decimals are allowed; trailing zeros beyond it do no harm.

    Raises:
        InvalidValue: ``NUM-001`` not a number, ``NUM-003`` more than ``places`` decimals.

    >>> decimal_from("۱۲٫۳۴۵")
    Decimal('12.345')
    >>> decimal_from("−۱٬۲۰۰٫۵")
    Decimal('-1200.5')
    """
    found = _DECIMAL.fullmatch(_plain_number(text))
    if found is None:
        raise InvalidValue("NUM-001", "not a number", value=text[:LONGEST_NUMBER])
    sign, whole, decimals = found.groups(default="")
    if places is not None:
        if len(decimals.rstrip("0")) > places:
            raise InvalidValue(
                "NUM-003", f"more than {places} decimals", value=text, places=str(places)
            )
        decimals = decimals[:places]
    return Decimal(f"{sign}{_ungrouped(whole)}.{decimals}")


def _plain_number(text: str) -> str:
    """Return the normalised text with an ASCII minus, or nothing when it is absurdly long."""
    if len(text) > LONGEST_NUMBER:
        return ""
    return normalise(text).replace("\u2212", "-")


def _ungrouped(whole: str) -> str:
    return whole.replace(",", "").replace("٬", "")


def integer_from(text: str) -> int:
    """Read a whole number as people type it, under the rules of :func:`decimal_from`.

    Raises:
        InvalidValue: ``NUM-002``, the text is not a whole number.

    >>> integer_from("۱٬۲۰۰")
    1200
    """
    found = _INTEGER.fullmatch(_plain_number(text))
    if found is None:
        raise InvalidValue("NUM-002", "not a whole number", value=text[:LONGEST_NUMBER])
    return int(found[1] + _ungrouped(found[2]))
