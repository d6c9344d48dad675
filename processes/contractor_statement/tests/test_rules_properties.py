"""What must hold for every sequence of statements, whatever the figures."""

from __future__ import annotations

import itertools
from decimal import Decimal
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from engine.values import Percentage, Rial
from processes.contractor_statement.rules import (
    MODES,
    PLANS,
    Certificate,
    CertifiedToDate,
    Coefficients,
    DeductionKind,
    Half,
    Instalment,
    Line,
    LineKind,
    RecoveryMethod,
    RetentionAccount,
    RetentionSchedule,
    SocialSecurityMode,
    Terms,
    advance_total,
    certificate,
    deduction_lines,
    delay_damages,
    on_account,
    release,
    retained_to_date,
    retention_halves,
    social_security_accrued,
    social_security_held,
    split_by_days,
    sums_by_coefficients,
    works_value,
)

amounts = st.integers(0, 10**15).map(Rial)
positive = st.integers(1, 10**15).map(Rial)
rates = st.decimals(0, 30, places=2).map(Percentage)
quantities = st.decimals(0, 10**6, places=3)


@st.composite
def terms(draw: st.DrawFn) -> Terms:
    limit = draw(st.none() | st.just(Percentage("5")))
    return Terms(
        contract_amount=draw(positive),
        retention=RetentionSchedule(rate=draw(rates), limit=limit),
        social_security=MODES[draw(st.sampled_from(SocialSecurityMode))],
        recovery=PLANS[draw(st.sampled_from(RecoveryMethod))],
        withholding=draw(rates),
    )


@st.composite
def sequences(draw: st.DrawFn) -> tuple[Terms, list[Instalment], list[Certificate]]:
    """A contract's certificates: values go up and down, some are paid on account."""
    agreed = draw(terms())
    instalments = draw(st.lists(st.builds(Instalment, amounts, amounts), max_size=3))
    vat = draw(rates)
    issued: list[Certificate] = []
    before = CertifiedToDate()
    grosses = draw(st.lists(amounts, min_size=1, max_size=6))
    for number, gross in enumerate(grosses, start=1):
        if draw(st.booleans()):
            issued.append(on_account(agreed, gross, before, instalments=instalments))
            before = issued[-1].to_date
        one = certificate(
            agreed,
            gross,
            before,
            instalments=instalments,
            vat=vat,
            penalty=draw(amounts),
            other_debts=draw(amounts),
            releases=draw(amounts),
            final=number == len(grosses),
        )
        issued.append(one)
        before = one.to_date
    return agreed, instalments, issued


@given(sequences())
def test_all_periods_together_deduct_what_the_total_deducts(
    case: tuple[Terms, list[Instalment], list[Certificate]],
) -> None:
    agreed, instalments, issued = case
    gross = issued[-1].gross
    scheme = agreed.social_security
    assert Rial.total(each.retention for each in issued) == retained_to_date(
        agreed.retention, agreed.contract_amount, gross
    )
    assert Rial.total(each.social_security for each in issued) == social_security_held(
        scheme, gross
    )
    assert Rial.total(each.accrual for each in issued) == social_security_accrued(scheme, gross)
    assert Rial.total(each.advance_recovery for each in issued) == advance_total(instalments)
    certified = (each.period - each.on_account for each in issued)
    assert Rial.total(certified) == gross


@given(sequences())
def test_an_advance_is_never_recovered_beyond_what_is_outstanding(
    case: tuple[Terms, list[Instalment], list[Certificate]],
) -> None:
    _, instalments, issued = case
    total = advance_total(instalments)
    for each in issued:
        assert each.advance_recovery <= total - each.before.advance
        assert Rial.ZERO <= each.to_date.advance <= total
    assert issued[-1].to_date.advance == total


@given(sequences())
def test_net_and_all_legs_are_gross_and_vat(
    case: tuple[Terms, list[Instalment], list[Certificate]],
) -> None:
    agreed, _, issued = case
    for each in issued:
        legs = Rial.total(line.amount for line in deduction_lines(agreed, each))
        assert each.net + legs == each.period + each.vat + each.releases


