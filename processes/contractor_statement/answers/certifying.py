"""Computing the certificate of a statement from what stands measured and certified."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any, Final

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from engine.sdk import Json
from engine.values import Percentage, Rial
from processes.contractor_statement.queries import advance_paid, certified_before, last_certified
from processes.contractor_statement.queries.life import defects_open
from processes.contractor_statement.records import (
    Contract,
    Debt,
    RetentionRelease,
    Statement,
    StatementKind,
    VatRegistration,
)
from processes.contractor_statement.registry import dated_rates, registry
from processes.contractor_statement.rules import (
    Certificate,
    CertifiedToDate,
    certificate,
    on_account,
    vat_of_contractor,
)
from processes.contractor_statement.rules.deductions import with_recovery
from processes.contractor_statement.rules.retention import RetentionEvent, retention_halves
from processes.contractor_statement.terms import figures_by, terms_of, write_certificate

#: What was paid on account is kept in the case as these parts of the certificate.
_PARTS: Final = ("retention", "advance", "social_security", "accrual", "on_account", "debt")


def certify(
    session: Session, statement: Statement, values: Mapping[str, Any], on: date
) -> Certificate:
    """Compute the certificate as of a day and write it down.

    It starts from the latest approved statement at this moment (R-STM-18) and nets what
    this one was paid on account (R-STM-24).
    """
    contract = statement.contract
    figures = figures_by(statement, "owner")
    terms = terms_of(contract, registry.rate("stm.tax.withholding.rate", on))
    vat = vat_rate(session, contract.contractor_id, on)
    final = statement.kind is StatementKind.FINAL
    before = _with_on_account(certified_before(session, statement), values.get("on_account_parts"))
    instalments = advance_paid(session, contract.id)
    debts = Rial.total(each.amount for each in open_debts(session, statement))

    def computed(releases: Rial) -> Certificate:
        found = certificate(
            terms,
            figures.gross,
            before,
            instalments=instalments,
            vat=vat,
            penalty=statement.penalty,
            other_debts=debts,
            releases=releases,
            final=final,
        )
        if statement.recovery is None or final:
            return found
        return with_recovery(found, statement.recovery, instalments)

    result = computed(Rial.ZERO)
    if final and frees_first_half(session, contract):
        result = computed(_first_half(session, statement, result.to_date.retention))
    previous = last_certified(session, statement)
    statement.previous_id = None if previous is None else previous.id
    write_certificate(statement, figures, result, terms, vat)
    return result


def frees_first_half(session: Session, contract: Contract) -> bool:
    """Tell whether the final statement itself gives half the retention back (§1.9).

    With open defects it does not: the contractor asks for the half once they are cleared.
    """
    by_final = contract.first_release is RetentionEvent.FINAL_STATEMENT_APPROVED
    return by_final and not defects_open(session, contract.id)


def _first_half(session: Session, statement: Statement, retained: Rial) -> Rial:
    """Return the half of the retention the final statement frees, less what was freed."""
    released = session.scalars(
        select(RetentionRelease.amount).where(
            RetentionRelease.contract_id == statement.contract_id,
            or_(
                RetentionRelease.statement_id.is_(None),
                RetentionRelease.statement_id != statement.id,
            ),
        )
    )
    return max(retention_halves(retained)[0] - Rial.total(released), Rial.ZERO)


def vat_rate(session: Session, party: str, on: date) -> Percentage:
    """Return the contractor's VAT rate on the approval day (R-STM-12)."""
    registered = session.scalar(
        select(VatRegistration)
        .where(
            VatRegistration.party == party,
            VatRegistration.valid_from <= on,
            or_(VatRegistration.valid_until.is_(None), VatRegistration.valid_until >= on),
        )
        .limit(1)
    )
    until = None if registered is None else registered.valid_until or date.max
    return vat_of_contractor(dated_rates("vat.rate"), on, until)


def open_debts(session: Session, statement: Statement) -> list[Debt]:
    """Return debts from elsewhere that this statement nets; carried balances count apart."""
    query = select(Debt).where(
        Debt.contract_id == statement.contract_id,
        Debt.source == "OTHER",
        or_(Debt.settled_by_id.is_(None), Debt.settled_by_id == statement.id),
    )
    return list(session.scalars(query))


def paid_on_account(session: Session, statement: Statement, on: date) -> Certificate:
    """Work out the payment on account of a statement that is late (R-STM-24)."""
    contract = statement.contract
    return on_account(
        terms_of(contract),
        statement.claimed_gross or Rial.ZERO,
        certified_before(session, statement),
        instalments=advance_paid(session, contract.id),
        rate=registry.rate("stm.onaccount.rate", on),
    )


def on_account_parts(paid: Certificate) -> dict[str, Json]:
    """Return what a payment on account adds to the totals the certificate starts from."""
    before, after = paid.before, paid.to_date
    return {part: (getattr(after, part) - getattr(before, part)).amount for part in _PARTS}


def _with_on_account(before: CertifiedToDate, parts: Mapping[str, Any] | None) -> CertifiedToDate:
    if not parts:
        return before
    added = {part: getattr(before, part) + Rial(int(parts[part])) for part in _PARTS}
    return replace(before, **added)


def figures_shown(statement: Statement) -> dict[str, Json]:
    """Return the certified figures as case variables, for forms and lists."""
    figures = statement.figures or {}
    return {
        "gross": figures.get("gross"),
        "period_amount": figures.get("period"),
        "retention": figures.get("retention"),
        "advance_recovery": figures.get("advance_recovery"),
        "social_security": figures.get("social_security"),
        "withholding_tax": figures.get("withholding_tax"),
        "penalty_amount": figures.get("penalty"),
        "on_account_netted": figures.get("on_account"),
        "debt_brought": (figures.get("debt_brought") or 0) + (figures.get("other_debts") or 0),
        "vat": figures.get("vat"),
        "releases": figures.get("releases"),
        "net": figures.get("net"),
        "amount": figures.get("payable"),
    }


def charge_of(statement: Statement) -> Rial:
    """Return what a certificate costs the credit line, never below nothing.

    The period with its VAT, less the advance and what was paid on account: those were
    charged when they were paid. Retention and insurance are paid later to others, out of
    the same credit (R-PAY-09).
    """
    figures = statement.figures or {}
    cost = figures.get("period", 0) + figures.get("vat", 0)
    cost -= figures.get("advance_recovery", 0) + figures.get("on_account", 0)
    return Rial(max(int(cost), 0))
