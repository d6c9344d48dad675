"""Money: whole rials, and the one way of rounding to them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal, Inexact, InvalidOperation
from fractions import Fraction
from typing import ClassVar

from engine.values.invalid import InvalidValue
from engine.values.percentage import Percentage

#: Products of money and rates are exact or refused: losing a digit silently is not possible.
EXACT = Context(prec=200, traps=[Inexact, InvalidOperation])
LIMIT = 10**18

_TO_ASCII = str.maketrans(
    "۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩٫−", "01234567890123456789.-", "٬، \u00a0\u200c\u200e\u200f"
)
#: At most one decimal digit, which only toman can carry; "1.000" is refused as ambiguous.
_NUMBER = re.compile(r"[+-]?(\d+|\d{1,3}(,\d{3})+)(\.\d)?")


@dataclass(frozen=True, slots=True, order=True)
class Rial:
    """An amount of money in whole rials, negative for corrections (R-MON-01, R-MON-04).

    Raises:
        TypeError: the amount is not an int (a bool or a float never is money).
        InvalidValue: ``MON-001``, the amount has more than 18 digits.
    """

    amount: int

    ZERO: ClassVar[Rial]

    def __post_init__(self) -> None:
        if type(self.amount) is not int:
            raise TypeError(f"rials are an int, not {type(self.amount).__name__}")
        if not -LIMIT < self.amount < LIMIT:
            raise InvalidValue("MON-001", "amount out of range", value=str(self.amount))

    @classmethod
    def rounded(cls, exact: Decimal | Fraction | int) -> Rial:
        """Round an exact product to whole rials: half up, away from zero for negatives (R-MON-02).

        >>> Rial.rounded(Decimal("-11222932.5"))
        Rial(amount=-11222933)
        """
        if isinstance(exact, Decimal):
            return cls(int(exact.to_integral_value(rounding=ROUND_HALF_UP)))
        if isinstance(exact, Fraction):
            magnitude = (2 * abs(exact.numerator) + exact.denominator) // (2 * exact.denominator)
            return cls(magnitude if exact.numerator >= 0 else -magnitude)
        return cls(exact)

    @classmethod
    def from_text(cls, text: str) -> Rial:
        """Read rials as people write them: any digits, with or without grouping marks.

        Raises:
            InvalidValue: ``MON-001``, not a whole number of rials.

        >>> Rial.from_text("۱٬۰۰۰")
        Rial(amount=1000)
        """
        return cls._whole(text, factor=1)

    @classmethod
    def from_toman_text(cls, text: str) -> Rial:
        """Read an amount labelled toman, ten rials each (R-MON-03).

        Raises:
            InvalidValue: ``MON-001``, not a whole number of rials.

        >>> Rial.from_toman_text("12,500")
        Rial(amount=125000)
        """
        return cls._whole(text, factor=10)

    @classmethod
    def _whole(cls, text: str, factor: int) -> Rial:
        plain = text.translate(_TO_ASCII)
        if len(plain) > 40 or not _NUMBER.fullmatch(plain):
            raise InvalidValue("MON-001", "not an integer amount", value=text[:40])
        exact = EXACT.multiply(Decimal(plain.replace(",", "")), Decimal(factor))
        if exact != exact.to_integral_value():
            raise InvalidValue("MON-001", "not an integer amount", value=text)
        return cls(int(exact))

    @staticmethod
    def total(amounts: Iterable[Rial]) -> Rial:
        """Add amounts up; nothing adds up to zero.

        >>> Rial.total([Rial(5), Rial(-2)])
        Rial(amount=3)
        """
        return Rial(sum(each.amount for each in amounts))

    def share(self, rate: Percentage) -> Rial:
        """Return this rate of the amount, rounded once (R-MON-02).

        >>> Rial(14_561_748_113).share(Percentage("10"))
        Rial(amount=1456174811)
        """
        return Rial.rounded(EXACT.multiply(Decimal(self.amount), rate.fraction))

    def times(self, factor: Decimal) -> Rial:
        """Return the amount times an exact factor (a quantity, a coefficient), rounded once.

        >>> Rial(850_000).times(Decimal("2150.500"))
        Rial(amount=1827925000)
        """
        return Rial.rounded(EXACT.multiply(Decimal(self.amount), factor))

    def positive(self) -> Rial:
        """Return the amount itself when it can be paid.

        Raises:
            InvalidValue: ``MON-002``, zero or less.

        >>> Rial(5).positive()
        Rial(amount=5)
        """
        if self.amount <= 0:
            raise InvalidValue("MON-002", "amount must be positive", value=str(self.amount))
        return self

    def __add__(self, other: Rial) -> Rial:
        if not isinstance(other, Rial):
            return NotImplemented
        return Rial(self.amount + other.amount)

    def __sub__(self, other: Rial) -> Rial:
        if not isinstance(other, Rial):
            return NotImplemented
        return Rial(self.amount - other.amount)

    def __mul__(self, count: int) -> Rial:
        if type(count) is not int:
            return NotImplemented
        return Rial(self.amount * count)

    __rmul__ = __mul__

    def __neg__(self) -> Rial:
        return Rial(-self.amount)

    def __abs__(self) -> Rial:
        return Rial(abs(self.amount))

    def __str__(self) -> str:
        return f"{self.amount:,}"


Rial.ZERO = Rial(0)
