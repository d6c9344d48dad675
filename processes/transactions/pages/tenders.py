"""Tenders as the staff sees them: the list, and one with its documents, questions and changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from flask import current_app, flash, request, url_for
from flask.typing import ResponseReturnValue

from engine.errors import Problem, RulesBroken
from engine.sdk import Actor, Session
from processes.transactions.commands import tender_changes as commands
from processes.transactions.pages.bid_words import ABOUT, OUTCOMES, STAGES, award_said
from processes.transactions.pages.blueprint import bp, by_field, reads_transactions
from processes.transactions.queries.tender_pages import (
    Asked,
    TenderPage,
    document_of,
    tender_list,
    tender_page,
)
from processes.transactions.queries.tenders import tender_of_case_read
from processes.transactions.records import SealingState, TenderState
from processes.transactions.texts import AreaTexts
from webapp.sdk import (
    CaseFile,
    case_files,
    current_actor,
    gettext,
    lazy_gettext,
    locale,
    not_found,
    now,
    reader,
    render,
    role_title,
    see_other,
    stored_file,
    unit_of_work,
    unit_title,
)

_l = lazy_gettext

STATES: Final[Mapping[str, Any]] = {
    "DRAFT": _l("Being prepared"),
    "PUBLISHED": _l("Bids are taken"),
    "OPENING": _l("Opening and evaluation"),
    "AWARDED": _l("Winners named"),
    "CONTRACTED": _l("Contract signed"),
    "UNSUCCESSFUL": _l("Unsuccessful"),
    "CANCELLED": _l("Cancelled"),
}
KINDS: Final[Mapping[str, Any]] = {
    "NOTICE": _l("Notice"),
    "INSTRUCTIONS": _l("Instructions to bidders"),
    "SPECIFICATION": _l("Specification"),
    "PRICE_SCHEDULE": _l("Price schedule"),
    "CONTRACT_DRAFT": _l("Draft of the contract"),
    "AMENDMENT": _l("Amendment"),
}
FIELDS: Final[Mapping[str, Any]] = {
    "description": _l("Description"),
    "opening_place": _l("Place of the opening"),
    "questions_until": _l("Questions until"),
    "documents": _l("Documents"),
    "deadline": _l("Deadline of bids"),
}
#: Pages of one tender that others have: endpoint, name, and the states in which it is one.
_PAGES: Final = (
    ("ceremony", _l("Ceremony of the key"), {"DRAFT", "PUBLISHED"}),
    ("session", _l("Opening session"), {"OPENING", "AWARDED", "CONTRACTED", "UNSUCCESSFUL"}),
    ("evaluation", _l("Evaluation of quality"), {"OPENING", "AWARDED", "CONTRACTED"}),
    ("prices", _l("Prices"), {"OPENING", "AWARDED", "CONTRACTED"}),
    ("winners", _l("Winners"), {"OPENING", "AWARDED", "CONTRACTED"}),
)


@bp.get("/tenders")
def tenders() -> ResponseReturnValue:
    """List the tenders of the actor's units, with what waits for whom."""
    actor, given = current_actor(), request.args
    if not reads_transactions(actor):
        return not_found()
    state = next((each for each in TenderState if each.value == given.get("state")), None)
    page = max(1, min(given.get("page", 1, type=int), 10_000))
    asked = Asked(given.get("q", ""), state, page)
    with reader() as session:
        return render(
            "transactions/tenders.html",
            page=tender_list(session, actor, asked),
            asked=asked,
            states=STATES,
            step_name=_step_name,
            desk_name=_desk_name,
            may_begin="PROC_OFFICER" in actor.roles,
        )


@bp.get("/tenders/<number>")
def tender(number: str) -> ResponseReturnValue:
    """Show one tender."""
    return _one(number)


def _one(number: str, problems: Sequence[Problem] = (), tried: str = "") -> ResponseReturnValue:
    actor = current_actor()
    if not reads_transactions(actor):
        return not_found()
    with reader() as session:
        page = tender_page(session, actor, number, now())
        html = render(
            "transactions/tender.html",
            page=page,
            found=page.tender,
            links=_links(page),
            states=STATES,
            kinds=KINDS,
            fields=FIELDS,
            step_name=_step_name,
            desk_name=_desk_name,
            award_said=award_said,
            about=ABOUT,
            stages=STAGES,
            outcomes=OUTCOMES,
            unit_title=unit_title,
            typed=request.form,
            wrong=by_field(problems),
            tried=tried,
        )
    return html, 422 if problems else 200


@bp.post("/tenders/<number>/amendments")
def amend(number: str) -> ResponseReturnValue:
    """Change the documents, or say beside each field what is wrong."""
    added = request.form.getlist("documents")
    try:
        commands.amend_tender(
            unit_of_work(), number, request.form, added, actor=current_actor(), at=now()
        )
    except RulesBroken as refused:
        return _one(number, refused.problems, "amendment")
    flash(gettext("Published: everybody sees the change."), "done")
    return see_other("transactions.tender", number=number)


@bp.post("/tenders/<number>/questions/<int:question>")
def answer(number: str, question: int) -> ResponseReturnValue:
    """Answer a question, or say what is wrong with the answer."""
    try:
        commands.answer_question(
            unit_of_work(), number, question, request.form, actor=current_actor(), at=now()
        )
    except RulesBroken as refused:
        return _one(number, refused.problems, f"question-{question}")
    flash(gettext("Answered: everybody reads it."), "done")
    return see_other("transactions.tender", number=number)


@bp.get("/tenders/<number>/documents/<int:position>")
def tender_document(number: str, position: int) -> ResponseReturnValue:
    """Give a document of a tender to its readers."""
    actor = current_actor()
    if not reads_transactions(actor):
        return not_found()
    with reader() as session:
        found = document_of(session, actor, number, position)
        return stored_file(found.sha256, found.name, found.media_type)


@case_files("tender")
def files_of_tender(session: Session, instance_id: UUID, actor: Actor) -> list[CaseFile]:
    """Return the page of the case's tender."""
    found = tender_of_case_read(session, instance_id)
    if found is None or not reads_transactions(actor):
        return []
    title = gettext("Tender %(number)s", number=found.number)
    note = gettext("Documents, dates, questions, changes, and the pages of its key and session")
    return [CaseFile(title, url_for("transactions.tender", number=found.number), note=note)]


def _links(page: TenderPage) -> list[tuple[str, Any]]:
    """Return the pages there are of a tender, as far as it has come."""
    found, sealing = page.tender, page.tender.sealing
    if sealing is None or not (page.is_officer or page.is_member):
        return []
    has_quality = {"evaluation"} if not found.rates_quality else set()
    unopened = {"session"} if sealing.state is SealingState.UNSUCCESSFUL else set()
    return [
        (url_for(f"transactions.{name}", number=found.number), label)
        for name, label, states in _PAGES
        if f"transactions.{name}" in current_app.view_functions
        and found.state.value in states
        and name not in has_quality | unopened
    ]


def _step_name(element_id: str, model_name: str) -> str:
    return AreaTexts(locale()).element("tender", element_id, model_name)


def _desk_name(desk: str) -> str:
    return role_title(desk.partition("@")[0])
