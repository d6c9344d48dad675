"""A value as a person would have typed it: what reading gives back when it stays untouched."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from engine.values import TEHRAN, JalaliDate, grouped, persian_digits
from forms.components import Field


def written(field: Field, value: Any, language: str = "en") -> dict[str, list[str]]:
    """Return the texts that stand for a value, by part of the field's path.

    What is no value of the field's type, because another step or a program stored it, is
    written as it is; reading it again says what is wrong.

    Args:
        language: of the digits and marks; each of them is read.
    """
    if value is None or value is False:
        return {}
    if isinstance(value, list):
        return {"": [str(each) for each in value]}
    try:
        if isinstance(value, Mapping):
            return _in_parts(field, value, language)
        if field.type == "datetime" and field.subtype == "datetime":
            return _moment(str(value), language)
        return {"": [_text(field, value, language)]}
    except (ValueError, ArithmeticError):
        return {"": [str(value)]}


def _in_parts(field: Field, value: Mapping[str, Any], language: str) -> dict[str, list[str]]:
    if field.type == "jalaliDateRange":
        return {
            part: [_day(str(value[part]), language)] for part in ("from", "to") if part in value
        }
    if field.type == "signature":
        drawn = value.get("drawn")
        return {"": [str(value.get("name", ""))], "drawn": [str(drawn)] if drawn else []}
    return {"": [str(value)]}


def _moment(value: str, language: str) -> dict[str, list[str]]:
    at = datetime.fromisoformat(value)
    local = at.astimezone(TEHRAN) if at.tzinfo else at
    return {
        "date": [_day(local.date().isoformat(), language)],
        "time": [_digits(f"{local:%H:%M}", language)],
    }


def _text(field: Field, value: Any, language: str) -> str:
    match field.type:
        case "jalaliDate":
            return _day(str(value), language)
        case "datetime":
            text = str(value)
            return _digits(text, language) if field.subtype == "time" else _day(text, language)
        case "rial":
            return grouped(int(value), language)
        case "number" | "quantity" | "percentage":
            return grouped(Decimal(str(value)), language).replace("٬", "").replace(",", "")
        case "mobile":
            return _digits(str(value).replace("+98", "0", 1), language)
    return "true" if value is True else str(value)


def _day(value: str, language: str) -> str:
    return _digits(str(JalaliDate.of(date.fromisoformat(value[:10]))), language)


def _digits(text: str, language: str) -> str:
    return persian_digits(text) if language == "fa" else text
