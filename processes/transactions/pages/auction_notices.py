"""Notices of auctions of property: what the city sells and leases, read by anybody.

OCDS has no words for a sale (`docs/reference/publication.md`): these pages and their JSON say it.
"""

from __future__ import annotations

from typing import Any

from flask import jsonify, request
from flask.typing import ResponseReturnValue

from processes.transactions.pages.auctions import KINDS, STATES
from processes.transactions.pages.notices import bidder_here
from processes.transactions.queries import auction_notices as queries
from webapp.sdk import (
    is_signed_in,
    lazy_gettext,
    not_found,
    now,
    public_blueprint,
    reader,
    render,
    unit_title,
)

_l = lazy_gettext

bp = public_blueprint("auction_notices", "processes.transactions", "listed", _l("Auctions"))

WAYS = {
    "ONLINE": _l("Offers sealed by the bidders here"),
    "PAPER": _l("Sealed offers on paper"),
    "LIVE": _l("Live, by steps"),
}


@bp.context_processor
def _names() -> dict[str, Any]:
    return {
        "auction_kinds": KINDS,
        "auction_states": STATES,
        "ways": WAYS,
        "unit_title": unit_title,
        "layout": "base.html" if is_signed_in() else "public.html",
    }


@bp.get("")
def listed() -> ResponseReturnValue:
    """List the notices, the nearest deadline first while offers are taken."""
    page = max(1, min(request.args.get("page", 1, type=int), 10_000))
    with reader() as session:
        return render("notices/auctions.html", found=queries.notices(session, now(), page))


@bp.get("/auctions.json")
def data() -> ResponseReturnValue:
    """Give a page of the notices to programs."""
    page = max(1, min(request.args.get("page", 1, type=int), 10_000))
    with reader() as session:
        found = queries.notices(session, now(), page)
        told = jsonify(
            auctions=[queries.told(each) for each in found.rows],
            page=found.page,
            has_more=found.has_more,
        )
    told.headers["Cache-Control"] = "public, max-age=300"
    return told


@bp.get("/<number>")
def notice(number: str) -> ResponseReturnValue:
    """Show one notice, and what came of it."""
    with reader() as session:
        found = queries.notice(session, number, now())
        if found is None:
            return not_found()
        return render("notices/auction.html", found=found, bidder=bidder_here())
