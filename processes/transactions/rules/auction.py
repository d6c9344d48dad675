"""Auctions (مزایده): selling and leasing at or above an official base price (R-TND-16)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from engine.errors import Problem
from engine.values import JalaliDate, Percentage, Rial
from processes.transactions.rules.computation import Computed, Step


@dataclass(frozen=True, slots=True)
class AuctionRule:
    """The numbers of an auction, from the rule pack."""

    valuation_months: int = 6
    deposit: Percentage = Percentage(5)  #: of the base price
    step: Percentage = Percentage(1)  #: of the base price, in live rounds


@dataclass(frozen=True, slots=True)
class Offer:
    """What somebody offers to pay."""

    bidder: str
    amount: Rial
    submitted_at: datetime


@dataclass(frozen=True, slots=True)
class AuctionResult:
    """Who buys, who stands in, and who offered too little; best first."""

    standing: tuple[Offer, ...]
    too_low: tuple[Offer, ...]

    @property
    def winner(self) -> Offer | None:
        """Who buys; nobody: the auction is repeated once, then the property valued anew."""
        return self.standing[0] if self.standing else None


def deposit(base: Rial, rule: AuctionRule) -> Rial:
    """Return what a bidder deposits, and loses by not paying.

    >>> deposit(Rial(50_000_000_000), AuctionRule())
    Rial(amount=2500000000)
    """
    return base.share(rule.deposit)


def smallest_step(base: Rial, rule: AuctionRule) -> Rial:
    """Return by how much a live round has to go up.

    >>> smallest_step(Rial(50_000_000_000), AuctionRule())
    Rial(amount=500000000)
    """
    return base.share(rule.step)


def check_base(base: Rial, valued_on: date, opened_on: date, rule: AuctionRule) -> list[Problem]:
    """Return why a base price cannot be used: ``MON-002`` none, ``TND-034`` valued too long ago."""
    if base <= Rial.ZERO:
        return [Problem("MON-002", "base")]
    last = JalaliDate.of(valued_on).plus_months(rule.valuation_months).gregorian()
    if not valued_on <= opened_on <= last:
        return [Problem("TND-034", "valued_on", {"until": last.isoformat()})]
    return []


def check_round(current: Rial | None, base: Rial, amount: Rial, rule: AuctionRule) -> list[Problem]:
    """Return ``TND-035`` when a live offer is below what the round asks for.

    Args:
        current: the highest offer so far; ``None`` before the first, which may be the base.
    """
    least = base if current is None else current + smallest_step(base, rule)
    if amount >= least:
        return []
    return [Problem("TND-035", "amount", {"least": str(least.amount)})]


def result(base: Rial, offers: Iterable[Offer]) -> Computed[AuctionResult]:
    """Return who buys: the highest at or above the base price, the earlier of equal ones.

    Who defaults loses the deposit, and the next in line pays its own price: leave it out and ask
    again.
    """
    ordered = sorted(offers, key=lambda each: (-each.amount.amount, each.submitted_at, each.bidder))
    standing = tuple(each for each in ordered if each.amount >= base)
    too_low = tuple(each for each in ordered if each.amount < base)
    steps = [
        Step.of("auction.too_low", bidder=each.bidder, amount=each.amount, base=base)
        for each in too_low
    ]
    if standing:
        first = standing[0]
        steps.append(Step.of("auction.winner", bidder=first.bidder, amount=first.amount, base=base))
    else:
        steps.append(Step.of("auction.nobody", base=base))
    return Computed(AuctionResult(standing, too_low), tuple(steps))


@dataclass(frozen=True, slots=True)
class Default:
    """What follows when a winner does not pay."""

    kept: Rial  #: the deposit
    next_in_line: Offer | None  #: pays its own offer


def default(found: AuctionResult, base: Rial, rule: AuctionRule) -> Default:
    """Return what follows when the winner does not pay in time.

    Raises:
        ValueError: nobody has won.
    """
    if not found.standing:
        raise ValueError("who has not won cannot default")
    return Default(deposit(base, rule), found.standing[1] if len(found.standing) > 1 else None)
