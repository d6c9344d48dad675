"""Plain data: what a case's variables may hold, copied so that nothing is shared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TypeAlias

from engine.bpmn.errors import NotJson

Json: TypeAlias = "str | int | Decimal | bool | list[Json] | dict[str, Json] | None"

DEEPEST = 60  #: levels of nesting; a form or a handler never comes near
LONGEST = 100  #: digits of a number; beyond some thousands Python refuses to read one back
WIDEST = 400  #: powers of ten either way


def plain(values: Mapping[str, object], *, path: str = "values") -> dict[str, Json]:
    """Return a deep copy of ``values`` that is JSON through and through.

    A decimal without a fraction becomes an int, so that saving and loading changes nothing.

    Raises:
        NotJson: a float, NaN, a key that is no text, or anything else but plain data.
    """
    return {_key(key, path): plain_value(each, f"{path}.{key}") for key, each in values.items()}


def plain_value(value: object, path: str, depth: int = 0) -> Json:
    """Return one value as plain data (see ``plain``)."""
    if value is None or isinstance(value, (str, bool)):
        return _text(value, path) if isinstance(value, str) else value
    if isinstance(value, int):
        if value.bit_length() > LONGEST * 3:
            raise NotJson(path, f"a number of more than {LONGEST} digits")
        return int(value)
    if isinstance(value, Decimal):
        return _number(value, path)
    if depth > DEEPEST:
        raise NotJson(path, f"nesting deeper than {DEEPEST}")
    if isinstance(value, Mapping):
        return {
            _key(key, path): plain_value(each, f"{path}.{key}", depth + 1)
            for key, each in value.items()
        }
    if isinstance(value, Sequence) and not isinstance(value, (bytes, bytearray, memoryview)):
        return [
            plain_value(each, f"{path}[{index}]", depth + 1) for index, each in enumerate(value)
        ]
    raise NotJson(path, type(value).__name__)


def _text(value: str, path: str) -> str:
    try:
        value.encode()
    except UnicodeEncodeError as broken:
        raise NotJson(path, "half a surrogate pair") from broken
    return str.__str__(value)


def _number(value: Decimal, path: str) -> Json:
    _, digits, exponent = value.as_tuple()
    if not isinstance(exponent, int):
        raise NotJson(path, f"the number {value}")
    if len(digits) > LONGEST or abs(exponent) > WIDEST or exponent > LONGEST:
        raise NotJson(path, f"a number of more than {LONGEST} digits")
    return int(value) if exponent >= 0 else value


def _key(key: object, path: str) -> str:
    if not isinstance(key, str):
        raise NotJson(path, f"the key {key!r}")
    return _text(key, path)
