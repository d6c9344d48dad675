"""What the books hear of an auction: deposits held, returned and kept, and the income, in full.

The income is posted for what it is, never netted with what the auction cost (§3.13).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Final

from engine.sdk import Session, announce
from engine.values import Rial, local_date
from engine.values.bookkeeping import AccountingEvent
from engine.values.facts import Basis
from processes.transactions.answers.finding import AREA
from processes.transactions.records import (
    AuctionInstalment,
    AuctionKind,
    PropertyAuction,
    PropertyOffer,
)

_INCOME: Final = {AuctionKind.SALE: "property_sold", AuctionKind.LEASE: "property_leased"}
#: where a part of the price is still owed, and guaranteed
_INCOME_OWED: Final = {
    AuctionKind.SALE: "property_sold_in_instalments",
    AuctionKind.LEASE: "property_leased_in_instalments",
}


def tell_deposits_held(session: Session, auction: PropertyAuction, at: datetime, by: str) -> None:
    """Tell what all bidders have deposited."""
    held = Rial.total(each.deposit for each in auction.current)
    _tell(session, auction, "auction_deposits_held", {"deposit": held}, at, by)


def tell_deposits_returned(
    session: Session,
    auction: PropertyAuction,
    but: Collection[str],
    at: datetime,
    by: str | None,
) -> None:
    """Tell that deposits went back, but for those of some bidders."""
    back = Rial.total(each.deposit for each in auction.current if each.identifier not in but)
    _tell(session, auction, "auction_deposits_returned", {"deposit": back}, at, by)


def tell_deposit_kept(
    session: Session, auction: PropertyAuction, deposit: Rial, at: datetime
) -> None:
    """Tell that the city keeps the deposit of who did not pay."""
    _tell(session, auction, "auction_deposit_kept", {"deposit": deposit}, at, None)


def tell_income(
    session: Session, auction: PropertyAuction, payer: PropertyOffer, deposit: Rial, at: datetime
) -> None:
    """Tell what the property brought: the deposit, the balance, and the price that both make.

    In instalments those that are open are owed from now on. The income of a sale is of today in
    full; of a lease with a term nothing is yet: it is deferred, and comes by its months.
    """
    rest = Rial.total(each.amount for each in auction.open_instalments)
    amounts = {"price": payer.amount, "deposit": deposit, "balance": payer.amount - deposit - rest}
    if auction.lease_months is not None:
        amounts |= {"rest": rest}
        _tell(session, auction, "property_leased_for_term", amounts, at, None)
    elif rest == Rial.ZERO:
        _tell(session, auction, _INCOME[auction.kind], amounts, at, None)
    else:
        _tell(session, auction, _INCOME_OWED[auction.kind], {**amounts, "rest": rest}, at, None)


def tell_rent(
    session: Session, auction: PropertyAuction, rent: Rial, on: date, at: datetime
) -> None:
    """Tell that rent which was deferred is income of a day."""
    _tell(session, auction, "rent_earned", {"rent": rent}, at, None, on=on)


def tell_instalments(
    session: Session, auction: PropertyAuction, parts: Sequence[AuctionInstalment], by: str
) -> None:
    """Tell that of what is owed for the property, or for being late, some was received."""
    damages = Rial.total(each.amount for each in parts if each.late_of is not None)
    received = Rial.total(each.amount for each in parts) - damages
    at = parts[0].recorded_at
    assert at is not None
    amounts = {"received": received} | ({} if damages == Rial.ZERO else {"damages": damages})
    _tell(session, auction, "instalment_received", amounts, at, by)


def tell_damages(
    session: Session, auction: PropertyAuction, damages: Rial, at: datetime, by: str
) -> None:
    """Tell that damages of instalments which came late are owed from now on."""
    _tell(session, auction, "late_damages_claimed", {"damages": damages}, at, by)


def _tell(
    session: Session,
    auction: PropertyAuction,
    kind: str,
    amounts: dict[str, Rial],
    at: datetime,
    by: str | None,
    *,
    on: date | None = None,
) -> None:
    if all(each == Rial.ZERO for each in amounts.values()):
        return
    announce(
        session,
        AccountingEvent(
            unit=auction.unit,
            basis=Basis(AREA, "property_auction", auction.id, auction.number, auction.instance_id),
            at=at,
            by=by,
            kind=kind,
            on=on or local_date(at),
            amounts=amounts,
            description=auction.subject,
        ),
    )
