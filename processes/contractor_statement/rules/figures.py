"""What do the measured quantities of a statement add up to?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from engine.values import Rial
from processes.contractor_statement.rules.lines import (
    Coefficients,
    Line,
    sums_by_coefficients,
    with_coefficients,
)


@dataclass(frozen=True, slots=True)
class Measured:
    """What one party says was done since the start of the contract (R-STM-01).

    ``mobilisation_progress`` is a fraction from 0 to 1, ``site_materials`` their value.
    """

    quantities: Mapping[str, Decimal]
    mobilisation_progress: Decimal
    site_materials: Rial


@dataclass(frozen=True, slots=True)
class Figures:
    """The cumulative amounts of a statement, in rials."""

    lines_total: Rial  #: Σ of the rounded line amounts, before coefficients
    works: Rial
    mobilisation: Rial
    site_materials: Rial

    @property
    def gross(self) -> Rial:
        """G of R-STM-05: everything done since the start of the contract."""
        return self.works + self.mobilisation + self.site_materials

    @property
    def measured_works(self) -> Rial:
        """The value at contract prices that the 25 % limit looks at: no site materials."""
        return self.works + self.mobilisation


def statement_figures(
    lines: Iterable[Line], coefficients: Coefficients, mobilisation: Rial, measured: Measured
) -> Figures:
    """Return the amounts of a statement (R-STM-03…05).

    ``mobilisation`` is the lump sum of the contract before the tender coefficient; it is
    rounded with that coefficient first and then with the progress.

    >>> from processes.contractor_statement.rules.lines import LineKind
    >>> bill = [Line("020401", LineKind.LIST, Rial(850_000), Decimal(4000))]
    >>> figures = statement_figures(bill, Coefficients(tender=Decimal("0.915")),
    ...     Rial(3_200_000_000), Measured({"020401": Decimal(2)}, Decimal("0.5"), Rial(7)))
    >>> figures.mobilisation, figures.gross
    (Rial(amount=1464000000), Rial(amount=1465555507))
    """
    sums = sums_by_coefficients(lines, measured.quantities)
    return Figures(
        lines_total=Rial.total(sums.values()),
        works=with_coefficients(sums, coefficients),
        mobilisation=mobilisation.times(coefficients.tender).times(measured.mobilisation_progress),
        site_materials=measured.site_materials,
    )


def initial_amount(lines: Iterable[Line], coefficients: Coefficients, mobilisation: Rial) -> Rial:
    """Return C: the contract amount its bill, coefficients and mobilisation give (§1.3).

    >>> initial_amount([], Coefficients(tender=Decimal("0.915")), Rial(3_200_000_000))
    Rial(amount=2928000000)
    """
    bill = tuple(lines)
    everything = Measured(
        {line.code: line.contract_quantity for line in bill}, Decimal(1), Rial.ZERO
    )
    return statement_figures(bill, coefficients, mobilisation, everything).gross
