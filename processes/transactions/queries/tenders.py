"""Reads what is kept of tenders, for answers, commands and pages."""

from __future__ import annotations

from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, select

from engine.sdk import Actor, NotFound, Session, holds_contents
from processes.transactions import registry
from processes.transactions.queries.requests import of_units
from processes.transactions.records import (
    FAILED,
    Method,
    SealedTender,
    Tender,
    TenderDocument,
    TenderState,
)
from processes.transactions.registry import Pack

holds_contents(TenderDocument.sha256)

#: Methods that are one diagram.
TENDERS: Final = frozenset({Method.PUBLIC_TENDER, Method.TWO_STAGE_TENDER, Method.LIMITED_TENDER})


def tender_of_case(session: Session, instance_id: UUID) -> Tender:
    """Return the tender of a case, held against every other change of it.

    Its row is held first and that of its sealing after it: who needs both waits in one order.
    """
    query = select(Tender).where(Tender.instance_id == instance_id)
    return session.scalars(query.with_for_update().execution_options(populate_existing=True)).one()


def tender_of_case_read(session: Session, instance_id: UUID) -> Tender | None:
    """Return the tender of a case, for a page."""
    return session.scalars(select(Tender).where(Tender.instance_id == instance_id)).one_or_none()


def tender_numbered(
    session: Session, number: str, *, actor: Actor | None = None, to_change: bool = False
) -> Tender:
    """Return a tender by its number.

    Args:
        actor: who reads it; ``None``: who may was asked elsewhere.

    Raises:
        NotFound: there is none, or the actor reads nothing of its unit.
    """
    query = select(Tender).where(Tender.number == number)
    if actor is not None:
        query = of_units(query, Tender.unit, actor)
    if to_change:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = session.scalars(query).one_or_none()
    if found is None:
        raise NotFound(f"no tender {number}")
    return found


def live_tender(session: Session, request_id: UUID) -> Tender | None:
    """Return the tender of a request that is under way or done."""
    query = select(Tender).where(Tender.request_id == request_id, is_live())
    return session.scalars(query).one_or_none()


def is_live() -> ColumnElement[bool]:
    """Tell of a row whether more may come of it."""
    return Tender.state.not_in(FAILED)


def earlier_tender(session: Session, request_id: UUID) -> Tender | None:
    """Return the newest announced tender of a request that came to nothing."""
    query = select(Tender).where(
        Tender.request_id == request_id,
        Tender.state.in_(FAILED),
        Tender.published_at.is_not(None),
    )
    return session.scalars(query.order_by(Tender.made_at.desc(), Tender.number.desc())).first()


def pack_of(found: Tender, on: date) -> Pack:
    """Return the rule pack that a tender's unit follows on a day."""
    return registry.pack_of(found.unit, on)


def least_bids(found: Tender, on: date) -> int:
    """Return how many bids a tender goes on with, unless the commission says why (§3.5)."""
    kind = "limited" if found.method is Method.LIMITED_TENDER else "public"
    return pack_of(found, on).whole(f"{kind}.bids.min", on)


def sealing_of(found: Tender) -> SealedTender:
    """Return the sealing of a tender whose documents are approved."""
    assert found.sealing is not None
    return found.sealing


def is_over(found: Tender) -> bool:
    """Tell whether nothing more comes of a tender."""
    return found.state in FAILED | {TenderState.CONTRACTED}
