"""Small purchases: a price, a market check, splitting before the order (`domain.md` §3.13)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.errors import RulesBroken
from engine.model.instance import InstanceState
from engine.values import Rial, local_date
from engine.values.credit import CreditCommitted, CreditReleased, CreditReserved
from engine.values.purchasing import PurchaseOrdered
from processes.transactions.records import Debarment
from processes.transactions.tests.walking import Office, offer, priced
from tests.kit.walking import codes

BN, M = 1_000_000_000, 1_000_000
DIRECT = "direct_purchase"


def test_a_small_purchase_is_ordered_and_commits_what_it_costs(office: Office, monkeypatch):
    committed = office.heard(monkeypatch, CreditCommitted)
    released = office.heard(monkeypatch, CreditReleased)
    ordered = office.heard(monkeypatch, PurchaseOrdered)
    request, firm = office.approved(1_500 * M), office.firm("کاغذ پارس")

    buying = office.buy(DIRECT, request).find(1_200 * M, firm)

    assert (buying.state(), buying.waiting) == ("ORDERED", {})
    assert (request.state(), request.instance.state) == ("ORDERED", InstanceState.FINISHED)
    assert [each.amount for each in committed] == [Rial(1_200 * M)]
    assert [each.amount for each in released] == [Rial(300 * M)]
    [order] = ordered
    assert (order.order_no, order.supplier_name) == (buying.purchase.order_no, "کاغذ پارس")
    assert (order.by, order.is_service) == ("proc_officer", False)
    assert [(each.title, each.unit_price) for each in order.lines] == [("کاغذ A4", Rial(12 * M))]


def test_everything_wrong_with_a_price_is_said_beside_its_field(office: Office):
    request = office.approved(1_500 * M)
    firm, other = office.firm("کاغذ پارس"), office.firm("کاغذ البرز")
    buying = office.buy(DIRECT, request)
    two = [offer(firm, 1_000 * M), offer(other, 1_100 * M)]

    for expected, values in (
        ([("PRC-009", "supplier_id")], {"supplier_id": other}),
        ([("PRC-010", "prices")], {"prices": priced(900 * M)}),
        ([("GEN-REQUIRED", "prices/0/unit_price")], {"prices": [{"unit_price": None}]}),
        ([("PRC-007", "quotations/1/firm_id")], {"quotations": [two[0], two[0]]}),
        ([("MON-002", "quotations/0/total")], {"quotations": [offer(firm, 0)]}),
        (
            [("PRC-005", "choice_reason")],
            {"quotations": two, "supplier_id": other, "prices": priced(1_100 * M)},
        ),
    ):
        with pytest.raises(RulesBroken) as refused:
            buying.find(1_000 * M, firm, **values)
        assert codes(refused) == expected
        assert buying.purchase.quotations == []

    reason = {"choice_reason": "WARRANTY", "choice_note": "دو سال"}
    buying.find(1_100 * M, other, quotations=two, **reason)
    assert buying.state() == "ORDERED"


def test_a_debarred_firm_takes_no_part_until_its_last_day(office: Office):
    request, firm = office.approved(1 * BN), office.firm("بی‌وفا")
    today = local_date(office.clock())
    office.add(
        Debarment(
            firm_id=office.firm_id("بی‌وفا"), reason="تأخیر", letter_no="۱۲", since=today,
            until=today + timedelta(days=9), entered_at=office.clock(), entered_by="fin_head",
        )
    )  # fmt: skip
    buying = office.buy(DIRECT, request)

    with pytest.raises(RulesBroken) as refused:
        buying.find(900 * M, firm)
    assert codes(refused) == [("PRC-006", "quotations/0/firm_id")]

    office.clock.at += timedelta(days=10)
    assert buying.find(900 * M, firm).state() == "ORDERED"


def test_a_price_above_the_class_has_the_method_decided_again_with_other_credit(
    office: Office, monkeypatch
):
    reserved = office.heard(monkeypatch, CreditReserved)
    released = office.heard(monkeypatch, CreditReleased)
    request, firm = office.approved(2 * BN), office.firm("کاغذ پارس")
    buying = office.buy(DIRECT, request)
    with pytest.raises(RulesBroken) as refused:
        buying.find(2 * BN + 100, firm)
    assert codes(refused) == [("PRC-004", "supplier_id")]
    with pytest.raises(RulesBroken) as refused:
        buying.do("find_price", "redecide", quotations=[offer(firm, 2 * BN)])
    assert codes(refused) == [("PRC-013", "outcome")]

    buying.do("find_price", "redecide", quotations=[offer(firm, 2 * BN + 100)])

    assert (buying.state(), buying.instance.state) == ("REDECIDED", InstanceState.FINISHED)
    assert request.variables["choice"]["method"] == "QUOTATIONS"
    assert [each.amount for each in released] == [Rial(2 * BN)]
    request.do("approve_request").do("reserve_credit", "reserve", line_code="110201-7")
    assert [each.amount for each in reserved] == [Rial(2 * BN), Rial(2 * BN + 100)]
    assert office.buy("three_quotations", request).state() == "OPEN"


def test_a_price_above_the_estimate_takes_more_credit_or_is_not_awarded(office: Office):
    firm = office.firm("کاغذ پارس")
    request = office.approved(100 * M)
    rest = office.approved(20 * BN, item_group="X"), office.approved(9_800 * M, item_group="Y")
    assert [each.state() for each in rest] == ["RESERVED", "RESERVED"]  # 100 m of the line are left
    buying = office.buy(DIRECT, request)

    with pytest.raises(RulesBroken) as refused:
        buying.find(201 * M, firm, prices=[{"unit_price": 2_010_000}])
    assert codes(refused) == [("BUD-002", "supplier_id")]

    assert buying.find(200 * M, firm).state() == "ORDERED"


def test_orders_to_one_supplier_that_cross_the_limit_together_are_looked_at_first(office: Office):
    firm = office.firm("کاغذ پارس")
    for number, total in enumerate((900, 700)):
        request = office.approved(total * M, item_group=f"G{number}")
        assert office.buy(DIRECT, request).find(total * M, firm).state() == "ORDERED"
    request = office.approved(600 * M, item_group="G9")

    buying = office.buy(DIRECT, request).find(600 * M, firm)

    assert buying.purchase.split_sum == Rial(2_200 * M)
    assert list(buying.waiting) == ["review_splitting"]
    office.now_asked_by(buying, "fin_head")
    with pytest.raises(RulesBroken) as refused:
        buying.do("review_splitting")
    assert codes(refused) == [("SOD-001", None)]
    office.now_asked_by(buying, "tech_office")
    buying.do("review_splitting", "return", return_reason="RULE")
    buying.find(600 * M, firm).do("review_splitting", note="سه نیاز جدا، با سند")
    assert (buying.state(), buying.purchase.approved_by) == ("ORDERED", "fin_head")


def test_who_requests_does_not_buy_and_only_one_buys_what_is_ready(office: Office):
    request = office.approved(1 * BN)
    draft = office.asked(1 * BN, item_group="B")
    medium = office.approved(3 * BN, item_group="C")

    for case in (draft, medium):
        with pytest.raises(RulesBroken) as refused:
            office.buy(DIRECT, case)
        assert codes(refused) == [("PRC-001", "request_id")]
    office.now_asked_by(request, "proc_officer")
    with pytest.raises(RulesBroken) as refused:
        office.buy(DIRECT, request)
    assert codes(refused) == [("SOD-005", "request_id")]
    office.now_asked_by(request, "tech_office")
    first = office.buy(DIRECT, request)
    with pytest.raises(RulesBroken) as refused:
        office.buy(DIRECT, request)
    assert codes(refused) == [("PRC-001", "request_id")]

    first.do("find_price", "give_up", give_up_note="فروشنده نیست")
    assert office.buy(DIRECT, request).state() == "OPEN"


def test_a_request_that_is_cancelled_stops_who_buys_for_it(office: Office):
    request = office.approved(1 * BN)
    buying = office.buy(DIRECT, request)

    request.send("cancel", "tech_office", reason="دیگر لازم نیست")

    assert (buying.state(), buying.waiting) == ("GIVEN_UP", {})
    assert buying.instance.state is InstanceState.FINISHED


def test_nothing_is_reserved_for_a_request_that_was_cancelled_a_moment_ago(
    office: Office, monkeypatch
):
    request, firm = office.approved(1 * BN), office.firm("کاغذ پارس")
    buying = office.buy(DIRECT, request)
    reserved = office.heard(monkeypatch, CreditReserved)
    office.cancel(request)  # who buys has not been told yet

    with pytest.raises(RulesBroken) as refused:
        buying.find(900 * M, firm)

    assert codes(refused) == [("PRC-001", None)]
    assert (reserved, request.request.reserved) == ([], Rial.ZERO)
    office.run_jobs()
    assert (buying.state(), buying.waiting) == ("GIVEN_UP", {})
