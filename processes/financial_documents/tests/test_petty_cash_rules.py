"""Petty cash: the figures of `domain.md` §2.7, and what holds for any others."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from engine.errors import Problem
from engine.values import JalaliDate, Percentage, Rial
from processes.financial_documents.answers.claims import limits_on
from processes.financial_documents.rules import petty_cash as rules
from processes.financial_documents.rules.petty_cash import Slip

M = 1_000_000
DAY = JalaliDate(1405, 5, 10).gregorian()
LIMITS = limits_on(DAY)
FLOAT = Rial(200 * M)
#: the receipts of the guide, in rials
EXAMPLE = (12_400_000, 38_750_000, 99_900_000)
amounts = st.integers(min_value=1, max_value=400 * M).map(Rial)


def slips(*amounts: int, on: date = DAY) -> list[Slip]:
    """Receipts of one seller each."""
    return [Slip(str(n), f"فروشنده {n}", on, Rial(each)) for n, each in enumerate(amounts)]


def codes(problems: list[Problem]) -> list[tuple[str, str | None]]:
    return [(each.code, each.field) for each in problems]


class TestTheExampleOfTheGuide:
    def test_a_refill_of_three_receipts(self):
        used = rules.spent(slips(*EXAMPLE))
        assert used == Rial(151_050_000)
        assert rules.used_share(FLOAT, used) == Percentage("75.5")
        assert rules.check_slips(slips(*EXAMPLE), FLOAT, LIMITS) == []
        assert rules.check_refill(FLOAT, used, DAY, DAY, LIMITS) == []
        assert rules.check_cash(FLOAT, used, Rial(48_950_000)) == []

    def test_any_other_cash_on_hand_is_refused(self):
        [problem] = rules.check_cash(FLOAT, Rial(151_050_000), Rial(48_949_999))
        assert (problem.code, problem.field) == ("PCH-003", "cash_on_hand")
        assert problem.params == {"expected": "48950000"}


class TestLimits:
    def test_the_ceiling_is_of_all_floats_of_a_holder(self):
        assert rules.check_float(FLOAT, Rial.ZERO, LIMITS) == []
        assert codes(rules.check_float(Rial(60 * M), Rial(150 * M), LIMITS)) == [
            ("PCH-001", "amount")
        ]

    def test_one_receipt_is_at_most_half_of_the_float(self):
        assert rules.check_slips(slips(100 * M), FLOAT, LIMITS) == []
        assert codes(rules.check_slips(slips(1, 100 * M + 1), FLOAT, LIMITS)) == [
            ("PCH-002", "receipts/1/amount")
        ]

    def test_a_receipt_is_below_the_threshold_of_small_purchases(self):
        large = Rial(10_000 * M)
        assert rules.check_slips(slips(2_000 * M - 1), large, LIMITS) == []
        found = rules.check_slips(slips(2_000 * M), large, LIMITS)
        assert codes(found) == [("PCH-004", "receipts/0/amount")]

    def test_seventy_percent_or_thirty_days_before_a_refill(self):
        used, last = Rial(140 * M), DAY - timedelta(days=29)
        assert rules.check_refill(FLOAT, used, last, DAY, LIMITS) == []
        [refused] = rules.check_refill(FLOAT, used - Rial(1), last, DAY, LIMITS)
        assert (refused.code, refused.params) == ("PCH-005", {"share": "70", "days": "30"})
        assert rules.check_refill(FLOAT, Rial(1), DAY - timedelta(days=30), DAY, LIMITS) == []

    def test_a_claim_open_for_more_than_thirty_days_refuses_a_new_float(self):
        assert rules.check_unsettled([DAY - timedelta(days=30)], DAY, LIMITS) == []
        days = [DAY, DAY - timedelta(days=31)]
        assert codes(rules.check_unsettled(days, DAY, LIMITS)) == [("PCH-007", "amount")]

    def test_the_same_receipt_is_claimed_once(self):
        twice = [*slips(5), *slips(7)]
        assert codes(rules.check_slips(twice, FLOAT, LIMITS)) == [
            ("PCH-009", "receipts/1/receipt_no")
        ]
        known = {slips(5)[0].key}
        assert codes(rules.check_slips(slips(5), FLOAT, LIMITS, known)) == [
            ("PCH-009", "receipts/0/receipt_no")
        ]

    def test_receipts_are_of_the_floats_days_and_year(self):
        opened = DAY - timedelta(days=5)
        wrong = [opened - timedelta(days=1), DAY + timedelta(days=1)]
        found = [rules.check_days(slips(1, on=each), opened, DAY) for each in wrong]
        assert [codes(each) for each in found] == [[("PCH-008", "receipts/0/bought_on")]] * 2
        assert rules.check_days(slips(1, on=opened), opened, DAY) == []
        new_year = JalaliDate(1406, 1, 5).gregorian()
        assert codes(rules.check_days(slips(1, on=new_year), opened, new_year)) != []

    def test_after_its_year_a_float_is_settled_and_not_refilled(self):
        assert rules.check_year(DAY, rules.settle_by(DAY)) == []
        after = rules.settle_by(DAY) + timedelta(days=1)
        assert codes(rules.check_year(DAY, after)) == [("PCH-011", "receipts")]


@given(st.lists(amounts, min_size=1, max_size=6), amounts)
def test_what_passes_never_exceeds_the_float_nor_one_receipt_half_of_it(found, float_amount):
    mine = slips(*(each.amount for each in found))
    if rules.check_slips(mine, float_amount, LIMITS) == []:
        assert rules.spent(mine) <= float_amount
        assert all(each.amount.amount * 2 <= float_amount.amount for each in mine)


@given(amounts, amounts, amounts)
def test_exactly_one_sum_of_cash_is_right(float_amount, used, cash):
    right = rules.check_cash(float_amount, used, cash) == []
    assert right is (cash + used == float_amount)
