"""What sealed bids are asked for: a tender, or property that goes to who offers most.

Ceremony, envelopes and session are the same; what is asked for, and of whom, is said here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from engine.sdk import NotFound, Problem, Session, working_calendar
from engine.values import Rial, local_date
from processes.transactions import registry
from processes.transactions.parameters import auction_rule
from processes.transactions.queries.notices import notice
from processes.transactions.queries.taking_part import (
    auction_of,
    check_offering,
    check_part,
    tender_of,
)
from processes.transactions.records import PropertyAuction, RequestItem, SealedTender, Tender
from processes.transactions.rules.auction import deposit
from processes.transactions.rules.guarantees import Required
from processes.transactions.sealing.fingerprints import fingerprint


@dataclass(frozen=True, slots=True)
class Call:
    """What a bidder answers with three envelopes."""

    number: str  #: of the key, by which its pages are found
    title: str
    unit: str
    fingerprint: str | None  #: of the keys, as the notice has it
    items: Sequence[RequestItem]  #: none: one price for the whole
    required: Required  #: guarantee, or deposit
    tender: Tender | None
    auction: PropertyAuction | None  #: one of the two

    @property
    def least(self) -> Rial | None:
        """The base price, below which no offer wins; ``None``: prices go down."""
        return None if self.auction is None else self.auction.base

    def problems(self, session: Session, bidder: str, on: date) -> list[Problem]:
        """Return why a bidder takes no part; see `check_part` and `check_offering`."""
        if self.tender is not None:
            return check_part(session, self.tender, bidder, on)
        assert self.auction is not None
        return check_offering(session, self.auction, bidder, on)


def call_numbered(session: Session, number: str) -> tuple[Call, SealedTender]:
    """Return what is asked for under a number, and what bids are sealed to.

    Raises:
        NotFound: there is no such notice, or its key was never made.
    """
    sealed = session.scalars(
        select(SealedTender).where(SealedTender.number == number)
    ).one_or_none()
    call = None if sealed is None else call_of(session, sealed)
    if sealed is None or call is None or not sealed.keys:
        raise NotFound(f"no key of {number}")
    return call, sealed


def call_of(session: Session, sealed: SealedTender) -> Call | None:
    """Return what is asked for; ``None``: nothing that is kept here, or it is not published."""
    tender, auction = tender_of(session, sealed), auction_of(session, sealed)
    if tender is not None and tender.published_at is not None:
        return _tender(notice(session, tender.number), sealed)
    if auction is not None and (auction.published_at or auction.seal_id != sealed.id):
        return _auction(session, auction, sealed)
    return None


def _tender(tender: Tender, sealed: SealedTender) -> Call:
    until = local_date(sealed.deadline) + timedelta(days=tender.validity_days or 0)
    required = Required(tender.guarantee, until, tender.unit, tender.number)
    return Call(
        tender.number, tender.title, tender.unit, tender.fingerprint, tender.request.items,
        required, tender, None,
    )  # fmt: skip


def _auction(session: Session, auction: PropertyAuction, sealed: SealedTender) -> Call:
    prints = " · ".join(f"{each.kind.value} {fingerprint(each.public)}" for each in sealed.keys)
    required = deposit_of_offer(session, auction, sealed)
    return Call(
        sealed.number, auction.subject, auction.unit, prints or None, (), required, None, auction
    )


def deposit_of_offer(session: Session, auction: PropertyAuction, sealed: SealedTender) -> Required:
    """Return what is deposited with an offer; it stays until the buyer has to have paid."""
    assert auction.base is not None
    on = local_date(sealed.deadline - timedelta(microseconds=1))
    pack = registry.pack_of(auction.unit, on)
    days = pack.whole("auction.pay.working.days", on)
    until = working_calendar(session, auction.unit).plus_working_days(on, days)
    amount = deposit(auction.base, auction_rule(pack, on))
    return Required(amount, until, auction.unit, sealed.number)
