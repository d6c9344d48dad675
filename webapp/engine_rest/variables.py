"""Camunda's typed variables: ``{"value": …, "type": "String", "valueInfo": {}}``.

Outward no number is ever a float: whole numbers are ``Long`` up to 2^53 - 1, which every
JSON reader keeps exactly; larger ones, and decimals, are ``String`` with
``valueInfo.number`` saying so. Inward a ``Double`` is read digit by digit, exactly.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from engine.model.base import json_text
from webapp.engine_rest.body import exact_json
from webapp.engine_rest.moments import moment_from
from webapp.engine_rest.refusals import Refused, invalid

LARGEST_SAFE: Final = 2**53 - 1
NUMBERS: Final = frozenset({"Short", "Integer", "Long", "Double"})
_STRUCTURED: Final = frozenset({"Json", "Object"})
_CONTENT: Final = frozenset({"Bytes", "File"})
KNOWN: Final = NUMBERS | _STRUCTURED | _CONTENT | {"String", "Boolean", "Date", "Null"}
#: of an object that stands for bytes in a case's variables: which of Camunda's types it came as
_LONGEST_WORD: Final = 255  #: characters of a file's name or type
CONTENT_TYPE: Final = "$type"
#: whole numbers by how many bits Java has for them; another type is meant by more
_BITS: Final = {"Short": 16, "Integer": 32, "Long": 64}
_LONGEST_NUMBER: Final = 100  #: characters of one that is sent as a text
_NUMBER: Final = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
_WHOLE: Final = re.compile(r"[+-]?[0-9]+")
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


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
    if isinstance(value, list | dict):
        return _structured(value)
    if value is None:
        return _typed("Null", None)
    if isinstance(value, bool):
        return _typed("Boolean", value)
    if isinstance(value, int):
        return _whole(value)
    if isinstance(value, Decimal):
        return _typed("String", format(value, "f"), number="decimal")
    return _typed("String", str(value))


def is_content(value: Any) -> bool:
    """Tell whether a value of a case stands for bytes: a ``File`` or ``Bytes`` that was sent."""
    return isinstance(value, dict) and value.get(CONTENT_TYPE) in _CONTENT


def content_of(value: Mapping[str, Any]) -> bytes:
    """Return the bytes that such a value stands for."""
    return b64decode(value["base64"])


def kept_content(
    kind: str, content: bytes, filename: str | None = None, mimetype: str | None = None
) -> dict[str, Any]:
    """Return bytes as a case keeps them among its variables.

    >>> kept_content("Bytes", b"a")
    {'$type': 'Bytes', 'base64': 'YQ=='}
    """
    known = {"filename": filename, "mimetype": mimetype}
    named = {key: each for key, each in known.items() if each is not None}
    return {CONTENT_TYPE: kind, "base64": b64encode(content).decode(), **named}


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


def values_of(found: Any) -> dict[str, Any]:
    """Read variables that no form checks, as the values a case keeps.

    Raises:
        Refused: 400, one of them is not of the type it claims.
    """
    return {name: value_of(name, each) for name, each in given_variables(found).items()}


def value_of(name: str, given: Given) -> Any:
    """Return the value of a sent variable.

    Raises:
        Refused: 400, it is not of the type it claims.
    """
    if not given.fits:
        raise invalid(f"Cannot set variable '{name}': the value is not of type '{given.type}'")
    if given.type in NUMBERS and isinstance(given.value, str):
        number = Decimal(given.value)
        return number if given.type == "Double" else int(number)
    return given.value


def one_given(name: str, found: Any) -> Any:
    """Read one variable and return its value.

    Raises:
        Refused: 400, it is none.
    """
    return value_of(name, _given(name, found))


def _structured(value: list[Any] | dict[str, Any]) -> dict[str, Any]:
    """Write a list or an object; of one that is a file only its name and type, as Camunda does."""
    if isinstance(value, list) or not is_content(value):
        return _typed("Json", json_text(value))
    if value[CONTENT_TYPE] == "Bytes":
        return _typed("Bytes", value["base64"])
    info = {key: value[key] for key in ("filename", "mimetype") if key in value}
    return _typed("File", None, **info)


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
    if not isinstance(found.get("valueInfo"), dict | None):
        raise invalid(f"valueInfo of variable '{name}' has to be an object.")
    if kind is not None and (not isinstance(kind, str) or kind[:1].upper() + kind[1:] not in KNOWN):
        raise invalid(f"Unsupported value type '{kind}'")
    kind = kind[:1].upper() + kind[1:] if kind else _inferred(value)
    if kind in _STRUCTURED and isinstance(value, str):
        try:
            value = exact_json(value)
        except Refused:
            return Given("Json", None, fits=False)
    if kind in _CONTENT and value is not None:
        return _given_content(kind, value, found.get("valueInfo") or {})
    fits = value is None or _fits(kind, value)
    return Given("Json" if kind in _STRUCTURED else kind, value, fits)


def _given_content(kind: str, value: Any, info: Any) -> Given:
    try:
        content = b64decode(value, validate=True)
    except (TypeError, ValueError):
        return Given(kind, None, fits=False)
    told = info if isinstance(info, dict) else {}
    texts = [told.get(key) for key in ("filename", "mimetype")]
    if any(each is not None and not _is_word(each) for each in texts):
        return Given(kind, None, fits=False)
    fits = kind == "Bytes" or bool(texts[0])  # a file has a name
    return Given(kind, kept_content(kind, content, *texts), fits)


def _is_word(found: Any) -> bool:
    """Tell whether something is a text that may stand in a header."""
    return isinstance(found, str) and found.isprintable() and len(found) <= _LONGEST_WORD


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
        return _is_number(kind, value)
    if kind == "Date":
        return isinstance(value, str) and _is_date(value)
    if kind == "Boolean":
        return isinstance(value, bool)
    if kind in _STRUCTURED:
        return isinstance(value, list | dict)
    return kind != "Null" and isinstance(value, str)


def _is_number(kind: str, value: Any) -> bool:
    if kind == "Double":
        if isinstance(value, str):
            return len(value) <= _LONGEST_NUMBER and _NUMBER.fullmatch(value) is not None
        return isinstance(value, int | Decimal) and not isinstance(value, bool)
    if isinstance(value, str):
        is_whole = len(value) <= _LONGEST_NUMBER and _WHOLE.fullmatch(value) is not None
        return is_whole and _has_room(kind, int(value))
    return isinstance(value, int) and not isinstance(value, bool) and _has_room(kind, value)


def _has_room(kind: str, number: int) -> bool:
    half = 1 << (_BITS[kind] - 1)
    return -half <= number < half


def _is_date(text: str) -> bool:
    """Tell whether a text is a day, or a moment as Camunda writes it."""
    try:
        if _DAY.fullmatch(text):
            date.fromisoformat(text)
        else:
            moment_from(text)
    except ValueError:
        return False
    return True
