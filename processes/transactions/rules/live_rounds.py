"""Live rounds of an auction of property: a state machine of its events alone (R-TND-16).

Everybody sees the highest offer and outbids it by a step; an offer in the last minutes moves the
end. As in `reverse_auction` the state is folded from the events and from nothing else, so that a
journal replayed gives the same highest offer and the same end.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import reduce
from typing import TypeAlias

from engine.errors import Problem, RulesBroken
from engine.values import Rial
from processes.transactions.rules.reverse_auction import Closed, Extended, Offered


@dataclass(frozen=True, slots=True)
class RoundsOpened:
    """The rounds have begun, with the numbers that hold until they end."""

    at: datetime
    ends_at: datetime
    base: Rial
    step: Rial
    last: timedelta  #: an offer in this time before the end moves the end by as much
    most_extensions: int
    bidders: frozenset[str]  #: whose deposit is confirmed


Event: TypeAlias = RoundsOpened | Offered | Extended | Closed


@dataclass(frozen=True, slots=True)
class Rounds:
    """Where the rounds are."""

    opened: RoundsOpened
    ends_at: datetime
    last_at: datetime  #: of the last event: time never goes back
    highest: Rial | None = None
    leader: str | None = None
    extensions: int = 0
    is_closed: bool = False

    @property
    def least(self) -> Rial:
        """The lowest price that may be offered now; the first may be the base price itself."""
        return self.opened.base if self.highest is None else self.highest + self.opened.step


def offer(rounds: Rounds, bidder: str, price: Rial, at: datetime) -> tuple[Event, ...]:
    """Return what follows from an offer: it leads, and perhaps the end moves.

    An offer at the very moment of the end is late; one at the very beginning of the last minutes
    moves the end.

    Raises:
        RulesBroken: ``AUC-020`` nobody who was admitted · ``AUC-021`` the rounds are over ·
            ``AUC-022`` the bidder leads already · ``TND-035`` not a step above.
    """
    at = max(at, rounds.last_at)  # two servers' clocks may differ by a hair
    if bidder not in rounds.opened.bidders:
        raise RulesBroken([Problem("AUC-020", "price")])
    if rounds.is_closed or at >= rounds.ends_at:
        raise RulesBroken([Problem("AUC-021", "price")])
    if bidder == rounds.leader:
        raise RulesBroken([Problem("AUC-022", "price")])
    if price < rounds.least:
        raise RulesBroken([Problem("TND-035", "price", {"least": str(rounds.least.amount)})])
    offered = Offered(at, bidder, price)
    is_late = at >= rounds.ends_at - rounds.opened.last
    if not is_late or rounds.extensions >= rounds.opened.most_extensions:
        return (offered,)
    return (offered, Extended(at, rounds.ends_at + rounds.opened.last))


def apply(rounds: Rounds, event: Event) -> Rounds:
    """Return the rounds after something has happened; nothing is refused here."""
    match event:
        case RoundsOpened():
            return begun(event)
        case Offered():
            return replace(rounds, highest=event.price, leader=event.bidder, last_at=event.at)
        case Extended():
            count = rounds.extensions + 1
            return replace(rounds, ends_at=event.ends_at, extensions=count, last_at=event.at)
        case Closed():
            return replace(rounds, is_closed=True, last_at=event.at)


def begun(event: RoundsOpened) -> Rounds:
    """Return the rounds as they open."""
    return Rounds(event, event.ends_at, event.at)


def replay(events: Iterable[Event]) -> Rounds:
    """Return the rounds that their events make.

    Raises:
        ValueError: they do not begin with their opening.
    """
    match list(events):
        case [RoundsOpened() as opened, *told]:
            return reduce(apply, told, begun(opened))
        case _:
            raise ValueError("rounds begin with their opening")
