"""What a bidder calls out in the hall, read back to who typed it before it binds anybody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from engine.sdk import Entered
from engine.values import Rial, party_id
from processes.transactions.queries.auction_rounds import RoundsPage
from processes.transactions.records import NotNow
from processes.transactions.rules.live_rounds import offer


@dataclass(frozen=True, slots=True)
class CalledOut:
    """An offer as it was typed; it counts once it is confirmed."""

    bidder: str  #: legal id, or national code
    name: str
    price: Rial


def read_called_out(typed: Mapping[str, str]) -> tuple[str, Rial]:
    """Return whose offer was typed, and its price.

    Args:
        typed: ``bidder``, an id; ``price`` in rials, as typed.

    Raises:
        RulesBroken: ``MON-001``, ``MON-002``, ``ID-001``, ``ID-002``, ``GEN-REQUIRED``, each
            beside its field.
    """
    read = Entered()
    price = read.money("price", typed.get("price", ""))
    bidder = read.value("bidder", party_id, typed.get("bidder", ""), "")
    read.must_be_right()
    return bidder, price


def called_out(page: RoundsPage, typed: Mapping[str, str], at: datetime) -> CalledOut:
    """Return what was typed as it would count now; whether it does is decided when it is confirmed.

    Raises:
        NotNow: the rounds are not open, or the actor types nothing here.
        RulesBroken: as of `read_called_out` and `live_rounds.offer`.
    """
    bidder, price = read_called_out(typed)
    if not page.may_type or page.stands is None:
        raise NotNow(f"nothing is called out in {page.auction.number}")
    offer(page.stands, bidder, price, at)
    name = next(each.name for each in page.bidders if each.identifier == bidder)
    return CalledOut(bidder, name, price)
