"""A bidder's own pages: bids with their receipts, the workspace that seals, the doors it sends to.

What is sealed arrives as ciphertext: no page here reads or shows what a bid says.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import flash, jsonify, request
from flask.typing import ResponseReturnValue

from engine.errors import NotFound, Problem, RulesBroken
from engine.sdk import Actor
from engine.values import JalaliDate, local_date
from processes.transactions.commands import bidding as commands
from processes.transactions.commands import prices, questions
from processes.transactions.commands.sending import count_sent
from processes.transactions.pages.auctions import STATES as AUCTION_STATES
from processes.transactions.pages.bid_words import (
    ABOUT,
    BID_STATES,
    ENVELOPE_STATES,
    ENVELOPES,
    OFFER_ENVELOPES,
    OFFER_STATES,
    OUTCOMES,
    STAGES,
    award_said,
    sealing_texts,
    workspace_facts,
)
from processes.transactions.pages.blueprint import METHODS, by_field, said
from processes.transactions.pages.notices import STATES, bidder_here, notice_page
from processes.transactions.pages.printing import reason_said
from processes.transactions.pages.receipts import receipt_part
from processes.transactions.pages.receiving import received_papers
from processes.transactions.queries import own_bids as queries
from processes.transactions.queries import sealing as rows
from processes.transactions.queries.auction_rounds import rounds_for
from processes.transactions.queries.own_bids import Workspace
from processes.transactions.queries.taking_part import must_take_part
from processes.transactions.records import SealedBid, WrongState
from processes.transactions.sealing.envelope import Header, Kind
from webapp.sdk import (
    current_actor,
    document_store,
    gettext,
    incoming_body,
    largest_stream,
    lazy_gettext,
    nav_entry,
    not_found,
    now,
    outside_blueprint,
    reader,
    render,
    see_other,
    site_signature,
    takes_documents,
    takes_stream,
    unit_of_work,
    unit_title,
)

_l = lazy_gettext

bp = outside_blueprint("bidding", "processes.transactions")


def _bids(actor: Actor) -> bool:
    return rows.BIDDER in actor.roles


nav_entry("bidding.own", _l("My bids"), is_for=_bids, is_home=True)
nav_entry("tender_notices.search", _l("Tenders"), is_for=_bids)
nav_entry("auction_notices.listed", _l("Auctions"), is_for=_bids)
takes_stream("bidding.envelope")
takes_documents("bidding.justify")


@bp.context_processor
def _names() -> dict[str, Any]:
    return {
        "bid_states": BID_STATES,
        "envelopes": ENVELOPES,
        "envelope_states": ENVELOPE_STATES,
        "award_said": award_said,
        "tender_states": STATES,
        "methods": METHODS,
        "unit_title": unit_title,
        "said": said,
        "reason_said": reason_said,
        "about": ABOUT,
        "stages": STAGES,
        "outcomes": OUTCOMES,
    }


@bp.get("")
def own() -> ResponseReturnValue:
    """List the bids of the firm, with receipts, states and results."""
    bidder = bidder_here()
    if bidder is None:
        return not_found()
    with reader() as session:
        return render(
            "bidding/own.html",
            bids=queries.own_bids(session, bidder, now()),
            complaints=queries.own_complaints(session, bidder, now()),
            rounds=rounds_for(session, bidder),
            offers=queries.own_offers(session, bidder),
            offer_states=OFFER_STATES,
            offer_envelopes=OFFER_ENVELOPES,
            auction_states=AUCTION_STATES,
            bidder=bidder,
        )


@bp.get("/<number>")
def workspace(number: str) -> ResponseReturnValue:
    """Show what a bid needs, and seal it in the browser."""
    return _workspace_page(number)


def _workspace_page(number: str, wrong: Mapping[str, str] | None = None) -> ResponseReturnValue:
    with reader() as session:
        found = _workspace(session, number)
        if found is None:
            return not_found()
        html = render(
            "bidding/workspace.html",
            found=found,
            offer_envelopes=OFFER_ENVELOPES,
            until=str(JalaliDate.of(found.call.required.until)),
            price=queries.price_to_justify(session, found),
            wrong=wrong or {},
            sent=request.form if wrong else {},
            told=workspace_facts(session, found) if found.may_seal else None,
            texts=sealing_texts(found),
            at=now(),
        )
    return html, 422 if wrong else 200


@bp.post("/<number>/justification")
def justify(number: str) -> ResponseReturnValue:
    """Take the firm's analysis of a price that is abnormally low, with its papers."""
    with reader() as session:
        found = _workspace(session, number)
    if found is None or found.counting is None:
        return not_found()
    analysis, actor = request.form.get("analysis", ""), current_actor()
    try:
        papers = received_papers("papers")
        prices.justify(
            unit_of_work(), number, found.counting.id, analysis, papers=papers, actor=actor,
            at=now(),
        )  # fmt: skip
    except RulesBroken as refused:
        return _workspace_page(number, by_field(refused.problems))
    flash(gettext("Your analysis has arrived; the commission reads it before it decides."), "done")
    return see_other("bidding.workspace", number=number)


