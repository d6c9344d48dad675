"""A rate in percent, exact."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import ClassVar

from engine.values.invalid import InvalidValue


@dataclass(frozen=True, slots=True, order=True, init=False)
class Percentage:
    """A rate as people say it: ``Percentage("10")`` is ten percent.

    Raises:
        TypeError: a float was given; floats cannot say 0.1.
        InvalidValue: ``NUM-001``, not a finite decimal number in ASCII digits.

    >>> Percentage("7.5").fraction
    Decimal('0.075')
    """

    percent: Decimal

    ZERO: ClassVar[Percentage]

    def __init__(self, percent: str | int | Decimal) -> None:
        if isinstance(percent, bool) or not isinstance(percent, str | int | Decimal):
            raise TypeError(f"a percentage is never made of {type(percent).__name__}")
        object.__setattr__(self, "percent", _finite(percent))

    @classmethod
    def of_fraction(cls, fraction: Decimal) -> Percentage:
        """Return the rate whose fraction is given.

        >>> Percentage.of_fraction(Decimal("0.1")) == Percentage("10")
        True
        """
        if not isinstance(fraction, Decimal):
            raise TypeError(f"a fraction is a Decimal, never {type(fraction).__name__}")
        return cls(fraction.scaleb(2))

    @property
    def fraction(self) -> Decimal:
        """The rate as a factor: 0.1 for ten percent."""
        return self.percent.scaleb(-2)

    def __str__(self) -> str:
        return f"{self.percent:f}%"


def _finite(percent: str | int | Decimal) -> Decimal:
    try:
        number = Decimal(percent)
    except InvalidOperation as error:
        raise InvalidValue("NUM-001", "not a number", value=str(percent)) from error
    if not number.is_finite():
        raise InvalidValue("NUM-001", "not a finite number", value=str(percent))
    return number


Percentage.ZERO = Percentage(0)
