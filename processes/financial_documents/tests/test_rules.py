"""The figures of `domain.md` §2.4 and §2.6, and what holds for any others."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.values import Percentage, Rial
from engine.values.splitting import split_sum
from processes.financial_documents.rules.delegation import (
    Authority,
    check_authority,
)
from processes.financial_documents.rules.duplicates import Paper, check_duplicate
from processes.financial_documents.rules.matching import (
    MatchLine,
    Tolerances,
    check_vat,
    corrections,
    match,
    within_tolerance,
)

DAY = date(2026, 8, 1)
BN, M = 1_000_000_000, 1_000_000
TEN = Percentage("10")


def line(ordered=100, received=100, quantity=100, price=5 * M, before=0, vat=0) -> MatchLine:
    """A line of the table of §2.4: ordered at five million."""
    return MatchLine(
        1,
        Decimal(ordered),
        Rial(5 * M),
        Decimal(received),
        Decimal(before),
        Decimal(quantity),
        Rial(price),
        Rial(vat),
    )


@pytest.mark.parametrize(
    ("given_line", "expected"),
    [
        pytest.param(line(), [], id="all agree"),
        pytest.param(line(received=90), ["FIN-001"], id="more invoiced than received"),
        pytest.param(line(price=5_090_000), [], id="nine million above are tolerated"),
        pytest.param(line(price=5_100_000), [], id="equal to the limit of ten million"),
        pytest.param(line(price=5_100_001), ["FIN-002"], id="a rial a piece above the limit"),
        pytest.param(
            line(ordered=1000, received=1000, quantity=1000, price=5_051_000),
            ["FIN-002"],
            id="above the cap of fifty million",
        ),
        pytest.param(line(received=110), ["FIN-003"], id="more received than ordered"),
        pytest.param(line(price=4 * M), [], id="a lower price always passes"),
        pytest.param(line(before=1), ["FIN-001"], id="invoiced before"),
        pytest.param(
            line(received=110, quantity=120, price=6 * M),
            ["FIN-001", "FIN-002", "FIN-003"],
            id="everything at once",
        ),
    ],
)
def test_the_table_of_the_match(given_line: MatchLine, expected: list[str]):
    assert [each.code for each in match([given_line], Tolerances())] == expected


def test_a_mismatch_says_by_how_much():
    [price] = match(
        [line(ordered=1000, received=1000, quantity=1000, price=5_051_000)], Tolerances()
    )
    assert (price.params["variance"], price.params["allowed"]) == ("51000000", "50000000")
    [over] = match([line(received=90)], Tolerances())
    assert over.params == {"line": "1", "over": "10"}


def test_a_wider_tolerance_lets_more_pass():
    wide = Tolerances(quantity=TEN, price=Percentage("5"), price_cap=Rial(10**9))
    assert match([line(received=110, quantity=110, price=5_250_000)], wide) == []
    assert within_tolerance([line(price=5_100_000), line()]) == [1]


@given(
    ordered=st.integers(1, 1000),
    received=st.integers(0, 1200),
    before=st.integers(0, 500),
    quantity=st.integers(1, 1200),
    price=st.integers(1, 9 * M),
)
def test_what_a_credit_note_takes_off_makes_invoice_and_receipt_agree(
    ordered: int, received: int, before: int, quantity: int, price: int
):
    asked = line(ordered, received, quantity, price, before, vat=quantity * price // 10)
    for each in corrections([asked], Tolerances(), TEN):
        left = Decimal(quantity) - each.quantity
        after = line(ordered, received, int(left), price - each.price.amount, before)
        codes = {problem.code for problem in match([after], Tolerances())}
        stays = {"FIN-001"} if before > received else set()  # nothing of this line is left to pay
        assert codes - {"FIN-003"} <= stays
        assert each.amount == Rial(price * quantity) - after.price.times(left)


def test_a_credit_note_for_ten_too_many_is_their_price_and_tax():
    [found] = corrections([line(received=90, vat=50 * M)], Tolerances(), TEN)
    assert (found.quantity, found.amount, found.vat) == (Decimal(10), Rial(50 * M), Rial(5 * M))


def test_tax_is_reckoned_again_and_one_rial_is_let_pass():
    amounts = [
        (1, Rial(1_005), Rial(100)),
        (2, Rial(1_005), Rial(102)),
        (3, Rial(1_005), Rial(103)),
    ]
    [problem] = check_vat(amounts, TEN)
    assert (problem.code, problem.field) == ("FIN-006", "lines/3")
    assert problem.params["expected"] == "101"


class TestDuplicates:
    def paper(self, number: str | None = "12", year: int = 1405, amount: int = M, days: int = 0):
        return Paper("10380284790", number, year, Rial(amount), DAY + timedelta(days=days))

    def test_the_same_number_in_a_year_is_the_same_invoice(self):
        [found] = check_duplicate(self.paper(), [self.paper(amount=7, days=90)], 3)
        assert (found.code, found.field, found.severity) == ("FIN-004", "invoice_no", "error")
        assert check_duplicate(self.paper(), [self.paper(year=1404, days=-300)], 3) == []

    @pytest.mark.parametrize("days", [-3, 0, 3])
    def test_the_same_amount_within_three_days_is_a_warning(self, days: int):
        [found] = check_duplicate(self.paper(), [self.paper("13", days=days)], 3)
        assert (found.code, found.severity) == ("FIN-005", "warning")

    def test_four_days_another_amount_or_another_payee_are_not(self):
        others = [self.paper("13", days=4), self.paper("14", amount=M + 1)]
        others.append(Paper("14007650912", "12", 1405, Rial(M), DAY))
        assert check_duplicate(self.paper(), others, 3) == []


class TestDelegation:
    HEAD = Authority("FIN_HEAD", Rial(2 * BN), DAY)

    def test_the_limit_itself_is_within_it(self):
        assert check_authority(self.HEAD, Rial(2 * BN), DAY) == []
        [above] = check_authority(self.HEAD, Rial(2 * BN + 1), DAY)
        assert (above.code, above.params) == ("DEL-001", {"limit": str(2 * BN)})

    def test_it_ends_with_its_last_day(self):
        [over] = check_authority(self.HEAD, Rial(1), DAY + timedelta(days=1))
        assert over.code == "DEL-002"

    def test_nobody_is_above_the_mayor(self):
        assert check_authority(Authority("MAYOR", None, None), Rial(10**17), DAY) == []

    def test_the_third_of_three_parts_crosses_the_limit(self):
        parts = [Rial(900 * M), Rial(700 * M), Rial(600 * M)]
        sums = [split_sum(each, parts[:n], Rial(2 * BN)) for n, each in enumerate(parts)]
        assert sums == [None, None, Rial(2_200_000_000)]

    def test_what_is_above_the_limit_by_itself_is_not_split(self):
        assert split_sum(Rial(3 * BN), [Rial(M)], Rial(2 * BN)) is None
        assert split_sum(Rial(M), [Rial(3 * BN)], Rial(2 * BN)) is None
        assert split_sum(Rial(M), [Rial(M)], None) is None

    @given(st.lists(st.integers(1, 3 * BN), min_size=1, max_size=6))
    def test_whoever_stays_below_together_is_never_flagged(self, parts: list[int]):
        amounts = [Rial(each) for each in parts]
        flagged = split_sum(amounts[0], amounts[1:], Rial(2 * BN))
        if sum(parts) <= 2 * BN:
            assert flagged is None
