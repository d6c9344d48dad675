"""Winners: what the rules propose with its whole computation, the votes, and the printed report."""

from __future__ import annotations

from collections.abc import Sequence

from flask import flash, request
from flask.typing import ResponseReturnValue

from engine.errors import Problem, RulesBroken
from engine.sdk import Content as FiledContent
from processes.transactions.commands import awarding
from processes.transactions.pages.bid_words import place_of
from processes.transactions.pages.blueprint import bp, by_field, said
from processes.transactions.pages.evaluation_report import TEMPLATE, report
from processes.transactions.pages.prices import ballot
from processes.transactions.pages.told import say
from processes.transactions.queries import evaluation as rows
from processes.transactions.queries import winners as queries
from processes.transactions.queries.people import named
from processes.transactions.queries.quality import tender_to_read
from webapp.sdk import (
    current_actor,
    document_store,
    gettext,
    locale,
    not_found,
    now,
    pdf_content,
    pdf_response,
    reader,
    render,
    see_other,
    shown_in,
    unit_of_work,
)


@bp.get("/tenders/<number>/winners")
def winners(number: str) -> ResponseReturnValue:
    """Show whom the rules propose, and how the commission votes."""
    return _page(number)


def _page(number: str, problems: Sequence[Problem] = ()) -> ResponseReturnValue:
    actor, at = current_actor(), now()
    with reader() as session:
        tender = tender_to_read(session, actor, number)
        sealed = rows.sealing_of(tender)
        is_checked = rows.prices_checked(session, tender)
        proposed = queries.proposal(session, tender, at) if is_checked else None
        cast = queries.votes_on(session, tender, queries.matter_of_winners(session, tender))
        names = named(session, [each.username for each in sealed.members], locale())
        html = render(
            "transactions/winners.html",
            tender=tender,
            sealed=sealed,
            proposed=proposed,
            awards=queries.awards(session, tender),
            is_named=rows.winners_named(session, tender),
            cast={
                each.position: each
                for each in cast
                if proposed is not None and each.seen == proposed.seen
            },
            me=next((each for each in sealed.members if each.username == actor.username), None),
            place_of=place_of,
            name_of=lambda each: names.get(each, each),
            say=say,
            reads_prices=True,
            why=lambda code: said(Problem(code)),
            typed=request.form,
            wrong=by_field(problems),
        )
    return html, 422 if problems else 200


@bp.post("/tenders/<number>/winners/vote")
def vote_on_winners(number: str) -> ResponseReturnValue:
    """Vote; with the last vote winners are named, and the report goes into the case's file."""
    actor, at = current_actor(), now()
    try:
        decided = awarding.vote_on_winners(unit_of_work(), number, ballot(), actor=actor, at=at)
    except RulesBroken as refused:
        return _page(number, refused.problems)
    if decided:
        _file_report(number)
    told = {
        None: gettext("Your vote is kept; others have still to vote or to say why."),
        True: gettext("The winners are named."),
        False: gettext("The proposal is refused; it may be voted on again."),
    }
    flash(told[decided], "done")
    return see_other("transactions.winners", number=number)


def _file_report(number: str) -> None:
    """Put the report into the file of the case, in Persian, whoever voted last."""
    with shown_in("fa"), reader() as session:
        page = report(session, rows.tender_of(session, number), now())
    content, store = pdf_content(TEMPLATE, page, f"evaluation-{number}.pdf"), document_store()
    with store.receive(len(content.body) + 1) as incoming:
        incoming.write(content.body)
        size, sha256 = len(content.body), incoming.sha256
        store.keep(incoming)
    filed = FiledContent(content.name, "pdf", size, sha256, scanned=False)
    awarding.file_report(unit_of_work(), number, filed, actor=current_actor(), at=now())


@bp.get("/tenders/<number>/evaluation.pdf")
def evaluation_pdf(number: str) -> ResponseReturnValue:
    """Print the report of the evaluation, in the language of the page."""
    with reader() as session:
        tender = tender_to_read(session, current_actor(), number)
        if not rows.winners_named(session, tender):
            return not_found()
        page = report(session, tender, now())
    return pdf_response(TEMPLATE, page, f"evaluation-{number}.pdf")
