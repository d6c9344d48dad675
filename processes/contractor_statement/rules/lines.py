"""What is a bill-of-quantities line worth, and all lines together?"""

from __future__ import annotations

import enum
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from decimal import Context, Decimal, Inexact

from engine.values import Rial


class LineKind(enum.Enum):
    """Where a line's price comes from; it decides which coefficients apply."""

    LIST = "LIST"  #: پایه, from the official price list
    STAR = "STAR"  #: ستاره‌دار, described by the designer where the list has no price
    NEW = "NEW"  #: قیمت جدید, agreed later in a minute
    LUMP = "LUMP"  #: مقطوع, a fixed price


class Coefficient(enum.Enum):
    """One of the contract's coefficients; the value is its name in `Coefficients`."""

    OVERHEAD = "overhead"
    REGION = "region"
    FLOOR = "floor"
    DIFFICULTY = "difficulty"
    TENDER = "tender"


#: Which coefficients a line of each kind takes unless the line says otherwise.
APPLIES: Mapping[LineKind, frozenset[Coefficient]] = {
    LineKind.LIST: frozenset(Coefficient),
    LineKind.STAR: frozenset({Coefficient.OVERHEAD, Coefficient.TENDER}),
    LineKind.NEW: frozenset({Coefficient.OVERHEAD, Coefficient.REGION, Coefficient.TENDER}),
    LineKind.LUMP: frozenset({Coefficient.TENDER}),
}

ONE = Decimal(1)
#: Coefficients are multiplied unrounded (R-MON-02); a lost digit would raise.
EXACT = Context(prec=200, traps=[Inexact])


@dataclass(frozen=True, slots=True)
class Coefficients:
    """The contract's coefficients, each a positive exact factor."""

    overhead: Decimal = ONE
    region: Decimal = ONE
    floor: Decimal = ONE
    difficulty: Decimal = ONE
    tender: Decimal = ONE

    def __post_init__(self) -> None:
        for each in fields(self):
            if not isinstance(getattr(self, each.name), Decimal):
                raise TypeError(f"{each.name} is a Decimal")

    def product(self, applying: Iterable[Coefficient]) -> Decimal:
        """Return K: the unrounded product of the coefficients that apply (R-STM-04).

        >>> Coefficients(Decimal("1.30"), Decimal("1.02"), tender=Decimal("0.915")).product(
        ...     APPLIES[LineKind.LIST])
        Decimal('1.2132900')
        """
        result = ONE
        for each in Coefficient:
            if each in applying:
                result = EXACT.multiply(result, getattr(self, each.value))
        return result


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the bill of quantities.

    ``applies`` names the line's own coefficients where it departs from its kind, and
    ``chapter`` is the first two digits of the code where the bill names none.
    """

    code: str
    kind: LineKind
    unit_price: Rial
    contract_quantity: Decimal
    chapter: str = ""
    applies: frozenset[Coefficient] | None = None
    price_minute: str = ""  #: the approved new-price minute of a NEW line (R-STM-17)

    @property
    def coefficients(self) -> frozenset[Coefficient]:
        """The coefficients that apply to this line."""
        return APPLIES[self.kind] if self.applies is None else self.applies

    @property
    def chapter_code(self) -> str:
        """The chapter the line's price index belongs to."""
        return self.chapter or self.code[:2]


def line_amount(line: Line, quantity: Decimal) -> Rial:
    """Return what a cumulative quantity of the line is worth, without coefficients (R-STM-03).

    >>> line_amount(Line("020401", LineKind.LIST, Rial(850_000), Decimal(4000)),
    ...             Decimal("2150.500"))
    Rial(amount=1827925000)
    """
    return line.unit_price.times(quantity)


def sums_by_coefficients(
    lines: Iterable[Line], quantities: Mapping[str, Decimal]
) -> dict[frozenset[Coefficient], Rial]:
    """Return the sum of the rounded line amounts for each set of coefficients that applies.

    >>> sums_by_coefficients([Line("a", LineKind.LUMP, Rial(3), Decimal(1))],
    ...     {"a": Decimal(2)}) == {APPLIES[LineKind.LUMP]: Rial(6)}
    True
    """
    sums: dict[frozenset[Coefficient], int] = defaultdict(int)
    for line in lines:
        quantity = quantities.get(line.code)
        if quantity:
            sums[line.coefficients] += line.unit_price.times(quantity).amount
    return {applying: Rial(amount) for applying, amount in sums.items()}


def lines_total(lines: Iterable[Line], quantities: Mapping[str, Decimal]) -> Rial:
    """Return the sum of the rounded line amounts, before coefficients.

    >>> lines_total([Line("a", LineKind.LUMP, Rial(3), Decimal(1))], {"a": Decimal("0.5")})
    Rial(amount=2)
    """
    return Rial.total(sums_by_coefficients(lines, quantities).values())


def works_value(
    lines: Iterable[Line], coefficients: Coefficients, quantities: Mapping[str, Decimal]
) -> Rial:
    """Return the value of the works with coefficients (R-STM-04).

    Lines that take the same coefficients are added first and multiplied once, so each group
    is rounded once and the order of the lines cannot matter. Quantities of lines that are
    not in ``lines`` count nothing; `check_claim` reports them.

    >>> works_value([Line("a", LineKind.LUMP, Rial(100), Decimal(1))],
    ...             Coefficients(tender=Decimal("0.915")), {"a": Decimal(1)})
    Rial(amount=92)
    """
    return with_coefficients(sums_by_coefficients(lines, quantities), coefficients)


def chapter_values(
    lines: Iterable[Line], coefficients: Coefficients, quantities: Mapping[str, Decimal]
) -> dict[str, Rial]:
    """Return the value of each chapter with coefficients, in the order of the bill.

    Price adjustment needs it (`domain.md` §1.11). Each chapter is rounded for itself, so
    the chapters together may differ from `works_value` by a few rials.

    >>> chapter_values([Line("080103", LineKind.LUMP, Rial(100), Decimal(1))], Coefficients(),
    ...                {"080103": Decimal(2)})
    {'08': Rial(amount=200)}
    """
    by_chapter: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        by_chapter[line.chapter_code].append(line)
    return {
        chapter: works_value(group, coefficients, quantities)
        for chapter, group in by_chapter.items()
    }


def with_coefficients(
    sums: Mapping[frozenset[Coefficient], Rial], coefficients: Coefficients
) -> Rial:
    """Multiply each group of lines by its K, round it once, and add the groups up.

    >>> with_coefficients({frozenset(): Rial(7)}, Coefficients())
    Rial(amount=7)
    """
    return Rial.total(
        amount.times(coefficients.product(applying)) for applying, amount in sums.items()
    )
