"""Waivers: reasons, the legal view, a board that votes, a price, its reason published (§3.13)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from engine import bpmn
from engine.commands import modifications, tasks
from engine.errors import RulesBroken
from engine.model.document import Document, DocumentVersion
from engine.model.instance import HumanTask, InstanceState
from engine.model.sign_in import Method as SignIn
from engine.values import Rial, end_of_day, local_date
from engine.values.purchasing import PurchaseOrdered
from processes.transactions.queries.published import releases_of
from processes.transactions.records import Method, Waiver, WaiverState
from processes.transactions.tests.walking import Buying, Case, Office, offer, priced
from tests.kit.walking import codes

BN = 1_000_000_000
BOARD = ("waiver1", "waiver2", "waiver3")
OCID = "ocds-xxxxxx-{}"


def waived(office: Office, estimate: int = 30 * BN, **other: Any) -> tuple[Case, Buying]:
    """Return a request whose tender is to be waived, and its purchase with its reasons given."""
    request = office.approved(estimate, **({"waiver_letter": "۱۲/۵"} | other))
    buying = office.buy("waiver", request)
    return request, buying.do(
        "give_reasons",
        "submit",
        waiver_reason="SOLE_SOURCE",
        no_competition="تنها سازندهٔ این قطعه است، و نام رقیب آزموده را داریم",
        public_reason="انحصار ساخت",
    )


def convened(buying: Buying, board: Sequence[str] = BOARD) -> Buying:
    """Let the legal office speak and the buyer convene the board."""
    if "legal_view" in buying.waiting:
        buying.do("legal_view", "agree", legal_opinion="مانعی نیست")
    return buying.do("convene", "submit", **session(buying, board))


def session(buying: Buying, board: Sequence[str]) -> dict[str, Any]:
    """Return a session as the form sends it."""
    return {
        "session_no": "ه/۱۴",
        "session_on": local_date(buying.office.clock()).isoformat(),
        "session_place": "تالار شهرداری",
        "invited_members": [{"username": each} for each in board],
    }


def vote(buying: Buying, *votes: str, by: Sequence[str] = BOARD) -> Buying:
    """Let each member vote from the own inbox; the worker then counts."""
    for member, cast in zip(by, votes, strict=True):
        cast_one(buying, member, cast, by=member)
    buying.office.run_jobs()
    return buying


def cast_one(buying: Buying, member: str, cast: str, *, by: str) -> None:
    """Answer the task that lies with a member."""
    office, task = buying.office, task_of(buying, member)
    answer = {"outcome": cast, "vote_reason": f"دلیل {member}"}
    uow, who = office.database.unit_of_work(), office.actor(by)
    tasks.complete(uow, task.id, answer, actor=who, at=office.clock(), confirmed_by=SignIn.PASSWORD)


def task_of(buying: Buying, member: str) -> HumanTask:
    """Return the vote that lies in a member's inbox."""
    return next(
        each
        for each in buying.instance.tasks
        if each.element_id == "vote" and not each.is_closed and each.holder == member
    )


def negotiated(buying: Buying, firm: str, total: int, **other: Any) -> Buying:
    """Negotiate with one firm."""
    known: dict[str, Any] = {
        "quotations": [offer(firm, total)],
        "supplier_id": firm,
        "prices": priced(total),
        "negotiated_on": local_date(buying.office.clock()).isoformat(),
        "price_basis": "EXPERT",
        "negotiation": "بها پنج درصد پایین آمد",
    }
    return buying.do("negotiate", "submit", **(known | other))


def waiver_of(office: Office, buying: Buying) -> Waiver:
    """Return the waiver as stored now, with its votes."""
    with office.database.reader() as found:
        query = select(Waiver).where(Waiver.purchase_id == buying.purchase.id)
        row: Waiver = found.scalars(query).one()
        _ = row.votes
        found.expunge_all()
        return row


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
    vote(convened(buying), "for", "for", "for")

    with office.database.reader() as found:
        query = select(DocumentVersion.name).join(Document)
        names = found.scalars(query.where(Document.instance_id == buying.instance_id)).all()
    assert buying.incidents == []
    assert [each for each in names if each.endswith(".pdf")] != []


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
