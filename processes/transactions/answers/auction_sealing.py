"""Offers for property that their bidders seal here: the key, the notice, what was opened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from engine.sdk import Json, Problem, Session, TaskAnswer, task_answer
from engine.values import Rial
from processes.transactions.answers.auctions import (
    auction_held,
    check_deadline_of,
    publish,
)
from processes.transactions.answers.finding import refuse
from processes.transactions.queries import sealing as rows
from processes.transactions.queries.people import firm_names
from processes.transactions.receipts import is_sealed_free, take_sealed
from processes.transactions.records import (
    EnvelopeState,
    PropertyAuction,
    SealedBid,
    SealedTender,
    SealingState,
)
from processes.transactions.sealing.envelope import Kind
from processes.transactions.sealing.forms import GuaranteeSheet, read_guarantee, read_price

_OPENED = {EnvelopeState.OPENED, EnvelopeState.ACCEPTED}
_OVER = {SealingState.CLOSED, SealingState.UNSUCCESSFUL}


@task_answer("property_auction", "make_auction_key")
def make_auction_key(answer: TaskAnswer) -> dict[str, Json]:
    """Publish the notice once every member has tried the own share, or write another one.

    Raises:
        RulesBroken: ``TND-070`` the ceremony is not over; ``TND-003``, ``TND-034`` it took so long
            that the deadline is too near, or the valuation too old on it.
    """
    auction = auction_held(answer.session, answer.instance_id)
    assert auction.seal_id is not None
    sealing = rows.tender(answer.session, auction.seal_id, to_change=True)
    if answer.outcome == "again":
        end_sealing(sealing)
        auction.sealing = None
        return {}
    if sealing.state is not SealingState.READY:
        refuse([Problem("TND-070", "outcome")])
    refuse(check_deadline_of(answer.session, auction, sealing.deadline, answer.at, "outcome"))
    publish(auction, answer.at)
    return {}


def end_sealing(sealing: SealedTender) -> None:
    """Take no offers any more; what is sealed stays closed for ever."""
    if sealing.state not in _OVER:
        sealing.come_to(SealingState.UNSUCCESSFUL)


def opened_offers(
    session: Session, auction: PropertyAuction, typed: Sequence[Mapping[str, Any]]
) -> list[Mapping[str, Any]]:
    """Return the offers the commission let through, in the order they came.

    What a bidder's page wrote into the envelopes is taken as it is; only an offer that no program
    reads is typed, from the papers that lay in it.

    Raises:
        RulesBroken: ``AUC-030`` the session is not over, ``AUC-031`` such an offer is not typed,
            ``AUC-032`` one is that was read, or was never let through, or ``AUC-007`` a deposit
            counts for something else since its envelope was let through.
    """
    assert auction.seal_id is not None
    sealing = rows.tender(session, auction.seal_id, to_change=True)
    bids = rows.bids(session, sealing.id)
    if not bids:
        end_sealing(sealing)
    if sealing.state not in _OVER:
        refuse([Problem("AUC-030")])
    passed = [each for each in bids if each.envelope(Kind.PRICE).state in _OPENED]
    names = firm_names(session, {each.bidder for each in passed})
    read = {each.bidder: _row(each, names.get(each.bidder, each.bidder)) for each in passed}
    unread = {bidder for bidder, row in read.items() if row is None}
    written = {str(each["identifier"]).strip(): each for each in typed}
    problems = [
        Problem("AUC-032", f"offers_typed/{at}/identifier")
        for at, each in enumerate(typed)
        if str(each["identifier"]).strip() not in unread
    ]
    problems += [
        Problem("AUC-031", "offers_typed", {"bidder": names.get(each, each)})
        for each in sorted(unread - written.keys())
    ]
    problems += [
        Problem("AUC-007", "offers_typed", {"bidder": names.get(each.bidder, each.bidder)})
        for each in passed
        if not is_sealed_free(session, auction, each)
    ]
    refuse(problems)
    for each in passed:
        if read[each.bidder] is not None:
            take_sealed(session, auction, each)
    return [read[each.bidder] or written[each.bidder] for each in passed]


def _row(bid: SealedBid, name: str) -> Mapping[str, Any] | None:
    """Return an offer as it is typed elsewhere; ``None``: no program reads it."""
    price = read_price((bid.envelope(Kind.PRICE).sheet or "").encode()).found
    deposit = read_guarantee((bid.envelope(Kind.GUARANTEE).sheet or "").encode()).found
    if price is None or deposit is None:
        return None
    return {
        "identifier": bid.bidder,
        "bidder": name,
        "amount": price.total.amount,
        "deposit": _paid_in(deposit).amount,
        "receipt_no": deposit.number,
    }


def _paid_in(deposit: GuaranteeSheet) -> Rial:
    """Return what of the deposit is money: a guarantee pays nothing of the price."""
    return deposit.amount if deposit.form == "CASH" else Rial.ZERO