@given(sequences())
def test_nothing_negative_is_paid_and_no_debt_is_forgotten(
    case: tuple[Terms, list[Instalment], list[Certificate]],
) -> None:
    _, _, issued = case
    assert all(each.payable >= Rial.ZERO for each in issued)
    assert all(each.payable - each.debt_carried == each.net for each in issued)
    for one, following in itertools.pairwise(issued):
        assert following.debt_brought == one.debt_carried


@given(sequences())
def test_deduction_lines_appear_once_each(
    case: tuple[Terms, list[Instalment], list[Certificate]],
) -> None:
    agreed, _, issued = case
    for each in issued:
        kinds = [line.kind for line in deduction_lines(agreed, each)]
        assert len(kinds) == len(set(kinds))
        assert kinds[:3] == [DeductionKind.RETENTION, DeductionKind.ADVANCE, DeductionKind.SSI]


lines = st.lists(
    st.tuples(st.sampled_from(LineKind), st.integers(0, 10**8), quantities),
    min_size=1,
    max_size=30,
)
coefficients = st.builds(
    Coefficients,
    *[st.decimals(Decimal("0.5"), Decimal(2), places=4)] * 5,
)


@given(lines, coefficients, st.randoms())
def test_the_order_of_lines_never_matters(
    drawn: list[tuple[LineKind, int, Decimal]], factors: Coefficients, shuffler: Random
) -> None:
    bill = [
        Line(str(number), kind, Rial(price), quantity)
        for number, (kind, price, quantity) in enumerate(drawn)
    ]
    done = {line.code: line.contract_quantity for line in bill}
    shuffled = shuffler.sample(bill, len(bill))
    assert works_value(bill, factors, done) == works_value(shuffled, factors, done)


@given(lines, coefficients)
def test_each_group_is_rounded_once(
    drawn: list[tuple[LineKind, int, Decimal]], factors: Coefficients
) -> None:
    bill = [
        Line(str(number), kind, Rial(price), quantity)
        for number, (kind, price, quantity) in enumerate(drawn)
    ]
    done = {line.code: line.contract_quantity for line in bill}
    sums = sums_by_coefficients(bill, done)
    exact = sum(
        (amount.amount * factors.product(applying) for applying, amount in sums.items()),
        Decimal(0),
    )
    assert abs(works_value(bill, factors, done).amount - exact) <= Decimal(len(sums)) / 2


@given(positive, st.integers(1, 5000), st.integers(0, 6000), st.integers(0, 6000))
def test_damages_grow_with_the_delay_and_are_capped(
    base: Rial, duration: int, one: int, other: int
) -> None:
    shorter, longer = sorted((one, other))
    cap = Rial.rounded(Decimal(base.amount) * duration / 5000)
    assert delay_damages(base, duration, shorter) >= Rial.ZERO
    assert delay_damages(base, duration, shorter) <= delay_damages(base, duration, longer) <= cap
    assert delay_damages(base, duration, duration) == cap


@given(
    st.integers(-(10**15), 10**15).map(Rial),
    st.lists(st.integers(0, 93), min_size=1, max_size=5).filter(any),
)
def test_an_amount_split_by_days_adds_up(amount: Rial, days: list[int]) -> None:
    worked = {f"1404Q{number}": count for number, count in enumerate(days)}
    assert Rial.total(split_by_days(amount, worked).values()) == amount


@given(amounts, amounts, st.sampled_from(Half), amounts)
def test_a_release_never_pays_more_than_is_held(
    held: Rial, seized: Rial, half: Half, debt: Rial
) -> None:
    once = release(RetentionAccount(held, seized=seized), half, debt)
    after = RetentionAccount(held, once.halves, paid=once.amount, seized=seized)
    rest = release(after, Half.SECOND, debt)
    assert Rial.ZERO <= once.payable <= once.amount
    assert once.amount + rest.amount == max(held - seized, Rial.ZERO)


@given(amounts)
def test_the_halves_add_up_and_the_first_has_the_odd_rial(retained: Rial) -> None:
    first, second = retention_halves(retained)
    assert first + second == retained
    assert first - second in (Rial.ZERO, Rial(1))
