"""The small parts of a release: moments, amounts, spans, lines, documents."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Final, TypeAlias

from engine.values import TEHRAN, Rial
from processes.transactions.publication.events import (
    Document,
    Item,
    Method,
    Milestone,
    Relation,
    Span,
)

Told: TypeAlias = dict[str, Any]
CURRENCY: Final = "IRR"


def by_id(known: Iterable[Any], wanted: str) -> Any:
    """Return the object of a list that has an id; ``None`` where none has."""
    return next((each for each in known if each.get("id") == wanted), None)


def moment(at: datetime) -> str:
    """Return a moment as the city's clock shows it, with its offset."""
    return at.astimezone(TEHRAN).isoformat(timespec="seconds")


def day(on: date) -> str:
    """Return the beginning of a day in the city."""
    return moment(datetime.combine(on, time(), TEHRAN))


def value(amount: Rial) -> Told:
    """Return an amount of money."""
    return {"amount": amount.amount, "currency": CURRENCY}


def span(one: Span) -> Told:
    """Return from when to when."""
    return {"startDate": moment(one.start), "endDate": moment(one.end)}


def periods(bidding: Span | None, enquiries: Span | None) -> Told:
    """Return the periods of a tender that there are."""
    told = {"tenderPeriod": bidding, "enquiryPeriod": enquiries}
    return {key: span(each) for key, each in told.items() if each is not None}


def submission(method: Method) -> list[str]:
    """Return how offers come in: codes of ``submissionMethod.csv``."""
    if method in {Method.QUOTATIONS, Method.MINI_COMPETITION}:
        return ["written"]
    auction = ["electronicAuction"] if method is Method.REVERSE_AUCTION else []
    return ["electronicSubmission", *auction]


def item(one: Item) -> Told:
    """Return a line of what is bought."""
    return {
        "id": one.id,
        "description": one.description,
        "quantity": _number(one.quantity),
        "unit": {"name": one.unit},
    }


def _number(quantity: Decimal) -> Decimal | int:
    return int(quantity) if quantity == quantity.to_integral_value() else quantity


def milestone(one: Milestone) -> Told:
    """Return a milestone, met or still to come."""
    told = {"id": one.id, "type": one.type, "title": one.title, "dueDate": moment(one.due)}
    if one.met is None:
        return told | {"status": "scheduled"}
    return told | {"status": "met", "dateMet": moment(one.met)}


def document(one: Document, published: str, language: str) -> Told:
    """Return a document; without an address where it is not handed out here."""
    told = {
        "id": one.id,
        "documentType": one.type.value,
        "title": one.title,
        "datePublished": published,
        "format": one.format,
        "language": language,
    }
    return told | ({"url": one.url} if one.url else {})


def relations(related: Iterable[Relation]) -> list[Told]:
    """Return the processes that one follows from."""
    return [
        {
            "id": str(at),
            "relationship": [each.relationship],
            "title": each.title,
            "scheme": "ocid",
            "identifier": each.ocid,
        }
        for at, each in enumerate(related, 1)
    ]
