"""Calls for pre-qualification: read by anybody, answered by firms, and looked at by the office."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from flask import flash
from flask.typing import ResponseReturnValue

from engine.errors import NotFound, RulesBroken
from processes.transactions.commands import applying
from processes.transactions.pages.bidding import bp as bidding
from processes.transactions.pages.blueprint import bp as office
from processes.transactions.pages.blueprint import by_field, reads_transactions, said
from processes.transactions.pages.notices import bidder_here
from processes.transactions.pages.receipts import receipt_part
from processes.transactions.pages.receiving import received_papers
from processes.transactions.pages.told import say
from processes.transactions.queries import prequalifying as queries
from processes.transactions.queries.evaluation import EVALUATOR
from processes.transactions.queries.requests import READERS
from processes.transactions.records import Applicant
from webapp.sdk import (
    asks_too_often,
    current_actor,
    gettext,
    is_signed_in,
    largest_document,
    largest_stream,
    lazy_gettext,
    not_found,
    now,
    public_blueprint,
    reader,
    render,
    see_other,
    site_signature,
    stored_file,
    takes_documents,
    unit_of_work,
    unit_title,
)

_l = lazy_gettext

bp = public_blueprint(
    "prequalifications", "processes.transactions", "calls", _l("Pre-qualifications")
)

takes_documents("bidding.hand_in_papers")

#: papers sent from one address within a quarter of an hour
OFTEN: Final = 20
#: who may look at the list of the office
SEES: Final = READERS | {EVALUATOR}
STATES: Final[Mapping[str, Any]] = {
    "DRAFT": _l("Is called once more"),
    "PUBLISHED": _l("Papers are taken"),
    "SCORING": _l("Papers are scored"),
    "LISTED": _l("Short list announced"),
    "UNSUCCESSFUL": _l("Without a short list"),
    "CANCELLED": _l("Given up"),
}


def _names() -> dict[str, Any]:
    return {
        "states": STATES,
        "unit_title": unit_title,
        "layout": "base.html" if is_signed_in() else "public.html",
    }


@bp.get("")
def calls() -> ResponseReturnValue:
    """List calls, those that are open first."""
    with reader() as session:
        found = queries.published(session, now())
        return render("prequalifications/calls.html", calls=found, at=now(), **_names())


@bp.get("/<number>")
def call(number: str) -> ResponseReturnValue:
    """Show one call, with what the firm of who is signed in has handed in."""
    return _page(number)


def _page(
    number: str, wrong: Mapping[str, str] | None = None, status: int = 422
) -> ResponseReturnValue:
    bidder = bidder_here()
    with reader() as session:
        try:
            found = queries.prequalification(session, number)
        except NotFound:
            return not_found()
        problems = [] if bidder is None else queries.problems_of(session, found, bidder, now())
        html = render(
            "prequalifications/call.html",
            found=found,
            scale=queries.scale_of(found, now()),
            bidder=bidder,
            mine=queries.applicant_of(found, bidder),
            problems=[said(each) for each in problems],
            takes_papers=queries.takes_papers(found, now()),
            wrong=wrong or {},
            largest=largest_document(),
            together=largest_stream(),
            **_names(),
        )
    return html, status if wrong else 200


@bidding.post("/prequalifications/<number>/papers")
def hand_in_papers(number: str) -> ResponseReturnValue:
    """Take the papers of a firm, in the place of those it sent before."""
    if bidder_here() is None:
        return not_found()
    if asks_too_often("prequalification_papers", OFTEN):
        wait = gettext("Too many attempts. Wait a quarter of an hour and try again.")
        return _page(number, {"papers": wait}, 429)
    with reader() as session:
        queries.prequalification(session, number)
    try:
        applying.hand_in(
            unit_of_work(), number, received_papers("papers"), most=largest_stream(),
            sign=site_signature, actor=current_actor(), at=now(),
        )  # fmt: skip
    except RulesBroken as refused:
        return _page(number, by_field(refused.problems))
    flash(gettext("Your papers have arrived; the receipt stands below."), "done")
    return see_other("prequalifications.call", number=number)


@bidding.get("/prequalifications/<number>/papers/<int:position>")
def handed_in(number: str, position: int) -> ResponseReturnValue:
    """Give a firm a paper of its own back."""
    mine = _mine(number)
    for each in mine.papers if mine else ():
        if each.position == position:
            return stored_file(each.sha256, each.name)
    return not_found()


@bidding.get("/prequalifications/<number>/receipt/<what>")
def papers_receipt(number: str, what: str) -> ResponseReturnValue:
    """Give the receipt, its signature, or the key that signed it."""
    mine = _mine(number)
    if mine is None:
        return not_found()
    return receipt_part(what, mine.receipt, mine.signature)


def _mine(number: str) -> Applicant | None:
    bidder = bidder_here()
    if bidder is None:
        return None
    with reader() as session:
        try:
            mine = queries.applicant_of(queries.prequalification(session, number), bidder)
        except NotFound:
            return None
        if mine is not None:
            _ = list(mine.papers)
        return mine


@office.get("/prequalifications")
def prequalifications() -> ResponseReturnValue:
    """List the pre-qualifications of the actor's units, and those he scores in."""
    actor = current_actor()
    if not actor.roles & SEES:
        return not_found()
    with reader() as session:
        return render(
            "transactions/prequalifications.html",
            found=queries.office_list(session, actor),
            may_begin="PROC_OFFICER" in actor.roles,
            reads=reads_transactions(actor),
            **_names(),
        )


@office.get("/prequalifications/<number>")
def prequalification(number: str) -> ResponseReturnValue:
    """Show applicants with their papers once the deadline is past, and the scores that stand."""
    with reader() as session:
        page = queries.office_page(session, current_actor(), number, now())
        return render(
            "transactions/prequalification.html", page=page, found=page.found, say=say, **_names()
        )


@office.get("/prequalifications/<number>/papers/<uuid:applicant>/<int:position>")
def applicant_paper(number: str, applicant: UUID, position: int) -> ResponseReturnValue:
    """Give a paper of an applicant to those who read them."""
    with reader() as session:
        page = queries.office_page(session, current_actor(), number, now())
        paper = queries.paper_of(page, applicant, position)
        return stored_file(paper.sha256, paper.name)
