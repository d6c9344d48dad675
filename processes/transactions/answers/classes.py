"""The class of a request by the pack of its unit, together with what it was split from."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import select

from engine.sdk import Session
from engine.values import Rial, local_date
from engine.values.splitting import split_sum
from processes.transactions import registry
from processes.transactions.records import GIVEN_UP, PurchaseRequest, RequestState
from processes.transactions.rules.classes import Thresholds

_NOT_ASKED = GIVEN_UP | {RequestState.DRAFT}


def thresholds(unit: str, on: date) -> Thresholds:
    """Return the limits of a unit's pack on a day (R-PRC-01)."""
    pack = registry.pack_of(unit, on)
    return Thresholds.of(pack.amount("class.small.to", on), pack.value("class.medium.factor", on))


def limits_of(request: PurchaseRequest) -> Thresholds:
    """Return the limits of the day on which a request was sent."""
    assert request.submitted_at is not None
    return thresholds(request.unit, local_date(request.submitted_at))


def classify(session: Session, request: PurchaseRequest, at: datetime) -> Rial | None:
    """Write down class and pack; return the limit that the request crosses with its like.

    Requests of one unit for one group of things within the days that count are one purchase
    where their sum crosses a limit that none of them crosses (R-PRC-02, R-DEL-04). What is called
    off from a framework is no part of such a sum: its ceiling was classed when it was tendered.
    """
    assert request.submitted_at is not None
    limits, on = limits_of(request), local_date(request.submitted_at)
    request.pack = registry.pack_of(request.unit, on).id
    limit = limits.upper(limits.class_of(request.value))
    alike = [] if request.framework_id is not None else _alike(session, request, at)
    request.split_sum = split_sum(request.value, alike, limit)
    request.purchase_class = limits.class_of(request.split_sum or request.value)
    return None if request.split_sum is None else limit


def _alike(session: Session, request: PurchaseRequest, at: datetime) -> list[Rial]:
    """Return the values of the unit's other requests of the group."""
    days = timedelta(days=registry.days("splitting.days", local_date(at)))
    return list(
        session.scalars(
            select(PurchaseRequest.value).where(
                PurchaseRequest.unit == request.unit,
                PurchaseRequest.item_group == request.item_group,
                PurchaseRequest.framework_id.is_(None),
                PurchaseRequest.id != request.id,
                PurchaseRequest.submitted_at >= at - days,
                PurchaseRequest.state.not_in(_NOT_ASKED),
            )
        )
    )


def limit_of(request: PurchaseRequest) -> Rial | None:
    """Return up to what the class of a request goes; nothing bounds the highest (R-PRC-03)."""
    assert request.purchase_class is not None
    return limits_of(request).upper(request.purchase_class)
