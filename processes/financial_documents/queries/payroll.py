"""Payroll lists, as their pages show them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, select, true
from sqlalchemy.orm import Session, selectinload

from engine.sdk import Actor, knows_accounts
from processes.financial_documents.queries.tables import READERS
from processes.financial_documents.records import PayrollList, VerifiedPayee, Voucher

_MOST = 200


@dataclass(frozen=True, slots=True)
class PayrollPage:
    """A list, the voucher that pays it, and whose account nobody has verified yet."""

    payroll: PayrollList
    voucher: Voucher | None
    unverified: frozenset[str]  #: ids of payees


def payroll_lists(session: Session, actor: Actor) -> Sequence[PayrollList]:
    """Return the lists of the actor's units, newest first."""
    query = select(PayrollList).where(_mine(actor)).options(selectinload(PayrollList.lines))
    return session.scalars(query.order_by(PayrollList.entered_at.desc()).limit(_MOST)).all()


def payroll_page(session: Session, actor: Actor, list_id: UUID) -> PayrollPage | None:
    """Return one list, if the actor reads the money of its unit."""
    query = select(PayrollList).where(PayrollList.id == list_id, _mine(actor))
    found = session.scalar(query.options(selectinload(PayrollList.lines)))
    if found is None:
        return None
    voucher = None if found.voucher_id is None else session.get(Voucher, found.voucher_id)
    payees = {each.payee_id for each in found.lines}
    verified = session.execute(
        select(VerifiedPayee.payee_id, VerifiedPayee.iban).where(
            VerifiedPayee.payee_id.in_(payees), VerifiedPayee.verified_at.is_not(None)
        )
    )
    kept = {(payee_id, iban) for payee_id, iban in verified}
    unverified = {each.payee_id for each in found.lines if (each.payee_id, each.iban) not in kept}
    return PayrollPage(found, voucher, frozenset(unverified))


def _mine(actor: Actor) -> ColumnElement[bool]:
    units = {place for role in READERS & actor.roles for place in actor.units_of(role)}
    return true() if "*" in units else PayrollList.unit.in_(units)


@knows_accounts(VerifiedPayee)
def accounts_of_persons(numbers: Collection[str]) -> Select[Any]:
    """Ask for the accounts that persons are paid to; those of payroll lists are among them."""
    return select(VerifiedPayee.iban).where(VerifiedPayee.payee_id.in_(numbers))
