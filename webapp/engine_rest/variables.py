"""Camunda's typed variables: ``{"value": …, "type": "String", "valueInfo": {}}``.

Outward no number is ever a float: whole numbers are ``Long`` up to 2^53 - 1, which every
JSON reader keeps exactly; larger ones, and decimals, are ``String`` with
``valueInfo.number`` saying so. Inward a ``Double`` is read digit by digit, exactly.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from engine.model.base import json_text
from webapp.engine_rest.body import exact_json
from webapp.engine_rest.refusals import Refused, invalid

LARGEST_SAFE: Final = 2**53 - 1
NUMBERS: Final = frozenset({"Short", "Integer", "Long", "Double"})
_STRUCTURED: Final = frozenset({"Json", "Object"})
KNOWN: Final = NUMBERS | _STRUCTURED | {"String", "Boolean", "Date", "Null"}
_NUMBER: Final = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")


@dataclass(frozen=True, slots=True)
class Given:
    """A variable as a client sent it, its value checked against the type it claims."""

    type: str
    value: Any
    fits: bool  #: the value is one of the type


def written(value: Any) -> dict[str, Any]:
    """Return a value of a case as a typed variable.

    >>> written(1000), written(Decimal("12.5"))["value"]
    ({'type': 'Long', 'value': 1000, 'valueInfo': {}}, '12.5')
    """
    if value is None:
        return _typed("Null", None)
    if isinstance(value, bool):
        return _typed("Boolean", value)
    if isinstance(value, int):
        return _whole(value)
    if isinstance(value, Decimal):
        return _typed("String", format(value, "f"), number="decimal")
    if isinstance(value, list | dict):
        return _typed("Json", json_text(value))
    return _typed("String", str(value))


def all_written(values: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the values of a case as typed variables."""
    return {name: written(value) for name, value in values.items()}


def given_variables(found: Any) -> dict[str, Given]:
    """Read the ``variables`` of a request.

    Raises:
        Refused: 400, they are no object of typed variables, or of a type we do not have.
    """
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise invalid("variables has to be an object of {value, type}.")
    return {name: _given(name, each) for name, each in found.items()}


def _whole(number: int) -> dict[str, Any]:
    if abs(number) <= LARGEST_SAFE:
        return _typed("Long", number)
    return _typed("String", str(number), number="integer")


def _typed(kind: str, value: Any, **info: str) -> dict[str, Any]:
    return {"type": kind, "value": value, "valueInfo": info}


def _given(name: str, found: Any) -> Given:
    if not isinstance(found, dict):
        raise invalid(f"Variable '{name}' has to be an object of value and type.")
    value, kind = found.get("value"), found.get("type")
    if kind is not None and (not isinstance(kind, str) or kind[:1].upper() + kind[1:] not in KNOWN):
        raise invalid(f"Unsupported value type '{kind}'")
    kind = kind[:1].upper() + kind[1:] if kind else _inferred(value)
    if kind in _STRUCTURED and isinstance(value, str):
        try:
            value = exact_json(value)
        except Refused:
            return Given("Json", None, fits=False)
    fits = value is None or _fits(kind, value)
    return Given("Json" if kind in _STRUCTURED else kind, value, fits)


def _inferred(value: Any) -> str:
    match value:
        case None:
            return "Null"
        case bool():
            return "Boolean"
        case int():
            return "Long"
        case Decimal():
            return "Double"
        case str():
            return "String"
    return "Json"


def _fits(kind: str, value: Any) -> bool:
    if kind in NUMBERS:
        if isinstance(value, str):
            return _NUMBER.fullmatch(value) is not None
        whole = isinstance(value, int) and not isinstance(value, bool)
        return whole or (kind == "Double" and isinstance(value, Decimal))
    if kind == "Boolean":
        return isinstance(value, bool)
    if kind in _STRUCTURED:
        return isinstance(value, list | dict)
    return kind != "Null" and isinstance(value, str)
