"""Answers of a statement taken back: what its records say then, and which answers stay."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from engine.commands.recallable import NotRecallable
from engine.model.act import Act
from engine.values import Rial
from processes.contractor_statement.records import Contract, StatementState
from processes.contractor_statement.tests.taken_back import answer, recall, there_and_back
from processes.contractor_statement.tests.walking import (
    Case,
    Office,
    column,
    example_approved,
    example_claim,
    quantities,
)


def test_a_claim_taken_back_is_the_contractors_again_with_every_line(office: Office, opened: Case):
    task = answer(opened, "enter", "submit", **example_claim(1))
    claimed = column(office, opened, "claimed")
    assert list(opened.waiting) == ["measure"]

    recall(opened, "enter", task)

    assert list(opened.waiting) == ["enter"]
    assert office.statement(opened).state is StatementState.RETURNED
    assert column(office, opened, "claimed") == claimed
    opened.do("enter", "submit", **example_claim(1))
    assert office.statement(opened).state is StatementState.SUPERVISOR_REVIEW


def test_a_measurement_taken_back_and_made_differently_is_the_one_that_counts(
    office: Office, filed: Case
):
    task = answer(filed, "measure", lines=quantities({"020401": 1}, "MEASURE"))

    recall(filed, "measure", task)

    statement = office.statement(filed)
    assert (statement.state, statement.supervised_at) == (StatementState.SUPERVISOR_REVIEW, None)
    filed.do("measure", lines=quantities({"020401": 2}, "MEASURE")).do("check")
    with office.database.reader() as session:
        acts = session.scalars(select(Act).where(Act.instance_id == filed.instance_id))
        standing = [(each.element_id, each.voided_at is None) for each in acts]
    assert standing == [("measure", False), ("measure", True), ("check", True)]
    assert column(office, filed, "supervisor")["020401"] == 2


def test_after_a_technical_review_was_taken_back_the_statement_is_paid_as_ever(
    office: Office, filed: Case
):
    filed.do("measure", lines=example_approved(1)).do("check")
    task = answer(filed, "technical_review")

    recall(filed, "technical_review", task)

    assert "technical_review" in filed.waiting
    filed.review().sign()
    assert office.statement(filed).state is StatementState.PAYMENT_ORDERED
    assert filed.incidents == []


@pytest.mark.both_databases
def test_until_it_is_approved_every_answer_is_taken_back_with_what_it_wrote(
    office: Office, filed: Case
):
    case, credit = filed, str(office.credit_line().id)
    there_and_back(case, "measure", lines=example_approved(1))
    there_and_back(case, "check")
    there_and_back(case, "technical_review")
    there_and_back(case, "review_deductions", penalty=5, penalty_minute_no="م/۱۲")
    there_and_back(case, "check_credit", credit_line_id=credit)
    there_and_back(case, "sign_voucher")
    case.do("approve").do("control")
    assert office.statement(case).state is StatementState.PAYMENT_ORDERED
    assert case.incidents == []


def test_other_deductions_and_another_line_than_those_taken_back_are_what_counts(
    office: Office, with_employer: Case
):
    case, line = with_employer, office.credit_line()
    case.do("technical_review")
    said: dict[str, Any] = {
        "penalty": 5,
        "penalty_minute_no": "م/۱۲",
        "recovery": 7,
        "recovery_minute_no": "م/۱",
    }
    recall(case, "review_deductions", answer(case, "review_deductions", **said))
    case.do("review_deductions", penalty=9, penalty_minute_no="م/۱۳")
    credit = {"credit_line_id": str(line.id)}
    recall(case, "check_credit", answer(case, "check_credit", **credit))
    assert office.credit_line().reserved == line.reserved
    case.do("check_credit", **credit).sign()
    statement = office.statement(case)
    assert (statement.penalty, statement.penalty_minute_no) == (Rial(9), "م/۱۳")
    assert (statement.recovery, statement.recovery_minute_no) == (None, None)
    assert office.credit_line().reserved == line.reserved


def test_a_recovery_agreed_on_before_a_return_is_back_when_the_next_is_taken_back(
    office: Office, with_employer: Case
):
    case = with_employer.do("technical_review")
    case.do("review_deductions", recovery=7, recovery_minute_no="م/۱").reserve()
    case.give_back("sign_voucher", "review_deductions")
    recall(case, "review_deductions", answer(case, "review_deductions"))
    statement = office.statement(case)
    assert (statement.recovery, statement.recovery_minute_no) == (Rial(7), "م/۱")


def test_the_central_review_is_taken_back(office: Office, opened: Case):
    office.change(Contract, initial_amount=Rial(10**13))
    claim = {**example_claim(1), "lines": quantities({"070202": 1_200_000})}
    opened.do("enter", "submit", **claim).do("measure").do("check").review()
    there_and_back(opened, "central_review").sign()
    assert opened.instance.end_id == "paid"


def test_a_withdrawal_is_a_point_of_no_return_and_says_why(opened: Case):
    task = answer(opened, "enter", "withdraw")
    with pytest.raises(NotRecallable) as refused:
        recall(opened, "enter", task)
    assert (refused.value.why, refused.value.element_id) == ("point", "record_withdrawal")
    assert refused.value.reason


def test_what_approves_and_pays_is_a_point_of_no_return_and_says_why(
    office: Office, reviewed: Case
):
    whys = {}
    reviewed.do("sign_voucher")
    for step in ("approve", "control"):
        task = answer(reviewed, step)
        with pytest.raises(NotRecallable) as refused:
            recall(reviewed, step, task)
        whys[step] = (refused.value.why, refused.value.element_id, bool(refused.value.reason))
    assert whys == {step: ("point", step, True) for step in ("approve", "control")}
