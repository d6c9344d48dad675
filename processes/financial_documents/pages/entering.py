"""What people enter: budget lines, orders, receipts, invoices, payees, tolerances."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from flask import flash, request
from flask.typing import ResponseReturnValue

from engine.errors import Problem, RulesBroken
from engine.sdk import Actor, UnitOfWork, desk_of
from processes.financial_documents import commands
from processes.financial_documents.pages.blueprint import bp, reads_money, reads_papers, said
from processes.financial_documents.pages.reporting import show_report
from processes.financial_documents.queries import lists
from webapp.sdk import (
    current_actor,
    gettext,
    not_found,
    now,
    reader,
    refused_on_page,
    render,
    see_other,
    unit_of_work,
)

_BUDGET: Mapping[str, Callable[..., None]] = {
    "line": commands.add_line,
    "allocation": commands.allocate,
    "transfer": commands.transfer,
    "closing": lambda uow, typed, **who: _of_year(commands.close_year, uow, typed, **who),
    "reopening": lambda uow, typed, **who: _of_year(
        commands.reopen_year, uow, typed, because=typed.get("because", ""), **who
    ),
}
_OF_ORDER: Mapping[str, Callable[..., None]] = {
    "receipts": commands.enter_receipt,
    "invoices": commands.enter_invoice,
}


@bp.post("/budget/<what>")
def keep_budget(what: str) -> ResponseReturnValue:
    """Keep a line, an allocation or a transfer; close a year or reopen it."""
    command = _BUDGET.get(what)
    if command is None:
        return not_found()
    try:
        command(unit_of_work(), request.form, actor=current_actor(), at=now())
    except refused_on_page() as refused:
        return show_report("budget", wrong=_wrong(refused), entered=what, typed=request.form)
    flash(gettext("Kept."), "done")
    return see_other("financial_documents.report_page", name="budget")


@bp.post("/advances/<what>")
def keep_advances(what: str) -> ResponseReturnValue:
    """Let a settlement begin that has no case, or reverse one."""
    typed, chosen = request.form, request.form.get("settlement_id", "")
    try:
        if what == "beginning":
            commands.begin_settlement(unit_of_work(), chosen, **_now())
        elif what == "reversal":
            commands.reverse_settlement(unit_of_work(), chosen, typed.get("because", ""), **_now())
        else:
            return not_found()
    except refused_on_page() as refused:
        return show_report("advances", wrong=_wrong(refused), entered=what, typed=typed)
    flash(gettext("Kept."), "done")
    return see_other("financial_documents.report_page", name="advances")


def _of_year(
    command: Callable[..., None], uow: UnitOfWork, typed: Mapping[str, str], **more: Any
) -> None:
    """Act on the year that was chosen as *unit/year*."""
    unit, _, year = typed.get("year", "").partition("/")
    if not unit or not year.isdecimal():
        raise RulesBroken([Problem("GEN-CHOICE", "year")])
    command(uow, int(year), unit=unit, **more)


@bp.get("/orders")
def orders() -> ResponseReturnValue:
    """List the orders, and offer to enter one."""
    return _orders()


def _orders(refused: RulesBroken | None = None) -> ResponseReturnValue:
    actor = current_actor()
    if not reads_papers(actor):
        return not_found()
    with reader() as session:
        html = render(
            "financial_documents/orders.html",
            orders=lists.order_list(session, actor),
            may_order=bool(actor.roles & set(commands.BUYERS)),
            units=commands.units_of(actor, *commands.BUYERS),
            wrong=_wrong(refused),
            typed=request.form,
        )
    return html, 422 if refused else 200


@bp.post("/orders")
def enter_order() -> ResponseReturnValue:
    """Keep an order, or say beside its fields what is wrong with it."""
    try:
        commands.enter_order(unit_of_work(), request.form, actor=current_actor(), at=now())
    except refused_on_page() as refused:
        return _orders(refused)
    flash(gettext("Kept."), "done")
    return see_other("financial_documents.orders")


@bp.get("/orders/<uuid:order_id>")
def order(order_id: UUID) -> ResponseReturnValue:
    """Show an order with what came of it."""
    return _order(order_id)


def _order(
    order_id: UUID, refused: RulesBroken | None = None, entered: str = ""
) -> ResponseReturnValue:
    actor = current_actor()
    with reader() as session:
        page = lists.order_page(session, actor, order_id)
        if page is None:
            return not_found()
        html = render(
            "financial_documents/order.html",
            page=page,
            people=lists.names(session),
            may_receive=_may(actor, commands.RECEIVERS, page.order.unit),
            may_invoice=_may(actor, commands.INVOICERS, page.order.unit),
            wrong=_wrong(refused),
            entered=entered,
            typed=request.form,
        )
    return html, 422 if refused else 200


def _may(actor: Actor, roles: Sequence[str], unit: str) -> bool:
    return any(actor.sits_at(desk_of(role, unit)) for role in roles)


@bp.post("/orders/<uuid:order_id>/<what>")
def enter_for_order(order_id: UUID, what: str) -> ResponseReturnValue:
    """Keep a receipt or an invoice of an order."""
    command = _OF_ORDER.get(what)
    if command is None:
        return not_found()
    try:
        command(unit_of_work(), order_id, request.form, actor=current_actor(), at=now())
    except refused_on_page() as refused:
        return _order(order_id, refused, what)
    flash(gettext("Kept."), "done")
    return see_other("financial_documents.order", order_id=order_id)


@bp.get("/payees")
def payees() -> ResponseReturnValue:
    """List the payees and tolerances that two people keep."""
    return _payees()


def _payees(refused: RulesBroken | None = None, entered: str = "") -> ResponseReturnValue:
    actor = current_actor()
    keeps = bool(actor.roles & set(commands.TOLERANCE_KEEPERS))
    if not reads_money(actor) and not keeps:
        return not_found()
    with reader() as session:
        html = render(
            "financial_documents/payees.html",
            payees=lists.payee_list(session),
            tolerances=lists.tolerance_list(session),
            people=lists.names(session),
            may_keep=bool(actor.roles & set(commands.PAYEE_KEEPERS)),
            may_tolerate=keeps,
            who=actor.username,
            wrong=_wrong(refused),
            entered=entered,
            typed=request.form,
        )
    return html, 422 if refused else 200


@bp.post("/payees/<what>")
def keep_payee(what: str) -> ResponseReturnValue:
    """Enter a payee or propose a tolerance."""
    command = {"account": commands.enter_payee, "tolerance": commands.propose_tolerance}.get(what)
    if command is None:
        return not_found()
    return _kept(lambda: command(unit_of_work(), request.form, **_now()), what)


@bp.post("/payees/<what>/<uuid:row_id>")
def confirm(what: str, row_id: UUID) -> ResponseReturnValue:
    """Verify an account or put a tolerance in force, as the second person."""
    command = {"account": commands.verify_payee, "tolerance": commands.confirm_tolerance}.get(what)
    if command is None:
        return not_found()
    return _kept(lambda: command(unit_of_work(), row_id, **_now()), "")


def _kept(act: Callable[[], None], entered: str) -> ResponseReturnValue:
    try:
        act()
    except refused_on_page() as refused:
        return _payees(refused, entered)
    flash(gettext("Kept."), "done")
    return see_other("financial_documents.payees")


def _now() -> dict[str, Any]:
    return {"actor": current_actor(), "at": now()}


def _wrong(refused: RulesBroken | None) -> dict[str | None, str]:
    return {} if refused is None else {each.field: said(each) for each in refused.problems}
