"""Instalments of property sold or leased by auction: the schedule of one, and all that is open."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from engine.values import Rial, local_date
from processes.transactions.pages.blueprint import bp, reads_transactions
from processes.transactions.pages.guarantees import STATES
from processes.transactions.queries.instalments import auction_in_instalments, instalment_list
from webapp.sdk import current_actor, not_found, now, reader, render, unit_title


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
    """Show when the price of one auction is paid, and what of it was received by which receipt."""
    actor = current_actor()
    if not reads_transactions(actor):
        return not_found()
    with reader() as session:
        found = auction_in_instalments(session, actor, number)
        return render(
            "transactions/auction_instalments.html",
            found=found,
            rest=Rial.total(each.amount for each in found.open_instalments),
            first=found.payer.amount
            - Rial.total(each.amount for each in found.instalments if each.late_of is None)
            if found.payer
            else Rial.ZERO,
            guarantee_states=STATES,
            today=local_date(now()),
        )
