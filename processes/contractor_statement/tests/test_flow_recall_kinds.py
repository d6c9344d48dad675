"""Answers of an advance and of an objection taken back."""

from __future__ import annotations

import pytest

from engine.commands.recallable import NotRecallable
from engine.values import Rial
from processes.contractor_statement.tests.taken_back import (
    answer,
    asked_again,
    objections,
    recall,
    stays,
    there_and_back,
)
from processes.contractor_statement.tests.walking import (
    Case,
    Office,
    contract_of_example,
)


@pytest.mark.both_databases
def test_an_advance_is_taken_back_step_by_step_until_it_is_approved(office: Office):
    contract_id = contract_of_example(office, advance_paid=False)
    case = office.start("advance_payment", contract_id=contract_id)
    credit = {"credit_line_id": str(office.credit_line().id)}
    asked_again(case, "request_advance", amount_requested=10_000_000_000)
    there_and_back(case, "confirm_advance", "consultant")
    there_and_back(case, "review_advance", "tech_office")
    there_and_back(case, "check_advance_credit", "budget_officer", **credit)
    there_and_back(case, "sign_advance", "fin_head")
    stays(case, "approve_advance", "unit_head")
    stays(case, "control_advance", "treasurer")
    assert office.orders(case)[0].amount == Rial(10_000_000_000)


@pytest.mark.both_databases
def test_an_objection_taken_back_is_none_and_filed_otherwise_is_the_other(
    office: Office, reviewed: Case
):
    statement_id = str(office.statement(reviewed).id)
    case = office.start("statement_objection", statement_id=statement_id)
    words = {"objected_lines": "020401", "objection_text": "نخست"}
    task = answer(case, "file_objection", "submit", "contractor", **words)
    assert objections(case) == [("020401", "نخست", "FILED")]
    recall(case, "file_objection", task, "contractor")
    assert objections(case) == []
    again = {**words, "objection_text": "دوباره"}
    case.do("file_objection", "submit", by="contractor", **again)
    task = answer(case, "answer_objection", "submit", "consultant", opinion="نه")
    recall(case, "answer_objection", task, "consultant")
    case.do("answer_objection", "submit", by="consultant", opinion="آری")
    task = answer(
        case,
        "decide_objection",
        "return",
        "tech_office",
        return_reason="OTHER",
        return_note="روشن‌تر بنویسید",
    )
    recall(case, "decide_objection", task, "tech_office")
    assert list(case.waiting) == ["decide_objection"]
    case.do("decide_objection", "return", by="tech_office", return_reason="MEASURE")
    task = answer(case, "file_objection", "submit", "contractor", **words)
    recall(case, "file_objection", task, "contractor")
    assert objections(case) == [("020401", "دوباره", "FILED")]


def test_a_decision_on_an_objection_is_in_force_once_its_lines_are_carried(
    office: Office, reviewed: Case
):
    statement_id = str(office.statement(reviewed).id)
    case = office.start("statement_objection", statement_id=statement_id)
    words = {"objected_lines": "020401", "objection_text": "نخست"}
    case.do("file_objection", "submit", by="contractor", **words)
    case.do("answer_objection", "submit", by="consultant", opinion="نه")
    task = answer(case, "decide_objection", by="tech_office")
    with pytest.raises(NotRecallable) as refused:
        recall(case, "decide_objection", task, "tech_office")
    assert (refused.value.why, refused.value.element_id) == ("point", "record_objection")
