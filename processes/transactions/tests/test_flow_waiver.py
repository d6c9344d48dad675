"""Waivers: reasons, legal view, a board that votes, a price, an order or a contract (§3.13)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from engine import bpmn
from engine.commands import modifications, tasks
from engine.errors import RulesBroken
from engine.model.document import Document, DocumentVersion
from engine.model.instance import InstanceState
from engine.model.paper import Paper
from engine.model.sign_in import Method as SignIn
from engine.queries.paper_page import page_of
from engine.values import Rial, end_of_day, local_date
from engine.values.contracting import WorksContracted
from engine.values.purchasing import PurchaseOrdered
from processes.transactions.queries.published import releases_of
from processes.transactions.records import ContractState, Ground, Method, WaiverState
from processes.transactions.tests.waiving import (
    BN,
    BOARD,
    PRICES,
    UNIT_PRICES,
    cast_one,
    contract_of,
    convened,
    drafted,
    firm_signed,
    guaranteed,
    negotiated,
    of_works,
    task_of,
    vote,
    waived,
    waiver_of,
)
from processes.transactions.tests.walking import Office
from tests.kit.walking import codes
from webapp.wording import role_name

OCID = "ocds-xxxxxx-{}"


def test_a_board_of_three_decides_by_majority_and_the_order_is_published_with_the_reason(
    office: Office, monkeypatch
):
    ordered = office.heard(monkeypatch, PurchaseOrdered)
    firm = office.firm("یگانه‌ساز")
    request, buying = waived(office)
    assert request.request.method is Method.WAIVER

    vote(convened(buying), "for", "against", "for")

    waiver = waiver_of(office, buying)
    assert waiver.state is WaiverState.DECIDED
    assert [(each.member, each.vote, each.reason) for each in waiver.seats] == [
        ("waiver1", "for", "دلیل waiver1"),
        ("waiver2", "against", "دلیل waiver2"),
        ("waiver3", "for", "دلیل waiver3"),
    ]
    with pytest.raises(RulesBroken) as refused:
        negotiated(buying, firm, 30 * BN + 100)
    assert codes(refused) == [("WVR-004", "supplier_id")]
    tomorrow = (local_date(office.clock()) + timedelta(days=1)).isoformat()
    with pytest.raises(RulesBroken) as refused:
        negotiated(buying, firm, 28 * BN, negotiated_on=tomorrow)
    assert codes(refused) == [("WVR-006", "negotiated_on")]
    negotiated(buying, firm, 28 * BN).do("approve_negotiated")

    assert (buying.state(), request.state()) == ("ORDERED", "ORDERED")
    assert buying.instance.state is InstanceState.FINISHED
    assert [(each.supplier_name, each.by) for each in ordered] == [("یگانه‌ساز", "proc_officer")]
    with office.database.reader() as found:
        releases = releases_of(found, OCID.format(request.request.request_no))
    tender = next(
        each["tender"] for each in releases if "procurementMethod" in each.get("tender", {})
    )
    assert (tender["procurementMethod"], tender["procurementMethodDetails"]) == (
        "direct", "ترک تشریفات مناقصه",
    )  # fmt: skip
    assert tender["procurementMethodRationale"] == "انحصار ساخت"
    assert "رقیب آزموده" not in str(releases), "what was written inside stays inside"


def test_the_minutes_of_the_board_are_printed_and_lie_in_the_file(office: Office):
    _, buying = waived(office)
    vote(convened(buying), "for", "against", "for")

    with office.database.unit_of_work() as uow:
        query = select(DocumentVersion.name).join(Document)
        names = uow.session.scalars(query.where(Document.instance_id == buying.instance_id)).all()
        case = uow.cases.one(buying.instance_id)
        bundle = uow.deployed(case.definition_id).bundle
        declared = bundle.process("waiver").papers["waiver_minutes"]
        paper = uow.session.scalars(select(Paper).where(Paper.instance_id == case.id)).one()
        said = {}
        for language in ("fa", "en"):
            paper.language = language
            said[language] = page_of(uow.session, paper, declared, case, bundle, role_name)
    assert buying.incidents == []
    assert [each for each in names if each.endswith(".pdf")] != []
    assert said["fa"]["values"]["count_told"]["text"] == "۲ موافق و ۱ مخالف: تصویب شد"
    approvals = {
        language: [(each["unit_name"], each["step"]) for each in page["approvals"]]
        for language, page in said.items()
    }
    assert approvals["fa"][1:] == [("شهرداری منطقه ۷", "رأی عضو هیئت")] * 3
    assert approvals["en"][0] == ("District 7 Municipality", "Legal view")


def test_start_offers_what_is_to_be_waived_and_says_where_there_is_nothing(
    office: Office, signed_in: Callable[[str], FlaskClient]
):
    officer = signed_in("proc_officer")
    assert "اکنون چیزی برای برگزیدن نیست" in officer.get("/start/waiver").text
    request = office.approved(30 * BN, waiver_letter="۱۲/۵")
    shown = officer.get("/start/waiver").text
    assert str(request.request.request_no) in shown
    assert "اکنون چیزی برای برگزیدن نیست" not in shown


def test_above_the_limit_all_of_the_board_have_to_agree_and_a_higher_authority_does(office: Office):
    """T1 is 2 thousand million: the board decides up to 40, by majority up to 40."""
    _, below = waived(office, 28 * BN, item_group="A")
    vote(convened(below), "for", "for", "against")
    assert list(below.waiting) == ["negotiate"]

    office.more_credit(100 * BN)
    request, above = waived(office, 40 * BN + 1, item_group="B")
    convened(above)
    assert above.variables["needed_votes"] == "3 / 3"
    vote(above, "for", "for", "for")
    assert list(above.waiting) == ["approve_higher"]
    above.do("approve_higher", "reject", higher_note="مناقصه ممکن است")
    assert above.state() == "REDECIDED"
    assert waiver_of(office, above).state is WaiverState.REFUSED
    assert request.request.waiver_letter is None
    assert request.variables["choice"]["method"] == "PUBLIC_TENDER"
    assert list(request.waiting) == ["approve_request"]

    _, third = waived(office, 41 * BN, item_group="C")
    vote(convened(third), "for", "for", "against")
    assert third.state() == "REDECIDED", "one against is enough where all have to agree"


def test_a_member_with_an_interest_does_not_vote_and_the_board_is_convened_again(office: Office):
    office.also("fin_expert", "WAIVER_BOARD")
    _, buying = waived(office)
    vote(convened(buying), "for", "interest", "for")
    assert list(buying.waiting) == ["convene"]

    others = ("waiver1", "fin_expert", "waiver3")
    vote(convened(buying, others), "for", "for", "against", by=others)

    waiver = waiver_of(office, buying)
    assert (waiver.session, [each.member for each in waiver.seats]) == (2, list(others))
    assert [each.vote for each in waiver.votes if each.session == 1] == ["for", "interest", "for"]
    assert list(buying.waiting) == ["negotiate"]


def test_a_vote_is_its_members_own(office: Office):
    _, buying = waived(office)
    convened(buying)
    assert {each.holder for each in buying.instance.tasks if each.element_id == "vote"} == {*BOARD}

    task = task_of(buying, "waiver1")
    tasks.unclaim(
        office.database.unit_of_work(), task.id, actor=office.actor("waiver1"), at=office.clock()
    )
    tasks.claim(
        office.database.unit_of_work(), task.id, actor=office.actor("waiver2"), at=office.clock()
    )
    with pytest.raises(RulesBroken) as refused:
        tasks.complete(
            office.database.unit_of_work(),
            task.id,
            {"outcome": "for", "vote_reason": "دو بار"},
            actor=office.actor("waiver2"),
            at=office.clock(),
            confirmed_by=SignIn.PASSWORD,
        )
    assert codes(refused) == [("WVR-005", None)]

    office.also("fin_expert", "WAIVER_BOARD")
    another: list[bpmn.Instruction] = [
        bpmn.SetVariables({"board": ["fin_expert"]}),
        bpmn.StartBefore("vote"),
    ]
    modifications.modify(
        office.database.unit_of_work(), buying.instance_id, another, "یک رأی دیگر",
        actor=office.actor("admin"), at=office.clock(),
    )  # fmt: skip
    with pytest.raises(RulesBroken) as refused:
        cast_one(buying, "fin_expert", "for", by="fin_expert")
    assert codes(refused) == [("WVR-005", None)], "he was never convened"


def test_everything_wrong_with_a_board_is_said_beside_its_member(office: Office):
    for each in ("tech_office", "legal"):
        office.also(each, "WAIVER_BOARD")
    _, buying = waived(office)
    buying.do("legal_view", "object", legal_opinion="ایراد دارد")

    with pytest.raises(RulesBroken) as refused:
        convened(buying, ("waiver1", "waiver1", "tech_office", "legal"))

    assert codes(refused) == [
        ("WVR-002", "invited_members/1/username"),
        ("WVR-003", "invited_members/2/username"),
        ("WVR-003", "invited_members/3/username"),
        ("WVR-001", "invited_members"),
    ]
    office.one_person("waiver1", "waiver2")
    office.one_person("waiver3", "proc_officer", code="0013542419")
    with pytest.raises(RulesBroken) as refused:
        convened(buying)
    assert ("WVR-002", "invited_members/1/username") in codes(refused), "two accounts of one"
    assert ("WVR-003", "invited_members/2/username") in codes(refused), "the buyer's other one"


def test_an_emergency_is_bought_first_and_reported_within_five_working_days(office: Office):
    firm = office.firm("امدادگر")
    request, buying = waived(office, 30 * BN, emergency_letter="۷/۱")
    assert request.request.method is Method.URGENT_WAIVER
    assert list(buying.waiting) == ["negotiate"], "no board is waited for"
    negotiated(buying, firm, 29 * BN).do("approve_negotiated")

    assert buying.state() == "ORDERED"
    task = buying.waiting["report"]
    waiver = waiver_of(office, buying)
    assert task.due_at == waiver.report_due
    assert waiver.report_due == end_of_day(office.working_day(5))
    assert task.escalation_desk == "UNIT_HEAD@D07"
    assert buying.office.run_jobs(waiver.report_due + timedelta(minutes=1)) > 0

    buying.do("report", "submit", report_text="پل در سیل شکست و بازسازی شد")
    assert waiver_of(office, buying).reported_by == "tech_office"
    assert buying.instance.state is InstanceState.FINISHED


def test_a_legal_view_sends_the_reasons_back_and_a_cancelled_request_stops_the_waiver(
    office: Office,
):
    request, buying = waived(office)
    buying.do("legal_view", "return", return_reason="NO_EVIDENCE")
    assert list(buying.waiting) == ["give_reasons"]
    with pytest.raises(RulesBroken) as refused:
        office.buy("waiver", request)
    assert codes(refused) == [("PRC-001", "request_id")]

    request.send("cancel", "tech_office", reason="دیگر لازم نیست")

    assert (buying.state(), buying.waiting) == ("GIVEN_UP", {})
    assert request.request.reserved == Rial.ZERO


@pytest.mark.both_databases
def test_a_waiver_of_works_becomes_a_contract_with_its_bill(
    office: Office, monkeypatch: pytest.MonkeyPatch
):
    ordered = office.heard(monkeypatch, PurchaseOrdered)
    told = office.heard(monkeypatch, WorksContracted)
    request, buying = of_works(office, office.firm("روش‌داران", "14012345679"))
    assert (buying.state(), list(buying.waiting)) == ("CHOSEN", ["take_guarantee"])
    assert [each["unit_price"] for each in buying.variables["bill"]] == list(PRICES)
    assert buying.variables["guarantee_least"] == 28 * BN // 20, "5 % of works"
    guaranteed(buying)
    with pytest.raises(RulesBroken) as refused:
        drafted(buying, price=28 * BN - 1)
    assert codes(refused) == [("TND-015", "price")]
    drafted(buying)
    assert list(buying.waiting) == ["firm_signs"], "in the inbox of who acts for the firm"
    firm_signed(buying).do("sign_contract", "return", return_reason="PERIOD")
    firm_signed(drafted(buying, duration_days=90)).do("sign_contract", "sign")

    contract = contract_of(office)
    assert (contract.ground, contract.reference, contract.state.value) == (
        Ground.WAIVER, "ه/۱۴", "SIGNED",
    )  # fmt: skip
    assert (buying.state(), request.state()) == ("ORDERED", "ORDERED")
    assert buying.purchase.order_no == contract.number
    assert buying.instance.state is InstanceState.FINISHED
    [works] = told
    assert (works.contract_no, works.price, works.duration_days, ordered) == (
        contract.number, Rial(28 * BN), 90, [],
    )  # fmt: skip
    assert [each.unit_price.amount for each in works.bill] == list(PRICES)
    with office.database.reader() as found:
        releases = releases_of(found, OCID.format(request.request.request_no))
    assert [each["tag"][0] for each in releases] == ["planning", "tender", "award", "contract"]
    [signed] = releases[-1]["contracts"]
    assert (signed["id"], signed["value"]["amount"]) == (contract.number, 28 * BN)


def test_a_firm_of_a_waiver_that_does_not_sign_is_negotiated_with_no_more(office: Office):
    firm = office.firm("روش‌داران")
    request, buying = of_works(office, firm, emergency_letter="۷/۱")
    buying.do("take_guarantee", "refused", refuse_note="نمی‌تواند")
    buying.do("confirm_refusal", "return", confirm_note="نامه‌ای نیست")
    drafted(guaranteed(buying)).do("record_firm", "refused", refuse_note="نامهٔ ۱۲")
    assert contract_of(office).state is ContractState.DRAFT, "one person's word"
    buying.do("confirm_refusal", "confirm")
    first = contract_of(office)
    assert (first.state, first.end_reason) == (ContractState.NOT_SIGNED, "نامهٔ ۱۲")
    assert (buying.state(), request.state(), list(buying.waiting)) == (
        "OPEN", "RESERVED", ["negotiate"],
    )  # fmt: skip

    other = office.firm("دیگری")
    negotiated(buying, other, 28 * BN, prices=UNIT_PRICES).do("approve_negotiated")
    firm_signed(drafted(guaranteed(buying))).do("sign_contract", "sign")
    second = contract_of(office)
    assert second.number != first.number
    assert list(buying.waiting) == ["report"], "an urgent one is reported on, too"
    assert waiver_of(office, buying).report_due == buying.waiting["report"].due_at


def test_a_request_that_is_cancelled_leaves_no_text_to_be_signed(office: Office):
    request, buying = of_works(office, office.firm("روش‌داران"), emergency_letter="۷/۱")
    drafted(guaranteed(buying))
    request.send("cancel", "tech_office", reason="دیگر لازم نیست")
    assert (contract_of(office).state, buying.waiting) == (ContractState.NOT_SIGNED, {})
