"""Requests and purchases, as pages list them: those of the units one reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import selectinload

from engine.sdk import Actor, Session
from engine.values import normalise
from processes.transactions.records import ENDED, Purchase, PurchaseRequest, Quotation, RequestState

#: Who reads what is bought in his unit (`domain.md` §12).
READERS: Final = frozenset(
    {
        "TECH_OFFICE",
        "PROC_OFFICER",
        "BUDGET_OFFICER",
        "FIN_EXPERT",
        "FIN_HEAD",
        "UNIT_HEAD",
        "TREASURER",
        "AUDITOR",
        "COMMITTEE",
        "COMMISSION",
        "LEGAL",
        "WAIVER_BOARD",
        "MAYOR",
    }
)
PER_PAGE: Final = 50
_ANYWHERE: Final = "*"


@dataclass(frozen=True, slots=True)
class RequestsPage:
    """A page of requests, each with its purchase that is alive or done."""

    rows: Sequence[PurchaseRequest]
    purchases: Mapping[UUID, Purchase]
    search: str
    page: int
    has_more: bool


def of_units(query: Any, column: Any, actor: Actor) -> Any:
    """Keep a query to the units that the actor reads."""
    units = {unit for role in READERS & actor.roles for unit in actor.units_of(role)}
    return query if _ANYWHERE in units else query.where(column.in_(units))


def request_list(session: Session, actor: Actor, search: str, page: int) -> RequestsPage:
    """Return the requests that were sent, the newest first."""
    query = of_units(select(PurchaseRequest), PurchaseRequest.unit, actor)
    query = query.where(PurchaseRequest.state != RequestState.DRAFT)
    wanted = normalise(search)
    if wanted:
        query = query.where(
            or_(
                PurchaseRequest.subject.contains(wanted, autoescape=True),
                PurchaseRequest.item_group.contains(wanted, autoescape=True),
            )
        )
    query = query.order_by(PurchaseRequest.created_at.desc(), PurchaseRequest.id)
    found = session.scalars(query.offset((page - 1) * PER_PAGE).limit(PER_PAGE + 1)).all()
    rows = found[:PER_PAGE]
    return RequestsPage(rows, _purchases(session, rows), search, page, len(found) > PER_PAGE)


def _purchases(session: Session, rows: Sequence[PurchaseRequest]) -> dict[UUID, Purchase]:
    query = (
        select(Purchase)
        .where(Purchase.request_id.in_([each.id for each in rows]), Purchase.state.not_in(ENDED))
        .options(selectinload(Purchase.quotations).selectinload(Quotation.firm))
    )
    return {each.request_id: each for each in session.scalars(query)}
