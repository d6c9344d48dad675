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


@builtin("string", "from?")
def string(value: object) -> str | None:
    return None if value is None else short_string(text_of(value))


def text_of(value: object, quoted: bool = False) -> str:
    """Return ``value`` as FEEL writes it; strings inside lists and contexts in quotes."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case str():
            return f'"{_escaped(value)}"' if quoted else value
        case Decimal():
            return _number_text(value)
        case list():
            return f"[{', '.join(text_of(item, quoted=True) for item in value)}]"
        case dict():
            entries = (f"{name}: {text_of(each, quoted=True)}" for name, each in value.items())
            return f"{{{', '.join(entries)}}}"
        case Range():
            opening, closing = (
                "[" if value.low_included else "(",
                "]" if value.high_included else ")",
            )
            low, high = text_of(value.low, quoted=True), text_of(value.high, quoted=True)
            return f"{opening}{low}..{high}{closing}"
        case FunctionValue():
            return f"function({', '.join(value.parameters)})"
    return iso_text(value)


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace('"', r"\"")


def _number_text(value: Decimal) -> str:
    """Write a number without an exponent and without zeros that say nothing."""
    if not value:
        return "0"
    text = f"{value:f}" if abs(value.adjusted()) < 100 else str(value)
    return text.rstrip("0").rstrip(".") if "." in text and "E" not in text else text
