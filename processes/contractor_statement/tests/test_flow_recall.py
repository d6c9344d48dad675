"""Answers of a statement taken back: what its records say then, and which answers stay."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from engine.commands import recalling
from engine.commands.recallable import NotRecallable
from engine.model.act import Act
from processes.contractor_statement.records import StatementState
from processes.contractor_statement.tests.walking import (
    PEOPLE,
    Case,
    Office,
    column,
    example_approved,
    example_claim,
    quantities,
)


def _do(case: Case, step: str, outcome: str = "approve", **values: Any) -> UUID:
    """Answer a step; return its task."""
    task = case.waiting[step].id
    case.do(step, outcome, **values)
    return task


def _recall(case: Case, step: str, task: UUID) -> None:
    office = case.office
    uow, actor = office.database.unit_of_work(), office.actor(PEOPLE[step])
    recalling.recall(uow, task, actor=actor, at=office.clock())


@pytest.fixture
def filed(opened: Case) -> Case:
    return opened.do("enter", "submit", **example_claim(1))


def test_a_claim_taken_back_is_the_contractors_again_with_every_line(office: Office, opened: Case):
    task = _do(opened, "enter", "submit", **example_claim(1))
    claimed = column(office, opened, "claimed")
    assert list(opened.waiting) == ["measure"]

    _recall(opened, "enter", task)

    assert list(opened.waiting) == ["enter"]
    assert office.statement(opened).state is StatementState.RETURNED
    assert column(office, opened, "claimed") == claimed
    opened.do("enter", "submit", **example_claim(1))
    assert office.statement(opened).state is StatementState.SUPERVISOR_REVIEW


def test_a_measurement_taken_back_and_made_differently_is_the_one_that_counts(
    office: Office, filed: Case
):
    task = _do(filed, "measure", lines=quantities({"020401": 1}, "MEASURE"))

    _recall(filed, "measure", task)

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
    task = _do(filed, "technical_review")

    _recall(filed, "technical_review", task)

    assert "technical_review" in filed.waiting
    filed.review().sign()
    assert office.statement(filed).state is StatementState.PAYMENT_ORDERED
    assert filed.incidents == []


def test_what_reserves_signs_and_pays_is_not_taken_back(office: Office, filed: Case):
    filed.do("measure").do("check").do("technical_review")
    credit = str(office.credit_line().id)
    answers: dict[str, dict[str, Any]] = {"check_credit": {"credit_line_id": credit}}
    whys = {}

    for step in ("review_deductions", "check_credit", "sign_voucher", "approve", "control"):
        task = _do(filed, step, **answers.get(step, {}))
        with pytest.raises(NotRecallable) as refused:
            _recall(filed, step, task)
        whys[step] = refused.value.why

    assert whys == {
        "review_deductions": "area",
        "check_credit": "area",
        "sign_voucher": "area",
        "approve": "area",
        "control": "point",
    }
