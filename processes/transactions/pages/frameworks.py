"""Framework agreements as the staff sees them: what is taken of each, and what was called off."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from flask import request
from flask.typing import ResponseReturnValue

from engine.values import local_date
from processes.transactions.answers.frameworks import standing_problems
from processes.transactions.answers.purchases import BUYERS
from processes.transactions.pages.bid_words import award_said
from processes.transactions.pages.blueprint import bp, reads_transactions
from processes.transactions.pages.blueprint import said as say
from processes.transactions.pages.contracts import STATES
from processes.transactions.queries.frameworks import framework_list, framework_page
from webapp.sdk import current_actor, lazy_gettext, not_found, now, reader, render

_l = lazy_gettext

CHOICES: Final[Mapping[str, Any]] = {
    "SINGLE": _l("One supplier"),
    "RANK": _l("By rank"),
    "COMPETITION": _l("By competition"),
}
PURCHASE_STATES: Final[Mapping[str, Any]] = {
    "OPEN": _l("Supplier is asked"),
    "INVITED": _l("Prices are awaited"),
    "CHOSEN": _l("Waits for approval"),
    "ORDERED": _l("Ordered"),
    "REDECIDED": _l("Given up"),
    "GIVEN_UP": _l("Given up"),
}


@bp.get("/frameworks")
def frameworks() -> ResponseReturnValue:
    """List the frameworks of the actor's units with ceiling, what is taken, and what is left."""
    actor = current_actor()
    if not reads_transactions(actor):
        return not_found()
    number = max(1, min(request.args.get("page", 1, type=int), 10_000))
    with reader() as session:
        page = framework_list(session, actor, request.args.get("q", ""), number)
        return render("transactions/frameworks.html", page=page, choices=CHOICES, today=_today())


@bp.get("/frameworks/<number>")
def framework(number: str) -> ResponseReturnValue:
    """Show one framework with its suppliers, their prices, and its call-offs."""
    actor, on = current_actor(), _today()
    if not reads_transactions(actor):
        return not_found()
    with reader() as session:
        page = framework_page(session, actor, number)
        why = {
            each.rank: [say(one) for one in standing_problems(each, on, "")]
            for each in page.framework.firms
        }
        return render(
            "transactions/framework.html",
            page=page,
            found=page.framework,
            why=why,
            award_said=award_said,
            today=on,
            choices=CHOICES,
            states=STATES,
            purchase_states=PURCHASE_STATES,
            may_buy=bool(actor.roles & set(BUYERS)),
        )


def _today() -> date:
    return local_date(now())
