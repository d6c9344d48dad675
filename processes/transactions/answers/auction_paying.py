"""Who pays for property, what of it at once and until when, and handing over (R-TND-16)."""

from __future__ import annotations

from datetime import date, datetime

from engine.sdk import Json, Problem, Session, TaskAnswer, task_answer, working_calendar
from engine.values import Rial, end_of_day, local_date
from processes.transactions import registry
from processes.transactions.answers.auction_instalments import (
    agree_instalments,
    check_payment,
    shown,
    used_receipt,
)
from processes.transactions.answers.auction_terms import planned
from processes.transactions.answers.auctions import auction_held
from processes.transactions.answers.finding import refuse, said
from processes.transactions.answers.offers import typed
from processes.transactions.receipts import take
from processes.transactions.records import (
    AuctionState,
    OfferState,
    PropertyAuction,
    PropertyOffer,
)
from processes.transactions.rules.auction import Offer
from processes.transactions.rules.leases import last_day


def ask_to_pay(
    session: Session, auction: PropertyAuction, who: Offer, at: datetime
) -> dict[str, Json]:
    """Let a bidder have to pay the own price by the pack's day; return what the step shows."""
    on = local_date(at)
    days = registry.pack_of(auction.unit, on).whole("auction.pay.working.days", on)
    until = working_calendar(session, auction.unit).plus_working_days(on, days)
    auction.pays_until = end_of_day(until)
    payer = next(
        each
        for each in auction.current
        if (each.identifier, each.amount) == (who.bidder, who.amount)
    )
    payer.state = OfferState.PAYING
    held = deposit_of(auction, payer)
    plan = planned(session, auction, payer.amount, held)
    return {
        "payer": payer.bidder,
        "price": payer.amount.amount,
        "deposit_held": held.amount,
        "balance": (plan.first - held).amount,
        "pays_until": auction.pays_until.isoformat(),
        **shown(plan),
    }


def deposit_of(auction: PropertyAuction, payer: PropertyOffer) -> Rial:
    """Return what a bidder has deposited."""
    mine = (each for each in auction.current if each.identifier == payer.identifier)
    return Rial.total(each.deposit for each in mine)


@task_answer("property_auction", "receive_balance")
def receive_balance(answer: TaskAnswer) -> dict[str, Json]:
    """Take that what is due at once was paid, to the rial; in instalments, and guaranteed.

    Raises:
        RulesBroken: ``AUC-004`` another amount, ``AUC-005`` a day ahead, ``AUC-047`` a receipt that
            counts already; of the guarantee of instalments those of `check_payment`.
    """
    session, auction = answer.session, auction_held(answer.session, answer.instance_id)
    payer = auction.payer
    assert payer is not None
    held = deposit_of(auction, payer)
    plan = planned(session, auction, payer.amount, held)
    balance = plan.first - held
    on = date.fromisoformat(str(answer.values["received_on"]))
    receipt = said(answer.values, "balance_receipt")
    problems = []
    if Rial(int(answer.values["received"])) != balance:
        problems.append(Problem("AUC-004", "received", {"balance": str(balance.amount)}))
    if on > local_date(answer.at):
        problems.append(Problem("AUC-005", "received_on"))
    problems += used_receipt(session, auction, receipt, "balance_receipt")
    guarantee, wrong = check_payment(answer, auction, payer, plan)
    refuse(problems + wrong)
    take(session, auction, receipt)
    auction.balance_receipt, auction.paid_on = receipt, on
    payer.state = OfferState.PAID
    agree_instalments(auction, plan, guarantee)
    auction.state = AuctionState.INSTALMENTS if plan.rows else AuctionState.PAID
    return typed(answer, "balance_receipt", "received_on", "received", "guarantee_id")


@task_answer("property_auction", "hand_over")
def hand_over(answer: TaskAnswer) -> dict[str, Json]:
    """Take the contract or deed, and the day of handing over.

    Raises:
        RulesBroken: ``AUC-005`` a day ahead.
    """
    auction = auction_held(answer.session, answer.instance_id)
    on = date.fromisoformat(str(answer.values["handed_over_on"]))
    refuse([Problem("AUC-005", "handed_over_on")] if on > local_date(answer.at) else [])
    auction.deed_no, auction.handed_over_on = said(answer.values, "deed_no"), on
    if auction.lease_months is not None:
        auction.leased_from, auction.leased_until = on, last_day(on, auction.lease_months)
    auction.state = AuctionState.HANDED_OVER
    return typed(answer, "deed_no", "handed_over_on")
