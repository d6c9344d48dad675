"""Bad input and deadlines: every problem has its code and stands beside its field."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from engine.errors import Problem
from engine.values import JalaliDate, Percentage, Rial
from processes.contractor_statement.rules import (
    Coefficients,
    ContractHead,
    Guarantee,
    GuaranteeKind,
    Header,
    LastStatement,
    Line,
    LineKind,
    Payment,
    ReviewedLine,
    StatementKind,
    advance_due,
    check_claim,
    check_contract,
    check_duties,
    check_header,
    check_payment,
    check_recovery,
    check_review,
    check_variation,
    final_account_due,
    final_deadlines,
    final_preparer,
    interim_deadlines,
    objection_due,
    settlement_due,
)
from processes.contractor_statement.tests.rule_examples import calendar_1404_1405

BILL = {
    line.code: line
    for line in (
        Line("020401", LineKind.LIST, Rial(850_000), Decimal(4000)),
        Line("990001", LineKind.NEW, Rial(5), Decimal(0)),
        Line("990002", LineKind.NEW, Rial(5), Decimal(0), price_minute="m-7"),
        Line("110101", LineKind.STAR, Rial(5), Decimal(10)),
    )
}


def found(problems: Sequence[Problem]) -> list[tuple[str, str | None, str]]:
    return [(each.code, each.field, each.severity) for each in problems]


@pytest.mark.parametrize(
    ("code", "quantity", "expected"),
    [
        pytest.param("020401", "12.3456", ("STM-004", "error"), id="four decimals"),
        pytest.param("020401", "-1", ("STM-005", "error"), id="negative"),
        pytest.param("020401", "1e12", ("STM-006", "error"), id="too many digits"),
        pytest.param("555555", "1", ("STM-017", "error"), id="not in the contract"),
        pytest.param("990001", "1", ("STM-017", "error"), id="new price without a minute"),
        pytest.param("020401", "4000.001", ("STM-015", "warning"), id="above the contract"),
    ],
)
def test_a_claimed_quantity_is_refused_with_its_code(
    code: str, quantity: str, expected: tuple[str, str]
) -> None:
    problems = check_claim(BILL, {code: Decimal(quantity)}, {})
    assert (expected[0], f"lines/{code}/claimed", expected[1]) in found(problems)


def test_lines_worth_more_than_money_can_say_are_refused() -> None:
    problems = check_claim(BILL, {"020401": Decimal(10**12) - 1}, {})
    assert ("MON-001", "lines", "error") in found(problems)


def test_a_good_claim_has_no_problem() -> None:
    claim = {"020401": Decimal("12.3400"), "990002": Decimal(3), "110101": Decimal(11)}
    assert check_claim(BILL, claim, {"020401": Decimal(12)}) == []


def test_claiming_less_than_approved_warns_even_when_the_line_is_left_out() -> None:
    previous = {"020401": Decimal(598), "110101": Decimal(1)}
    problems = check_claim(BILL, {"020401": Decimal(590)}, previous)
    assert found(problems) == [
        ("STM-012", "lines/020401/claimed", "warning"),
        ("STM-012", "lines/110101/claimed", "warning"),
    ]
    assert problems[0].params == {"claimed": "590", "previous": "598"}


def test_all_problems_come_at_once_in_the_order_entered() -> None:
    claim = {"110101": Decimal(-1), "020401": Decimal("1.2345"), "777777": Decimal(1)}
    assert [each.code for each in check_claim(BILL, claim, {})] == ["STM-005", "STM-004", "STM-017"]


@pytest.mark.parametrize(
    ("review", "expected"),
    [
        pytest.param(ReviewedLine(Decimal(9)), [("STM-013", "reason")], id="no reason"),
        pytest.param(ReviewedLine(Decimal(9), "WHIM"), [("STM-013", "reason")], id="unknown"),
        pytest.param(
            ReviewedLine(Decimal(9), "OTHER", "short"), [("STM-013", "note")], id="no note"
        ),
        pytest.param(ReviewedLine(Decimal(9), "OTHER", "the wall is missing"), [], id="note"),
        pytest.param(
            ReviewedLine(Decimal(11), "MEASURE"), [("STM-014", "evidence")], id="no evidence"
        ),
        pytest.param(
            ReviewedLine(Decimal(11), "MEASURE", evidence=("sheet-4",)), [], id="with evidence"
        ),
        pytest.param(
            ReviewedLine(Decimal(4)),
            [("STM-013", "reason"), ("STM-012", "supervisor")],
            id="below the last approved",
        ),
        pytest.param(ReviewedLine(Decimal(4), "MEASURE"), [], id="below with a reason"),
        pytest.param(ReviewedLine(Decimal(10)), [], id="unchanged"),
    ],
)
def test_a_review_is_refused_with_its_code(
    review: ReviewedLine, expected: list[tuple[str, str]]
) -> None:
    claim = {"020401": Decimal(10)}
    problems = check_review(
        BILL,
        {"020401": review},
        claim,
        claimed=claim,
        previous={"020401": Decimal(5)},
        party="supervisor",
    )
    assert found(problems) == [(code, f"lines/020401/{field}", "error") for code, field in expected]


def test_agreeing_to_a_correction_downwards_still_needs_a_reason() -> None:
    claim = {"020401": Decimal(4)}
    problems = check_review(
        BILL,
        {"020401": ReviewedLine(Decimal(4))},
        claim,
        claimed=claim,
        previous={"020401": Decimal(5)},
    )
    assert found(problems) == [("STM-012", "lines/020401/approved", "error")]


DAY = date(2025, 8, 1)
LAST = LastStatement(3, "PAID", DAY - timedelta(days=31))
HEADER = Header(
    number=4,
    kind=StatementKind.INTERIM,
    period_from=DAY - timedelta(days=30),
    period_to=DAY,
    submitted_on=DAY,
)


def test_a_wrong_period_names_its_bound_as_people_write_dates() -> None:
    [problem] = check_header(
        replace(HEADER, period_from=LAST.period_to), LAST, handed_over_on=date(2025, 4, 30)
    )

    assert problem.params["bound"] == str(JalaliDate.of(LAST.period_to))


@pytest.mark.parametrize(
    ("header", "last", "expected"),
    [
        pytest.param(HEADER, LAST, [], id="in order"),
        pytest.param(
            HEADER,
            replace(LAST, state="CONSULTANT_REVIEW"),
            [("STM-001", "number")],
            id="the one before is with the consultant",
        ),
        pytest.param(replace(HEADER, number=5), LAST, [("STM-002", "number")], id="number gap"),
        pytest.param(HEADER, None, [("STM-002", "number")], id="the first is number one"),
        pytest.param(
            replace(HEADER, period_from=LAST.period_to),
            LAST,
            [("STM-019", "period_from")],
            id="overlaps",
        ),
        pytest.param(
            replace(HEADER, period_to=DAY + timedelta(days=1)),
            LAST,
            [("STM-019", "period_to")],
            id="ends after submission",
        ),
        pytest.param(
            replace(HEADER, number=1, period_from=date(2025, 4, 30)),
            None,
            [("STM-019", "period_from")],
            id="starts before handover",
        ),
        pytest.param(
            replace(HEADER, period_to=HEADER.period_from - timedelta(days=1)),
            LAST,
            [("STM-019", "period_to")],
            id="upside down",
        ),
        pytest.param(
            replace(HEADER, mobilisation_progress=Decimal("1.01"), site_materials=Rial(-1)),
            LAST,
            [("STM-007", "mobilisation_progress"), ("MON-002", "site_materials")],
            id="figures out of range",
        ),
        pytest.param(
            replace(HEADER, kind=StatementKind.FINAL, site_materials=Rial(1)),
            LAST,
            [("STM-021", "site_materials")],
            id="materials in the final statement",
        ),
    ],
)
def test_a_header_is_refused_with_its_code(
    header: Header, last: LastStatement | None, expected: list[tuple[str, str]]
) -> None:
    problems = check_header(header, last, handed_over_on=date(2025, 5, 1))
    assert [(each.code, each.field) for each in problems] == expected


def test_a_terminated_contract_takes_no_interim_statement() -> None:
    problems = check_header(
        HEADER, LAST, handed_over_on=date(2025, 5, 1), contract_state="TERMINATED"
    )
    assert [each.code for each in problems] == ["STM-008"]


def test_a_contract_that_does_not_fit_together_says_everything() -> None:
    head = ContractHead(
        signed_on=DAY,
        starts_on=DAY - timedelta(days=1),
        duration_days=0,
        stated_amount=Rial(1),
        coefficients=Coefficients(tender=Decimal(0)),
        advance_rate=Percentage("26"),
        adjustable=True,
    )
    assert [each.code for each in check_contract(head, Rial(2))] == [
        "STM-052",
        "STM-053",
        "STM-051",
        "STM-054",
        "STM-055",
        "STM-056",
    ]


CONTRACTOR = "14007650912"
PAYMENT = Payment(
    amount=Rial(100),
    certified=Rial(100),
    contractor_id=CONTRACTOR,
    payee_id=CONTRACTOR,
    owner_id=CONTRACTOR,
    pay_on=DAY,
)
PERFORMANCE = Guarantee("p1", GuaranteeKind.PERFORMANCE, Rial(5), DAY + timedelta(days=99))
ADVANCE = Guarantee("a1", GuaranteeKind.ADVANCE, Rial(50), DAY + timedelta(days=99))


@pytest.mark.parametrize(
    ("payment", "guarantees", "expected"),
    [
        pytest.param(PAYMENT, [PERFORMANCE], [], id="in order"),
        pytest.param(
            replace(PAYMENT, owner_id="10380284790"),
            [PERFORMANCE],
            [("PAY-007", "account")],
            id="account of another",
        ),
        pytest.param(
            replace(PAYMENT, amount=Rial(99)),
            [PERFORMANCE],
            [("PAY-002", "amount")],
            id="not the certified amount",
        ),
        pytest.param(
            replace(PAYMENT, amount=Rial(0), certified=Rial(0)),
            [PERFORMANCE],
            [("PAY-002", "amount")],
            id="nothing to pay",
        ),
        pytest.param(
            PAYMENT,
            [replace(PERFORMANCE, valid_until=DAY - timedelta(days=1))],
            [("STM-023", "guarantees/p1")],
            id="guarantee expired",
        ),
        pytest.param(
            PAYMENT,
            [replace(PERFORMANCE, valid_until=DAY + timedelta(days=15))],
            [("STM-020", "guarantees/p1")],
            id="guarantee about to expire",
        ),
        pytest.param(
            replace(PAYMENT, advance_outstanding=Rial(51)),
            [PERFORMANCE, ADVANCE],
            [("STM-023", "guarantees/ADVANCE")],
            id="advance not covered",
        ),
        pytest.param(
            replace(PAYMENT, last=True),
            [PERFORMANCE],
            [("STM-028", "clearance")],
            id="last payment without clearance",
        ),
        pytest.param(
            replace(PAYMENT, invalid_signatures=("consultant_review",)),
            [PERFORMANCE],
            [("STM-027", "signatures/consultant_review")],
            id="invalid signature",
        ),
    ],
)
def test_a_payment_is_refused_with_its_code(
    payment: Payment, guarantees: list[Guarantee], expected: list[tuple[str, str]]
) -> None:
    problems = check_payment(payment, guarantees)
    assert [(each.code, each.field) for each in problems] == expected


def test_the_sum_of_the_works_stays_within_a_quarter() -> None:
    contract = Rial(1_000)
    assert check_variation(Rial(1_250), contract) == []
    assert [each.code for each in check_variation(Rial(1_251), contract)] == ["STM-016"]
    assert check_variation(Rial(1_251), contract, supplements=Rial(1)) == []
    assert check_variation(Rial(749), contract) == []
    assert [each.code for each in check_variation(Rial(749), contract, final=True)] == ["STM-016"]


def test_recovering_more_than_is_outstanding_is_refused() -> None:
    assert check_recovery(Rial(5), Rial(5)) == []
    assert [each.code for each in check_recovery(Rial(6), Rial(5))] == ["STM-022"]


def test_one_person_is_not_both_supervisor_and_consultant() -> None:
    assert [each.code for each in check_duties({"SUPERVISOR": "sara", "CONSULTANT": "sara"})] == [
        "SOD-003"
    ]
    assert check_duties({"SUPERVISOR": "sara", "CONSULTANT": "omid"}) == []
    assert check_duties({"SUPERVISOR": "sara"}) == []


def jalali(on: date) -> str:
    return str(JalaliDate.of(on))


def gregorian(text: str) -> date:
    return JalaliDate.parse(text).gregorian()


def test_an_interim_statement_has_ten_and_ten_days() -> None:
    due = interim_deadlines(gregorian("1404/07/30"), calendar_1404_1405())
    assert (jalali(due.consultant), jalali(due.employer)) == ("1404/08/10", "1404/08/20")
    assert due.supervisor < due.consultant


def test_a_final_statement_has_one_three_and_two_months() -> None:
    due = final_deadlines(gregorian("1404/09/15"), calendar_1404_1405())
    assert [jalali(each) for each in (due.contractor, due.consultant, due.employer)] == [
        "1404/10/15",
        "1405/01/15",
        "1405/03/16",
    ]
    assert final_preparer(due.contractor, due.contractor) == "CONTRACTOR"
    assert final_preparer(due.contractor, due.contractor + timedelta(days=1)) == "CONSULTANT"


def test_objections_final_account_and_settlement_have_their_day() -> None:
    calendar, day = calendar_1404_1405(), gregorian("1404/08/10")
    assert jalali(objection_due(day, calendar)) == "1404/09/10"
    assert jalali(objection_due(day, calendar, final=True)) == "1404/09/10"
    assert jalali(final_account_due(day, calendar)) == "1404/11/11"
    assert jalali(settlement_due(day, calendar)) == "1404/09/10"


def test_an_instalment_is_due_by_the_later_of_request_and_guarantee() -> None:
    calendar, requested = calendar_1404_1405(), gregorian("1404/04/01")
    assert jalali(advance_due(requested, gregorian("1404/04/02"), calendar)) == "1404/04/21"
    assert jalali(advance_due(requested, gregorian("1404/04/20"), calendar)) == "1404/04/30"
