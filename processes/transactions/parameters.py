"""The numbers of a rule pack as the rules take them, in force on a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from engine.values import Percentage, Rial
from processes.transactions.registry import Pack, days
from processes.transactions.rules.abnormal_prices import PriceRule
from processes.transactions.rules.auction import AuctionRule
from processes.transactions.rules.complaint_windows import ComplaintTimes
from processes.transactions.rules.guarantee_register import Watch
from processes.transactions.rules.guarantees import Bracket
from processes.transactions.rules.instalments import InstalmentRule, LateRule
from processes.transactions.rules.minimum_times import MinimumTime
from processes.transactions.rules.reverse_auction import ReverseRule
from processes.transactions.rules.voting import Body, Tie


def price_rule(pack: Pack, on: date) -> PriceRule:
    """Return how the pack finds abnormal prices (`domain.md` §3.8)."""
    return PriceRule(
        lowest_share=pack.rate("price.range.low", on),
        highest_share=pack.rate("price.range.high", on),
        deviations=pack.value("price.deviations", on),
        around_estimate=pack.rate("price.range.few", on),
        justify_working_days=pack.whole("price.justify.working.days", on),
    )


def bid_guarantee_brackets(pack: Pack, on: date) -> tuple[Bracket, ...]:
    """Return the brackets of a bid's guarantee; a flat rate is one without an end (R-TND-12)."""
    if pack.text("guarantee.bid.by", on) == "flat":
        return (Bracket(pack.rate("guarantee.bid.flat", on)),)
    return tuple(Bracket(each.share, each.to) for each in pack.brackets_of("guarantee.bid", on))


def performance_guarantee_rate(pack: Pack, on: date, *, is_works: bool) -> Percentage:
    """Return which share of the contract its guarantee is (R-TND-13)."""
    return pack.rate(f"guarantee.performance.{'works' if is_works else 'other'}", on)


def minimum_time(pack: Pack, on: date, *, is_international: bool) -> MinimumTime:
    """Return the least time for bids (R-TND-01)."""
    if is_international:
        return MinimumTime(months=pack.whole("tender.min.months.international", on))
    return MinimumTime(days=pack.whole("tender.min.days.national", on))


def complaint_times(pack: Pack, on: date) -> ComplaintTimes:
    """Return how long the buyer and the board have (§3.9)."""
    return ComplaintTimes(
        pack.whole("complaint.buyer.working.days", on), pack.whole("complaint.board.days", on)
    )


def commission(pack: Pack, on: date) -> Body:
    """Return the commission's quorum, and what equal votes come to (R-TND-05)."""
    tie = Tie(pack.text("commission.tie", on))
    return Body(pack.whole("commission.quorum", on), tie=tie)


def opening_threshold(pack: Pack, on: date) -> int:
    """Return as few members as may open an envelope together (R-TND-02)."""
    return pack.whole("commission.opening.threshold", on)


@dataclass(frozen=True, slots=True)
class WaiverRule:
    """How a board waives a tender (R-TND-14, §3.4)."""

    members: int
    majority_to: Rial  #: above it all of them have to be for it
    board_to: Rial  #: above it a higher authority decides, too


def waiver_rule(pack: Pack, on: date) -> WaiverRule:
    """Return how the board of a unit that follows the pack decides."""
    small = pack.amount("class.small.to", on)
    return WaiverRule(
        pack.whole("waiver.board.members", on),
        small.times(pack.value("waiver.unanimous.factor", on)),
        small.times(pack.value("waiver.higher.factor", on)),
    )


def auction_higher_limit(pack: Pack, on: date) -> Rial:
    """Return up to which base price the head of a unit approves alone (§3.13)."""
    return pack.amount("class.small.to", on).times(pack.value("auction.higher.factor", on))


def auction_rule(pack: Pack, on: date) -> AuctionRule:
    """Return the numbers of an auction (R-TND-16)."""
    return AuctionRule(
        pack.whole("auction.valuation.months", on),
        pack.rate("auction.deposit", on),
        pack.rate("auction.step", on),
    )


def instalment_rule(pack: Pack, on: date) -> InstalmentRule:
    """Return what holds of a price that is paid in instalments (§3.13)."""
    return InstalmentRule(
        pack.rate("auction.instalments.first", on),
        pack.whole("auction.instalments.max", on),
        pack.whole("auction.instalments.guarantee.days", on),
    )


def late_rule(pack: Pack, on: date) -> LateRule:
    """Return what an instalment costs that comes late (§3.13)."""
    return LateRule(pack.rate("auction.late.rate", on), pack.whole("auction.late.year.days", on))


def late_offers(pack: Pack, on: date) -> tuple[int, int]:
    """Return the minutes in which an offer moves the end of live rounds, and how often at most."""
    return (
        pack.whole("auction.extension.minutes", on),
        pack.whole("auction.extensions.max", on),
    )


def reverse_rule(pack: Pack, on: date) -> ReverseRule:
    """Return the numbers of a reverse auction (R-TND-17)."""
    minutes = timedelta(minutes=pack.whole("reverse.extension.minutes", on))
    return ReverseRule(
        pack.rate("reverse.step", on), minutes, minutes, pack.whole("reverse.extensions.max", on)
    )


def watch(on: date) -> Watch:
    """Return when guarantees call for somebody, whichever pack a unit follows (§3.14)."""
    return Watch(
        days("guarantee.remind.first.days", on),
        days("guarantee.remind.second.days", on),
        days("guarantee.call.days", on),
    )
