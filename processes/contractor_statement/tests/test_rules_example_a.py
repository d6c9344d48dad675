"""Worked example A: a contract, its three statements and the final one, to the rial."""

from __future__ import annotations

from decimal import Decimal

import pytest

from engine.values import Percentage, Rial
from processes.contractor_statement.rules import (
    Certificate,
    CertifiedToDate,
    Instalment,
    Measured,
    Terms,
    advance_outstanding,
    certificate,
    initial_amount,
    line_amount,
    on_account,
    retention_halves,
    statement_figures,
    variation_range,
)
from processes.contractor_statement.tests.rule_examples import (
    ADVANCE,
    BILL,
    BY_CODE,
    COEFFICIENTS,
    CONTRACT_AMOUNT,
    MOBILISATION,
    measured,
    quantities,
    rows,
)

TERMS = Terms(CONTRACT_AMOUNT)
PAID = [Instalment(ADVANCE)]
VAT = Percentage("10")


def certificates() -> list[Certificate]:
    issued: list[Certificate] = []
    for row in rows("certificates_example_a.csv"):
        figures = statement_figures(BILL, COEFFICIENTS, MOBILISATION, measured(row))
        before = issued[-1].to_date if issued else CertifiedToDate()
        penalty = Rial(int(row["penalty"]))
        issued.append(
            certificate(TERMS, figures.gross, before, instalments=PAID, vat=VAT, penalty=penalty)
        )
    return issued


@pytest.mark.parametrize("row", rows("bill_example_a.csv"), ids=lambda row: row["code"])
def test_a_line_of_the_contract_is_worth_its_amount(row: dict[str, str]) -> None:
    line = BY_CODE[row["code"]]
    assert line_amount(line, line.contract_quantity) == Rial(int(row["amount"]))


def test_the_contract_amount_follows_from_its_bill() -> None:
    assert initial_amount(BILL, COEFFICIENTS, MOBILISATION) == CONTRACT_AMOUNT
    assert CONTRACT_AMOUNT.share(Percentage("20")) == ADVANCE
    assert CONTRACT_AMOUNT.share(Percentage("5")) == Rial(5_524_004_603)


def test_the_contract_may_run_between_its_limits() -> None:
    allowed = variation_range(CONTRACT_AMOUNT)
    assert (allowed.lowest, allowed.highest) == (Rial(82_860_069_038), Rial(138_100_115_063))


@pytest.mark.parametrize("index", [0, 1, 2])
def test_a_statement_adds_up_to_its_figures(index: int) -> None:
    row = rows("certificates_example_a.csv")[index]
    figures = statement_figures(BILL, COEFFICIENTS, MOBILISATION, measured(row))
    assert {
        "lines_total": figures.lines_total.amount,
        "works": figures.works.amount,
        "mobilisation": figures.mobilisation.amount,
        "gross": figures.gross.amount,
    } == {each: int(row[each]) for each in ("lines_total", "works", "mobilisation", "gross")}


@pytest.mark.parametrize("index", [0, 1, 2])
def test_a_statement_pays_its_net(index: int) -> None:
    row = rows("certificates_example_a.csv")[index]
    issued = certificates()[index]
    names = ("period", "retention", "advance_recovery", "social_security", "vat", "net")
    assert {name: getattr(issued, name).amount for name in names} == {
        name: int(row[name]) for name in names
    }
    assert issued.payable == issued.net


def test_the_deductions_of_all_statements_are_those_of_the_total() -> None:
    issued = certificates()
    assert Rial.total(each.net for each in issued) == Rial(82_116_861_224)
    assert issued[-1].to_date.retention == Rial(10_968_914_830)
    assert issued[-1].to_date.social_security == Rial(5_484_457_415)
    assert advance_outstanding(PAID, issued[-1].to_date.advance) == Rial(158_188_750)


@pytest.mark.parametrize(
    ("index", "claimed"),
    [
        pytest.param(0, 14_714_713_650, id="statement 1"),
        pytest.param(1, 47_001_733_320, id="statement 2"),
        pytest.param(2, 110_480_092_050, id="statement 3"),
    ],
)
def test_the_contractor_claims_more_than_is_certified(index: int, claimed: int) -> None:
    row = rows("certificates_example_a.csv")[index]
    said = measured(row, "claimed")
    assert statement_figures(BILL, COEFFICIENTS, MOBILISATION, said).gross == Rial(claimed)


def test_the_final_statement_settles_the_advance_and_frees_half_the_retention() -> None:
    everything = Measured(quantities("approved_final"), Decimal(1), Rial.ZERO)
    figures = statement_figures(BILL, COEFFICIENTS, MOBILISATION, everything)
    before = certificates()[-1].to_date

    balance = certificate(TERMS, figures.gross, before, instalments=PAID, vat=VAT, final=True)
    first, second = retention_halves(balance.to_date.retention)
    paid = certificate(
        TERMS, figures.gross, before, instalments=PAID, vat=VAT, final=True, releases=first
    )

    assert figures.works == Rial(106_648_918_974)
    assert figures.gross == Rial(109_576_918_974)
    assert balance.period == Rial(-112_229_325)
    assert balance.retention == Rial(-11_222_933)
    assert balance.social_security == Rial(-5_611_466)
    assert balance.advance_recovery == Rial(158_188_750)
    assert balance.vat == Rial(-11_222_933)
    assert balance.net == Rial(-264_806_609)
    assert balance.payable == Rial.ZERO
    assert (first, second) == (Rial(5_478_845_949), Rial(5_478_845_948))
    assert paid.payable == Rial(5_214_039_340)


def test_a_negative_net_is_carried_to_the_next_certificate() -> None:
    owing = certificate(TERMS, Rial(100), CertifiedToDate(), penalty=Rial(500))
    following = certificate(TERMS, Rial(1_100), owing.to_date)
    assert (owing.payable, owing.debt_carried) == (Rial.ZERO, Rial(415))
    assert following.debt_brought == Rial(415)
    assert following.net == Rial(850 - 415)


def test_a_late_statement_is_paid_on_account_and_netted_by_the_next() -> None:
    first = certificates()[0].to_date
    paid = on_account(TERMS, Rial(47_001_733_320), first, instalments=PAID)
    assert paid.period == Rial(18_339_465_211)
    assert paid.retention == Rial(1_833_946_521)
    assert paid.vat == Rial.ZERO
    assert paid.to_date.gross == Rial(14_561_748_113)

    following = certificate(TERMS, Rial(46_113_059_060), paid.to_date, instalments=PAID, vat=VAT)

    assert following.period == Rial(31_551_310_947)
    assert following.on_account == Rial(18_339_465_211)
    assert paid.net + following.net == Rial(23_663_483_211)


def test_nothing_is_paid_on_account_when_more_was_certified() -> None:
    paid = on_account(TERMS, Rial(100), CertifiedToDate(gross=Rial(90), retention=Rial(9)))
    assert paid.period == Rial.ZERO
