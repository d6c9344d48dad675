"""How is a certificate written down line by line?"""

from __future__ import annotations

import enum
from dataclasses import dataclass

from engine.values import Percentage, Rial
from processes.contractor_statement.rules.deductions import Certificate, Terms


class DeductionKind(enum.Enum):
    """What a deduction is for (کسور)."""

    RETENTION = "RETENTION"
    ADVANCE = "ADVANCE"
    SSI = "SSI"
    TAX = "TAX"
    PENALTY = "PENALTY"
    OTHER_DEBT = "OTHER_DEBT"
    ON_ACCOUNT = "ON_ACCOUNT"


@dataclass(frozen=True, slots=True)
class Deduction:
    """One line of the deductions table; ``basis`` and ``cumulative`` are rials to date."""

    kind: DeductionKind
    amount: Rial
    legal_reference: str
    basis: Rial | None = None
    rate: Percentage | None = None
    cumulative: Rial | None = None


def deduction_lines(terms: Terms, certificate: Certificate) -> tuple[Deduction, ...]:
    """Return the deductions of a certificate in the order they are printed.

    Retention, advance and social security always stand there, the others only when they
    are not zero. The amounts add up to ``certificate.deducted`` (R-PAY-09).

    >>> from processes.contractor_statement.rules.deductions import CertifiedToDate
    >>> [each.kind.value for each in deduction_lines(Terms(Rial(1)), Certificate(
    ...     CertifiedToDate(), Rial(1), Rial(1), *[Rial.ZERO] * 4))]
    ['RETENTION', 'ADVANCE', 'SSI']
    """
    now, kind = certificate.to_date, DeductionKind
    basis = certificate.gross + certificate.on_account_open
    always = (
        Deduction(
            kind.RETENTION,
            certificate.retention,
            "4311/35",
            basis,
            terms.retention.rate,
            now.retention,
        ),
        Deduction(
            kind.ADVANCE, certificate.advance_recovery, "4311/36", basis, cumulative=now.advance
        ),
        Deduction(
            kind.SSI,
            certificate.social_security,
            "SSA/38",
            basis,
            terms.social_security.held,
            now.social_security,
        ),
    )
    period = certificate.period
    sometimes = (
        Deduction(kind.TAX, certificate.withholding_tax, "DTA", period, terms.withholding),
        Deduction(kind.PENALTY, certificate.penalty, "4311/50"),
        Deduction(kind.OTHER_DEBT, certificate.debt_brought + certificate.other_debts, "4311/52"),
        Deduction(kind.ON_ACCOUNT, certificate.on_account, "4311/37"),
    )
    return (*always, *(each for each in sometimes if each.amount != Rial.ZERO))
