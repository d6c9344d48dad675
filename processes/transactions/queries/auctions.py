"""Auctions of property as the page lists them: those of the units one reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from engine.sdk import Actor, Session
from processes.transactions.queries.requests import PER_PAGE, of_units
from processes.transactions.records import PropertyAuction


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
