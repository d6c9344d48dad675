"""Auctions of property as anybody may read them: the notice, its dates, and what it brought.

Nobody who offers is named here, and no offer is told before who buys has paid.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from engine.sdk import Session
from engine.values import Rial
from processes.transactions.queries.auction_rounds import deposit_due
from processes.transactions.queries.calls import call_of
from processes.transactions.records import AuctionState, PropertyAuction

PER_PAGE: Final = 25
_SOLD: Final = {AuctionState.INSTALMENTS, AuctionState.PAID, AuctionState.HANDED_OVER}


@dataclass(frozen=True, slots=True)
class AuctionNotice:
    """One notice."""

    auction: PropertyAuction
    way: str  #: ``ONLINE``, ``PAPER``, ``LIVE``
    takes_offers: bool
    deposit: Rial
    fingerprint: str | None
    key_no: str | None  #: under which offers are sealed

    @property
    def price(self) -> Rial | None:
        """What it was sold or leased for; ``None``: it was not, or nothing is paid."""
        payer = self.auction.payer
        return payer.amount if payer is not None and self.auction.state in _SOLD else None


@dataclass(frozen=True, slots=True)
class NoticesPage:
    """A page of notices."""

    rows: Sequence[AuctionNotice]
    page: int
    has_more: bool


def notices(session: Session, at: datetime, page: int) -> NoticesPage:
    """Return the notices: those that take offers by their deadline, then the newest first."""
    is_open = (PropertyAuction.state == AuctionState.OPEN) & (PropertyAuction.deadline >= at)
    query = (
        _published()
        .order_by(is_open.desc(), PropertyAuction.published_at.desc(), PropertyAuction.number)
        .offset((page - 1) * PER_PAGE)
        .limit(PER_PAGE + 1)
    )
    found = session.scalars(query).all()
    return NoticesPage(
        [_notice(session, each, at) for each in found[:PER_PAGE]], page, len(found) > PER_PAGE
    )


def notice(session: Session, number: str, at: datetime) -> AuctionNotice | None:
    """Return the notice of an auction; ``None``: there is none, or not yet."""
    found = session.scalars(_published().where(PropertyAuction.number == number)).one_or_none()
    return None if found is None else _notice(session, found, at)


def _published() -> Any:
    query = select(PropertyAuction).where(PropertyAuction.published_at.is_not(None))
    return query.options(selectinload(PropertyAuction.offers))


def _notice(session: Session, auction: PropertyAuction, at: datetime) -> AuctionNotice:
    call = None if auction.sealing is None else call_of(session, auction.sealing)
    way = "LIVE" if auction.is_live else "ONLINE" if auction.seal_id else "PAPER"
    is_open = auction.deadline is not None and at <= auction.deadline
    return AuctionNotice(
        auction,
        way,
        takes_offers=is_open and auction.state is AuctionState.OPEN,
        deposit=deposit_due(auction, auction.published_at or at),
        fingerprint=None if call is None else call.fingerprint,
        key_no=None if call is None else call.number,
    )


def told(found: AuctionNotice) -> dict[str, Any]:
    """Return a notice as programs read it: rials as texts, moments in ISO 8601."""
    auction = found.auction
    assert auction.base is not None
    assert auction.deadline is not None
    return {
        "number": auction.number,
        "unit": auction.unit,
        "kind": auction.kind.value,
        "subject": auction.subject,
        "notice": auction.notice,
        "state": auction.state.value,
        "way": found.way,
        "round": auction.round,
        "base": str(auction.base.amount),
        "deposit": str(found.deposit.amount),
        "visit_from": None if auction.visit_from is None else auction.visit_from.isoformat(),
        "visit_until": None if auction.visit_until is None else auction.visit_until.isoformat(),
        "deadline": auction.deadline.isoformat(),
        "lease_months": auction.lease_months,
        "payment": _payment(auction),
        "price": None if found.price is None else str(found.price.amount),
        "currency": "IRR",
    }


def _payment(auction: PropertyAuction) -> dict[str, Any] | None:
    """Return the terms of instalments; ``None``: the price is paid at once."""
    if auction.instalment_count is None:
        return None
    first = auction.first_percent
    return {
        "first_percent": None if first is None else str(first),
        "instalments": auction.instalment_count,
        "interval_months": auction.interval_months,
    }
