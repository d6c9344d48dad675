"""The letters that spreadsheets call their columns by."""

from __future__ import annotations

from string import ascii_uppercase


def letters_of(column: int) -> str:
    """Return the letters of a column, the first being 1.

    >>> letters_of(1), letters_of(27), letters_of(16_384)
    ('A', 'AA', 'XFD')
    """
    letters = ""
    while column > 0:
        column, letter = divmod(column - 1, 26)
        letters = ascii_uppercase[letter] + letters
    return letters


def column_of(letters: str) -> int:
    """Return the number of a column, the first being 1.

    >>> column_of("A"), column_of("AA"), column_of("XFD")
    (1, 27, 16384)
    """
    column = 0
    for letter in letters.upper():
        column = column * 26 + ascii_uppercase.index(letter) + 1
    return column
