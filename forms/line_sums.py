"""What the quantities of a line table come to; the browser computes the same, exactly.

A quantity typed in passing may be absurd, so amounts here are plain whole rials without the
limit of `Rial`: what is too large is refused when the answer is read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal, Inexact, InvalidOperation

from engine.catalogue.lines import FixedPart, LineTable
from engine.values import InvalidValue, decimal_from
from forms.kinds import TOMAN, UNIT

_EXACT = Context(prec=200, traps=[Inexact, InvalidOperation])
_ROUNDING = Context(prec=200)


@dataclass(frozen=True, slots=True)
class LineSums:
    """The sums of one column, in rials."""

    lines: int  #: Σ round(quantity × unit price) (R-STM-03)
    works: int  #: with the coefficients, each group of them rounded once (R-STM-04)
    gross: int  #: works and what does not depend on lines (R-STM-05)


def line_amount(unit_price: Decimal | int, quantity: Decimal) -> int:
    """Return quantity × unit price in whole rials, rounded half up once.

    >>> line_amount(1755000, Decimal("0.5"))
    877500
    """
    return _rounded(_EXACT.multiply(Decimal(unit_price), quantity))


def fixed_amount(table: LineTable, typed: Mapping[str, str]) -> int:
    """Return what does not depend on lines, as the form's fields stand.

    Args:
        typed: what stands in the fields of the form; what is no number counts as it was stored.
    """
    if not table.fixed_parts:
        return table.fixed.amount
    return sum(
        _rounded(_EXACT.multiply(Decimal(part.unit.amount), _number(typed, part)))
        for part in table.fixed_parts
    )


def _number(typed: Mapping[str, str], part: FixedPart) -> Decimal:
    try:
        number = decimal_from(typed.get(part.field, ""))
        return number * 10 if typed.get(f"{part.field}/{UNIT}") == TOMAN else number
    except InvalidValue:
        return part.value


def line_sums(table: LineTable, amounts: Mapping[str, int], fixed: int) -> LineSums:
    """Add up the line amounts of a column, by row key."""
    return sums_of(
        ((str(row.cells.get("factor") or ""), amounts[row.key]) for row in table.rows),
        table.factors,
        fixed,
    )


def sums_of(
    amounts: Iterable[tuple[str, int]], factors: Mapping[str, Decimal], fixed: int
) -> LineSums:
    """Add up pairs of a factor's key and a line amount; an unknown key counts as factor 1.

    >>> sums_of([("LIST", 100), ("LIST", 1), ("LUMP", 7)], {"LIST": Decimal("1.005")}, 1000)
    LineSums(lines=108, works=109, gross=1109)
    """
    by_factor: dict[str, int] = {}
    for factor, amount in amounts:
        by_factor[factor] = by_factor.get(factor, 0) + amount
    works = sum(
        _rounded(_EXACT.multiply(Decimal(amount), factors.get(key, Decimal(1))))
        for key, amount in by_factor.items()
    )
    return LineSums(sum(by_factor.values()), works, works + fixed)


def _rounded(exact: Decimal) -> int:
    return int(exact.to_integral_value(rounding=ROUND_HALF_UP, context=_ROUNDING))
