"""Orders: the list with what is still to be paid, one order, entering what is to be paid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from uuid import UUID

from flask import flash, request
from flask.typing import ResponseReturnValue

from engine.errors import Problem
from engine.sdk import Actor
from processes.payments import commands
from processes.payments.pages.blueprint import bp, by_field, reads_payments
from processes.payments.queries.pages import order_list, order_shown, signers_of
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


@bp.get("/")
def orders() -> ResponseReturnValue:
    """List the orders of the actor's units."""
    return _page()


def _page(problems: Sequence[Problem] = ()) -> ResponseReturnValue:
    actor = current_actor()
    if not reads_payments(actor):
        return not_found()
    number = max(1, min(request.args.get("page", 1, type=int), 10_000))
    with reader() as session:
        page = order_list(session, actor, request.args.get("q", ""), number)
        html = render(
            "payments/orders.html",
            page=page,
            units=_units_to_enter(actor),
            typed=request.form,
            wrong=by_field(problems),
        )
    return html, 422 if problems else 200


def _units_to_enter(actor: Actor) -> list[str]:
    return sorted(actor.units_of("FIN_EXPERT") - {"*"})


@bp.post("/bases")
def enter_basis() -> ResponseReturnValue:
    """Keep what is to be paid, or say beside each field what is wrong with it."""
    given = {each.name: request.form.get(each.name, "") for each in fields(commands.NewBasis)}
    new = commands.NewBasis(**given)
    try:
        commands.enter_basis(unit_of_work(), new, actor=current_actor(), at=now())
    except refused_on_page() as refused:
        return _page(refused.problems)
    flash(gettext("Kept. An order can be made for it now."), "done")
    return see_other("payments.orders")


@bp.get("/orders/<uuid:order_id>")
def order(order_id: UUID) -> ResponseReturnValue:
    """Show one order: what is paid, who signed exactly that, what the bank said."""
    with reader() as session:
        found = order_shown(session, current_actor(), order_id)
        if found is None:
            return not_found()
        return render("payments/order.html", order=found, signers=signers_of(session, found))
