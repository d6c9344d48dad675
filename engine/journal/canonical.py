"""One text for one value: the JSON Canonicalization Scheme (RFC 8785), without floats.

A float would have to be written as ECMAScript does; the journal has none. Whole numbers are
limited to what every reader of JSON holds exactly (RFC 7493 §2.2): larger ones are texts.
"""

from __future__ import annotations

import json
from typing import Final

LARGEST: Final = 2**53 - 1  #: whole number that every reader of JSON holds exactly


class NotCanonical(ValueError):
    """A value has no canonical text here."""


def canonical(value: object) -> bytes:
    """Return the canonical JSON of texts, whole numbers, truths, lists and objects.

    Raises:
        NotCanonical: a float or a number beyond `LARGEST`, a key that is no text, half a
            surrogate pair, or something that is no JSON.

    >>> canonical({"b": [1, None], "a": "صورت‌وضعیت"}).decode()
    '{"a":"صورت‌وضعیت","b":[1,null]}'
    """
    try:
        return json.dumps(
            _ordered(value), ensure_ascii=False, separators=(",", ":"), allow_nan=False
        ).encode()
    except UnicodeEncodeError as unpaired:
        raise NotCanonical(str(unpaired)) from None


def _ordered(value: object) -> object:
    match value:
        case None | bool() | str():
            return value
        case int():
            if not -LARGEST <= value <= LARGEST:
                raise NotCanonical(f"{value} is not held exactly by every reader of JSON")
            return value
        case list() | tuple():
            return [_ordered(each) for each in value]
        case dict():
            if not all(isinstance(key, str) for key in value):
                raise NotCanonical("a key that is no text")
            return {key: _ordered(value[key]) for key in sorted(value, key=_utf16)}
        case _:
            raise NotCanonical(f"{type(value).__name__} has no canonical text")


def _utf16(key: str) -> bytes:
    """Return what keys are ordered by: their UTF-16 code units (RFC 8785 §3.2.3)."""
    return key.encode("utf-16-be", "surrogatepass")
