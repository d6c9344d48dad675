"""What the units ask for, and how far it is bought."""

from __future__ import annotations

from typing import Final

from flask import request
from flask.typing import ResponseReturnValue

from processes.transactions import registry
from processes.transactions.answers.purchases import BUYERS
from processes.transactions.answers.requesting import REQUESTERS
from processes.transactions.pages.blueprint import bp, reads_transactions
from processes.transactions.queries.requests import request_list
from processes.transactions.queries.tender_pages import tenders_of
from processes.transactions.queries.tenders import TENDERS
from processes.transactions.records import FAILED
from webapp.sdk import current_actor, locale, not_found, reader, render

#: by which process a request of a method is bought
_BUYING: Final = {
    "DIRECT": "direct_purchase",
    "QUOTATIONS": "three_quotations",
    "WAIVER": "waiver",
    "URGENT_WAIVER": "waiver",
    "CALL_OFF": "framework_call_off",
    **{method.value: "tender" for method in TENDERS},
}


@bp.get("/")
def requests() -> ResponseReturnValue:
    """List the requests of the actor's units."""
    actor = current_actor()
    if not reads_transactions(actor):
        return not_found()
    number = max(1, min(request.args.get("page", 1, type=int), 10_000))
    with reader() as session:
        page = request_list(session, actor, request.args.get("q", ""), number)
        return render(
            "transactions/requests.html",
            page=page,
            tenders=tenders_of(session, [each.id for each in page.rows]),
            failed=FAILED,
            may_request=bool(actor.roles & set(REQUESTERS)),
            may_buy=bool(actor.roles & set(BUYERS)),
            buying=_BUYING,
            packs=registry.packs(),
            page_language=locale(),
        )
