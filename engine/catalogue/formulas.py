"""Formulas of a worksheet that nobody computed: programs write them without a result.

Read as they are such cells look blank, and a blank cell means something of its own. A
spreadsheet program computes and keeps the results when it saves the file.
"""

from __future__ import annotations

import re
from typing import Final

from engine.catalogue.columns import column_of

#: A cell with a formula and no value. Every part ends at the next ``<`` or ``>``, so that
#: the time grows with the length of the sheet and no faster.
_WITHOUT_RESULT: Final = re.compile(
    rb"<(?:\w+:)?c(\s[^<>]*)>\s*"
    rb"<(?:\w+:)?f(?:\s[^<>]*)?(?:/>|>[^<]*</(?:\w+:)?f>)\s*"
    rb"(?:<(?:\w+:)?v(?:\s[^<>]*)?(?:/>|>\s*</(?:\w+:)?v>)\s*)?"
    rb"</(?:\w+:)?c>"
)
_PLACE: Final = re.compile(rb"""\sr=["']([A-Z]{1,3})([0-9]{1,7})["']""")
#: the result of such a formula is a text, and may be the empty one
_OF_TEXT: Final = re.compile(rb"""\st=["']str["']""")


def without_result(sheet: bytes) -> list[tuple[int, int]]:
    """Return row and column, from 1, of each formula that has no result.

    Args:
        sheet: the XML of a worksheet.

    >>> without_result(b'<c r="B7"><f>1+1</f></c><c r="C7"><f>1+1</f><v>2</v></c>')
    [(7, 2)]
    """
    places = []
    for cell in _WITHOUT_RESULT.finditer(sheet):
        place = _PLACE.search(cell[1])
        if place is not None and _OF_TEXT.search(cell[1]) is None:
            places.append((int(place[2]), column_of(place[1].decode())))
    return places
