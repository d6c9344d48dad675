"""Offers of suppliers as a buyer writes them down, and the choice among them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select

from engine.sdk import Json, Problem, Session, TaskAnswer
from engine.values import JalaliDate, Rial, local_date
from processes.transactions.answers import classes
from processes.transactions.answers.finding import refuse, said
from processes.transactions.records import (
    WAIVED,
    Firm,
    ItemPrice,
    Purchase,
    PurchaseRequest,
    PurchaseState,
    Quotation,
)
from processes.transactions.rules.quotations import (
    Offer,
    check_choice,
    check_class,
    check_offers,
    check_prices,
    ranked,
)


def keep_offers(answer: TaskAnswer, purchase: Purchase) -> list[Problem]:
    """Write down the offers of a form; return what is wrong with them, by their rows."""
    rows: Sequence[Mapping[str, Any]] = answer.values.get("quotations") or []
    offers = [_offer(each) for each in rows]
    problems = check_offers(offers)
    firms = {str(each.id): each for each in _firms(answer.session, [o.firm for o in offers])}
    for row, each in enumerate(offers):
        firm = firms.get(each.firm)
        if firm is None:
            problems.append(Problem("GEN-CHOICE", f"quotations/{row}/firm_id"))
        else:
            problems += barred(firm, answer, f"quotations/{row}/firm_id")
    if problems:
        return problems
    purchase.quotations = []
    answer.session.flush()
    purchase.quotations = [
        Quotation(
            firm=firms[each.firm],
            position=number,
            total=each.total,
            delivery_days=each.delivery_days,
            conditions=said(row, "conditions"),
            recorded_at=answer.at,
            recorded_by=answer.actor.username,
        )
        for number, (each, row) in enumerate(zip(offers, rows, strict=True), 1)
    ]
    answer.session.flush()
    return []


def barred(firm: Firm, answer: TaskAnswer, field: str) -> list[Problem]:
    """Return ``PRC-006`` where a firm takes no part today (R-TND-18)."""
    found = firm.debarment_on(local_date(answer.at))
    if found is None:
        return []
    until = "-" if found.until is None else str(JalaliDate.of(found.until))
    return [Problem("PRC-006", field, {"firm": firm.name, "until": until})]


def must_not_be_barred(answer: TaskAnswer, purchase: Purchase) -> None:
    """Refuse the order to a firm that was debarred since it was chosen.

    Raises:
        RulesBroken: ``PRC-006``.
    """
    assert purchase.chosen is not None
    refuse(barred(purchase.chosen.firm, answer, "outcome"))


def _firms(session: Session, ids: Sequence[str]) -> list[Firm]:
    known = []
    for each in ids:
        try:
            known.append(UUID(each))
        except ValueError:
            continue
    return list(session.scalars(select(Firm).where(Firm.id.in_(known))))


def _offer(row: Mapping[str, Any]) -> Offer:
    days = row.get("delivery_days")
    return Offer(
        str(row.get("firm_id")), Rial(int(row["total"])), None if days is None else int(days)
    )


def offers_of(purchase: Purchase) -> list[Offer]:
    """Return the offers as the rules read them."""
    return [
        Offer(str(each.firm_id), each.total, each.delivery_days) for each in purchase.quotations
    ]


def keep_choice(answer: TaskAnswer, purchase: Purchase) -> list[Problem]:
    """Write down which offer is taken, why, and its unit prices; return what is wrong."""
    values, offers = answer.values, offers_of(purchase)
    chosen, reason = str(values.get("supplier_id") or ""), said(values, "choice_reason")
    problems = check_choice(offers, chosen, reason)
    offer = next((each for each in purchase.quotations if str(each.firm_id) == chosen), None)
    if offer is None:
        return problems
    limit = None if purchase.kind in WAIVED else classes.limit_of(purchase.request)
    problems += check_class(offer.total, limit, "supplier_id")
    problems += barred(offer.firm, answer, "supplier_id")
    prices, wrong = _prices(purchase.request, values.get("prices") or [])
    problems += wrong or check_prices(
        [
            (item.quantity, price)
            for item, price in zip(purchase.request.items, prices, strict=True)
        ],
        offer.total,
    )
    if problems:
        return problems
    purchase.chosen_id, purchase.choice_reason = offer.id, reason
    purchase.choice_note = said(values, "choice_note")
    purchase.state = PurchaseState.CHOSEN
    offer.prices = [
        ItemPrice(position=number, unit_price=price) for number, price in enumerate(prices, 1)
    ]
    return []


def _prices(
    request: PurchaseRequest, rows: Sequence[Mapping[str, Any]]
) -> tuple[list[Rial], list[Problem]]:
    """Return a unit price for each item, or where one is missing."""
    asked = [each.get("unit_price") for each in rows] + [None] * len(request.items)
    prices = asked[: len(request.items)]
    missing = [
        Problem("GEN-REQUIRED", f"prices/{row}/unit_price")
        for row, price in enumerate(prices)
        if price is None
    ]
    return [Rial(int(each or 0)) for each in prices], missing


def about(purchase: Purchase) -> dict[str, Json]:
    """Return what the later steps show of offers and choice."""
    names = {str(each.firm_id): each for each in purchase.quotations}
    rows: list[Json] = [
        {
            "name": names[each.firm].firm.name,
            "total": each.total.amount,
            "days": each.delivery_days,
            "conditions": names[each.firm].conditions,
        }
        for each in ranked(offers_of(purchase))
    ]
    offers: list[Json] = [
        {"value": each.firm, "label": names[each.firm].firm.name}
        for each in ranked(offers_of(purchase))
    ]
    chosen = purchase.chosen
    return {
        "ranked": rows,
        "offers": offers,
        "supplier_id": None if chosen is None else str(chosen.firm_id),
        "supplier_name": None if chosen is None else chosen.firm.name,
        "total": None if chosen is None else chosen.total.amount,
        "choice_reason": purchase.choice_reason,
        "choice_note": purchase.choice_note,
    }


def typed(answer: TaskAnswer, *keys: str) -> dict[str, Json]:
    """Return what was typed, for when the step comes back."""
    return {each: answer.values.get(each) for each in keys}


def exceeded(purchase: Purchase) -> int:
    """Return the lowest price that is above the class, where all of them are.

    Raises:
        RulesBroken: ``PRC-013``, one of them is not.
    """
    limit = classes.limit_of(purchase.request)
    lowest = min((each.total for each in purchase.quotations), default=Rial.ZERO)
    if not check_class(lowest, limit, "outcome"):
        refuse([Problem("PRC-013", "outcome")])
    return lowest.amount
