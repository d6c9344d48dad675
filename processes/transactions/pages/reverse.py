"""The reverse auction: bidders see their rank and the server's clock, the commission the order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import flash, jsonify, request
from flask.typing import ResponseReturnValue

from engine.errors import Problem, RulesBroken
from processes.transactions.commands import reversing
from processes.transactions.pages.blueprint import bp, by_field
from processes.transactions.queries.reversing import ReversePage, reverse_page
from webapp.sdk import (
    current_actor,
    digits,
    gettext,
    now,
    reader,
    render,
    see_other,
    unit_of_work,
)


@bp.get("/tenders/<number>/reverse")
def reverse(number: str) -> ResponseReturnValue:
    """Show a reverse auction to its bidders, or to who reads the tender."""
    return _page(number)


def _page(number: str, problems: Sequence[Problem] = ()) -> ResponseReturnValue:
    at = now()
    with reader() as session:
        page = reverse_page(session, current_actor(), number)
        html = render(
            "transactions/reverse.html",
            page=page,
            tender=page.tender,
            found=page.auction,
            is_over=page.is_over(at),
            may_close="PROC_OFFICER" in current_actor().roles and page.is_staff,
            at=at,
            reads_prices=page.is_staff,
            typed=request.form,
            wrong=by_field(problems),
        )
    return html, 422 if problems else 200


@bp.get("/tenders/<number>/reverse/state")
def reverse_state(number: str) -> ResponseReturnValue:
    """Tell a page that is open how it stands, by the server's clock."""
    with reader() as session:
        page = reverse_page(session, current_actor(), number)
    return jsonify(_state(page))


def _state(page: ReversePage) -> dict[str, Any]:
    """Return what a bidder may know, and nothing more."""
    found, at = page.auction, now()
    if found is None:
        return {"now": at.isoformat(), "over": False}
    return {
        "now": at.isoformat(),
        "ends_at": found.ends_at.isoformat(),
        "extensions": found.extensions,
        "rank": page.rank,
        "over": page.is_over(at),
    }


@bp.post("/tenders/<number>/reverse/opened")
def open_reverse(number: str) -> ResponseReturnValue:
    """Open the last round."""
    minutes, actor = request.form.get("minutes", ""), current_actor()
    try:
        reversing.open_reverse(unit_of_work(), number, minutes, actor=actor, at=now())
    except RulesBroken as refused:
        return _page(number, refused.problems)
    return see_other("transactions.reverse", number=number)


@bp.post("/tenders/<number>/reverse/offers")
def offer(number: str) -> ResponseReturnValue:
    """Go down to a price."""
    price, actor = request.form.get("price", ""), current_actor()
    try:
        rank = reversing.offer(unit_of_work(), number, price, actor=actor, at=now())
    except RulesBroken as refused:
        return _page(number, refused.problems)
    flash(gettext("Your offer stands; your rank is %(rank)s.", rank=digits(rank)), "done")
    return see_other("transactions.reverse", number=number)


@bp.post("/tenders/<number>/reverse/closed")
def close_reverse(number: str) -> ResponseReturnValue:
    """Keep that it is over."""
    try:
        reversing.close_reverse(unit_of_work(), number, actor=current_actor(), at=now())
    except RulesBroken as refused:
        return _page(number, refused.problems)
    return see_other("transactions.reverse", number=number)
