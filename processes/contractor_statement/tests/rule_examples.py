"""The worked examples of `domain.md` §1, read from `figures/`."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path

from engine.values import JalaliDate, Rial, WorkingCalendar
from processes.contractor_statement.rules import Coefficients, Line, LineKind, Measured

FIGURES = Path(__file__).parent / "figures"
CONTRACT_AMOUNT = Rial(110_480_092_050)
ADVANCE = Rial(22_096_018_410)
MOBILISATION = Rial(3_200_000_000)
COEFFICIENTS = Coefficients(Decimal("1.30"), Decimal("1.02"), tender=Decimal("0.915"))


def rows(name: str) -> list[dict[str, str]]:
    """Return the rows of one file of worked figures."""
    with (FIGURES / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


BILL = tuple(
    Line(
        row["code"],
        LineKind.LIST,
        Rial(int(row["unit_price"])),
        Decimal(row["contract_quantity"]),
    )
    for row in rows("bill_example_a.csv")
)
BY_CODE = {line.code: line for line in BILL}


def quantities(column: str) -> dict[str, Decimal]:
    """Return one column of cumulative quantities of example A, such as ``approved_2``."""
    return {row["code"]: Decimal(row[column]) for row in rows("bill_example_a.csv")}


def measured(statement: dict[str, str], party: str = "approved") -> Measured:
    """Return what a party says in one statement of example A."""
    return Measured(
        quantities(f"{party}_{statement['statement']}"),
        Decimal(statement["progress"]),
        Rial(int(statement["site_materials"])),
    )


def calendar_1404_1405() -> WorkingCalendar:
    """Return the calendar of the examples: Thursday and Friday off, the published holidays."""
    holidays = frozenset(
        JalaliDate.parse(f"{row['year']}/{day}").gregorian()
        for row in rows("holidays.csv")
        for day in row["days"].split()
    )
    return WorkingCalendar(frozenset({3, 4}), holidays)
