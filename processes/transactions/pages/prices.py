"""Opened prices: what bidders wrote, what it comes to, which are unusual, and why one is kept."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from flask import flash, request
from flask.typing import ResponseReturnValue

from engine.errors import Problem, RulesBroken
from engine.sdk import Session
from processes.transactions.commands import awarding, prices
from processes.transactions.commands.ballots import Ballot
from processes.transactions.pages.blueprint import bp, by_field, said
from processes.transactions.pages.told import say
from processes.transactions.queries import evaluation as rows
from processes.transactions.queries import winners as voting
from processes.transactions.queries.opened_papers import paper_of
from processes.transactions.queries.people import named
from processes.transactions.queries.prices import price_files, prices_page, seen_of_typed
from processes.transactions.queries.quality import tender_to_read
from processes.transactions.queries.sealing import seat_of
from processes.transactions.records import SealedTender, SealingState, Tender
from processes.transactions.sealing.forms import PriceSheet, read_price
from processes.transactions.sealing.members import LONGEST
from webapp.sdk import (
    current_actor,
    digits,
    document_store,
    gettext,
    locale,
    now,
    reader,
    render,
    see_other,
    stored_file,
    unit_of_work,
)


@bp.get("/tenders/<number>/prices", endpoint="prices")
def prices_of(number: str) -> ResponseReturnValue:
    """Show the prices of a tender that were opened."""
    return _page(number)


def _page(number: str, problems: Sequence[Problem] = (), tried: str = "") -> ResponseReturnValue:
    actor = current_actor()
    with reader() as session:
        tender = tender_to_read(session, actor, number)
        sealed = rows.sealing_of(tender)
        page = prices_page(session, tender)
        names = named(session, [each.username for each in sealed.members], locale())
        html = render(
            "transactions/prices.html",
            page=page,
            tender=tender,
            sealed=sealed,
            is_open=sealed.state is SealingState.CLOSED,
            may=_may(tender, sealed),
            me=next((each for each in sealed.members if each.username == actor.username), None),
            cast={row.bid.id: _cast(session, tender, row.bid.id) for row in page.rows},
            seen_of=voting.seen_of_price,
            seen_of_typed=seen_of_typed,
            name_of=lambda each: names.get(each, each),
            say=say,
            reads_prices=True,
            problem_said=said,
            typed=request.form,
            wrong=by_field(problems),
            tried=tried,
        )
    return html, 422 if problems else 200


def _may(tender: Tender, sealed: SealedTender) -> dict[str, bool]:
    """Return what the actor may do to the prices of a tender by the desks he sits at."""
    actor = current_actor()

    def holds(*roles: str) -> bool:
        return any(tender.unit in actor.units_of(role) for role in roles)

    return {
        "take": holds("FIN_EXPERT", "PROC_OFFICER"),
        "type": holds("PROC_OFFICER"),
        "confirm": holds(*prices.CONFIRMERS) or seat_of(sealed, actor) is not None,
    }


def _cast(session: Session, tender: Tender, bid_id: UUID) -> dict[int, object]:
    cast = voting.votes_on(session, tender, voting.matter_of_price(bid_id))
    return {each.position: each for each in cast}


@bp.post("/tenders/<number>/prices/taken")
def take_prices(number: str) -> ResponseReturnValue:
    """Take the prices that lay in their envelopes as files."""
    with reader() as session:
        files = price_files(session, tender_to_read(session, current_actor(), number))
    stated = {bid: sheet for bid, each in files.items() if (sheet := _sheet(each)) is not None}
    taken = prices.take_prices(unit_of_work(), number, stated, actor=current_actor(), at=now())
    told = gettext("%(count)s prices were taken from their envelopes.", count=digits(taken))
    flash(told, "done")
    return see_other("transactions.prices", number=number)


def _sheet(sha256: str) -> PriceSheet | None:
    with document_store().open(sha256) as file:
        return read_price(file.read(LONGEST + 1)).found


@bp.post("/tenders/<number>/prices/<uuid:bid_id>/typed")
def type_price(number: str, bid_id: UUID) -> ResponseReturnValue:
    """Type a price from the papers."""
    actor = current_actor()
    try:
        prices.type_price(unit_of_work(), number, bid_id, request.form, actor=actor, at=now())
    except RulesBroken as refused:
        return _page(number, refused.problems, f"typed/{bid_id}")
    return _kept(number)


@bp.post("/tenders/<number>/prices/<uuid:bid_id>/confirmed")
def confirm_price(number: str, bid_id: UUID) -> ResponseReturnValue:
    """Confirm what somebody else typed."""
    try:
        seen = request.form.get("seen", "")
        prices.confirm_price(unit_of_work(), number, bid_id, seen, actor=current_actor(), at=now())
    except RulesBroken as refused:
        return _page(number, refused.problems)
    return _kept(number)


@bp.post("/tenders/<number>/prices/worked-out")
def work_out(number: str) -> ResponseReturnValue:
    """Correct all prices and find the usual range."""
    try:
        prices.work_out(unit_of_work(), number, actor=current_actor(), at=now())
    except RulesBroken as refused:
        return _page(number, refused.problems)
    return _kept(number)


@bp.post("/tenders/<number>/prices/<uuid:bid_id>/justification")
def justify(number: str, bid_id: UUID) -> ResponseReturnValue:
    """Write down how a bidder justifies a low price."""
    analysis, actor = request.form.get("analysis", ""), current_actor()
    try:
        prices.justify(unit_of_work(), number, bid_id, analysis, actor=actor, at=now())
    except RulesBroken as refused:
        return _page(number, refused.problems, f"justified/{bid_id}")
    return _kept(number)


@bp.get("/tenders/<number>/prices/<uuid:bid_id>/papers/<int:place>")
def price_paper(number: str, bid_id: UUID, place: int) -> ResponseReturnValue:
    """Give a paper of a bidder's analysis to who reads the prices and has no interest in one."""
    with reader() as session:
        actor = current_actor()
        tender = tender_to_read(session, actor, number)
        found = paper_of(session, tender, bid_id, place, actor)
    return stored_file(found.sha256, found.name)


@bp.post("/tenders/<number>/prices/<uuid:bid_id>/vote")
def vote_on_price(number: str, bid_id: UUID) -> ResponseReturnValue:
    """Vote on an abnormally low price."""
    actor, at = current_actor(), now()
    try:
        awarding.vote_on_price(unit_of_work(), number, bid_id, ballot(), actor=actor, at=at)
    except RulesBroken as refused:
        return _page(number, refused.problems, f"vote/{bid_id}")
    return _kept(number)


def ballot() -> Ballot:
    """Return what a member of the commission sent."""
    given = request.form
    return Ballot(given.get("vote") == "for", given.get("reason", ""), given.get("seen", ""))


def _kept(number: str) -> ResponseReturnValue:
    flash(gettext("Kept."), "done")
    return see_other("transactions.prices", number=number)
