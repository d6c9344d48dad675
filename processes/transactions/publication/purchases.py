"""What is announced of a purchase without a tender: direct, or by three quotations (§3.10, §3.13).

Every function is called in the transaction that did what it tells. What had to be told before and
was not is told first, so that a direct purchase, of which nothing is announced until its order, is
whole with it. A request has one process at a time: what is bought anew after an announced purchase
came to nothing is a process of its own that names the one before.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from engine.sdk import Session
from engine.values import is_legal_id
from processes.transactions import registry
from processes.transactions.publication.events import (
    Award,
    BidsOpened,
    Cancelled,
    Category,
    Changed,
    Decided,
    Event,
    Failed,
    Item,
    Method,
    Noticed,
    Party,
    Planned,
    Process,
    Refused,
    Relation,
    Signed,
    Span,
)
from processes.transactions.publication.publishing import (
    contract_published,
    process_of,
    publish,
)
from processes.transactions.records import (
    WAIVED,
    Firm,
    Framework,
    PublishedProcess,
    Purchase,
    PurchaseKind,
    PurchaseRequest,
    Stage,
    Waiver,
)

AWARD: Final = 1  #: the one award of a purchase
_FAILED: Final = frozenset({Stage.CANCELLED, Stage.UNSUCCESSFUL})
UNANNOUNCED: Final = frozenset({None, Stage.PLANNED})
_UNDECIDED: Final = frozenset({Stage.OPEN, Stage.OPENED})

# What the public is told in the language of the releases; never what somebody typed inside.
_EXTENDED: Final = "مهلت تمدید شد"
_WIDENED: Final = "فروشندگان بیشتری دعوت شدند"
_GIVEN_UP: Final = "خرید کنار گذاشته شد"
_CALLED_OFF: Final = "درخواست خرید لغو شد"
_CLASS_EXCEEDED: Final = "بهاها از نصاب معامله گذشت و روش معامله دوباره تعیین می‌شود"


def publish_plan(session: Session, request: PurchaseRequest, at: datetime) -> None:
    """Tell what is to be bought and what is reserved for it; again where more is reserved.

    Once the purchase is announced, what it takes is told by its award.
    """
    process, stage = process_of_request(session, request)
    known = session.get(PublishedProcess, process.ocid)
    if stage not in UNANNOUNCED or (known is not None and known.value == request.reserved):
        return
    plan = Planned(
        at=at,
        rationale=request.purpose or request.subject,
        budget_id=f"{request.credit_year}-{request.line_code}",
        budget_description=request.subject,
        amount=request.reserved,
    )
    publish(session, process, plan)


def publish_invitation(session: Session, purchase: Purchase, text: str, at: datetime) -> None:
    """Tell that quotations are asked for, and until when; whom is told after the deadline."""
    _, stage = process_of_request(session, purchase.request)
    if stage in UNANNOUNCED:
        _publish(session, purchase, _notice(session, purchase, text, at))
    else:
        _publish(session, purchase, _changed(purchase, "widened", _WIDENED, at))


def publish_extension(session: Session, purchase: Purchase, at: datetime) -> None:
    """Tell that the deadline of the quotations moved."""
    _announce(session, purchase, at)
    _publish(session, purchase, _changed(purchase, "extended", _EXTENDED, at))


def publish_answers(session: Session, purchase: Purchase, at: datetime) -> None:
    """Tell who has quoted, once no other quotation is waited for; prices stay unsaid."""
    _announce(session, purchase, at)
    firms = tuple(party_of(each.firm) for each in purchase.quotations)
    _publish(session, purchase, BidsOpened(at=at, tenderers=firms))


def publish_decision(session: Session, purchase: Purchase, at: datetime) -> None:
    """Tell who is chosen and for how much; there is no window of complaints below a tender."""
    _announce(session, purchase, at)
    _, stage = process_of_request(session, purchase.request)
    chosen = purchase.chosen
    assert chosen is not None
    if stage in _UNDECIDED:
        award = Award(AWARD, party_of(chosen.firm), chosen.total)
        _publish(session, purchase, Decided(at=at, award=award, is_final=True))


def publish_order(session: Session, purchase: Purchase, at: datetime) -> None:
    """Tell the order: it is the contract of a purchase."""
    publish_decision(session, purchase, at)
    chosen = purchase.chosen
    assert chosen is not None
    days = chosen.delivery_days
    order = Signed(
        at=at,
        contract_no=str(purchase.order_no),
        award_no=AWARD,
        title=purchase.request.subject,
        value=chosen.total,
        period=None if days is None else Span(at, at + timedelta(days=days)),
    )
    _publish(session, purchase, order)


def publish_class_exceeded(session: Session, purchase: Purchase, at: datetime) -> None:
    """Tell that an announced purchase had no winner: its prices are of another class (PRC-004)."""
    _, stage = process_of_request(session, purchase.request)
    if stage not in UNANNOUNCED:
        _publish(session, purchase, Failed(at=at, reason=_CLASS_EXCEEDED))


def publish_given_up(session: Session, purchase: Purchase, at: datetime) -> None:
    """Tell that an announced purchase was given up; the plan of another stands."""
    _, stage = process_of_request(session, purchase.request)
    if stage not in UNANNOUNCED:
        _end(session, purchase.request, _GIVEN_UP, at)


def publish_called_off(session: Session, request: PurchaseRequest, at: datetime) -> None:
    """Tell that nothing is bought for a request of which something was published."""
    if request.request_no is None:
        return
    _, stage = process_of_request(session, request)
    if stage is not None:
        _end(session, request, _CALLED_OFF, at)


def _end(session: Session, request: PurchaseRequest, reason: str, at: datetime) -> None:
    process, stage = process_of_request(session, request)
    if stage is Stage.CONTRACT:  # ordered in the meantime
        return
    if stage is Stage.AWARDED:
        publish(session, process, Refused(at=at, award_no=AWARD, reason=reason, successor=None))
    publish(session, process, Cancelled(at=at, reason=reason))


def _announce(session: Session, purchase: Purchase, at: datetime) -> None:
    """Tell what is bought and how, where it was not."""
    _, stage = process_of_request(session, purchase.request)
    if stage in UNANNOUNCED:
        _publish(session, purchase, _notice(session, purchase, "", at))


def _publish(session: Session, purchase: Purchase, event: Event) -> None:
    process, _ = process_of_request(session, purchase.request)
    publish(session, process, event)


def process_of_request(session: Session, request: PurchaseRequest) -> tuple[Process, Stage | None]:
    """Return the process of a request that is not over, and where the public knows it to be."""
    number = str(request.request_no)
    frame = _framework(session, request)
    process = process_of(session, number, request.unit, frame)
    row, attempt = session.get(PublishedProcess, process.ocid), 1
    while row is not None and row.stage in _FAILED:
        attempt += 1
        failed = Relation("unsuccessfulProcess", row.ocid, row.title)
        process = process_of(session, f"{number}-{attempt}", request.unit, (failed, *frame))
        row = session.get(PublishedProcess, process.ocid)
    return process, None if row is None else row.stage


def _framework(session: Session, request: PurchaseRequest) -> tuple[Relation, ...]:
    """Return the process of the framework that a request is called off from, where it is known."""
    if request.framework_id is None:
        return ()
    contract = session.get_one(Framework, request.framework_id).first
    found = contract_published(session, contract.number)
    return () if found is None else (Relation("framework", found[0].ocid, contract.subject),)


def _notice(session: Session, purchase: Purchase, text: str, at: datetime) -> Noticed:
    request = purchase.request
    return Noticed(
        at=at,
        title=request.subject,
        description=text or request.purpose or request.subject,
        method=_method(purchase),
        category=Category[request.category.name],
        items=tuple(
            Item(str(each.position), each.description, each.quantity, each.measure)
            for each in request.items
        ),
        estimate=request.estimate,
        method_reason=_why(session, purchase),
        bidding=_bidding(purchase, at) if purchase.kind is PurchaseKind.QUOTATIONS else None,
    )


def _method(purchase: Purchase) -> Method:
    if purchase.kind in WAIVED:
        return Method.WAIVER
    if purchase.kind is PurchaseKind.CALL_OFF and purchase.deadline is not None:
        return Method.MINI_COMPETITION
    return Method[purchase.kind.name]


def _changed(purchase: Purchase, amendment: str, reason: str, at: datetime) -> Changed:
    bidding = _bidding(purchase, at)
    return Changed(at=at, amendment=amendment, reason=reason, bidding=bidding)


def _bidding(purchase: Purchase, at: datetime) -> Span | None:
    if purchase.deadline is None:
        return None
    begun = min((each.invited_at for each in purchase.invitations), default=at)
    return Span(begun, purchase.deadline)


def _why(session: Session, purchase: Purchase) -> str:
    """Return why so: the reason of a waiver as it was written for the public, else the class."""
    if purchase.kind not in WAIVED:
        return class_named(purchase.request)
    return session.get_one(Waiver, purchase.id).public_reason or ""


def class_named(request: PurchaseRequest) -> str:
    """Return the class by which the method is the usual one, as the unit's pack calls it."""
    assert request.pack is not None
    assert request.purchase_class is not None
    name = registry.pack(request.pack).classes[request.purchase_class.value]["fa"]
    return f"معاملهٔ {name}"


def party_of(firm: Firm) -> Party:
    """Return a firm by its public id; a person who trades by an id of ours, never by the code."""
    if is_legal_id(firm.identifier):
        return Party.of_firm(firm.identifier, firm.name)
    return Party(str(firm.id), firm.name)
