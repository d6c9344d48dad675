"""Offers for property, who is named, who pays, and handing over (R-TND-16)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

from engine.sdk import (
    Json,
    Problem,
    Records,
    RulesBroken,
    TaskAnswer,
    case_cancelled,
    task_answer,
)
from engine.values import InvalidValue, Rial, local_date, normalise, party_id
from processes.transactions import registry
from processes.transactions.answers.auction_live import offers_of_rounds
from processes.transactions.answers.auction_money import tell_deposits_held, tell_deposits_returned
from processes.transactions.answers.auction_paying import ask_to_pay
from processes.transactions.answers.auction_sealing import end_sealing, opened_offers
from processes.transactions.answers.auctions import auction_held
from processes.transactions.answers.finding import refuse, said
from processes.transactions.answers.offers import typed
from processes.transactions.parameters import auction_rule
from processes.transactions.receipts import is_free, take
from processes.transactions.records import (
    AuctionState,
    OfferState,
    PropertyAuction,
    PropertyOffer,
)
from processes.transactions.rules.auction import (
    AuctionResult,
    Offer,
    check_round,
    deposit,
    result,
)
from processes.transactions.rules.computation import Computed

_PAID: Final = {AuctionState.INSTALMENTS, AuctionState.PAID, AuctionState.HANDED_OVER}


@task_answer("property_auction", "record_offers")
def record_offers(answer: TaskAnswer) -> dict[str, Json]:
    """Write down what came until the deadline, or the rounds of a live auction in their order.

    Rounds that were held on their page are taken from there, and offers that were sealed here from
    their envelopes: whether a deposit is enough the commission has voted then.

    Raises:
        RulesBroken: each beside its line: ``ID-001``, ``ID-002``, ``MON-002``; ``AUC-001`` no
            deposit, ``AUC-002`` a sealed offer twice, ``AUC-006`` a deposit above its offer,
            ``AUC-007`` one that counts already, ``TND-035`` a live one below the step;
            those of `offers_of_rounds` and `opened_offers`.
    """
    auction, on = auction_held(answer.session, answer.instance_id), local_date(answer.at)
    typed_rows = answer.values.get("offers_typed") or []
    if auction.seal_id is None:
        rows = checked = offers_of_rounds(answer.session, auction, typed_rows)
    else:
        rows, checked = opened_offers(answer.session, auction, typed_rows), typed_rows
    assert auction.base is not None
    least = deposit(auction.base, auction_rule(registry.pack_of(auction.unit, on), on))
    refuse(_problems(answer, auction, checked, least))
    for each in checked:
        take(answer.session, auction, said(each, "receipt_no"), party_id(str(each["identifier"])))
    auction.offers += [
        PropertyOffer(
            round=auction.round,
            position=position,
            identifier=party_id(str(each["identifier"])),
            bidder=str(each["bidder"]).strip(),
            amount=Rial(int(each["amount"])),
            deposit=Rial(int(each.get("deposit") or 0)),
            receipt_no=said(each, "receipt_no"),
            state=OfferState.OFFERED,
            recorded_at=answer.at,
            recorded_by=answer.actor.username,
        )
        for position, each in enumerate(rows, 1)
    ]
    answer.session.flush()
    tell_deposits_held(answer.session, auction, answer.at, answer.actor.username)
    return typed(answer, "offers_typed", "attachments")


def _problems(
    answer: TaskAnswer, auction: PropertyAuction, rows: Sequence[Mapping[str, Any]], least: Rial
) -> list[Problem]:
    """Return what is wrong with offers that were typed, or made in live rounds."""
    problems: list[Problem] = []
    seen: set[str] = set()
    receipts: dict[str, str] = {}  #: whose each is, of those typed here
    highest: Rial | None = None
    on = local_date(answer.at)
    rule = auction_rule(registry.pack_of(auction.unit, on), on)
    assert auction.base is not None
    for row, each in enumerate(rows):
        at = f"offers_typed/{row}"
        try:
            who = party_id(str(each["identifier"]))
        except InvalidValue as problem:
            problems.append(Problem(problem.code, f"{at}/identifier"))
            continue
        amount = Rial(int(each["amount"]))
        if amount <= Rial.ZERO:
            problems.append(Problem("MON-002", f"{at}/amount", {"value": str(amount.amount)}))
        if auction.is_live:
            raised = check_round(highest, auction.base, amount, rule)
            problems += [Problem(one.code, f"{at}/amount", one.params) for one in raised]
            highest = amount if highest is None else max(highest, amount)
        elif who in seen:
            problems.append(Problem("AUC-002", f"{at}/identifier"))
        deposited = Rial(int(each.get("deposit") or 0))
        receipt = normalise(said(each, "receipt_no") or "")
        if who not in seen and (deposited < least or not receipt):
            problems.append(Problem("AUC-001", f"{at}/deposit", {"least": str(least.amount)}))
        elif who in seen and auction.is_live and deposited > Rial.ZERO:
            problems.append(Problem("AUC-007", f"{at}/deposit"))
        elif deposited > amount > Rial.ZERO:
            problems.append(Problem("AUC-006", f"{at}/deposit", {"offer": str(amount.amount)}))
        is_his = receipts.setdefault(receipt, who) == who
        if receipt and not (is_his and is_free(answer.session, auction, receipt, who)):
            problems.append(Problem("AUC-007", f"{at}/receipt_no"))
        seen.add(who)
    return problems


def ranked(auction: PropertyAuction) -> Computed[AuctionResult]:
    """Return who buys, who stands in, and how that came about: the highest offer of each bidder."""
    best: dict[str, PropertyOffer] = {}
    for each in auction.current:
        if each.identifier not in best or each.amount > best[each.identifier].amount:
            best[each.identifier] = each
    assert auction.base is not None
    assert auction.deadline is not None
    came = auction.deadline
    return result(
        auction.base,
        [
            Offer(each.identifier, each.amount, came + timedelta(microseconds=each.position))
            for each in best.values()
        ],
    )


@task_answer("property_auction", "name_buyer")
def name_buyer(answer: TaskAnswer) -> dict[str, Json]:
    """Confirm who won and who comes second, or annul the auction with a reason.

    The deposits of all others go back; the winner pays until the day that the pack says.
    """
    auction = auction_held(answer.session, answer.instance_id)
    by = answer.actor.username
    if answer.outcome == "annul":
        auction.state = AuctionState.ENDED
        tell_deposits_returned(answer.session, auction, set(), answer.at, by)
        return {"annul_reason": said(answer.values, "annul_reason")}
    auction.minute_no, auction.named_by = said(answer.values, "minute_no"), by
    auction.state = AuctionState.NAMED
    standing = ranked(auction).result.standing
    kept = {each.bidder for each in standing[:2]}
    tell_deposits_returned(answer.session, auction, kept, answer.at, by)
    return {
        "minute_no": auction.minute_no,
        **ask_to_pay(answer.session, auction, standing[0], answer.at),
    }


def waiting_bidders(auction: PropertyAuction) -> set[str]:
    """Return of the first two who has neither paid nor lost the deposit, the payer with them."""
    over = {OfferState.PAID, OfferState.DEFAULTED}
    done = {each.identifier for each in auction.current if each.state in over}
    return {each.bidder for each in ranked(auction).result.standing[:2]} - done


@case_cancelled("property_auction")
def give_up(records: Records) -> None:
    """End an auction that an administrator cancels: the deposits that are held go back.

    Raises:
        RulesBroken: ``GEN-409`` its price is paid, or the first part of it.
    """
    auction = auction_held(records.session, records.instance_id)
    if auction.state in _PAID:
        raise RulesBroken([Problem("GEN-409")])
    bidders = {each.identifier for each in auction.current}
    held: set[str] = set()  # before the notice, and where nobody reached the base price
    if auction.state is AuctionState.NAMED:
        held = waiting_bidders(auction)
    elif auction.state in {AuctionState.OPEN, AuctionState.OPENED}:
        held = bidders
    tell_deposits_returned(records.session, auction, bidders - held, records.at, None)
    if auction.sealing is not None:
        end_sealing(auction.sealing)
    auction.state = AuctionState.ENDED
