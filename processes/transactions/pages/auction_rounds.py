"""Live rounds of an auction of property: those of the unit admit, open and close; bidders offer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flask import flash, jsonify, request
from flask.typing import ResponseReturnValue
from jinja2.filters import do_striptags

from engine.errors import Problem, RulesBroken
from engine.values import Rial
from processes.transactions.commands import auction_rounds as commands
from processes.transactions.commands.auction_admission import admit as confirm_deposit
from processes.transactions.pages.blueprint import bp, by_field
from processes.transactions.queries.auction_rounds import RoundsPage, rounds_page
from processes.transactions.queries.called_out import called_out
from webapp.sdk import (
    amount_in_words,
    current_actor,
    gettext,
    locale,
    now,
    reader,
    render,
    rial,
    see_other,
    unit_of_work,
)


@bp.get("/auctions/<number>/rounds")
def rounds(number: str) -> ResponseReturnValue:
    """Show live rounds to those admitted to them, or to who reads the unit's auctions."""
    return _page(number)


def _page(
    number: str, problems: Sequence[Problem] = (), *, reads_back: bool = False
) -> ResponseReturnValue:
    """Show the rounds; with what was typed for somebody in the hall read back, before it binds."""
    at = now()
    with reader() as session:
        page = rounds_page(session, current_actor(), number, at)
        waits = called_out(page, request.form, at) if reads_back else None
        html = render(
            "transactions/rounds.html",
            page=page,
            auction=page.auction,
            found=page.found,
            is_over=page.is_over(at),
            at=at,
            spoken=locale(),
            typed=request.form,
            wrong=by_field(problems),
            waits=waits,
            in_words=amount_in_words,
        )
    return html, 422 if problems else 200


@bp.get("/auctions/<number>/rounds/state")
def rounds_state(number: str) -> ResponseReturnValue:
    """Tell a page that is open how the rounds stand, by the server's clock."""
    at = now()
    with reader() as session:
        page = rounds_page(session, current_actor(), number, at)
    return jsonify(
        {"now": at.isoformat(), "over": page.is_over(at)}
        | ({} if page.found is None else {"ends_at": page.found.ends_at.isoformat()})
        | {"shown": _shown(page)}
    )


def _shown(page: RoundsPage) -> dict[str, Any]:
    """Return what changes on the page while it is open, as it reads in the visitor's language."""
    if page.stands is None:
        return {}
    return {
        "highest": "—" if page.stands.highest is None else _plain(page.stands.highest),
        "least": _plain(page.stands.least),
        **({"leads": gettext("Yes") if page.leads else gettext("No")} if page.mine else {}),
    }


def _plain(amount: Rial) -> str:
    return do_striptags(rial(amount))


@bp.post("/auctions/<number>/rounds/bidders")
def admit(number: str) -> ResponseReturnValue:
    """Confirm a deposit."""
    return _do(
        number,
        lambda: confirm_deposit(
            unit_of_work(), number, request.form, actor=current_actor(), at=now()
        ),
    )


@bp.post("/auctions/<number>/rounds/opened")
def open_rounds(number: str) -> ResponseReturnValue:
    """Open the rounds."""
    minutes = request.form.get("minutes", "")
    return _do(
        number,
        lambda: commands.open_rounds(
            unit_of_work(), number, minutes, actor=current_actor(), at=now()
        ),
    )


@bp.post("/auctions/<number>/rounds/offers")
def offer_price(number: str) -> ResponseReturnValue:
    """Go up to a price."""
    price = request.form.get("price", "")

    def go() -> None:
        commands.offer_price(unit_of_work(), number, price, actor=current_actor(), at=now())
        flash(gettext("Your offer stands."), "done")

    return _do(number, go)


@bp.post("/auctions/<number>/rounds/called-out")
def offer_called_out(number: str) -> ResponseReturnValue:
    """Type in what a bidder calls out in the hall: read back first, and binding once confirmed."""
    if "confirmed" not in request.form:
        try:
            return _page(number, reads_back=True)
        except RulesBroken as refused:
            return _page(number, refused.problems)

    def go() -> None:
        commands.offer_called_out(
            unit_of_work(), number, request.form, actor=current_actor(), at=now()
        )
        flash(gettext("The offer stands; everybody sees the new height."), "done")

    return _do(number, go)


@bp.post("/auctions/<number>/rounds/closed")
def close_rounds(number: str) -> ResponseReturnValue:
    """Keep that the rounds are over."""
    return _do(
        number,
        lambda: commands.close_rounds(unit_of_work(), number, actor=current_actor(), at=now()),
    )


def _do(number: str, what: Callable[[], None]) -> ResponseReturnValue:
    """Do it and show the page again, with what is wrong beside its field."""
    try:
        what()
    except RulesBroken as refused:
        return _page(number, refused.problems)
    return see_other("transactions.rounds", number=number)
