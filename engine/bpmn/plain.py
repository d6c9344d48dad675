"""Plain data: what a case's variables may hold, copied so that nothing is shared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, TypeAlias

from engine.bpmn.errors import NotJson, TooHeavy

Json: TypeAlias = "str | int | Decimal | bool | list[Json] | dict[str, Json] | None"

DEEPEST = 60  #: levels of nesting; a form or a handler never comes near
LONGEST = 100  #: digits of a number; beyond some thousands Python refuses to read one back
WIDEST = 400  #: powers of ten either way
HEAVIEST = 8_000_000  #: bytes that one value, or all that one command brings, may take
_ATOM = 10  #: bytes that a number or a sign in between counts for


def plain(
    values: Mapping[str, object], *, path: str = "values", heaviest: int = HEAVIEST
) -> dict[str, Json]:
    """Return a deep copy of ``values`` that is JSON through and through.

    A decimal without a fraction becomes an int, so that saving and loading changes nothing.

    Raises:
        NotJson: a float, NaN, a key that is no text, or anything else but plain data.
        TooHeavy: altogether they take more than ``heaviest`` bytes.
    """
    try:
        return _Copy(heaviest).of_mapping(values, 0)
    except NotJson as refusal:
        raise NotJson(path + refusal.path, refusal.kind) from refusal.__cause__


def plain_value(value: object, path: str, *, heaviest: int = HEAVIEST) -> Json:
    """Return one value as plain data (see ``plain``)."""
    try:
        return _Copy(heaviest).of(value, 0)
    except NotJson as refusal:
        raise NotJson(path + refusal.path, refusal.kind) from refusal.__cause__


class _Copy:
    """Copies values and counts what they weigh; where it refuses is told from inside outwards."""

    def __init__(self, heaviest: int) -> None:
        self._heaviest = self._left = heaviest

    def of(self, value: object, depth: int) -> Json:
        """Return one value."""
        self._weigh(_ATOM)
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, int):
            return _whole(value)
        if isinstance(value, Decimal):
            return _number(value)
        if depth > DEEPEST:
            raise NotJson("", f"nesting deeper than {DEEPEST}")
        if isinstance(value, Mapping):
            return self.of_mapping(value, depth + 1)
        if isinstance(value, Sequence) and not isinstance(value, (bytes, bytearray, memoryview)):
            return self._of_list(value, depth + 1)
        raise NotJson("", type(value).__name__)

    def of_mapping(self, value: Mapping[Any, object], depth: int) -> dict[str, Json]:
        """Return a mapping."""
        copied: dict[str, Json] = {}
        for key, each in value.items():
            if not isinstance(key, str):
                raise NotJson("", f"the key {key!r}")
            try:
                copied[self._text(key)] = self.of(each, depth)
            except NotJson as refusal:
                raise NotJson(f".{key}{refusal.path}", refusal.kind) from refusal.__cause__
        return copied

    def _of_list(self, value: Sequence[object], depth: int) -> list[Json]:
        copied: list[Json] = []
        for index, each in enumerate(value):
            try:
                copied.append(self.of(each, depth))
            except NotJson as refusal:
                raise NotJson(f"[{index}]{refusal.path}", refusal.kind) from refusal.__cause__
        return copied

    def _text(self, value: str) -> str:
        try:
            self._weigh(len(value.encode()))
        except UnicodeEncodeError as broken:
            raise NotJson("", "half a surrogate pair") from broken
        if "\0" in value:  # PostgreSQL keeps none in text
            raise NotJson("", "a NUL character")
        return str.__str__(value)

    def _weigh(self, size: int) -> None:
        self._left -= size
        if self._left < 0:
            raise TooHeavy(self._heaviest)


def _whole(value: int) -> int:
    if value.bit_length() > LONGEST * 3:
        raise NotJson("", f"a number of more than {LONGEST} digits")
    return int(value)


def _number(value: Decimal) -> Json:
    _, digits, exponent = value.as_tuple()
    if not isinstance(exponent, int):
        raise NotJson("", f"the number {value}")
    if len(digits) > LONGEST or abs(exponent) > WIDEST or exponent > LONGEST:
        raise NotJson("", f"a number of more than {LONGEST} digits")
    return int(value) if exponent >= 0 else value
