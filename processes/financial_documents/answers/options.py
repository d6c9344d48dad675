"""What the selects of forms offer to an actor."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from engine.sdk import Actor, choice, option_source, unit_choices
from engine.values import JalaliDate
from processes.financial_documents.records import (
    AdvanceSettlement,
    BudgetLine,
    ClaimState,
    FloatState,
    InvoiceState,
    PayrollList,
    PettyCashClaim,
    PettyCashFloat,
    SettlementState,
    SupplierInvoice,
)

_MANY = 500


@option_source("units_of_voucher_maker")
def units_of_voucher_maker(session: Session, actor: Actor) -> list[tuple[str, str]]:
    """Return the units that a voucher may be of."""
    return unit_choices(session, actor, "FIN_EXPERT")


@option_source("units_of_float_holder")
def units_of_float_holder(session: Session, actor: Actor) -> list[tuple[str, str]]:
    """Return the units that a new float may be of."""
    return unit_choices(session, actor, "PROC_OFFICER")


@option_source("budget_lines_of_actor")
def budget_lines_of_actor(session: Session, actor: Actor) -> list[tuple[str, str]]:
    """Return the budget lines of the units the actor works in, newest year first."""
    lines = session.scalars(
        _of_units(select(BudgetLine), BudgetLine.unit, actor)
        .order_by(BudgetLine.fiscal_year.desc(), BudgetLine.code)
        .limit(_MANY)
    )
    return [(str(each.id), f"{each.code} · {each.title}") for each in lines]


@option_source("open_invoices_of_actor")
def open_invoices_of_actor(session: Session, actor: Actor) -> list[tuple[str, str]]:
    """Return the invoices that have no voucher yet."""
    found = session.scalars(
        _of_units(select(SupplierInvoice), SupplierInvoice.unit, actor)
        .where(SupplierInvoice.state == InvoiceState.ENTERED)
        .order_by(SupplierInvoice.entered_at.desc())
        .limit(_MANY)
    )
    return [choice(actor, each.id, each.invoice_no, each.payee_name, each.total) for each in found]


@option_source("approved_claims_of_actor")
def approved_claims_of_actor(session: Session, actor: Actor) -> list[tuple[str, str]]:
    """Return the claims of petty cash that a voucher is to pay."""
    query = select(PettyCashClaim).join(PettyCashClaim.cash)
    found = session.scalars(
        _of_units(query, PettyCashFloat.unit, actor)
        .where(PettyCashClaim.state == ClaimState.APPROVED)
        .order_by(PettyCashClaim.approved_at.desc())
        .limit(_MANY)
    )
    return [choice(actor, each.id, each.number, each.amount) for each in found]


@option_source("payroll_lists_of_actor")
def payroll_lists_of_actor(session: Session, actor: Actor) -> list[tuple[str, str]]:
    """Return the payroll lists that have no voucher yet."""
    found = session.scalars(
        _of_units(select(PayrollList), PayrollList.unit, actor)
        .where(PayrollList.voucher_id.is_(None))
        .options(selectinload(PayrollList.lines))
        .order_by(PayrollList.entered_at.desc())
        .limit(_MANY)
    )
    return [choice(actor, each.id, each.title, each.total("net")) for each in found]


@option_source("excess_settlements_of_actor")
def excess_settlements_of_actor(session: Session, actor: Actor) -> list[tuple[str, str]]:
    """Return the settlements whose documents above the advance a voucher is to pay."""
    found = session.scalars(
        _of_units(select(AdvanceSettlement), AdvanceSettlement.unit, actor)
        .where(AdvanceSettlement.state == SettlementState.EXCESS)
        .order_by(AdvanceSettlement.settled_on.desc())
        .limit(_MANY)
    )
    return [choice(actor, each.id, each.number, each.excess) for each in found]


@option_source("open_floats_of_actor")
def open_floats_of_actor(session: Session, actor: Actor) -> list[tuple[str, str]]:
    """Return the floats that the actor holds."""
    found = session.scalars(
        select(PettyCashFloat)
        .where(PettyCashFloat.holder == actor.username, PettyCashFloat.state == FloatState.OPEN)
        .order_by(PettyCashFloat.opened_on)
    )
    return [choice(actor, each.id, each.unit, each.amount, _day(each.opened_on)) for each in found]


def _day(on: date | None) -> str:
    return "" if on is None else str(JalaliDate.of(on))


def _of_units(query: Any, column: Any, actor: Actor) -> Any:
    units = {unit for role in ("FIN_EXPERT", "BUDGET_OFFICER") for unit in actor.units_of(role)}
    return query if "*" in units else query.where(column.in_(units))
