"""The service tasks of an auction: ranking, the deposit of who did not pay, the income."""

from __future__ import annotations

from collections.abc import Mapping

from engine.sdk import Answers, Json, Records, record_task
from engine.values import LANGUAGES, Rial, grouped
from processes.transactions.answers.auction_instalments import next_instalment
from processes.transactions.answers.auction_money import (
    tell_deposit_kept,
    tell_deposits_returned,
    tell_income,
)
from processes.transactions.answers.auction_offers import ranked, waiting_bidders
from processes.transactions.answers.auction_paying import ask_to_pay, deposit_of
from processes.transactions.answers.auctions import auction_held
from processes.transactions.records import AuctionState, OfferState, PropertyAuction
from processes.transactions.rules.auction import AuctionResult
from processes.transactions.rules.computation import Step
from processes.transactions.texts import AreaTexts, in_each_language


@record_task("rank_offers")
def rank_offers(records: Records, _: Answers) -> Mapping[str, Json]:
    """Rank the offers: nobody at the base price has it repeated once, then valued anew."""
    auction = auction_held(records.session, records.instance_id)
    found = ranked(auction)
    told: dict[str, Json] = {
        each: "\n".join(_said(auction, step, each) for step in found.steps) for each in LANGUAGES
    }
    shown: dict[str, Json] = {"ranked": _rows(auction, found.result), "rank_told": told}
    if found.result.winner is not None:
        auction.state = AuctionState.OPENED
        return {**shown, "auction_result": "named"}
    tell_deposits_returned(records.session, auction, set(), records.at, None)
    auction.state = AuctionState.APPROVED
    if auction.is_repeated:
        return {**shown, "auction_result": "value"}
    auction.is_repeated = True
    return {**shown, "auction_result": "repeat"}


def _rows(auction: PropertyAuction, found: AuctionResult) -> list[Json]:
    names = {each.identifier: each.bidder for each in auction.current}
    states = ["auction.first", "auction.second"]
    rows: list[Json] = [
        {
            "name": names[each.bidder],
            "amount": each.amount.amount,
            "state": in_each_language("computation", code),
        }
        for each, code in (
            *zip(found.standing, states + ["auction.next"] * len(found.standing), strict=False),
            *((each, "auction.below") for each in found.too_low),
        )
    ]
    return rows


def _said(auction: PropertyAuction, step: Step, language: str) -> str:
    """Say a step as the minutes do, bidders by their names."""
    names = {each.identifier: each.bidder for each in auction.current}
    facts = {
        key: _number(value.amount, language) if isinstance(value, Rial) else _name(names, value)
        for key, value in step.facts.items()
    }
    return AreaTexts(language).of("computation", step.code).format(**facts)


def _number(amount: int, language: str) -> str:
    """Return an amount that keeps its order in a line of any direction."""
    return f"\u2066{grouped(amount, language)}\u2069"


def _name(names: Mapping[str, str], value: object) -> str:
    return f"\u2068{names.get(str(value), value)}\u2069"


@record_task("keep_deposit")
def keep_deposit(records: Records, _: Answers) -> Mapping[str, Json]:
    """Keep the deposit of who did not pay; the second pays the own price, once."""
    session, at = records.session, records.at
    auction = auction_held(session, records.instance_id)
    late = auction.payer
    assert late is not None
    late.state = OfferState.DEFAULTED
    tell_deposit_kept(session, auction, deposit_of(auction, late), at)
    defaulted = {each.identifier for each in auction.current if each.state is OfferState.DEFAULTED}
    left = [each for each in ranked(auction).result.standing[:2] if each.bidder not in defaulted]
    if left:
        return {"next_left": True, **ask_to_pay(session, auction, left[0], at)}
    auction.state = AuctionState.ENDED
    return {"next_left": False}


@record_task("post_income")
def post_income(records: Records, _: Answers) -> Mapping[str, Json]:
    """Let the books have the income, and the second's deposit go back where it was not needed."""
    session, at = records.session, records.at
    auction = auction_held(session, records.instance_id)
    payer = auction.payer
    assert payer is not None
    tell_income(session, auction, payer, deposit_of(auction, payer), at)
    if waiting := waiting_bidders(auction):
        others = {each.identifier for each in auction.current} - waiting
        tell_deposits_returned(session, auction, others, at, None)
    return next_instalment(auction)
