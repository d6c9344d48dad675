"""A contract and its statements in the words of the rules.

The rules are pure and know no table; the records know no arithmetic. This is the one
place where the first are given what the second hold, and a certificate is written down.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from decimal import Decimal
from typing import Literal

from engine.values import Percentage, Rial
from processes.contractor_statement.records import (
    AdvanceInstalment,
    Contract,
    ContractLine,
    Deduction,
    DeductionType,
    Statement,
    StatementLine,
)
from processes.contractor_statement.rules.advance import PLANS, Instalment, RecoveryPlan
from processes.contractor_statement.rules.deduction_lines import deduction_lines
from processes.contractor_statement.rules.deductions import Certificate, CertifiedToDate, Terms
from processes.contractor_statement.rules.figures import Figures, Measured, statement_figures
from processes.contractor_statement.rules.lines import Coefficient, Coefficients, Line
from processes.contractor_statement.rules.retention import RetentionSchedule
from processes.contractor_statement.rules.social_security import MODES

#: Resident contractors are not taxed at the source (R-STM-10).
NO_WITHHOLDING = Percentage(0)
Party = Literal["claimed", "supervisor", "consultant", "owner"]
#: In the order of the process: each one's word replaces the one before.
PARTIES: tuple[Party, ...] = ("claimed", "supervisor", "consultant", "owner")


def coefficients_of(contract: Contract) -> Coefficients:
    """Return the contract's coefficients."""
    return Coefficients(
        overhead=contract.overhead_coefficient,
        region=contract.region_coefficient,
        floor=contract.floor_coefficient,
        difficulty=contract.difficulty_coefficient,
        tender=contract.tender_coefficient,
    )


def line_of(line: ContractLine) -> Line:
    """Return one line of the bill with exactly the coefficients that apply to it."""
    applying = frozenset(each for each in Coefficient if getattr(line, f"applies_{each.value}"))
    return Line(
        code=line.code,
        kind=line.kind,
        unit_price=line.unit_price,
        contract_quantity=line.contract_quantity,
        chapter=line.chapter,
        applies=applying,
        price_minute=str(line.price_minute_id or ""),
    )


def bill_of(contract: Contract) -> tuple[Line, ...]:
    """Return the whole bill of quantities, in its order."""
    return tuple(line_of(each) for each in contract.lines)


def terms_of(contract: Contract, withholding: Percentage = NO_WITHHOLDING) -> Terms:
    """Return what the contract says about deductions."""
    return Terms(
        contract_amount=contract.initial_amount,
        retention=RetentionSchedule(
            rate=contract.retention_rate,
            first_event=contract.first_release,
            second_event=contract.second_release,
            reduced_rate=contract.reduced_retention_rate,
            reduced_from=contract.reduced_retention_from,
            limit=contract.retention_limit,
        ),
        social_security=replace(MODES[contract.insurance_mode], held=contract.insurance_rate),
        recovery=_recovery_of(contract),
        withholding=withholding,
    )


def _recovery_of(contract: Contract) -> RecoveryPlan:
    usual = PLANS[contract.advance_method]
    return RecoveryPlan(
        method=usual.method,
        start=usual.start if contract.recovery_start is None else contract.recovery_start,
        end=usual.end if contract.recovery_end is None else contract.recovery_end,
        rate=contract.recovery_rate or usual.rate,
    )


def instalments_of(instalments: Sequence[AdvanceInstalment]) -> tuple[Instalment, ...]:
    """Return the advance paid so far, as its recovery needs it."""
    return tuple(Instalment(each.amount, each.gross_at_payment) for each in instalments)


def quantity_by(line: StatementLine, party: Party) -> Decimal | None:
    """Return the quantity that stands after ``party`` has looked at the line."""
    spoken = PARTIES[: PARTIES.index(party) + 1]
    said = (getattr(line, each) for each in reversed(spoken))
    return next((each for each in said if each is not None), None)


def measured_by(statement: Statement, party: Party) -> Measured:
    """Return what stands measured after ``party`` has looked at the statement."""
    quantities = {
        each.contract_line.code: quantity
        for each in statement.lines
        if (quantity := quantity_by(each, party)) is not None
    }
    return Measured(quantities, *header_by(statement, party))


