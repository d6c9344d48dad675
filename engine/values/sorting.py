"""Short texts that a database compares byte by byte, for its indexes: in the order people mean.

Unlike `collation_key`, which keeps the text itself, such a text is a byte a letter, is equal
for all that a search takes for equal (`fold`), and numbers have one too.
"""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from typing import Final

from engine.values.digits import fold

_PERSIAN: Final = "ابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهی"
#: Folded text has no capitals. Those of Latin and the six signs after them in ASCII are as many
#: as the letters of Persian, stand between digits and Latin letters, and take a byte each.
_CAPITALS: Final = "".join(chr(ord("A") + place) for place in range(len(_PERSIAN)))
_PLACES: Final = str.maketrans(
    {"[": "(", "\\": "/", "]": ")", "^": "", "_": "-", "`": "'"}
    | dict(zip(_PERSIAN, _CAPITALS, strict=True))
)
_COMPLEMENT: Final = str.maketrans("0123456789", "9876543210")
_LONGEST: Final = 99  #: digits before the point; beyond it numbers are as good as equal


@lru_cache(maxsize=8_192)
def sortable_text(text: str) -> str:
    """Return what ``text`` is sorted and searched by: signs, digits, Persian, Latin letters.

    A part of a text is a part of what it is sorted by, so one column serves both.

    >>> sorted(["گچ", "ژاله", "پل", "Zinc", "بتن ۱۲"], key=sortable_text)
    ['بتن ۱۲', 'پل', 'ژاله', 'گچ', 'Zinc']
    >>> sortable_text("شرکت پل‌سازي") == sortable_text("شرکت پلسازی")
    True
    """
    return fold(text).translate(_PLACES)


def sortable_number(number: int | Decimal) -> str:
    """Return what a number is sorted by, exact.

    >>> sorted([12, -3, 100, Decimal("12.5"), 0, -40], key=sortable_number)
    [-40, -3, 0, 12, Decimal('12.5'), 100]
    """
    whole, _, decimals = f"{abs(Decimal(number)):f}".partition(".")
    whole = whole.lstrip("0") or "0"
    count = min(len(whole), _LONGEST)
    exact = decimals.rstrip("0")
    digits = f"{count:02}{whole[:_LONGEST]}{'.' if exact else ''}{exact}"
    return f"0{digits.translate(_COMPLEMENT)}~" if number < 0 else f"1{digits}"
