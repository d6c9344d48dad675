"""Notices of tenders: read, searched and followed by anybody, without signing in."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, Final

from flask import Response, request
from flask.typing import ResponseReturnValue

from engine.errors import NotFound
from engine.sdk import Session
from engine.values import InvalidValue, JalaliDate
from processes.transactions.commands.questions import note_taken
from processes.transactions.pages.bid_words import award_said, place_of
from processes.transactions.pages.blueprint import METHODS
from processes.transactions.queries import notices as queries
from processes.transactions.queries.sealing import BIDDER
from processes.transactions.queries.taking_part import is_invited
from processes.transactions.queries.winners import awards
from processes.transactions.records import DECIDED, Category, Method, TenderState
from webapp.sdk import (
    address,
    current_actor,
    gettext,
    is_signed_in,
    lazy_gettext,
    locale,
    not_found,
    now,
    public_blueprint,
    reader,
    render,
    stored_file,
    unit_of_work,
    unit_title,
)

_l = lazy_gettext

bp = public_blueprint("tender_notices", "processes.transactions", "search", _l("Tenders"))

NEWEST: Final = 50  #: notices of the feed
CATEGORIES: Final[Mapping[str, Any]] = {
    "GOODS": _l("Goods"),
    "WORKS": _l("Works"),
    "SERVICES": _l("Services"),
}
STATES: Final[Mapping[str, Any]] = {
    "PUBLISHED": _l("Bids are taken"),
    "OPENING": _l("Bids are being opened"),
    "AWARDED": _l("Decided, complaints are heard"),
    "CONTRACTED": _l("Contract signed"),
    "UNSUCCESSFUL": _l("Without a winner"),
    "CANCELLED": _l("Given up"),
}
DOCUMENTS: Final[Mapping[str, Any]] = {
    "NOTICE": _l("Notice"),
    "INSTRUCTIONS": _l("Instructions to bidders"),
    "SPECIFICATION": _l("Specification"),
    "PRICE_SCHEDULE": _l("Price schedule"),
    "CONTRACT_DRAFT": _l("Draft of the contract"),
    "AMENDMENT": _l("Amendment"),
}


@bp.context_processor
def names() -> dict[str, Any]:
    """Give every template the names of codes, and a page that needs no sign-in."""
    return {
        "categories": CATEGORIES,
        "tender_states": STATES,
        "award_said": award_said,
        "place_of": place_of,
        "document_kinds": DOCUMENTS,
        "methods": {each.name: METHODS[each.name] for each in queries.METHODS},
        "unit_title": unit_title,
        "layout": "base.html" if is_signed_in() else "public.html",
    }


@bp.get("")
def search() -> ResponseReturnValue:
    """List notices, as somebody looks for them."""
    asked, wrong = _asked()
    with reader() as session:
        return render(
            "notices/search.html",
            asked=asked,
            typed_before=request.args.get("before", ""),
            wrong=wrong,
            found=queries.notices(session, asked, now()),
            units=queries.units(session),
            at=now(),
        )


@bp.get("/feed.atom")
def feed() -> ResponseReturnValue:
    """Give the newest notices to whoever follows them, as Atom (RFC 4287)."""
    with reader() as session:
        tenders = queries.newest(session, NEWEST)
        told = "".join(f"{each.number} {each.version} {each.state.value}\n" for each in tenders)
        answer = Response(content_type="application/atom+xml; charset=utf-8")
        answer.set_etag(hashlib.sha256(f"{locale()}\n{told}".encode()).hexdigest())
        answer.headers["Cache-Control"] = "public, max-age=300"
        answer.headers["Vary"] = "Cookie"
        answer.make_conditional(request)
        if answer.status_code != 304:
            updated = max((_changed(each) for each in tenders), default=now())
            answer.set_data(
                render("notices/feed.xml", tenders=tenders, updated=updated, whole=address,
                       changed=_changed)
            )  # fmt: skip
    return answer


def _changed(tender: Any) -> Any:
    """Return when a notice was changed last."""
    return max([tender.published_at, *(each.made_at for each in tender.amendments)])


@bp.get("/<number>")
def notice(number: str) -> ResponseReturnValue:
    """Show one notice with its dates, documents, changes and answers."""
    return notice_page(number)


def notice_page(
    number: str, wrong: Mapping[str, str] | None = None, question: str = ""
) -> ResponseReturnValue:
    """Show a notice, with what is wrong with a question that was asked on it."""
    bidder = bidder_here()
    try:
        with reader() as session:
            tender = queries.notice(session, number)
            html = render(
                "notices/notice.html",
                tender=tender,
                documents=_documents(session, tender, bidder),
                is_invited=is_invited(tender, bidder),
                answered=queries.answered(tender),
                waiting=queries.waiting(tender, bidder),
                may_ask=bidder is not None and queries.takes_questions(tender, now()),
                takes_questions=queries.takes_questions(tender, now()),
                takes_bids=tender.state is TenderState.PUBLISHED,
                bidder=bidder,
                winners=awards(session, tender) if tender.state in DECIDED else (),
                wrong=wrong or {},
                question=question,
                at=now(),
                **names(),
            )
    except NotFound:
        return not_found()
    return html, 422 if wrong else 200


def bidder_here() -> str | None:
    """Return the firm that who is signed in bids for; ``None``: nobody, or for none."""
    if not is_signed_in():
        return None
    parties = current_actor().parties_as(BIDDER)
    return next(iter(parties)) if len(parties) == 1 else None


@bp.get("/<number>/documents/<int:position>")
def document(number: str, position: int) -> ResponseReturnValue:
    """Give out a document; of a limited tender to those who are invited only."""
    try:
        with reader() as session:
            tender = queries.notice(session, number)
            listed = _documents(session, tender, bidder_here())
            found = next((each for each in listed if each.position == position), None)
            is_public = is_invited(tender, None)
    except NotFound:
        return not_found()
    if found is None:
        return not_found()
    if (bidder := bidder_here()) is not None:
        note_taken(unit_of_work(), found.tender_id, bidder, actor=current_actor(), at=now())
    answer = stored_file(found.sha256, found.name, found.media_type)
    if is_public:
        answer.headers["Cache-Control"] = "public, no-cache"
    return answer


def _documents(_: Session, tender: Any, bidder: str | None) -> list[Any]:
    return queries.documents_of(tender) if is_invited(tender, bidder) else []


def _asked() -> tuple[queries.Asked, dict[str, str]]:
    given, wrong, before = request.args, {}, None
    if given.get("before", "").strip():
        try:
            before = JalaliDate.parse(given["before"]).gregorian()
        except InvalidValue:
            wrong["before"] = gettext("This is not a date; write it like 1405/05/10.")
    category, method = given.get("category", ""), given.get("method", "")
    asked = queries.Asked(
        words=given.get("q", "")[:200],
        unit=given.get("unit", "")[:20],
        category=Category[category] if category in Category.__members__ else None,
        method=Method[method] if method in {each.name for each in queries.METHODS} else None,
        before=before,
        is_open=given.get("all") != "1",
        page=max(1, min(given.get("page", 1, type=int), 10_000)),
    )
    return asked, wrong