def header_by(statement: Statement, party: Party) -> tuple[Decimal, Rial]:
    """Return mobilisation progress and site materials as they stand after ``party``."""
    progress, materials = Decimal(0), Rial.ZERO
    for each in PARTIES[: PARTIES.index(party) + 1]:
        suffix = "" if each == "claimed" else f"_{each}"
        said_progress = getattr(statement, f"mobilisation_progress{suffix}")
        said_materials = getattr(statement, f"site_materials{suffix}")
        progress = progress if said_progress is None else said_progress
        materials = materials if said_materials is None else said_materials
    return progress, materials


def figures_by(statement: Statement, party: Party) -> Figures:
    """Return the cumulative amounts that stand after ``party`` has looked at the statement."""
    contract = statement.contract
    return statement_figures(
        bill_of(contract),
        coefficients_of(contract),
        contract.mobilisation_amount,
        measured_by(statement, party),
    )


def write_claim(statement: Statement) -> Figures:
    """Keep what the contractor claims in total beside the statement."""
    claimed = figures_by(statement, "claimed")
    statement.claimed_lines_total = claimed.lines_total
    statement.claimed_gross = claimed.gross
    return claimed


def write_certificate(
    statement: Statement,
    figures: Figures,
    certificate: Certificate,
    terms: Terms,
    vat: Percentage,
) -> None:
    """Write a certificate down: the main columns, every figure, and the deductions table."""
    statement.lines_total = figures.lines_total
    statement.works = figures.works
    statement.mobilisation = figures.mobilisation
    statement.gross = certificate.gross
    statement.period_amount = certificate.period
    statement.net = certificate.net
    statement.payable = certificate.payable
    statement.penalty = certificate.penalty
    statement.figures = {
        "lines_total": figures.lines_total.amount,
        "works": figures.works.amount,
        "mobilisation": figures.mobilisation.amount,
        "site_materials": figures.site_materials.amount,
        "gross": certificate.gross.amount,
        "period": certificate.period.amount,
        "retention": certificate.retention.amount,
        "advance_recovery": certificate.advance_recovery.amount,
        "social_security": certificate.social_security.amount,
        "accrual": certificate.accrual.amount,
        "withholding_tax": certificate.withholding_tax.amount,
        "penalty": certificate.penalty.amount,
        "on_account": certificate.on_account.amount,
        "debt_brought": certificate.debt_brought.amount,
        "other_debts": certificate.other_debts.amount,
        "vat": certificate.vat.amount,
        "releases": certificate.releases.amount,
        "net": certificate.net.amount,
        "payable": certificate.payable.amount,
        "to_date": {name: each["amount"] for name, each in asdict(certificate.to_date).items()},
    }
    statement.deductions = _deductions(certificate, terms, vat)


def _deductions(certificate: Certificate, terms: Terms, vat: Percentage) -> list[Deduction]:
    rows = [
        Deduction(
            type=DeductionType(each.kind.value),
            basis=each.basis,
            rate=each.rate,
            amount=each.amount,
            cumulative=each.cumulative,
            legal_ref=each.legal_reference,
        )
        for each in deduction_lines(terms, certificate)
    ]
    if certificate.vat != Rial.ZERO:
        rows.append(
            Deduction(
                type=DeductionType.VAT,
                basis=certificate.period,
                rate=vat,
                amount=certificate.vat,
                legal_ref="VAT",
            )
        )
    if certificate.releases != Rial.ZERO:
        rows.append(
            Deduction(type=DeductionType.RELEASE, amount=certificate.releases, legal_ref="4311/35")
        )
    for position, row in enumerate(rows, start=1):
        row.position = position
    return rows


def certified_with(statement: Statement) -> CertifiedToDate:
    """Return the cumulative amounts a certified statement left, for the next to start from."""
    to_date = (statement.figures or {}).get("to_date", {})
    return CertifiedToDate(**{name: Rial(amount) for name, amount in to_date.items()})
