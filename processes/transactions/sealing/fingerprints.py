"""A key in a few letters, so that people can say it aloud and compare it."""

from __future__ import annotations

import hashlib
from typing import Final

#: of the page's passphrases too: none that looks like another
_LETTERS: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_GROUPS: Final = 4
_IN_A_GROUP: Final = 5


def fingerprint(public: str) -> str:
    """Return 100 bits of the SHA-256 of a key, five letters each.

    Args:
        public: the point in hexadecimal digits.

    >>> fingerprint("04" + "00" * 64)
    'D9RKN-QJ2YF-FKNWK-FNPQC'
    """
    number = int.from_bytes(hashlib.sha256(bytes.fromhex(public)).digest(), "big")
    count = _GROUPS * _IN_A_GROUP
    letters = "".join(_LETTERS[number >> (256 - 5 * at) & 31] for at in range(1, count + 1))
    groups = (letters[at : at + _IN_A_GROUP] for at in range(0, count, _IN_A_GROUP))
    return "-".join(groups)