@bp.get("/<number>/now")
def moment(number: str) -> ResponseReturnValue:
    """Tell a page the server's moment and to what the next envelopes are sealed."""
    with reader() as session:
        found = _workspace(session, number)
        if found is None:
            return not_found()
        return jsonify(
            now=now().isoformat(),
            deadline=found.sealed.deadline.isoformat(),
            problems=[said(each) for each in found.problems],
            is_open=found.is_open,
            headers=queries.headers(session, found) if found.may_seal else None,
        )


@bp.put("/<number>/envelopes/<kind>")
def envelope(number: str, kind: str) -> ResponseReturnValue:
    """Take one sealed envelope into the store; sent again it lies there once."""
    header = _header(number, kind)
    if header is None:
        return not_found()
    announced = largest_stream() if request.content_length is None else request.content_length
    count_sent(unit_of_work(), UUID(header.tender), header.bidder, announced, on=local_date(now()))
    with incoming_body() as incoming:
        sent = commands.take(document_store(), incoming, header)
    return jsonify(sha256=sent.sha256, size=sent.size), 201


@bp.post("/<number>/bid")
def bid(number: str) -> ResponseReturnValue:
    """Take three envelopes that were sent as the bid that counts; asked again, say so again."""
    told = request.get_json(silent=True)
    hashes = {
        kind: str(told.get(kind.value, "")) if isinstance(told, dict) else "" for kind in Kind
    }
    with reader() as session:
        found = _workspace(session, number)
        if found is None:
            return not_found()
        taken = found.counting
        if taken is not None and hashes == {each.kind: each.sha256 for each in taken.envelopes}:
            return jsonify(version=taken.version)  # the answer was lost on its way
        headers = {k: rows.next_header(session, found.sealed, found.bidder, k) for k in Kind}
        sealed_id = found.sealed.id
    sent = {each: commands.kept(document_store(), hashes[each], headers[each]) for each in Kind}
    made = commands.submit(
        unit_of_work(), sealed_id, sent, sign=site_signature, actor=current_actor(), at=now()
    )
    return jsonify(version=made.version), 201


@bp.post("/<number>/withdraw")
def withdraw(number: str) -> ResponseReturnValue:
    """Take the bid back, until the deadline."""
    with reader() as session:
        found = _workspace(session, number)
        if found is None:
            return not_found()
        sealed_id = found.sealed.id
    try:
        commands.withdraw(unit_of_work(), sealed_id, actor=current_actor(), at=now())
    except RulesBroken as refused:
        flash(" ".join(map(said, refused.problems)), "wrong")
    else:
        flash(gettext("Your bid is withdrawn; nobody opens it."), "done")
    return see_other("bidding.workspace", number=number)


@bp.post("/<number>/questions")
def ask(number: str) -> ResponseReturnValue:
    """Ask what the documents do not say."""
    typed = request.form.get("question", "")
    try:
        questions.ask(unit_of_work(), number, typed, actor=current_actor(), at=now())
    except RulesBroken as refused:
        wrong = by_field([Problem(e.code, "question", e.params) for e in refused.problems])
        return notice_page(number, wrong, typed)
    flash(gettext("Asked. The answer will stand here for everybody, without your name."), "done")
    return see_other("tender_notices.notice", number=number)


@bp.get("/<number>/receipts/<int:version>")
def receipt(number: str, version: int) -> ResponseReturnValue:
    """Show a receipt, and how anybody verifies it."""
    found = _bid(number, version)
    if found is None or found.receipt is None:
        return not_found()
    with reader() as session:
        tender = _workspace(session, number)
        return render("bidding/receipt.html", found=tender, bid=_bid(number, version))


@bp.get("/<number>/receipts/<int:version>/<what>")
def receipt_file(number: str, version: int, what: str) -> ResponseReturnValue:
    """Give a receipt, its signature, or the key that signed it."""
    found = _bid(number, version)
    if found is None or found.receipt is None or found.signature is None:
        return not_found()
    return receipt_part(what, found.receipt, found.signature)


@bp.errorhandler(RulesBroken)
def _refused(error: RulesBroken) -> ResponseReturnValue:
    """Tell a script of ours what was refused, in the area's words."""
    return jsonify(problems=[{"code": e.code, "message": said(e)} for e in error.problems]), 422


@bp.errorhandler(WrongState)
def _not_now(error: WrongState) -> ResponseReturnValue:
    """Tell it that bids are not taken now."""
    problem = Problem(error.code)
    return jsonify(problems=[{"code": problem.code, "message": said(problem)}]), 409


def _workspace(session: Any, number: str) -> Workspace | None:
    bidder = bidder_here()
    if bidder is None:
        return None
    try:
        return queries.workspace(session, number, bidder, now())
    except NotFound:
        return None


def _bid(number: str, version: int) -> SealedBid | None:
    with reader() as session:
        found = _workspace(session, number)
    return next((each for each in found.bids if each.version == version), None) if found else None


def _header(number: str, kind: str) -> Header | None:
    """Return what an envelope has to say; refuse who may not bid, or is late, before it is read.

    Raises:
        RulesBroken: ``TND-005`` late; the codes of `must_take_part`.
    """
    with reader() as session:
        found = _workspace(session, number)
        if found is None or kind not in {each.value for each in Kind}:
            return None
        must_take_part(session, found.sealed, found.bidder, local_date(now()))
        if not found.is_open:
            raise RulesBroken([Problem("TND-005")])
        return rows.next_header(session, found.sealed, found.bidder, Kind(kind))
