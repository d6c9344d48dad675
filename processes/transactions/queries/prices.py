"""What opened prices come to, each with its computation, and which are usual (§3.6, §3.8)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from engine.sdk import Session
from engine.values import local_date
from processes.transactions import registry
from processes.transactions.parameters import price_rule
from processes.transactions.queries import evaluation as rows
from processes.transactions.records import Evaluation, Firm, OpenedPrice, SealedBid, Tender
from processes.transactions.rules.abnormal_prices import PriceRange, price_range
from processes.transactions.rules.arithmetic import BidLine, Corrected, Written, corrected
from processes.transactions.rules.computation import Computed
from processes.transactions.sealing.envelope import Kind
from processes.transactions.sealing.forms import PRICE_FILE


def corrected_price(price: OpenedPrice) -> Computed[Corrected]:
    """Return what a price comes to by its own unit prices (R-TND-07)."""
    lines = [
        BidLine(each.position, each.quantity, Written(each.unit_price), each.total)
        for each in price.lines
    ]
    return corrected(lines, Written(price.total, price.words))


def seen_of_typed(price: OpenedPrice) -> str:
    """Return the fingerprint of figures as they stand: a confirmation holds for no others."""
    lines = [[each.position, str(each.unit_price), str(each.total)] for each in price.lines]
    told = [str(price.bid_id), str(price.total), price.words, lines]
    return sha256(json.dumps(told).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class PriceRow:
    """A bid whose price was opened; ``price`` is ``None`` until it is taken or typed."""

    bid: SealedBid
    firm: Firm | None
    price: OpenedPrice | None
    corrected: Computed[Corrected] | None


@dataclass(frozen=True, slots=True)
class PricesPage:
    """The prices of a tender."""

    tender: Tender
    evaluation: Evaluation | None
    rows: Sequence[PriceRow]
    usual: Computed[PriceRange] | None  #: as it was worked out; ``None`` before
    is_checked: bool


def prices_page(session: Session, tender: Tender) -> PricesPage:
    """Return the prices of a tender that were opened, in the order in which the bids came."""
    found = session.get(Evaluation, tender.id)
    bids = rows.priced_bids(session, tender)
    taken, firms = rows.prices(session, tender), rows.firms(session, bids)
    shown = [_row(each, firms, taken.get(each.id)) for each in bids]
    return PricesPage(
        tender, found, shown, usual_of(tender, found, taken), rows.prices_checked(session, tender)
    )


def price_files(session: Session, tender: Tender) -> dict[UUID, str]:
    """Return the hash of ``price.json`` of every bid whose price was opened."""
    return {
        bid.id: each.sha256
        for bid in rows.priced_bids(session, tender)
        for each in bid.envelope(Kind.PRICE).files
        if each.name == PRICE_FILE
    }


def _row(bid: SealedBid, firms: Mapping[str, Firm], price: OpenedPrice | None) -> PriceRow:
    worked_out = None if price is None else corrected_price(price)
    return PriceRow(bid, firms.get(bid.bidder), price, worked_out)


def usual_of(
    tender: Tender, found: Evaluation | None, taken: Mapping[UUID, OpenedPrice]
) -> Computed[PriceRange] | None:
    """Return the range of usual prices, by the pack of the day on which it was worked out."""
    if found is None or found.worked_out_at is None:
        return None
    on = local_date(found.worked_out_at)
    rule = price_rule(registry.pack_of(tender.unit, on), on)
    figures = [each.corrected for each in taken.values() if each.corrected is not None]
    return price_range(rule, tender.estimate, figures)
