"""Receipts of money for property: each counts once in its unit (R-TND-16).

A row of `AuctionReceipt` is the claim. Of two transactions that want one receipt in the same
instant the database lets one have it; the other is tried again and finds it taken.
"""

from __future__ import annotations

from engine.sdk import Session
from engine.values import normalise
from processes.transactions.records import AuctionReceipt, PropertyAuction, ReceiptUse, SealedBid
from processes.transactions.sealing.envelope import Kind
from processes.transactions.sealing.forms import GuaranteeSheet, read_guarantee


def is_free(session: Session, auction: PropertyAuction, receipt: str | None, bidder: str) -> bool:
    """Tell whether a receipt stands for nothing yet, or for this very deposit already.

    Args:
        bidder: whose deposit for the newest notice it is to be; empty: it is to pay the price,
            for which no receipt has counted before.
    """
    found = session.get(AuctionReceipt, (auction.unit, normalise(receipt or "")))
    return found is None or _is_his(found, auction, bidder)


def take(session: Session, auction: PropertyAuction, receipt: str | None, bidder: str = "") -> None:
    """Let a receipt count for a bidder's deposit, or for the price; it was found free.

    Raises:
        IntegrityError: somebody else had it first; the command is tried again.
    """
    key = auction.unit, normalise(receipt or "")
    found = session.get(AuctionReceipt, key)
    if not key[1] or (found is not None and _is_his(found, auction, bidder)):
        return
    if found is not None:  # it came since the receipt was found free, and is not passed over
        session.expunge(found)
    use = ReceiptUse.DEPOSIT if bidder else ReceiptUse.PAYMENT
    session.add(
        AuctionReceipt(
            unit=key[0], receipt=key[1], auction_id=auction.id, round=auction.round,
            identifier=bidder, use=use,
        )
    )  # fmt: skip
    session.flush()


def take_sealed(session: Session, auction: PropertyAuction, bid: SealedBid) -> None:
    """Let the deposit that lay in an opened envelope count for its offer, as `take`.

    Where no program reads it, it is typed from its papers, and counts then.
    """
    deposit = _sealed(bid)
    if deposit is not None:
        take(session, auction, named(deposit), bid.bidder)


def is_sealed_free(session: Session, auction: PropertyAuction, bid: SealedBid) -> bool:
    """Tell of the deposit in an opened envelope what `is_free` tells."""
    deposit = _sealed(bid)
    return deposit is None or is_free(session, auction, named(deposit), bid.bidder)


def _sealed(bid: SealedBid) -> GuaranteeSheet | None:
    return read_guarantee((bid.envelope(Kind.GUARANTEE).sheet or "").encode()).found


def named(deposit: GuaranteeSheet) -> str:
    """Return what makes a deposit this one: of money its receipt, else who gave which paper."""
    if deposit.form == "CASH":
        return deposit.number
    return f"{deposit.form} {deposit.issuer} {deposit.number}"


def _is_his(found: AuctionReceipt, auction: PropertyAuction, bidder: str) -> bool:
    whose = found.use, found.auction_id, found.round, found.identifier
    return whose == (ReceiptUse.DEPOSIT, auction.id, auction.round, bidder)
