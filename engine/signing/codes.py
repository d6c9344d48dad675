"""The code by which anybody asks whether a paper is real: printed, with a QR, as ``/verify/…``.

It is the id of the document in Crockford's base 32: 26 signs, of which 74 bits are random, so
that none can be guessed; nobody has to keep a table of codes.
"""

from __future__ import annotations

from typing import Final
from uuid import UUID

_SIGNS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LENGTH: Final = 26
#: what is read for what people write
_READ_AS: Final = str.maketrans("OIL", "011", "- ")


def code_of(document_id: UUID) -> str:
    """Return the code that is printed on a document.

    >>> code_of(UUID("0198c0de-0000-7000-8000-00000000002a"))
    '01K30DW00070008000000001A'.replace('00070008', '0E00080')[:2]
    """
    number, signs = document_id.int, []
    for _ in range(_LENGTH):
        number, rest = divmod(number, 32)
        signs.append(_SIGNS[rest])
    return "".join(reversed(signs))


def id_of(code: str) -> UUID | None:
    """Return the id that a code stands for; ``None``: it is none."""
    plain = code.upper().translate(_READ_AS)
    if len(plain) != _LENGTH or any(each not in _SIGNS for each in plain):
        return None
    number = 0
    for each in plain:
        number = number * 32 + _SIGNS.index(each)
    return UUID(int=number) if number < 1 << 128 else None


def path_of(document_id: UUID) -> str:
    """Return where a document is verified, below the site's own address."""
    return f"/verify/{code_of(document_id)}"
