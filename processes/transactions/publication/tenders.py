"""What is announced of a tender, from its notice on (§3.10).

A tender is published in the process of its request, of which the plan was told first. One that is
repeated is a process of its own that names the one before (`purchases.process_of_request`).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from engine.sdk import Session
from engine.values import persian_digits
from processes.transactions.publication.events import Award as Told
from processes.transactions.publication.events import (
    BidsOpened,
    Cancelled,
    Category,
    Changed,
    Decided,
    Document,
    DocumentType,
    Failed,
    Item,
    Method,
    Noticed,
    Party,
    Span,
    WindowEnded,
)
from processes.transactions.publication.publishing import publish
from processes.transactions.publication.purchases import (
    UNANNOUNCED,
    class_named,
    party_of,
    process_of_request,
)
from processes.transactions.queries import evaluation
from processes.transactions.queries import sealing as rows
from processes.transactions.records import (
    Award,
    DocumentKind,
    Stage,
    Tender,
    TenderAmendment,
    TenderDocument,
)
from processes.transactions.records import Method as Chosen
from processes.transactions.rules.frameworks import CallOffChoice

METHODS: Final = {
    Chosen.PUBLIC_TENDER: Method.PUBLIC,
    Chosen.TWO_STAGE_TENDER: Method.TWO_STAGE,
    Chosen.LIMITED_TENDER: Method.LIMITED,
}
_TYPES: Final = {
    DocumentKind.NOTICE: DocumentType.NOTICE,
    DocumentKind.SPECIFICATION: DocumentType.SPECIFICATION,
    DocumentKind.CONTRACT_DRAFT: DocumentType.CONTRACT_DRAFT,
}
# What the public is told in the language of the releases; never what somebody typed inside.
_FRAMEWORK: Final = {
    CallOffChoice.SINGLE: "قرارداد چارچوب با یک طرف",
    CallOffChoice.RANK: "قرارداد چارچوب با حداکثر {count} طرف؛ هر سفارش به ترتیب رتبه",
    CallOffChoice.COMPETITION: "قرارداد چارچوب با حداکثر {count} طرف؛ هر سفارش با رقابت آن‌ها",
}
_TOO_FEW: Final = "شمار پیشنهادها به حد نصاب نرسید"
_NONE_LEFT: Final = "پیشنهاد پذیرفتنی نماند یا قراردادی امضا نشد"
_CANCELLED: Final = "مناقصه لغو شد"


def publish_notice_of(session: Session, found: Tender, at: datetime) -> None:
    """Tell what is tendered, how, and until when; who is invited is told with the opening.

    A short list is public already: its firms are named as interested parties, of which OCDS 1.1
    has no finer word.
    """
    request = found.request
    assert found.deadline is not None
    assert found.questions_until is not None
    notice = Noticed(
        at=at,
        title=found.title,
        description=_described(found),
        method=Method.PREQUALIFIED if found.is_prequalified else METHODS[found.method],
        category=Category[request.category.name],
        items=tuple(
            Item(str(each.position), each.description, each.quantity, each.measure)
            for each in request.items
        ),
        estimate=found.estimate,
        weighs_quality=found.impact > 0,
        method_reason=class_named(request),
        bidding=Span(at, found.deadline),
        enquiries=Span(at, found.questions_until),
        documents=_documents(found, found.documents),
        short_list=tuple(party_of(e.firm) for e in found.invitations if found.is_prequalified),
    )
    process, _ = process_of_request(session, request)
    publish(session, process, notice)


def _described(found: Tender) -> str:
    """Return what is tendered; where a framework is, in the words that the standard has none of."""
    told = f"{found.number}: {found.description or found.title}"
    if found.framework is None:
        return told
    count = persian_digits(str(found.places.signed))
    return f"{told} ({_FRAMEWORK[found.framework].format(count=count)})"


def publish_change(
    session: Session, found: Tender, made: TenderAmendment, added: Iterable[TenderDocument]
) -> None:
    """Tell that the documents changed, why, and the deadline that now stands (R-TND-03)."""
    assert found.published_at is not None
    change = Changed(
        at=made.made_at,
        amendment=str(made.version),
        reason=made.rationale,
        bidding=Span(found.published_at, made.deadline_after),
        documents=_documents(found, added),
    )
    process, _ = process_of_request(session, found.request)
    publish(session, process, change)


def publish_failed(
    session: Session, found: Tender, at: datetime, *, none_left: bool = False
) -> None:
    """Tell that there is no bid, or too few; or that none was left to be signed with."""
    process, _ = process_of_request(session, found.request)
    publish(session, process, Failed(at=at, reason=_NONE_LEFT if none_left else _TOO_FEW))


def publish_opening(session: Session, found: Tender, at: datetime) -> None:
    """Tell who has bid; prices come with the decision."""
    assert found.seal_id is not None
    bids = rows.bids(session, found.seal_id)
    firms = evaluation.firms(session, bids)
    tenderers = tuple(
        party_of(firms[each.bidder])
        if each.bidder in firms
        else Party.of_firm(each.bidder, each.bidder)
        for each in bids
    )
    process, _ = process_of_request(session, found.request)
    publish(session, process, BidsOpened(at=at, tenderers=tenderers))


def publish_decision(session: Session, found: Tender, award: Award, at: datetime) -> None:
    """Tell who is named and at which price; bidders may complain of it."""
    told = Told(award.no, party_of(award.firm), award.price)
    process, _ = process_of_request(session, found.request)
    publish(session, process, Decided(at=at, award=told))


def publish_window_over(session: Session, found: Tender, award: Award, at: datetime) -> None:
    """Tell that the award stands."""
    process, _ = process_of_request(session, found.request)
    publish(session, process, WindowEnded(at=at, award_no=award.no))


def publish_cancelled(session: Session, found: Tender, at: datetime) -> None:
    """Tell that an announced tender is given up; of one that was not, the plan stands."""
    process, stage = process_of_request(session, found.request)
    if stage not in UNANNOUNCED | {Stage.CALLED}:  # after a call the short list stands
        publish(session, process, Cancelled(at=at, reason=_CANCELLED))


def _documents(found: Tender, documents: Iterable[TenderDocument]) -> tuple[Document, ...]:
    return tuple(
        Document(
            f"{found.number}-D{each.position}",
            _TYPES.get(each.kind, DocumentType.BIDDING),
            each.name,
            format=each.media_type,
        )
        for each in documents
    )
