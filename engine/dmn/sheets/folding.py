"""Numbers as people type and paste them, in the writing of FEEL."""

from __future__ import annotations

import re
from typing import Final

from engine.values.digits import latin_digits

_QUOTED: Final = re.compile(r'("(?:[^"\\]|\\.)*"?)')
_GROUPED: Final = re.compile(r"(?<=\d)[\u066c\u00a0\u202f](?=\d{3}(?!\d))")
_DECIMAL: Final = re.compile(r"(?<=\d)\u066b(?=\d)")
#: a number with commas between its thousands, as spreadsheets write it
_WITH_COMMAS: Final = re.compile(r"((?:<=?|>=?|=)?\s*-?)(\d{1,3}(?:,\d{3})+)((?:\.\d+)?)")


def folded(text: str) -> str:
    """Return a cell with Persian digits and signs of numbers as FEEL writes them.

    Texts in quotation marks stay as they are.

    >>> folded('>= ۲٬۵۰۰٫۵')
    '>= 2500.5'
    """
    parts = _QUOTED.split(text)
    return "".join(each if at % 2 else _folded(each) for at, each in enumerate(parts))


def _folded(text: str) -> str:
    return _DECIMAL.sub(".", _GROUPED.sub("", latin_digits(text))).replace("\u2212", "-")


def ungrouped(text: str) -> str:
    """Return a pasted cell that is one number with grouping commas without them.

    >>> ungrouped("< 2,000,000")
    '< 2000000'
    """
    found = _WITH_COMMAS.fullmatch(text.strip())
    return f"{found[1]}{found[2].replace(',', '')}{found[3]}" if found else text
