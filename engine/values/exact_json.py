"""JSON with exact numbers: an ``int`` or a ``Decimal``, never a float (ADR 6).

Python's own reader and writer take a third of simplejson's time on lists of numbers, but
cannot write a ``Decimal``: where there is one, simplejson writes the whole.
"""

from __future__ import annotations

import json
from decimal import Decimal
from json import encoder
from typing import Any, Final, NoReturn

import simplejson


def written(value: object) -> str:
    """Return ``value`` as compact JSON with unescaped Persian.

    Raises:
        TypeError: something in it is no JSON.
        ValueError: a number in it is none.

    >>> written({"rate": Decimal("0.10"), "items": [1, 2]})
    '{"rate":0.10,"items":[1,2]}'
    """
    try:
        return "".join(_WITHOUT_DECIMALS(value, 0))
    except TypeError:
        return str(_WITH_DECIMALS.encode(value))


def read(text: str) -> Any:
    """Return what JSON says.

    Raises:
        ValueError: it is none.

    >>> read('{"rate":0.10,"items":[1,2]}')
    {'rate': Decimal('0.10'), 'items': [1, 2]}
    """
    return _READER.decode(text)


def _refuse(value: object) -> NoReturn:
    raise TypeError(f"{type(value).__name__} is written by simplejson, or is no JSON")


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


# made once: making one costs more than using it
_READER: Final = json.JSONDecoder(parse_float=Decimal, parse_constant=_no_number)
#: what `json.JSONEncoder` makes anew for each value it writes, which takes longer than a small one
_WITHOUT_DECIMALS: Final[Any] = encoder.c_make_encoder(  # type: ignore[attr-defined]
    None,  # nothing it is given contains itself; if it did, RecursionError would say so
    _refuse,
    encoder.encode_basestring,
    None,  # no indentation
    ":",
    ",",
    False,  # in the order they come
    False,  # no key left out
    False,  # no NaN
)
_WITH_DECIMALS: Final = simplejson.JSONEncoder(
    use_decimal=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False
)
