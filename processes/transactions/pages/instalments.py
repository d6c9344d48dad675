"""Instalments of property sold or leased by auction: the schedule of one, and all that is open."""

from __future__ import annotations

from collections.abc import Sequence

from flask import flash, request
from flask.typing import ResponseReturnValue
from jinja2.filters import do_striptags

from engine.errors import Problem, RulesBroken
from engine.values import Rial, local_date
from processes.transactions.commands import instalments as commands
from processes.transactions.pages.blueprint import bp, reads_transactions, said
from processes.transactions.pages.guarantees import STATES
from processes.transactions.queries.instalments import (
    auction_in_instalments,
    instalment_list,
    late_by,
)
from webapp.sdk import (
    current_actor,
    gettext,
    not_found,
    now,
    reader,
    render,
    rial,
    see_other,
    unit_of_work,
    unit_title,
)


@bp.get("/instalments")
def instalments() -> ResponseReturnValue:
    """List what is open in the actor's units, what is due first before the rest."""
    actor, today = current_actor(), local_date(now())
    if not reads_transactions(actor):
        return not_found()
    number = max(1, min(request.args.get("page", 1, type=int), 10_000))
    is_overdue = request.args.get("overdue") == "1"
    with reader() as session:
        return render(
            "transactions/instalments.html",
            page=instalment_list(session, actor, today, number, is_overdue=is_overdue),
            is_overdue=is_overdue,
            unit_title=unit_title,
            today=today,
        )


@bp.get("/auctions/<number>/instalments")
def auction_instalments(number: str) -> ResponseReturnValue:
    """Show when the price of one auction is paid, what of it was received, and what is owed."""
    return _one(number)


@bp.post("/auctions/<number>/instalments/damages")
def claim_damages(number: str) -> ResponseReturnValue:
    """Let the damages so far be owed; why there are none to claim is said on the page."""
    try:
        claimed = commands.claim(unit_of_work(), number, actor=current_actor(), at=now())
    except RulesBroken as refused:
        return _one(number, refused.problems)
    told = gettext(
        "Damages of %(amount)s rials are owed from now on.", amount=do_striptags(rial(claimed))
    )
    flash(told, "done")
    return see_other("transactions.auction_instalments", number=number)


def _one(number: str, problems: Sequence[Problem] = ()) -> ResponseReturnValue:
    actor, today = current_actor(), local_date(now())
    if not reads_transactions(actor):
        return not_found()
    with reader() as session:
        found = auction_in_instalments(session, actor, number)
        late = {
            each.no: part
            for each in found.open_instalments
            if (part := late_by(found, each, today)) is not None
        }
        overdue = Rial.total(e.amount for e in found.open_instalments if e.due_on < today)
        html = render(
            "transactions/auction_instalments.html",
            found=found,
            rest=Rial.total(each.amount for each in found.open_instalments),
            first=found.payer.amount
            - Rial.total(each.amount for each in found.instalments if each.late_of is None)
            if found.payer
            else Rial.ZERO,
            guarantee_states=STATES,
            today=today,
            parts_late=late,
            overdue=overdue,
            damages=Rial.total(each.damages for each in late.values()),
            may_claim=found.unit in actor.units_of(*commands.CLAIMERS),
            wrong=[said(each) for each in problems],
        )
    return html, 422 if problems else 200
