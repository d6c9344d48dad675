"""The reverse auction: ranks and extensions, and the same end from its events (R-TND-17)."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from engine.errors import RulesBroken
from engine.values import Rial
from processes.transactions.rules.reverse_auction import (
    Against,
    Auction,
    Event,
    Extended,
    Offered,
    ReverseRule,
    apply,
    begun,
    close,
    offer,
    open_auction,
    replay,
)

BN = 10**9
BEGIN = datetime(2025, 11, 8, 8, 30, tzinfo=UTC)
END = BEGIN + timedelta(minutes=30)
PACK = ReverseRule()


def _opened(rule: ReverseRule = PACK, bidders: int = 3):
    names = [f"b{each}" for each in range(bidders)]
    return open_auction(Rial(100 * BN), names, rule, BEGIN, END)


def _refused(auction: Auction, bidder: str, price: int, at: datetime) -> list[str]:
    with pytest.raises(RulesBroken) as refused:
        offer(auction, bidder, Rial(price), at)
    return [each.code for each in refused.value.problems]


def _after(auction: Auction, bidder: str, price: int, at: datetime) -> Auction:
    for event in offer(auction, bidder, Rial(price), at):
        auction = apply(auction, event)
    return auction


def test_an_offer_goes_down_by_half_a_percent_of_the_start_at_least():
    auction = begun(_opened())
    assert auction.step == Rial(500_000_000)
    assert _refused(auction, "b0", 99_500_000_001, BEGIN) == ["TND-038"]
    auction = _after(auction, "b0", 99_500_000_000, BEGIN)
    assert _refused(auction, "b1", 99_500_000_000, BEGIN) == ["TND-038"]
    assert _refused(auction, "stranger", 90 * BN, BEGIN) == ["TND-037"]
    assert _refused(auction, "b1", 0, BEGIN) == ["TND-038"]
    assert (auction.rank_of("b0"), auction.rank_of("b1")) == (1, None)


def test_a_pack_may_hold_each_bidder_to_its_own_price():
    auction = begun(_opened(ReverseRule(against=Against.OWN)))
    auction = _after(auction, "b0", 95 * BN, BEGIN)
    auction = _after(auction, "b1", 98 * BN, BEGIN)
    auction = _after(auction, "b2", 95 * BN, BEGIN)  # as low as b0, but later
    assert auction.ranking() == ("b0", "b2", "b1")
    assert _refused(auction, "b1", 98 * BN, BEGIN) == ["TND-038"]


def test_the_last_three_minutes_begin_and_end_to_the_microsecond():
    auction, tick = begun(_opened()), timedelta(microseconds=1)
    early = offer(auction, "b0", Rial(99 * BN), END - timedelta(minutes=3) - tick)
    assert [type(each) for each in early] == [Offered]
    edge = offer(auction, "b0", Rial(99 * BN), END - timedelta(minutes=3))
    assert edge[1] == Extended(END - timedelta(minutes=3), END + timedelta(minutes=3))
    assert _refused(auction, "b0", 99 * BN, END) == ["TND-005"]
    assert close(auction, END - tick) == ()
    closed = apply(auction, close(auction, END)[0])
    assert closed.is_closed
    assert close(closed, END) == ()


def test_the_end_moves_ten_times_and_no_more():
    auction, price = begun(_opened()), 99_000_000_000
    for _ in range(12):
        auction = _after(auction, "b0", price, auction.ends_at - timedelta(seconds=1))
        price -= BN
        if auction.extensions == 10:
            break
    assert auction.ends_at == END + timedelta(minutes=30)
    auction = _after(auction, "b1", price, auction.ends_at - timedelta(seconds=1))
    assert (auction.extensions, auction.ends_at) == (10, END + timedelta(minutes=30))


def test_a_hundred_bidders_at_ten_offers_a_second_are_ranked_right_and_replayed_the_same():
    chance = random.Random(17)
    rule = ReverseRule(against=Against.OWN)
    opened = _opened(rule, bidders=100)
    auction, events, at = begun(opened), [opened], BEGIN
    own: dict[str, tuple[int, int]] = {}  # what a plain table would keep
    ends, extensions = END, 0
    while at < auction.ends_at:
        who = f"b{chance.randrange(100)}"
        price = auction.most(who).amount - chance.randrange(3) * 1_000_000
        if price > 0:
            told = offer(auction, who, Rial(price), at)
            if at >= ends - timedelta(minutes=3) and extensions < 10:
                ends, extensions = ends + timedelta(minutes=3), extensions + 1
            own[who] = (price, auction.offers + 1)
            events += told
            for event in told:
                auction = apply(auction, event)
        at += timedelta(milliseconds=100)
    events += close(auction, at)
    auction = apply(auction, events[-1])
    assert auction.offers > 15_000
    assert (auction.ends_at, auction.extensions) == (ends, extensions)
    expected = sorted(own, key=lambda each: own[each])
    assert list(auction.ranking()) == expected
    assert [auction.rank_of(each) for each in expected] == list(range(1, 101))
    assert replay(events) == auction


class AnyAuction(RuleBasedStateMachine):
    """Offers and moments in any order: what holds after each of them."""

    @initialize(
        against=st.sampled_from(Against),
        most=st.integers(0, 3),
        last=st.integers(0, 300),
    )
    def opening(self, against: Against, most: int, last: int) -> None:
        rule_ = ReverseRule(against=against, most_extensions=most, last=timedelta(seconds=last))
        first = _opened(rule_)
        self.events: list[Event] = [first]
        self.auction = begun(first)
        self.at = BEGIN

    @rule(
        who=st.sampled_from(["b0", "b1", "b2", "stranger"]),
        steps=st.integers(-1, 6),
        rest=st.integers(0, 3),
    )
    def offers(self, who: str, steps: int, rest: int) -> None:
        price = Rial(self.auction.lowest.amount - steps * self.auction.step.amount - rest)
        before = self.auction
        try:
            told = offer(before, who, price, self.at)
        except RulesBroken:
            return
        assert who != "stranger"
        assert self.at < before.ends_at
        assert price <= before.most(who)
        self._tell(*told)

    @rule(seconds=st.integers(0, 900))
    def waits(self, seconds: int) -> None:
        self.at += timedelta(seconds=seconds)

    @rule()
    def looks_for_the_end(self) -> None:
        self._tell(*close(self.auction, self.at))

    def _tell(self, *told: Event) -> None:
        self.events += told
        for each in told:
            self.auction = apply(self.auction, each)

    @invariant()
    def replayed_it_is_the_same(self) -> None:
        assert replay(self.events) == self.auction

    @invariant()
    def ranks_are_those_of_the_offers(self) -> None:
        best: dict[str, tuple[Rial, int]] = {}
        offers = [each for each in self.events if isinstance(each, Offered)]
        for number, each in enumerate(offers):
            best[each.bidder] = (each.price, number)
        order = sorted(best, key=lambda who: best[who])
        assert list(self.auction.ranking()) == order
        assert [self.auction.rank_of(who) for who in order] == list(range(1, len(order) + 1))

    @invariant()
    def the_end_moved_as_often_as_it_was_extended_and_no_further(self) -> None:
        rule_ = self.auction.opened.rule
        assert self.auction.extensions <= rule_.most_extensions
        assert self.auction.ends_at == END + self.auction.extensions * rule_.extension
        late = [
            each
            for each in self.events
            if isinstance(each, Offered) and each.at >= self.auction.ends_at
        ]
        assert late == []


TestAnyAuction = AnyAuction.TestCase
TestAnyAuction.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)


def test_an_auction_begins_with_its_opening():
    with pytest.raises(ValueError, match="opening"):
        replay([])
    for bidders, ends_at in ((1, END), (3, BEGIN)):
        with pytest.raises(RulesBroken):
            open_auction(
                Rial(1), [str(each) for each in range(bidders)], ReverseRule(), BEGIN, ends_at
            )
    with pytest.raises(RulesBroken):
        open_auction(Rial.ZERO, ["a", "b"], ReverseRule(), BEGIN, END)
