"""Medium purchases: three suppliers, one deadline, the lowest (`domain.md` §3.13)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.errors import RulesBroken
from engine.values import Rial, end_of_day, local_date
from engine.values.purchasing import PurchaseOrdered
from processes.transactions.records import Debarment
from processes.transactions.tests.walking import Buying, Office, offer, priced
from tests.kit.walking import codes

BN, M = 1_000_000_000, 1_000_000
NAMES = ("آوند", "بهساز", "پیشرو")


@pytest.fixture
def firms(office: Office) -> list[str]:
    """Three suppliers of the register."""
    return [office.firm(each) for each in NAMES]


@pytest.fixture
def buying(office: Office) -> Buying:
    """A medium purchase that was just begun."""
    return office.buy("three_quotations", office.approved(5 * BN))


def test_the_lowest_of_three_is_ordered_after_its_approval(
    office: Office, buying: Buying, firms, monkeypatch
):
    ordered = office.heard(monkeypatch, PurchaseOrdered)
    buying.invite(*firms)
    deadline = local_date(office.clock()) + timedelta(days=10)
    assert buying.purchase.deadline == end_of_day(deadline)
    assert buying.waiting == {}, "nobody records a price before the deadline"

    buying.until_deadline().record(
        offer(firms[0], 4_100 * M), offer(firms[1], 3_950 * M), offer(firms[2], 4_300 * M)
    )
    assert [each["total"] for each in buying.variables["ranked"]] == [
        3_950 * M, 4_100 * M, 4_300 * M,
    ]  # fmt: skip
    assert buying.variables["ranked"][0]["name"] == "بهساز"

    buying.do("choose", "submit", supplier_id=firms[1], prices=priced(3_950 * M))
    buying.do("approve_purchase")

    assert (buying.state(), buying.purchase.choice_reason) == ("ORDERED", None)
    assert [(each.supplier_name, each.by) for each in ordered] == [("بهساز", "proc_officer")]


def test_a_dearer_one_needs_a_reason_and_is_taken_back_and_returned(
    office: Office, buying: Buying, firms
):
    buying.invite(*firms).until_deadline().record(
        offer(firms[0], 4_100 * M), offer(firms[1], 3_950 * M), offer(firms[2], 4_300 * M)
    )
    dearer = {"supplier_id": firms[0], "prices": priced(4_100 * M)}
    with pytest.raises(RulesBroken) as refused:
        buying.do("choose", "submit", **dearer)
    assert codes(refused) == [("PRC-005", "choice_reason")]

    buying.do("choose", "submit", **dearer, choice_reason="DELIVERY")
    buying.take_back("choose")
    assert (buying.state(), buying.purchase.chosen_id) == ("INVITED", None)
    buying.do("choose", "submit", **dearer, choice_reason="DELIVERY", choice_note="ده روز زودتر")
    buying.do("approve_purchase", "return", return_reason="CHOICE")
    assert buying.variables["returned_by"] == "approve_purchase"
    buying.do("choose", "submit", **dearer, choice_reason="QUALITY").do("approve_purchase")

    assert (buying.state(), buying.purchase.choice_reason) == ("ORDERED", "QUALITY")


def test_a_quotation_above_the_class_asks_for_another_method(office: Office, firms):
    request = office.approved(19 * BN)
    buying = office.buy("three_quotations", request).invite(*firms).until_deadline()
    buying.record(*(offer(each, 20_500 * M + 100 * n) for n, each in enumerate(firms)))
    with pytest.raises(RulesBroken) as refused:
        buying.do("choose", "submit", supplier_id=firms[0], prices=priced(20_500 * M))
    assert codes(refused) == [("PRC-004", "supplier_id")]

    buying.do("choose", "redecide")

    assert buying.state() == "REDECIDED"
    assert request.variables["choice"] == {"method": "PUBLIC_TENDER", "reason": "LARGE"}
    assert request.request.value == Rial(20_500 * M)


def test_fewer_than_three_answers_are_extended_once_widened_or_accepted_with_a_reason(
    office: Office, buying: Buying, firms
):
    buying.invite(*firms).until_deadline().record(offer(firms[0], 4 * BN))
    assert list(buying.waiting) == ["accept_few"]
    with pytest.raises(RulesBroken) as refused:
        buying.do("accept_few", "accept")
    assert codes(refused) == [("PRC-003", "few_reason")]

    def later(days: int) -> str:
        return (local_date(office.clock()) + timedelta(days=days)).isoformat()

    with pytest.raises(RulesBroken) as refused:
        buying.do("accept_few", "extend", new_deadline_on=later(1))
    assert codes(refused) == [("PRC-008", "new_deadline_on")]
    buying.do("accept_few", "extend", new_deadline_on=later(8))
    assert buying.waiting == {}
    buying.until_deadline().record(offer(firms[0], 4 * BN), offer(firms[1], 3_900 * M))
    with pytest.raises(RulesBroken) as refused:
        buying.do("accept_few", "extend", new_deadline_on=later(8))
    assert codes(refused) == [("PRC-012", "new_deadline_on")]
    buying.do("accept_few", "widen")
    buying.invite(*firms, office.firm("توانا")).until_deadline()
    assert len(buying.purchase.invitations) == 4
    buying.record(offer(firms[0], 4 * BN), offer(firms[1], 3_900 * M))
    buying.do("accept_few", "accept", few_reason="در بازار سازندهٔ دیگری نیست")

    assert list(buying.waiting) == ["choose"]
    assert buying.purchase.few_by == "fin_head"


def test_everything_wrong_with_an_invitation_is_said_beside_its_field(
    office: Office, buying: Buying, firms
):
    with pytest.raises(RulesBroken) as refused:
        buying.invite(firms[0], firms[0], days=1)
    assert codes(refused) == [
        ("PRC-007", "invited/1/firm_id"), ("PRC-003", "invited"), ("PRC-008", "deadline_on"),
    ]  # fmt: skip

    buying.invite(*firms[:2], few_invited_reason="دو سازنده هست")
    assert buying.state() == "INVITED"


def test_no_answer_at_all_is_never_enough(office: Office, buying: Buying, firms):
    buying.invite(*firms).until_deadline().record()

    with pytest.raises(RulesBroken) as refused:
        buying.do("accept_few", "accept", few_reason="هیچ‌کس پاسخ نداد")

    assert codes(refused) == [("PRC-003", "few_reason")]


def test_a_firm_that_is_debarred_after_it_was_chosen_gets_no_order(
    office: Office, buying: Buying, firms
):
    buying.invite(*firms).until_deadline()
    buying.record(
        *(offer(each, total * M) for each, total in zip(firms, (41, 39, 43), strict=True))
    )
    buying.do("choose", "submit", supplier_id=firms[1], prices=priced(39 * M))
    office.add(
        Debarment(
            firm_id=office.firm_id("بهساز"), reason="تأخیر", letter_no="۱۲",
            since=local_date(office.clock()), until=None, entered_at=office.clock(),
            entered_by="unit_head",
        )
    )  # fmt: skip

    with pytest.raises(RulesBroken) as refused:
        buying.do("approve_purchase")

    assert codes(refused) == [("PRC-006", "outcome")]
    assert list(buying.waiting) == ["approve_purchase"]


def test_who_made_the_request_approves_nothing_of_its_purchase(
    office: Office, buying: Buying, firms
):
    buying.invite(*firms).until_deadline().record(offer(firms[0], 4 * BN))
    office.now_asked_by(buying, "fin_head")
    with pytest.raises(RulesBroken) as refused:
        buying.do("accept_few", "accept", few_reason="سازندهٔ دیگری نیست")
    assert codes(refused) == [("SOD-001", None)]
    office.now_asked_by(buying, "tech_office")
    buying.do("accept_few", "accept", few_reason="سازندهٔ دیگری نیست")
    buying.do("choose", "submit", supplier_id=firms[0], prices=priced(4 * BN))
    office.now_asked_by(buying, "fin_head")

    with pytest.raises(RulesBroken) as refused:
        buying.do("approve_purchase")

    assert codes(refused) == [("SOD-001", None)]
    assert buying.state() == "CHOSEN"
