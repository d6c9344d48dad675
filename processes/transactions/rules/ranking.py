"""Who wins: the order of bids, ties, and whether there is a second winner (R-TND-09, R-TND-10)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import pairwise

from engine.values import Rial
from processes.transactions.rules.balanced_price import FULL_SCORE, balanced_price
from processes.transactions.rules.computation import Computed, Step


@dataclass(frozen=True, slots=True)
class Offer:
    """A bid that takes part: its guarantee, its documents and its score have passed."""

    bidder: str
    price: Rial
    submitted_at: datetime  #: of the bid that stands, by the server's clock
    score: Decimal = Decimal(FULL_SCORE)  #: where quality is not scored, all are equal


@dataclass(frozen=True, slots=True)
class Ranked:
    """An offer in the order of the tender."""

    place: int  #: from 1
    offer: Offer
    balanced: Rial


def rank(offers: Iterable[Offer], impact: Decimal) -> Computed[tuple[Ranked, ...]]:
    """Return the offers, best first: lowest balanced price, a tie as R-TND-10 settles it.

    The higher score, then the lower price, then the earlier submission goes first.

    Args:
        impact: ``i`` of the documents; 0 compares prices alone.

    Raises:
        RulesBroken: ``TND-020``, a price or a score that cannot be.
    """
    balanced = []
    steps: list[Step] = []
    for each in offers:
        found = balanced_price(each.price, each.score, impact)
        balanced.append((found.result, each))
        if impact != 0:
            told = found.steps[0].facts
            steps.append(Step.of("balanced.price_of", bidder=each.bidder, **told))
    balanced.sort(key=lambda one: _order(*one))
    ranked = tuple(Ranked(at, each, price) for at, (price, each) in enumerate(balanced, 1))
    steps += [
        Step.of(f"rank.tie_{by}", first=one.offer.bidder, second=next_.offer.bidder)
        for one, next_ in pairwise(ranked)
        if (by := _tie_broken_by(one, next_))
    ]
    return Computed(ranked, tuple(steps))


def _order(balanced: Rial, offer: Offer) -> tuple[Rial, Decimal, Rial, datetime, str]:
    # the bidder's id only keeps the order steady where all else is equal
    return (balanced, -offer.score, offer.price, offer.submitted_at, offer.bidder)


def _tie_broken_by(first: Ranked, second: Ranked) -> str:
    """Return what told two offers of one balanced price apart; nothing where the price did."""
    if first.balanced != second.balanced:
        return ""
    one, other = first.offer, second.offer
    if one.score != other.score:
        return "score"
    if one.price != other.price:
        return "price"
    # equal in everything: the commission draws lots
    return "time" if one.submitted_at != other.submitted_at else "lot"


@dataclass(frozen=True, slots=True)
class Winners:
    """Whom the commission may name; it decides."""

    first: Ranked
    second: Ranked | None


def winners(
    ranked: tuple[Ranked, ...], guarantee: Rial, *, by_balanced_price: bool
) -> Computed[Winners]:
    """Return the first winner, and the second where one may be named (R-TND-09).

    The second stands in for the first only while that costs less than the first's bid guarantee
    makes good: the difference must be **below** it, equal is not.

    Args:
        guarantee: of the bid, as the documents ask for it.
        by_balanced_price: the tender weighs quality, so that balanced prices are compared.

    Raises:
        ValueError: there is no offer.

    Source: article 21 of the Tenders Act 1383.
    """
    if not ranked:
        raise ValueError("a tender without offers has no winner")
    first, *others = ranked
    named = Step.of("winner.first", bidder=first.offer.bidder, price=first.offer.price)
    if not others:
        return Computed(Winners(first, None), (named, Step.of("winner.alone")))
    second = others[0]
    difference = _compared(second, by=by_balanced_price) - _compared(first, by=by_balanced_price)
    is_named = difference < guarantee
    told = Step.of(
        "winner.second" if is_named else "winner.second_too_dear",
        bidder=second.offer.bidder,
        price=second.offer.price,
        difference=difference,
        guarantee=guarantee,
    )
    return Computed(Winners(first, second if is_named else None), (named, told))


def _compared(one: Ranked, *, by: bool) -> Rial:
    return one.balanced if by else one.offer.price
