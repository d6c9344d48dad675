"""Functions of numbers (DMN 1.4, table 75)."""

from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Context,
    Decimal,
)

from engine.feel.builtins.registry import builtin
from engine.feel.errors import NullBecause
from engine.feel.values import CONTEXT, YearsMonthsDuration

_UNITS = Decimal(0)  #: the scale of whole numbers
_ROUNDING = Context(prec=6200, Emin=-12400, Emax=12400, traps=CONTEXT.traps)


def rounded(number: Decimal, scale: Decimal, rounding: str) -> Decimal:
    """Return ``number`` with ``scale`` digits after the point (negative: before it)."""
    places = whole(scale)
    if not -6111 <= places <= 6176:
        raise NullBecause("“scale” must lie between -6111 and 6176")
    exponent = Decimal((0, (1,), -places))
    if number.as_tuple().exponent >= -places:  # type: ignore[operator] # finite, so an int
        return number
    return CONTEXT.plus(number.quantize(exponent, rounding, _ROUNDING))


def whole(number: Decimal) -> int:
    """Return a position, length or scale as an ``int``; its decimals are cut off."""
    if abs(number) > 10**9:
        raise NullBecause(f"{number} is too great a number here")
    return int(number)


@builtin("decimal", "n: number, scale: number")
def decimal(number: Decimal, scale: Decimal) -> Decimal:
    """Round half to even, to ``scale`` digits."""
    return rounded(number, scale, ROUND_HALF_EVEN)


@builtin("floor", "n: number", "n: number, scale: number")
def floor(number: Decimal, scale: Decimal = _UNITS) -> Decimal:
    """Round towards minus infinity."""
    return rounded(number, scale, ROUND_FLOOR)


@builtin("ceiling", "n: number", "n: number, scale: number")
def ceiling(number: Decimal, scale: Decimal = _UNITS) -> Decimal:
    """Round towards plus infinity."""
    return rounded(number, scale, ROUND_CEILING)


@builtin("round up", "n: number, scale: number")
def round_up(number: Decimal, scale: Decimal) -> Decimal:
    """Round away from zero."""
    return rounded(number, scale, ROUND_UP)


@builtin("round down", "n: number, scale: number")
def round_down(number: Decimal, scale: Decimal) -> Decimal:
    """Round towards zero."""
    return rounded(number, scale, ROUND_DOWN)


@builtin("round half up", "n: number, scale: number")
def round_half_up(number: Decimal, scale: Decimal) -> Decimal:
    """Round to the nearest, halves away from zero."""
    return rounded(number, scale, ROUND_HALF_UP)


@builtin("round half down", "n: number, scale: number")
def round_half_down(number: Decimal, scale: Decimal) -> Decimal:
    """Round to the nearest, halves towards zero."""
    return rounded(number, scale, ROUND_HALF_DOWN)


@builtin("round half even", "n: number, scale: number")
def round_half_even(number: Decimal, scale: Decimal) -> Decimal:
    """Round to the nearest, halves to the even neighbour."""
    return rounded(number, scale, ROUND_HALF_EVEN)


@builtin("abs", "n: number | days and time duration | years and months duration")
def absolute(value: object) -> object:
    """Return a number or duration without its sign."""
    if isinstance(value, YearsMonthsDuration):
        return YearsMonthsDuration(abs(value.months))
    return abs(value) if not isinstance(value, Decimal) else CONTEXT.abs(value)  # type: ignore[arg-type]


@builtin("modulo", "dividend: number, divisor: number")
def modulo(dividend: Decimal, divisor: Decimal) -> Decimal:
    """Return the rest of a division, with the sign of the divisor (table 75)."""
    if not divisor:
        raise NullBecause("a division by zero")
    rest = CONTEXT.plus(_ROUNDING.remainder(dividend, divisor))
    return CONTEXT.add(rest, divisor) if rest and (rest < 0) != (divisor < 0) else rest


@builtin("sqrt", "number: number")
def square_root(number: Decimal) -> Decimal:
    """Return the square root; null below zero."""
    return CONTEXT.sqrt(number)


@builtin("log", "number: number")
def logarithm(number: Decimal) -> Decimal:
    """Return the natural logarithm."""
    if number <= 0:
        raise NullBecause("a logarithm is of a number above zero")
    return CONTEXT.ln(number)


@builtin("exp", "number: number")
def exponential(number: Decimal) -> Decimal:
    """Return e to the power of a number."""
    return CONTEXT.exp(number)


@builtin("odd", "number: number")
def odd(number: Decimal) -> bool:
    """Tell whether a number is odd."""
    return abs(CONTEXT.remainder(number, Decimal(2))) == 1


@builtin("even", "number: number")
def even(number: Decimal) -> bool:
    """Tell whether a number is even."""
    return CONTEXT.remainder(number, Decimal(2)) == 0
