"""Evaluation: every figure of `domain.md` §3.6 to §3.8, to the rial."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import RulesBroken
from engine.values import Percentage, Rial, in_persian_words
from processes.transactions.rules.abnormal_prices import (
    PriceRange,
    PriceRule,
    Standing,
    mean_deviation,
    price_range,
    standing,
)
from processes.transactions.rules.arithmetic import BidLine, Written, corrected
from processes.transactions.rules.balanced_price import balanced_price, check_impact
from processes.transactions.rules.ranking import Offer, Places, rank, winners
from processes.transactions.rules.scoring import Criterion, Mark, Scale, check_marks, score

BN = 10**9
NOON = datetime(2025, 11, 8, 8, 30, tzinfo=UTC)
#: bidder, price in billions, score, balanced price at i = 0, 0.1, 0.2 and 0.4 (§3.7)
TABLE = (
    ("A", 88, 70, (88_000_000_000, 90_721_649_485, 93_617_021_277, 100_000_000_000)),
    ("B", 92, 90, (92_000_000_000, 92_929_292_929, 93_877_551_020, 95_833_333_333)),
    ("C", 85, 60, (85_000_000_000, 88_541_666_667, 92_391_304_348, 101_190_476_190)),
    ("D", 99, 95, (99_000_000_000, 99_497_487_437, 100_000_000_000, 101_020_408_163)),
)
IMPACTS = ("0", "0.1", "0.2", "0.4")


@pytest.mark.parametrize(
    ("bidder", "price", "points", "balanced"), TABLE, ids=lambda each: str(each)[:3]
)
def test_balanced_prices_are_those_of_the_table(bidder, price, points, balanced):
    found = [
        balanced_price(Rial(price * BN), Decimal(points), Decimal(impact)).result.amount
        for impact in IMPACTS
    ]
    assert tuple(found) == balanced, bidder


@pytest.mark.parametrize(
    ("impact", "first", "second"),
    [("0", "C", "A"), ("0.1", "C", "A"), ("0.2", "C", "A"), ("0.4", "B", "A")],
)
def test_the_lowest_balanced_price_wins_at_its_own_price(impact, first, second):
    ranked = rank(_offers(), Decimal(impact)).result
    assert [each.offer.bidder for each in ranked][:2] == [first, second]
    found = winners(ranked, Rial(5 * BN), by_balanced_price=impact != "0").result
    assert found.first.offer.price.amount == {"B": 92 * BN, "C": 85 * BN}[first]


def _offers():
    return [
        Offer(bidder, Rial(price * BN), NOON, Decimal(points)) for bidder, price, points, _ in TABLE
    ]


@pytest.mark.parametrize(
    ("price", "points", "impact", "field"),
    [
        pytest.param(0, "70", "0.2", "price", id="no price"),
        pytest.param(-1, "70", "0.2", "price", id="below nothing"),
        pytest.param(1, "100.01", "0.2", "score", id="more than full"),
        pytest.param(1, "-0.1", "0.2", "score", id="less than none"),
        pytest.param(1, "70", "1.01", "impact", id="more than price itself"),
        pytest.param(1, "70", "-0.1", "impact", id="quality made dear"),
        pytest.param(1, "0", "1", "impact", id="nothing left to divide by"),
    ],
)
def test_a_balanced_price_of_impossible_values_is_refused(price, points, impact, field):
    with pytest.raises(RulesBroken) as refused:
        balanced_price(Rial(price), Decimal(points), Decimal(impact))
    assert [(each.code, each.field) for each in refused.value.problems] == [("TND-020", field)]


def test_the_impact_factor_stands_once_the_documents_are_out():
    assert check_impact(None, Decimal("0.4")) == []
    assert check_impact(Decimal("0.40"), Decimal("0.4")) == []
    assert [each.code for each in check_impact(Decimal("0.2"), Decimal("0.4"))] == ["TND-021"]
    assert [each.code for each in check_impact(None, Decimal("1.5"))] == ["TND-020"]


def test_a_range_of_prices_is_worked_out_to_the_rial():
    bids = [Rial(each * BN) for each in (88, 92, 58, 99, 160, 95)]
    found = price_range(PriceRule(), Rial(100 * BN), bids)
    assert found.result == PriceRange(Rial(68_819_283_291), Rial(103_980_716_709))
    [bounds, mean, _] = found.steps
    assert (bounds.facts["dropped"], bounds.facts["left"]) == (1, 5)
    assert mean.facts["mean"] == Rial(86_400_000_000)
    assert mean.facts["deviation"] == Rial(14_650_597_257)
    assert [standing(found.result, each) for each in bids].count(Standing.LOW) == 1
    assert standing(found.result, Rial(58 * BN)) is Standing.LOW
    assert standing(found.result, Rial(160 * BN)) is Standing.HIGH


def test_two_bids_are_held_to_the_estimate():
    found = price_range(PriceRule(), Rial(100 * BN), [Rial(90 * BN), Rial(40 * BN), Rial(95 * BN)])
    assert found.result == PriceRange(Rial(80 * BN), Rial(120 * BN))
    assert [each.code for each in found.steps][1] == "abnormal.too_few"


def test_a_range_never_goes_below_nothing_and_equal_bids_have_no_range():
    wide = PriceRule(deviations=Decimal(100))
    bids = [Rial(each) for each in (50, 100, 130)]
    assert price_range(wide, Rial(100), bids).result.low == Rial.ZERO
    same = mean_deviation(PriceRule(), Rial(100), [Rial(99)] * 3).result
    assert same == PriceRange(Rial(99), Rial(99))


def test_a_rule_pack_names_how_the_range_is_found():
    fixed = PriceRule(method="around_estimate", around_estimate=Percentage(10))
    assert price_range(fixed, Rial(100), [Rial(1)] * 9).result == PriceRange(Rial(90), Rial(110))


@pytest.mark.parametrize(
    ("second", "is_named"),
    [
        pytest.param(92_500_000_000, True, id="4.5 bn is less than 5 bn"),
        pytest.param(93_000_000_000, False, id="equal is not less"),
        pytest.param(92_999_999_999, True, id="by one rial"),
    ],
)
def test_a_second_winner_is_named_only_below_the_guarantee(second, is_named):
    offers = [Offer("A", Rial(88 * BN), NOON), Offer("B", Rial(second), NOON)]
    found = winners(rank(offers, Decimal(0)).result, Rial(5 * BN), by_balanced_price=False)
    assert bool(found.result.others) is is_named
    assert found.steps[-1].facts["difference"] == Rial(second - 88 * BN)


def test_quality_compares_balanced_prices_for_the_second_winner():
    ranked = rank(_offers(), Decimal("0.4")).result
    assert winners(ranked, Rial(4_166_666_668), by_balanced_price=True).result.others
    assert winners(ranked, Rial(4_166_666_667), by_balanced_price=True).result.others == ()


@given(
    prices=st.lists(st.integers(1, 10**12), min_size=1, max_size=12),
    guarantee=st.integers(1, 10**12),
    suppliers=st.integers(2, 6),
)
def test_named_are_the_first_by_rank_while_there_are_places_and_none_is_too_dear(
    prices: list[int], guarantee: int, suppliers: int
):
    offers = [Offer(str(at), Rial(each), NOON) for at, each in enumerate(prices)]
    ranked, places = rank(offers, Decimal(0)).result, Places(suppliers, 2 * suppliers)
    told = winners(ranked, Rial(guarantee), by_balanced_price=False, places=places)
    named = (told.result.first, *told.result.others)
    assert named == ranked[: len(named)]
    assert len(named) <= places.named
    least = ranked[0].offer.price
    assert all(each.offer.price - least < Rial(guarantee) for each in named[1:])
    if len(named) < min(places.named, len(ranked)):
        assert ranked[len(named)].offer.price - least >= Rial(guarantee)
        assert told.steps[-1].code == "winner.too_dear"
    codes = [each.code for each in told.steps if each.code.startswith("winner.s")]
    assert len(codes) == min(len(named), suppliers) - 1, "the others stand in"


def test_ties_go_by_score_then_price_then_time_and_at_last_by_lot():
    # 100 C / (100 - 0.5 (100 - S)): 100 and 75 balance at S = 100 and S = 50
    better, cheaper = (
        Offer("Z", Rial(100), NOON, Decimal(100)),
        Offer("A", Rial(75), NOON, Decimal(50)),
    )
    later = Offer("B", Rial(100), NOON + timedelta(microseconds=1), Decimal(100))
    found = rank([cheaper, later, better], Decimal("0.5"))
    assert [each.offer.bidder for each in found.result] == ["Z", "B", "A"]
    ties = [each.code for each in found.steps if each.code.startswith("rank.tie")]
    assert ties == ["rank.tie_time", "rank.tie_score"]
    same = rank([Offer("B", Rial(5), NOON), Offer("A", Rial(5), NOON)], Decimal(0))
    assert [each.code for each in same.steps] == ["rank.tie_lot"]


SCALE = Scale(
    (
        Criterion("team", "Team", Percentage(30)),
        Criterion("method", "Method", Percentage(50)),
        Criterion("machines", "Machines", Percentage(20)),
    ),
    minimum=Decimal(60),
    wide=Decimal(25),
)
MARKS = [
    Mark(who, key, Decimal(value))
    for who, values in {"a": (70, 60, 55), "b": (80, 62, 50), "c": (75, 35, 60)}.items()
    for key, value in zip(("team", "method", "machines"), values, strict=True)
]


def test_a_score_is_the_weighted_mean_with_the_spread_of_its_evaluators():
    found = score(SCALE, MARKS, {"a", "b", "c"})
    # 0.3 × 75 + 0.5 × 157/3 + 0.2 × 55 = 59.666…
    assert (found.result.value, found.result.passes) == (Decimal("59.67"), False)
    assert [each.spread for each in found.result.by_criterion] == [10, 27, 10]
    assert found.result.wide == ("method",)
    assert found.steps[-1].code == "score.below_minimum"


def test_a_mark_that_is_missing_strange_or_impossible_is_told_beside_its_field():
    odd = [*MARKS[1:], Mark("z", "team", Decimal(1)), Mark("b", "team", Decimal("100.5"))]
    found = {(each.code, each.field) for each in check_marks(SCALE, odd, {"a", "b", "c"})}
    assert found == {
        ("TND-024", "marks/a/team"),
        ("TND-025", "marks/z/team"),
        ("TND-025", "marks/b/team"),
        ("TND-020", "marks/b/team"),
    }
    with pytest.raises(RulesBroken):
        score(SCALE, MARKS[1:], {"a", "b", "c"})
    with pytest.raises(RulesBroken):
        score(SCALE, [], set())


def test_weights_add_up_to_a_hundred():
    light = Scale((Criterion("a", "A", Percentage(99)), Criterion("a", "A", Percentage("0"))))
    assert [each.code for each in light.problems()] == ["TND-022", "TND-023"]


def test_unit_prices_govern_over_totals_and_words_over_digits():
    lines = [
        BidLine(1, Decimal("2150.5"), Written(Rial(850_000)), Rial(1_827_925_000)),
        BidLine(2, Decimal(10), Written(Rial(5_000)), Rial(55_000)),
        BidLine(3, Decimal(1), Written(Rial(900_000), in_persian_words(9_000_000)), Rial(900_000)),
    ]
    found = corrected(lines, Written(Rial(1_828_880_000), in_persian_words(1_828_880_000)))
    assert found.result.total == Rial(1_827_925_000 + 50_000 + 9_000_000)
    assert found.result.is_changed
    assert [each.code for each in found.steps] == [
        "arithmetic.line",
        "arithmetic.words",
        "arithmetic.line",
        "arithmetic.sum",
    ]


def test_words_that_cannot_be_read_are_left_to_the_commission():
    found = corrected([], Written(Rial(500), "پانسد ریال"))
    assert (found.result.total, found.result.is_changed) == (Rial(500), False)
    assert [(each.code, each.field) for each in found.result.problems] == [("TND-026", "total")]


def test_a_bid_that_adds_up_is_said_to():
    line = BidLine(1, Decimal(3), Written(Rial(7)), Rial(21))
    assert [each.code for each in corrected([line], Written(Rial(21))).steps] == [
        "arithmetic.right"
    ]
