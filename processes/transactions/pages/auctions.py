"""The auctions of property: what is put up, at which price, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask import request
from flask.typing import ResponseReturnValue

from engine.values import local_date
from processes.transactions.answers.purchases import BUYERS
from processes.transactions.pages.blueprint import bp, reads_transactions
from processes.transactions.queries.auctions import auction_list
from processes.transactions.queries.instalments import open_instalments
from webapp.sdk import current_actor, lazy_gettext, not_found, now, reader, render, unit_title

_l = lazy_gettext

KINDS: Final[Mapping[str, Any]] = {"SALE": _l("Sale"), "LEASE": _l("Lease")}
STATES: Final[Mapping[str, Any]] = {
    "PREPARED": _l("Being prepared"),
    "APPROVED": _l("Approved"),
    "OPEN": _l("Offers are taken"),
    "OPENED": _l("Offers ranked"),
    "NAMED": _l("To be paid"),
    "INSTALMENTS": _l("First part paid"),
    "PAID": _l("Paid"),
    "HANDED_OVER": _l("Handed over"),
    "ENDED": _l("Nothing came of it"),
}


@bp.get("/auctions")
def auctions() -> ResponseReturnValue:
    """List the auctions of the actor's units."""
    actor = current_actor()
    if not reads_transactions(actor):
        return not_found()
    number = max(1, min(request.args.get("page", 1, type=int), 10_000))
    with reader() as session:
        return render(
            "transactions/auctions.html",
            page=auction_list(session, actor, number),
            may_begin=bool(actor.roles & set(BUYERS)),
            auction_kinds=KINDS,
            auction_states=STATES,
            unit_title=unit_title,
            at=now(),
            open_parts=open_instalments(session, actor, local_date(now())),
        )
