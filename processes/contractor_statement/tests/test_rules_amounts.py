"""Advance, social security, retention, damages and adjustment, by their worked figures."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from engine.values import JalaliDate, Percentage, Rial
from processes.contractor_statement.rules import (
    FAMILIES,
    MODES,
    PLANS,
    VAT_RATES,
    CertifiedToDate,
    Half,
    Indices,
    Instalment,
    RecoveryMethod,
    RetentionAccount,
    RetentionEvent,
    RetentionSchedule,
    ScheduledLine,
    SocialSecurity,
    SocialSecurityMode,
    Terms,
    adjustment_terms,
    adjustment_total,
    advance_recovered,
    balance_to_finish,
    base_quarter,
    certificate,
    check_adjustment,
    check_release,
    completed_and_stored,
    delay_damages,
    performance_guarantee_freed,
    price_adjustment,
    quarter_days,
    release,
    retained_to_date,
    settle_clearance,
    social_security_accrued,
    social_security_held,
    social_security_premium,
    split_by_days,
    vat_of_contractor,
)
from processes.contractor_statement.tests.rule_examples import rows

BILLION = 10**9
FREE = SocialSecurity(SocialSecurityMode.A, Percentage.ZERO, premium=Fraction(0))
CONTRACT = Rial(100 * BILLION)
GROSS = Rial(109_576_918_974)


def billions(text: str) -> Rial:
    return Rial.rounded(Decimal(text) * BILLION)


@pytest.mark.parametrize("method", list(RecoveryMethod))
def test_an_advance_is_recovered_as_its_method_says(method: RecoveryMethod) -> None:
    recovered, certified = Rial.ZERO, Rial.ZERO
    for row in (each for each in rows("advance_recovery.csv") if each["method"] == method.value):
        parts = [part.split("@") for part in row["instalments"].split(";")]
        instalments = [Instalment(billions(amount), billions(at)) for amount, at in parts]
        gross = billions(row["gross"])
        recovered = advance_recovered(
            PLANS[method],
            instalments,
            CONTRACT,
            gross,
            gross_before=certified,
            recovered_before=recovered,
        )
        certified = gross
        assert recovered == billions(row["recovered"]), row


def test_an_instalment_paid_at_the_full_contract_amount_is_recovered_at_once() -> None:
    late = [Instalment(Rial(10), CONTRACT)]
    plan = PLANS[RecoveryMethod.PRORATA]
    assert advance_recovered(plan, late, CONTRACT, CONTRACT) == Rial.ZERO
    assert advance_recovered(plan, late, CONTRACT, CONTRACT + Rial(1)) == Rial(10)


def test_mode_a_settles_the_premium_from_the_held_amount() -> None:
    scheme = MODES[SocialSecurityMode.A]
    held = social_security_held(scheme, GROSS)
    settled = settle_clearance(scheme, GROSS, Rial(7_000_000_000), held)
    assert held == Rial(5_478_845_949)
    assert settled.premium == Rial(8_522_649_254)
    assert settled.owed == Rial(1_522_649_254)
    assert settled.released == Rial(3_956_196_695)
    assert settled.shortfall == Rial.ZERO


def test_what_the_held_amount_does_not_cover_is_claimed() -> None:
    scheme = MODES[SocialSecurityMode.A]
    settled = settle_clearance(scheme, GROSS, Rial.ZERO, Rial(5_478_845_949))
    assert (settled.released, settled.shortfall) == (Rial.ZERO, Rial(3_043_803_305))


@pytest.mark.parametrize(
    ("mode", "held", "accrued", "premium"),
    [
        pytest.param(SocialSecurityMode.A, 50_000, 0, 77_778, id="A holds 5 % of 7.78 %"),
        pytest.param(SocialSecurityMode.B, 16_000, 50_000, 66_000, id="B deducts 1.6 of 6.6 %"),
        pytest.param(SocialSecurityMode.C, 50_000, 0, 166_667, id="C holds 5 % of 16.67 %"),
        pytest.param(
            SocialSecurityMode.CONSULTANCY, 36_000, 120_000, 156_000, id="consultancy 3.6 + 12 %"
        ),
    ],
)
def test_a_mode_has_its_rates(
    mode: SocialSecurityMode, held: int, accrued: int, premium: int
) -> None:
    scheme, gross = MODES[mode], Rial(1_000_000)
    assert social_security_held(scheme, gross) == Rial(held)
    assert social_security_accrued(scheme, gross) == Rial(accrued)
    assert social_security_premium(scheme, gross) == Rial(premium)


def test_mode_b_accrues_the_employers_share_without_paying_it_out() -> None:
    terms = Terms(CONTRACT, social_security=MODES[SocialSecurityMode.B])
    issued = certificate(terms, Rial(1_000), CertifiedToDate())
    assert (issued.social_security, issued.accrual) == (Rial(16), Rial(50))
    assert issued.net == Rial(1_000 - 100 - 16)


def test_withholding_tax_is_taken_of_the_period() -> None:
    terms = Terms(CONTRACT, withholding=Percentage("3"))
    issued = certificate(terms, Rial(1_500), CertifiedToDate(gross=Rial(500)))
    assert issued.withholding_tax == Rial(30)


def test_a_retention_limit_stops_at_its_share_of_the_contract() -> None:
    schedule = RetentionSchedule(limit=Percentage("5"))
    assert retained_to_date(schedule, Rial(1_000), Rial(400)) == Rial(40)
    assert retained_to_date(schedule, Rial(1_000), Rial(900)) == Rial(50)


def test_a_reduced_rate_applies_beyond_its_step() -> None:
    schedule = RetentionSchedule(reduced_rate=Percentage("5"), reduced_from=Percentage("50"))
    assert retained_to_date(schedule, Rial(1_000), Rial(500)) == Rial(50)
    assert retained_to_date(schedule, Rial(1_000), Rial(900)) == Rial(70)


def test_the_halves_of_an_odd_retention_are_released_one_after_the_other() -> None:
    held = Rial(10_957_691_897)
    first = release(RetentionAccount(held), Half.FIRST)
    rest = RetentionAccount(held, frozenset({Half.FIRST}), paid=first.amount)
    assert first.payable == Rial(5_478_845_949)
    assert release(rest, Half.SECOND).payable == Rial(5_478_845_948)


def test_the_second_half_first_is_one_payment_of_both() -> None:
    both = release(RetentionAccount(Rial(101)), Half.SECOND)
    assert (both.halves, both.payable) == (frozenset(Half), Rial(101))


def test_a_seized_part_stays_whenever_it_was_seized() -> None:
    seized_before = release(RetentionAccount(Rial(100), seized=Rial(20)), Half.FIRST)
    paid = RetentionAccount(Rial(100), frozenset({Half.FIRST}), Rial(30), Rial(20))
    assert seized_before.payable == Rial(30)
    assert release(paid, Half.SECOND).payable == Rial(50)
    seized_after = RetentionAccount(Rial(100), frozenset({Half.FIRST}), Rial(50), Rial(20))
    assert release(seized_after, Half.SECOND).payable == Rial(30)


def test_cash_taken_against_a_guarantee_is_not_paid_again() -> None:
    substituted = RetentionAccount(Rial(100), paid=Rial(50), guarantee_until=date(2026, 5, 1))
    assert release(substituted, Half.FIRST).payable == Rial.ZERO


def test_a_debt_is_netted_and_shown() -> None:
    netted = release(RetentionAccount(Rial(100)), Half.FIRST, debt=Rial(15))
    assert (netted.amount, netted.debt, netted.payable) == (Rial(50), Rial(15), Rial(35))


@pytest.mark.parametrize(
    ("account", "half", "codes"),
    [
        pytest.param(
            RetentionAccount(Rial(9), frozenset({Half.FIRST})), Half.FIRST, ["STM-040"], id="twice"
        ),
        pytest.param(
            RetentionAccount(Rial(9), guarantee_until=date(2025, 12, 31)),
            Half.FIRST,
            ["STM-041"],
            id="guarantee expired",
        ),
        pytest.param(
            RetentionAccount(Rial(9)), Half.SECOND, ["STM-042", "STM-028"], id="second too early"
        ),
        pytest.param(RetentionAccount(Rial(9)), Half.FIRST, [], id="in order"),
    ],
)
def test_a_release_is_refused_with_its_code(
    account: RetentionAccount, half: Half, codes: list[str]
) -> None:
    problems = check_release(
        account,
        half,
        {RetentionEvent.FINAL_STATEMENT_APPROVED},
        on=date(2026, 1, 1),
        defects_closed=True,
        clearance=False,
    )
    assert [each.code for each in problems] == codes


def test_an_open_defects_list_stops_a_release() -> None:
    problems = check_release(
        RetentionAccount(Rial(9)),
        Half.FIRST,
        {RetentionEvent.PROVISIONAL_ACCEPTANCE},
        on=date(2026, 1, 1),
        defects_closed=False,
        clearance=True,
        schedule=FAMILIES["FIDIC_1999"].retention,
    )
    assert [each.code for each in problems] == ["STM-043"]


def test_the_performance_guarantee_goes_back_while_the_debt_is_small() -> None:
    assert performance_guarantee_freed(Rial.ZERO, Rial.ZERO)
    assert not performance_guarantee_freed(Rial(50), Rial(100))


@pytest.mark.parametrize("row", rows("delay_damages.csv"), ids=lambda row: row["delay"])
def test_delay_costs_what_article_50_says(row: dict[str, str]) -> None:
    found = delay_damages(Rial(12 * BILLION), int(row["duration"]), int(row["delay"]))
    assert found == Rial(int(row["damages"]))


def indices(table: list[dict[str, str]]) -> Indices:
    values = {(row["chapter"], row["quarter"]): Decimal(row["work_index"]) for row in table}
    values |= {(row["chapter"], "1403Q4"): Decimal(row["base_index"]) for row in table}
    return Indices(values)


def test_prices_are_adjusted_chapter_by_chapter() -> None:
    table = rows("price_adjustment.csv")
    amounts = {row["chapter"]: Rial(int(row["amount"])) for row in table}
    adjusted = price_adjustment(amounts, {"1404Q2": 40, "1404Q3": 20}, indices(table), "1403Q4")
    assert [
        (each.chapter, each.quarter, each.part.amount, each.k, each.amount.amount)
        for each in adjusted
    ] == [
        (
            row["chapter"],
            row["quarter"],
            int(row["part"]),
            Decimal(row["k"]),
            int(row["adjustment"]),
        )
        for row in table
    ]
    total = adjustment_total(adjusted)
    terms = adjustment_terms(Terms(CONTRACT), total)
    issued = certificate(terms, total, CertifiedToDate(), vat=Percentage("10"))
    assert total == Rial(6_201_850_000)
    assert (issued.retention, issued.social_security) == (Rial(620_185_000), Rial(310_092_500))
    assert (issued.vat, issued.net) == (Rial(620_185_000), Rial(5_891_757_500))


def test_work_in_an_unauthorised_delay_uses_the_lower_index() -> None:
    table = rows("price_adjustment.csv")
    late = price_adjustment(
        {"08": Rial(100), "11": Rial(100)},
        {"1404Q3": 20},
        indices(table),
        "1403Q4",
        permitted_until="1404Q2",
    )
    assert [each.work_index for each in late] == [Decimal("640.5"), Decimal("441.0")]


def test_an_overall_index_serves_every_chapter() -> None:
    overall = Indices(
        {("ALL", "1403Q4"): Decimal(100), ("ALL", "1404Q1"): Decimal(110)}, common="ALL"
    )
    rows_ = price_adjustment(
        {"01": Rial(1_000), "02": Rial(2_000)}, {"1404Q1": 1}, overall, "1403Q4"
    )
    assert [each.amount for each in rows_] == [Rial(95), Rial(190)]


def test_what_cannot_be_adjusted_is_said_all_at_once() -> None:
    table = rows("price_adjustment.csv")
    problems = check_adjustment(
        "FINANCE_REVIEW",
        {"08": Rial(1), "99": Rial(1)},
        {"1404Q2": 40, "1404Q4": 19},
        60,
        indices(table),
        "1403Q4",
    )
    assert [(each.code, each.field) for each in problems] == [
        ("STM-031", "statement"),
        ("STM-033", "days"),
        ("STM-032", "indices/08/1404Q4"),
        ("STM-032", "indices/99/1403Q4"),
        ("STM-032", "indices/99/1404Q2"),
        ("STM-032", "indices/99/1404Q4"),
    ]


def test_a_missing_index_is_never_guessed() -> None:
    with pytest.raises(LookupError):
        price_adjustment({"08": Rial(1)}, {"1404Q2": 1}, Indices({}), "1403Q4")


def test_days_are_split_over_jalali_quarters() -> None:
    first, last = JalaliDate(1404, 3, 20).gregorian(), JalaliDate(1404, 7, 10).gregorian()
    assert quarter_days(first, last) == {"1404Q1": 12, "1404Q2": 93, "1404Q3": 10}


def test_the_last_quarter_takes_the_odd_rial() -> None:
    assert split_by_days(Rial(1), {"1404Q2": 1, "1404Q3": 1}) == {
        "1404Q2": Rial(1),
        "1404Q3": Rial.ZERO,
    }
    with pytest.raises(ValueError, match="one day or more"):
        split_by_days(Rial(1), {})


def test_the_base_quarter_comes_before_the_bid() -> None:
    assert base_quarter(JalaliDate(1404, 5, 1)) == "1404Q1"


def test_vat_follows_the_approval_day_and_the_registration() -> None:
    registered = date(2030, 1, 1)
    assert vat_of_contractor(VAT_RATES, date(2024, 3, 19), registered) == Percentage("9")
    assert vat_of_contractor(VAT_RATES, date(2024, 3, 20), registered) == Percentage("10")
    assert vat_of_contractor(VAT_RATES, date(2025, 1, 2), date(2025, 1, 1)) == Percentage.ZERO


def test_the_aia_example_comes_out_to_the_cent() -> None:
    family = FAMILIES["AIA_G702"]
    table = rows("aia_g703.csv")
    schedule = [
        ScheduledLine(
            *(Rial(int(row[each])) for each in ("scheduled", "previous", "this_period", "stored"))
        )
        for row in table
    ]
    assert [(line.to_date, line.percent, line.balance) for line in schedule] == [
        (Rial(int(row["to_date"])), Decimal(row["percent"]), Rial(int(row["balance"])))
        for row in table
    ]
    contract = Rial.total(line.scheduled_value for line in schedule)
    terms = Terms(contract, retention=family.retention, social_security=FREE)
    earlier = certificate(terms, Rial(9_000_000), CertifiedToDate())
    issued = certificate(terms, completed_and_stored(schedule), earlier.to_date)
    assert earlier.payable == Rial(8_100_000)
    assert issued.gross == Rial(13_600_000)
    assert issued.to_date.retention == Rial(1_360_000)
    assert issued.gross - issued.to_date.retention == Rial(12_240_000)
    assert issued.payable == Rial(4_140_000)
    assert balance_to_finish(schedule, issued.to_date.retention) == Rial(12_760_000)


def test_every_family_recovers_and_retains_with_the_same_engine() -> None:
    fidic = FAMILIES["FIDIC_1999"]
    assert fidic.recovery is not None
    assert (fidic.certifier_days, fidic.payment_days) == (28, 56)
    terms = Terms(CONTRACT, retention=fidic.retention, recovery=fidic.recovery)
    advance = [Instalment(Rial(15 * BILLION))]
    first = certificate(terms, Rial(8 * BILLION), CertifiedToDate(), instalments=advance)
    second = certificate(terms, Rial(20 * BILLION), first.to_date, instalments=advance)
    assert (first.advance_recovery, second.advance_recovery) == (Rial.ZERO, Rial(3 * BILLION))
    last = certificate(terms, Rial(100 * BILLION), second.to_date, instalments=advance)
    assert last.to_date.retention == Rial(5 * BILLION)
    assert last.to_date.advance == Rial(15 * BILLION)
    assert Fraction(last.advance_recovery.amount, BILLION) == 12
