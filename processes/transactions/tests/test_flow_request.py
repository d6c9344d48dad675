"""A purchase request from need to credit: class, method, splitting (`domain.md` §3.3, §3.4)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from engine.errors import RulesBroken
from engine.model.instance import InstanceState
from engine.values import Rial, local_date
from engine.values.credit import CreditReleased, CreditReserved
from processes.transactions.records import Method
from processes.transactions.tests.walking import LINE, Office
from tests.kit.walking import codes

BN, M = 1_000_000_000, 1_000_000


def test_a_request_is_classed_approved_and_its_credit_reserved_until_it_is_cancelled(
    office: Office, monkeypatch
):
    reserved = office.heard(monkeypatch, CreditReserved)
    released = office.heard(monkeypatch, CreditReleased)
    case = office.asked(2 * BN)

    request = case.request
    year = request.fiscal_year
    assert request.request_no == f"D07-{year}-R-{request.number:04d}"
    assert (request.pack, case.variables["purchase_class"]) == ("TEH-MUN-1355", "SMALL")
    assert case.variables["choice"] == {"method": "DIRECT", "reason": "SMALL"}

    case.do("approve_request").do("reserve_credit", "reserve", line_code=LINE)

    assert case.waiting == {}
    assert case.state() == "RESERVED"
    assert [(each.line, each.amount, each.basis.number) for each in reserved] == [
        (LINE, Rial(2 * BN), request.request_no)
    ]

    case.send("cancel", "tech_office", reason="دیگر لازم نیست")

    assert case.state() == "CANCELLED"
    assert case.instance.state is InstanceState.FINISHED
    assert [(each.line, each.amount) for each in released] == [(LINE, Rial(2 * BN))]


def test_the_table_chooses_the_first_method_that_fits_and_says_why(office: Office):
    asked: list[tuple[int, dict[str, Any], str, str, str]] = [
        (2 * BN + 1, {}, "MEDIUM", "QUOTATIONS", "MEDIUM"),
        (20 * BN, {}, "MEDIUM", "QUOTATIONS", "MEDIUM"),
        (20 * BN + 1, {}, "LARGE", "PUBLIC_TENDER", "LARGE"),
        (30 * BN, {"quality_matters": True}, "LARGE", "TWO_STAGE_TENDER", "QUALITY"),
        (30 * BN, {"limited_reason": "سه سازنده"}, "LARGE", "LIMITED_TENDER", "LIMITED_LIST"),
        (30 * BN, {"waiver_letter": "۱۲/۵"}, "LARGE", "WAIVER", "WAIVER_DECISION"),
        (30 * BN, {"emergency_letter": "۷/۱"}, "LARGE", "URGENT_WAIVER", "EMERGENCY"),
        (1 * BN, {"waiver_letter": "۱۲/۵"}, "SMALL", "DIRECT", "SMALL"),
    ]
    for number, (estimate, other, expected, method, reason) in enumerate(asked):
        case = office.asked(estimate, item_group=f"G{number}", **other)
        chosen = case.variables["choice"]
        assert case.variables["purchase_class"] == expected, (estimate, other)
        assert (chosen["method"], chosen["reason"]) == (method, reason), (estimate, other)


def test_the_third_of_three_requests_that_together_cross_the_limit_goes_by_the_sum(office: Office):
    first, second = office.asked(900 * M), office.asked(700 * M)
    other = office.asked(700 * M, item_group="INK")
    third = office.asked(600 * M)

    for each in (first, second, other):
        assert each.variables["split_found"] is False
    assert third.variables["purchase_class"] == "MEDIUM"
    assert third.variables["choice"]["method"] == "QUOTATIONS"
    assert third.request.split_sum == Rial(2_200_000_000)
    [warning] = third.variables["warnings"]
    assert warning["code"] == "DEL-005"
    assert warning["params"] == {"sum": "2200000000", "limit": "2000000000"}


def test_what_was_given_up_or_is_older_than_the_days_that_count_is_in_no_sum(office: Office):
    office.start().ask(900 * M).do("approve_request", "reject", note="لازم نیست")
    office.asked(900 * M)
    office.clock.at += timedelta(days=31)

    assert office.asked(1_500 * M).variables["split_found"] is False


def test_a_request_is_sent_back_with_a_reason_taken_back_and_sent_again(office: Office):
    case = office.asked(3 * BN)
    with pytest.raises(RulesBroken) as refused:
        case.do("approve_request", "return", return_reason="OTHER", return_note="کوتاه")
    assert codes(refused) == [("GEN-LENGTH", "return_note")]

    task = case.waiting["approve_request"]
    assert task.holder == "unit_head"
    case.do("approve_request", "return", return_reason="ESTIMATE")
    assert case.variables["returned_by"] == "approve_request"
    case.ask(1 * BN)
    assert case.variables["returned_by"] is None
    assert case.variables["choice"]["method"] == "DIRECT"
    number = case.request.number

    case.take_back("enter_request")
    assert case.state() == "DRAFT"
    assert case.ask(4 * BN).variables["choice"]["method"] == "QUOTATIONS"
    assert case.request.number == number

    case.do("approve_request").take_back("approve_request")
    assert case.state() == "SUBMITTED"
    assert case.request.approved_by is None


def test_everything_wrong_with_a_request_is_said_beside_its_field(office: Office):
    case = office.start()
    yesterday = local_date(office.clock()) - timedelta(days=1)
    items = [
        {"description": "کاغذ", "quantity": "1", "measure": "بسته"},
        {"description": "جوهر", "quantity": "0", "measure": "عدد"},
    ]

    with pytest.raises(RulesBroken) as refused:
        case.ask(0, items=items, needed_by=yesterday.isoformat())

    assert codes(refused) == [
        ("MON-002", "items/1/quantity"),
        ("MON-002", "estimate"),
        ("PRC-011", "needed_by"),
    ]


@pytest.mark.parametrize(
    ("line", "estimate", "code"),
    [("999999-9", 1 * BN, "BUD-004"), (LINE, 31 * BN, "BUD-002"), (LINE, 51 * BN, "BUD-001")],
)
def test_credit_that_is_not_there_is_refused_beside_the_line(office: Office, line, estimate, code):
    case = office.asked(estimate).do("approve_request")

    with pytest.raises(RulesBroken) as refused:
        case.do("reserve_credit", "reserve", line_code=line)

    assert codes(refused)[0] == (code, "line_code")
    assert case.state() == "APPROVED"


def test_the_method_is_the_one_that_was_decided_whatever_becomes_of_the_cases_variables(
    office: Office,
):
    case = office.asked(30 * BN)
    office.set_variables(case, choice={"method": "DIRECT", "reason": "SMALL"})

    case.do("approve_request")

    assert (case.request.method, case.request.method_reason) == (Method.PUBLIC_TENDER, "LARGE")
    assert case.variables["method"] == "PUBLIC_TENDER"


def test_a_withdrawn_request_comes_to_nothing(office: Office):
    case = office.start().do("enter_request", "withdraw", withdraw_note="اشتباه بود")

    assert case.state() == "WITHDRAWN"
    assert case.instance.state is InstanceState.FINISHED
