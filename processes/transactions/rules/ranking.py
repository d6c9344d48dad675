"""Who wins: the order of bids, ties, and who is named after the first (R-TND-09, R-TND-10)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import pairwise
from typing import Final

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
    others: tuple[Ranked, ...]  #: by rank: of one contract the second winner alone


@dataclass(frozen=True, slots=True)
class Places:
    """With how many a tender is signed, and how many are named for that."""

    signed: int = 1  #: more only of a framework with several suppliers
    named: int = 2  #: whoever comes after `signed` stands in for one who does not sign


ONE: Final = Places()


def winners(
    ranked: tuple[Ranked, ...],
    guarantee: Rial,
    *,
    by_balanced_price: bool,
    places: Places = ONE,
) -> Computed[Winners]:
    """Return the first winner, and by rank those who may be named after him (R-TND-09).

    Another stands in for the first only while that costs less than the first's bid guarantee
    makes good: the difference must be **below** it, equal is not. Of a framework no supplier is
    dearer than that either.

    Args:
        guarantee: of the bid, as the documents ask for it.
        by_balanced_price: the tender weighs quality, so that balanced prices are compared.
        places: how many sign, and how many are named.

    Raises:
        ValueError: there is no offer.

    Source: article 21 of the Tenders Act 1383.
    """
    if not ranked:
        raise ValueError("a tender without offers has no winner")
    first, *others = ranked
    named = Step.of("winner.first", bidder=first.offer.bidder, price=first.offer.price)
    if not others:
        return Computed(Winners(first, ()), (named, Step.of("winner.alone")))
    least = _compared(first, by=by_balanced_price)
    steps, found = [named], list[Ranked]()
    for each in others[: places.named - 1]:
        difference = _compared(each, by=by_balanced_price) - least
        is_named = difference < guarantee
        steps.append(
            Step.of(
                _step_of(each, places, is_named=is_named),
                place=each.place,
                bidder=each.offer.bidder,
                price=each.offer.price,
                difference=difference,
                guarantee=guarantee,
            )
        )
        if not is_named:
            break  # and whoever follows is no cheaper
        found.append(each)
    return Computed(Winners(first, tuple(found)), tuple(steps))


def _step_of(each: Ranked, places: Places, *, is_named: bool) -> str:
    """Return in which words it is told what an offer after the first comes to."""
    if places.signed == 1:
        return "winner.second" if is_named else "winner.second_too_dear"
    if not is_named:
        return "winner.too_dear"
    return "winner.supplier" if each.place <= places.signed else "winner.reserve"


def _compared(one: Ranked, *, by: bool) -> Rial:
    return one.balanced if by else one.offer.price
