"""A purchase whose tender is waived: its reasons, the legal view, the price (§3.13, R-TND-14)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select

from engine.sdk import (
    CaseFacts,
    Json,
    Problem,
    Session,
    StartRequest,
    TaskAnswer,
    case_start,
    task_answer,
    working_calendar,
)
from engine.values import Rial, end_of_day, local_date
from processes.transactions import registry
from processes.transactions.answers.credit import secure_offer
from processes.transactions.answers.finding import HEEDED, refuse, returned, said
from processes.transactions.answers.offers import (
    about,
    keep_choice,
    keep_offers,
    must_not_be_barred,
    typed,
)
from processes.transactions.answers.purchases import (
    APPROVES_OWN,
    begin,
    must_not_have_asked,
    purchase_held,
    put_aside,
)
from processes.transactions.records import (
    Category,
    Purchase,
    PurchaseKind,
    PurchaseState,
    Waiver,
    WaiverState,
)

_TYPED: Final = (
    "quotations",
    "supplier_id",
    "prices",
    "negotiated_on",
    "price_basis",
    "negotiation",
    "attachments",
)


@case_start("waiver")
def begin_waiver(request: StartRequest) -> CaseFacts:
    """Begin a purchase without a tender: by decision of the board, or after an emergency.

    Raises:
        RulesBroken: ``PRC-001``, ``SOD-005``.
    """
    facts = begin(request, PurchaseKind.WAIVER, PurchaseKind.URGENT_WAIVER)
    waiver = Waiver(purchase_id=UUID(str(facts.values["purchase_id"])), state=WaiverState.ASKED)
    request.session.add(waiver)
    request.session.flush()
    wanted = waiver.purchase.request
    return replace(
        facts,
        values={
            **facts.values,
            "urgent": waiver.purchase.kind is PurchaseKind.URGENT_WAIVER,
            "emergency_letter": wanted.emergency_letter,
            "count_told": None,
            "board_result": None,
            "board": [],
            "above_limit": False,
            "is_works": wanted.category is Category.WORKS,
        },
    )


def waiver_held(session: Session, instance_id: UUID) -> Waiver:
    """Return the waiver of a case, its request held.

    Raises:
        RulesBroken: ``PRC-001`` the request was cancelled.
    """
    return waiver_of(session, purchase_held(session, instance_id))


def waiver_of(session: Session, purchase: Purchase) -> Waiver:
    """Return what lets a purchase be without a tender."""
    return session.scalars(select(Waiver).where(Waiver.purchase_id == purchase.id)).one()


@task_answer("waiver", "give_reasons")
def give_reasons(answer: TaskAnswer) -> dict[str, Json]:
    """Take why there can be no competition, and what of it is published.

    Raises:
        RulesBroken: ``PRC-001``.
    """
    waiver = waiver_held(answer.session, answer.instance_id)
    waiver.reason, waiver.reasoned_by = str(answer.values["waiver_reason"]), answer.actor.username
    waiver.no_competition = said(answer.values, "no_competition")
    waiver.public_reason = said(answer.values, "public_reason")
    if waiver.purchase.kind is PurchaseKind.URGENT_WAIVER:
        waiver.state = WaiverState.URGENT
    shown = ("waiver_reason", "no_competition", "public_reason", "attachments")
    return {**HEEDED, **typed(answer, *shown)}


@task_answer("waiver", "legal_view")
def legal_view(answer: TaskAnswer) -> dict[str, Json]:
    """Take what the legal office says, or send the reasons back; the board decides either way.

    Raises:
        RulesBroken: ``PRC-001``.
    """
    waiver = waiver_held(answer.session, answer.instance_id)
    if answer.outcome == "return":
        return returned(answer.element_id, answer.values)
    waiver.legal_result, waiver.legal_by = answer.outcome, answer.actor.username
    waiver.legal_opinion = said(answer.values, "legal_opinion")
    return {**HEEDED, "legal_result": answer.outcome, "legal_opinion": waiver.legal_opinion}


@task_answer("waiver", "negotiate")
def negotiate(answer: TaskAnswer) -> dict[str, Json]:
    """Take the record of the negotiation: who was asked, the price and what it rests on.

    Raises:
        RulesBroken: ``WVR-004`` above what the waiver was decided for, ``WVR-006`` a day ahead,
            ``PRC-001``, ``PRC-005`` to ``007``, ``PRC-009``, ``PRC-010``, ``SOD-005``; the codes
            of the budget where an urgent price is above what is reserved.
    """
    waiver = waiver_held(answer.session, answer.instance_id)
    purchase = waiver.purchase
    must_not_have_asked(answer, purchase)
    if answer.outcome == "give_up":
        return put_aside(answer.session, purchase, answer.at)
    on = date.fromisoformat(str(answer.values["negotiated_on"]))
    problems = keep_offers(answer, purchase) or keep_choice(answer, purchase)
    if on > local_date(answer.at):
        problems.append(Problem("WVR-006", "negotiated_on"))
    refuse(problems + _above_decided(purchase))
    waiver.price_basis, waiver.negotiated_on = str(answer.values["price_basis"]), on
    waiver.negotiation = said(answer.values, "negotiation")
    purchase.buyer = answer.actor.username
    secure_offer(answer, purchase)
    return {**HEEDED, **typed(answer, *_TYPED), **about(purchase)}


def _above_decided(purchase: Purchase) -> list[Problem]:
    """Return ``WVR-004`` where the board decided on less; an emergency is bounded by no board."""
    total = Rial.ZERO if purchase.chosen is None else purchase.chosen.total
    if purchase.kind is PurchaseKind.URGENT_WAIVER or total <= purchase.request.value:
        return []
    limit = {"limit": str(purchase.request.value.amount)}
    return [Problem("WVR-004", "supplier_id", limit)]


@task_answer("waiver", "approve_negotiated")
def approve_negotiated(answer: TaskAnswer) -> dict[str, Json]:
    """Approve the negotiated price: the order or the contract of works follows; or send it back.

    Raises:
        RulesBroken: ``PRC-001``, ``PRC-006`` the firm was debarred meanwhile, ``SOD-001``; the
            codes of the budget where the reservation has lapsed and the line has not so much now.
    """
    purchase = waiver_held(answer.session, answer.instance_id).purchase
    must_not_have_asked(answer, purchase, APPROVES_OWN)
    if answer.outcome == "return":
        purchase.state, purchase.chosen_id = PurchaseState.OPEN, None
        return returned(answer.element_id, answer.values)
    must_not_be_barred(answer, purchase)
    secure_offer(answer, purchase, "outcome")
    purchase.approved_by, purchase.approved_at = answer.actor.username, answer.at
    return {**HEEDED, "approval_note": said(answer.values, "note")}


def report_due(session: Session, purchase: Purchase, at: datetime) -> dict[str, Json]:
    """Return until when an urgent purchase is reported on (§3.4), and keep it."""
    if purchase.kind is not PurchaseKind.URGENT_WAIVER:
        return {}
    unit, on = purchase.request.unit, local_date(at)
    days = registry.pack_of(unit, on).whole("waiver.report.working.days", on)
    last = working_calendar(session, unit).plus_working_days(on, days)
    due = waiver_of(session, purchase).report_due = end_of_day(last)
    return {"report_due": due.isoformat()}


@task_answer("waiver", "report")
def report(answer: TaskAnswer) -> dict[str, Json]:
    """Take the report of an urgent purchase."""
    query = select(Waiver).join(Purchase).where(Purchase.instance_id == answer.instance_id)
    waiver = answer.session.scalars(query).one()
    waiver.report = said(answer.values, "report_text")
    waiver.reported_at, waiver.reported_by = answer.at, answer.actor.username
    return typed(answer, "report_text", "attachments")
