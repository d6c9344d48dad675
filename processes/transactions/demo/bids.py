"""Bidders of the demonstration: three envelopes each, sealed as their browsers would."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final
from uuid import UUID

from sqlalchemy import select

from engine.sdk import DemoOffice
from engine.values import Rial, in_persian_words
from processes.transactions.commands import bidding
from processes.transactions.demo.tenders import PAPER
from processes.transactions.queries import sealing as rows
from processes.transactions.records import Tender
from processes.transactions.sealing.contents import File, packed
from processes.transactions.sealing.envelope import Header, Kind, sealed
from processes.transactions.sealing.forms import (
    GUARANTEE_FILE,
    PRICE_FILE,
    GuaranteeSheet,
    PriceLine,
    PriceSheet,
)

_LARGEST: Final = 2**20  #: bytes of an envelope here


@dataclass(frozen=True, slots=True)
class Bid:
    """What one bidder offers."""

    by: str  #: user name
    unit_prices: Sequence[int]  #: rials, one of each item
    score: int = 0  #: what evaluators give it for each criterion

    def total(self, quantities: Sequence[int]) -> Rial:
        """Return the price of all items."""
        priced = zip(self.unit_prices, quantities, strict=True)
        return Rial(sum(price * quantity for price, quantity in priced))


def send(office: DemoOffice, seal: UUID, bid: Bid, quantities: Sequence[int]) -> None:
    """Seal a bid to the key of a tender and hand it in: guarantee, papers and price."""
    actor = office.actor(bid.by)
    party = bidding.bidder_of(actor)
    with office.unit_of_work() as uow:
        of_seal = rows.tender(uow.session, seal)
        headers = {kind: rows.next_header(uow.session, of_seal, party, kind) for kind in Kind}
        tender = uow.session.scalars(select(Tender).where(Tender.seal_id == seal)).one()
    contents = {
        Kind.GUARANTEE: {GUARANTEE_FILE: _guarantee(tender, party), "ضمانت‌نامه.pdf": PAPER},
        Kind.TECHNICAL: {"روش اجرا.pdf": PAPER},
        Kind.PRICE: {PRICE_FILE: _price(bid, quantities)},
    }
    sent = {kind: _sealed(office, headers[kind], files) for kind, files in contents.items()}
    bidding.submit(
        office.unit_of_work(), seal, sent, sign=office.sign, actor=actor, at=office.at,
        moment=office.at,
    )  # fmt: skip


def _guarantee(tender: Tender, party: str) -> bytes:
    assert tender.valid_until is not None
    return GuaranteeSheet(
        f"ض-{party[-4:]}/{tender.number[-4:]}", "بانک نمونه (نمایشی)", "مرکزی", "BANK",
        tender.guarantee, tender.valid_until, tender.unit, tender.number,
    ).write()  # fmt: skip


def _price(bid: Bid, quantities: Sequence[int]) -> bytes:
    lines = tuple(
        PriceLine(position, Rial(price), Rial(price).times(Decimal(quantity)))
        for position, (price, quantity) in enumerate(
            zip(bid.unit_prices, quantities, strict=True), 1
        )
    )
    total = bid.total(quantities)
    return PriceSheet(lines, total, f"{in_persian_words(total.amount)} ریال").write()


def _sealed(office: DemoOffice, header: Header, files: Mapping[str, bytes]) -> bidding.Sent:
    content = packed([(File(name, len(each)), [each]) for name, each in files.items()])
    with office.store.receive(_LARGEST) as incoming:
        for portion in sealed(header, content):
            incoming.write(portion)
        return bidding.take(office.store, incoming, header)
