"""The reverse auction (حراج معکوس): a state machine of its events alone (R-TND-17).

What happens is an event with the server's moment; the state is folded from the events and from
nothing else, so that a journal replayed gives the same ranks and the same end. `offer` and
`close` decide, by the state, which events follow or why none does; `apply` never refuses.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import reduce
from types import MappingProxyType
from typing import TypeAlias

from engine.errors import Problem, RulesBroken
from engine.values import Percentage, Rial


class Against(enum.Enum):
    """Which price a new one has to be below by a step."""

    LOWEST = "LOWEST"  #: of everybody
    OWN = "OWN"  #: of the bidder


@dataclass(frozen=True, slots=True)
class ReverseRule:
    """The numbers of a reverse auction, from the rule pack."""

    step: Percentage = Percentage("0.5")  #: of the starting price
    last: timedelta = timedelta(minutes=3)  #: an offer in this time before the end moves the end
    extension: timedelta = timedelta(minutes=3)
    most_extensions: int = 10
    against: Against = Against.LOWEST


@dataclass(frozen=True, slots=True)
class Opened:
    """The auction has begun, at the lowest price that was opened."""

    at: datetime
    ends_at: datetime
    start: Rial
    rule: ReverseRule
    bidders: frozenset[str]


@dataclass(frozen=True, slots=True)
class Offered:
    """A bidder went down to a price; offers are binding."""

    at: datetime
    bidder: str
    price: Rial


@dataclass(frozen=True, slots=True)
class Extended:
    """An offer came in the last minutes, so everybody has time to answer it."""

    at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Closed:
    """Nobody may offer any more."""

    at: datetime


Event: TypeAlias = Opened | Offered | Extended | Closed


@dataclass(frozen=True, slots=True)
class Best:
    """The offer of a bidder that counts."""

    price: Rial
    number: int  #: which of all offers it was: of equal prices the earlier goes first


@dataclass(frozen=True, slots=True)
class Auction:
    """Where an auction is."""

    opened: Opened
    ends_at: datetime
    last_at: datetime  #: of the last event: time never goes back
    lowest: Rial  #: the starting price before the first offer
    best: Mapping[str, Best] = field(default_factory=lambda: MappingProxyType({}))
    offers: int = 0
    extensions: int = 0
    is_closed: bool = False

    @property
    def step(self) -> Rial:
        """By how much an offer has to go down, at least a rial."""
        return max(self.opened.start.share(self.opened.rule.step), Rial(1))

    def most(self, bidder: str) -> Rial:
        """Return the highest price that a bidder may offer now."""
        if self.opened.rule.against is Against.LOWEST:
            return self.lowest - self.step
        own = self.best.get(bidder)
        return (self.opened.start if own is None else own.price) - self.step

    def ranking(self) -> tuple[str, ...]:
        """Return the bidders who have offered, lowest price first, the earlier of equal ones."""
        return tuple(
            sorted(self.best, key=lambda who: (self.best[who].price, self.best[who].number))
        )

    def rank_of(self, bidder: str) -> int | None:
        """Return a bidder's place from 1, all that it is shown; ``None``: it has not offered.

        Counted, not sorted: it is asked for after every offer of a hundred bidders.
        """
        own = self.best.get(bidder)
        if own is None:
            return None
        mine = (own.price, own.number)
        return 1 + sum(1 for each in self.best.values() if (each.price, each.number) < mine)


def open_auction(
    start: Rial, bidders: Iterable[str], rule: ReverseRule, at: datetime, ends_at: datetime
) -> Opened:
    """Return the event that opens an auction.

    Args:
        start: the lowest price of the envelopes that were opened.

    Raises:
        RulesBroken: ``MON-002`` no starting price · ``TND-036`` it would end before it begins, or
            fewer than two may offer.
    """
    known = frozenset(bidders)
    if start <= Rial.ZERO:
        raise RulesBroken([Problem("MON-002", "start")])
    if ends_at <= at or len(known) < 2:
        raise RulesBroken([Problem("TND-036", "ends_at")])
    return Opened(at, ends_at, start, rule, known)


def offer(auction: Auction, bidder: str, price: Rial, at: datetime) -> tuple[Event, ...]:
    """Return what follows from an offer: it stands, and perhaps the end moves.

    An offer at the very moment of the end is late; one at the very beginning of the last minutes
    moves the end.

    Raises:
        RulesBroken: ``TND-005`` the auction is over · ``TND-037`` not one of its bidders ·
            ``TND-038`` not a step below. Which price it should be below is not told: a bidder
            sees its rank only.
    """
    at = max(at, auction.last_at)  # two servers' clocks may differ by a hair
    if auction.is_closed or at >= auction.ends_at:
        raise RulesBroken([Problem("TND-005", "price")])
    if bidder not in auction.opened.bidders:
        raise RulesBroken([Problem("TND-037", "bidder")])
    if not Rial.ZERO < price <= auction.most(bidder):
        raise RulesBroken([Problem("TND-038", "price", {"step": str(auction.step.amount)})])
    offered = Offered(at, bidder, price)
    rule = auction.opened.rule
    is_late = at >= auction.ends_at - rule.last
    if not is_late or auction.extensions >= rule.most_extensions:
        return (offered,)
    return (offered, Extended(at, auction.ends_at + rule.extension))


def close(auction: Auction, at: datetime) -> tuple[Event, ...]:
    """Return what follows when the end is looked for: nothing before it, or a second time."""
    return (Closed(at),) if not auction.is_closed and at >= auction.ends_at else ()


def apply(auction: Auction, event: Event) -> Auction:
    """Return the auction after something has happened."""
    match event:
        case Opened():
            return begun(event)
        case Offered():
            number = auction.offers + 1
            best = {**auction.best, event.bidder: Best(event.price, number)}
            return replace(
                auction,
                best=MappingProxyType(best),
                lowest=min(auction.lowest, event.price),
                offers=number,
                last_at=event.at,
            )
        case Extended():
            count = auction.extensions + 1
            return replace(auction, ends_at=event.ends_at, extensions=count, last_at=event.at)
        case Closed():
            return replace(auction, is_closed=True, last_at=event.at)


def begun(event: Opened) -> Auction:
    """Return the auction as it opens."""
    return Auction(event, event.ends_at, event.at, event.start)


def replay(events: Iterable[Event]) -> Auction:
    """Return the auction that its events make.

    Raises:
        ValueError: they do not begin with its opening.
    """
    match list(events):
        case [Opened() as opened, *told]:
            return reduce(apply, told, begun(opened))
        case _:
            raise ValueError("an auction begins with its opening")
