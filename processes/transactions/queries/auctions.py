"""Auctions of property as the page lists them: those of the units one reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, union
from sqlalchemy.orm import selectinload

from engine.sdk import Actor, Session
from engine.values import normalise
from processes.transactions.queries.requests import PER_PAGE, of_units
from processes.transactions.records import (
    AuctionBidder,
    AuctionInstalment,
    PropertyAuction,
    PropertyOffer,
)


@dataclass(frozen=True, slots=True)
class AuctionsPage:
    """A page of auctions, the newest first."""

    rows: Sequence[PropertyAuction]
    page: int
    has_more: bool


def auction_list(session: Session, actor: Actor, page: int) -> AuctionsPage:
    """Return the auctions of the units that the actor reads."""
    query = of_units(select(PropertyAuction), PropertyAuction.unit, actor)
    loaded = PropertyAuction.offers, PropertyAuction.sealing, PropertyAuction.instalments
    query = query.options(*(selectinload(each) for each in loaded))
    query = query.order_by(PropertyAuction.created_at.desc(), PropertyAuction.id)
    found = session.scalars(query.offset((page - 1) * PER_PAGE).limit(PER_PAGE + 1)).all()
    return AuctionsPage(found[:PER_PAGE], page, len(found) > PER_PAGE)


def receipts_had(session: Session, unit: str, before: datetime | None = None) -> set[str]:
    """Return the receipts of all deposits that came with offers: each is of one payment.

    They are as `normalise` has them, so that one written in other digits is the same.

    Args:
        before: only what was written down before this moment.
    """
    had = (
        select(PropertyOffer.receipt_no)
        .join(PropertyAuction, PropertyAuction.id == PropertyOffer.auction_id)
        .where(PropertyAuction.unit == unit, PropertyOffer.receipt_no.is_not(None))
    )
    if before is not None:
        had = had.where(PropertyOffer.recorded_at < before)
    return {normalise(str(each)) for each in session.scalars(had)}


def receipts_paid(session: Session, unit: str) -> set[str]:
    """Return the receipts of balances and instalments that the unit received, as `receipts_had`."""
    of_unit = PropertyAuction.unit == unit
    balances = select(PropertyAuction.balance_receipt).where(of_unit)
    parts = select(AuctionInstalment.receipt_no).join(
        PropertyAuction, PropertyAuction.id == AuctionInstalment.auction_id
    )
    found = session.scalars(union(balances, parts.where(of_unit)))
    return {normalise(each) for each in found if each is not None}


def receipts_admitted(session: Session, unit: str, before: datetime | None = None) -> set[str]:
    """Return the receipts by which bidders were admitted to live rounds, as `receipts_had`."""
    had = (
        select(AuctionBidder.receipt_no)
        .join(PropertyAuction, PropertyAuction.id == AuctionBidder.auction_id)
        .where(PropertyAuction.unit == unit)
    )
    if before is not None:
        had = had.where(AuctionBidder.confirmed_at < before)
    return {normalise(each) for each in session.scalars(had)}
