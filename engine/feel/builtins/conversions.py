"""``number`` and ``string``: from text to values and back (DMN 1.4, table 71)."""

import re
from decimal import Decimal

from engine.feel.builtins.registry import builtin
from engine.feel.errors import NullBecause
from engine.feel.moments import iso_text
from engine.feel.values import CONTEXT, FunctionValue, Range, short_string

_NUMBER = re.compile(
    r"[+-]?(?:\d{1,6000}(?:\.\d{0,6000})?|\.\d{1,6000})(?:[eE][+-]?\d{1,5})?", re.ASCII
)


@builtin(
    "number",
    "from: string | number",
    "from: string, grouping separator?: string, decimal separator?: string",
)
def number(text: str | Decimal, grouping: str | None = None, point: str | None = None) -> Decimal:
    """Read a number written with the separators given; the decimal point is ``.`` else."""
    if isinstance(text, Decimal):
        return text
    if grouping not in (None, " ", ",", ".") or point not in (None, ".", ","):
        raise NullBecause("separators are a space, a comma or a point")
    if grouping is not None and grouping == point:
        raise NullBecause("the two separators must differ")
    plain = text.replace(grouping, "") if grouping else text
    plain = plain.replace(point, ".") if point else plain
    if not _NUMBER.fullmatch(plain):
        raise NullBecause(f"“{text}” is no number")
    return CONTEXT.create_decimal(plain)


@builtin("string", "from", goes_deep=True)
def string(value: object) -> str | None:
    """Return a value as text; null stays null."""
    return None if value is None else short_string(text_of(value))


def text_of(value: object, quoted: bool = False) -> str:
    """Return ``value`` as FEEL writes it; strings inside lists and contexts in quotes."""
    if isinstance(value, str):
        return f'"{_escaped(value)}"' if quoted else value
    if isinstance(value, Decimal):
        return _number_text(value)
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, list | dict | Range | FunctionValue):
        return _text_of_parts(value)
    return iso_text(value)


def _text_of_parts(value: list[object] | dict[str, object] | Range | FunctionValue) -> str:
    if isinstance(value, list):
        return f"[{', '.join(text_of(item, quoted=True) for item in value)}]"
    if isinstance(value, dict):
        entries = (f"{name}: {text_of(each, quoted=True)}" for name, each in value.items())
        return f"{{{', '.join(entries)}}}"
    if isinstance(value, FunctionValue):
        return f"function({', '.join(value.parameters)})"
    low, high = text_of(value.low, quoted=True), text_of(value.high, quoted=True)
    opening, closing = "[" if value.low_included else "(", "]" if value.high_included else ")"
    return f"{opening}{low}..{high}{closing}"


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace('"', r"\"")


def _number_text(value: Decimal) -> str:
    """Write a number without an exponent and without zeros that say nothing."""
    if not value:
        return "0"
    text = f"{value:f}" if abs(value.adjusted()) < 100 else str(value)
    return text.rstrip("0").rstrip(".") if "." in text and "E" not in text else text
