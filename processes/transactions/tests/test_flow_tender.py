"""A tender from its documents to its bids: approvals, key, notice, deadline (`domain.md` §3.5)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from engine.errors import NotAtThisDesk, NotTaskHolder, RulesBroken
from engine.values import Rial, local_date
from processes.transactions.records import (
    ChoiceRule,
    DocumentKind,
    FirmGrade,
    RequestState,
    SealingState,
)
from processes.transactions.tests.tender_walk import (
    BN,
    FIELD,
    MEMBERS,
    QUALITY,
    TenderWalk,
    a_request,
    walk,
)
from processes.transactions.tests.walking import Office
from tests.kit.walking import codes

Begin = Callable[..., TenderWalk]


@pytest.fixture
def begin(office: Office, tmp_path: Path) -> Begin:
    """Return a function that begins a tender of a new request of an estimate."""

    def begun(estimate: int = 24 * BN, **values: object) -> TenderWalk:
        return walk(office, a_request(office, estimate, **values), tmp_path)

    return begun


@pytest.mark.both_databases
def test_a_public_tender_is_written_approved_sealed_published_and_closed(begin: Begin):
    tender = begin()
    assert tender.tender.number == "D07-1405-T-0001"
    assert tender.tender.guarantee == Rial(1_200_000_000), "five percent of the estimate"
    assert tender.variables["guarantee"] == 1_200_000_000

    tender.draft().approve()
    assert tender.tender.documents[0].kind is DocumentKind.INSTRUCTIONS
    assert next(each.username for each in tender.sealing.seen().members) == "commission1"
    with pytest.raises(RulesBroken) as refused:
        tender.do("make_key", "done")
    assert codes(refused) == [("TND-070", "outcome")]

    tender.make_key().publish()
    assert tender.state() == "PUBLISHED"
    assert tender.variables["fingerprint"] == tender.tender.fingerprint is not None
    assert tender.waiting == {}, "nothing but the deadline, or a word, is waited for"

    tender.bid("10380284790")
    tender.until_deadline()
    assert (tender.state(), tender.variables["bids_count"]) == ("OPENING", 1)


def test_everything_wrong_with_the_documents_is_said_beside_its_field(begin: Begin):
    tender = begin(quality_matters=True)
    wrong = {
        "criteria": [{"title": "توان", "weight": "60"}, {"title": "توان", "weight": "30"}],
        "minimum_score": "101",
        "impact": "0.5",
        "deadline": tender.moment(12),
        "opening_at": tender.moment(11),
        "questions_until": tender.day(13),
        "members": ["commission1", "commission2", "fin_head"],
        "threshold": 4,
        "work_field": FIELD,
        "instructions": [],
    }

    with pytest.raises(RulesBroken) as refused:
        tender.draft(**wrong)

    assert codes(refused) == [
        ("TND-003", "deadline"), ("TND-073", "questions_until"), ("TND-008", "opening_at"),
        ("TND-020", "minimum_score"), ("TND-022", "criteria"), ("TND-023", "criteria/1/title"),
        ("TND-020", "impact"), ("GEN-REQUIRED", "least_grade"), ("GEN-CHOICE", "members"),
        ("TND-052", "threshold"), ("GEN-REQUIRED", "instructions"),
    ]  # fmt: skip
    with pytest.raises(RulesBroken) as refused:
        tender.draft(members=["commission1", "commission2"])
    assert codes(refused) == [("GEN-REQUIRED", "criteria"), ("TND-071", "members")]
    seats = [("commission1", "commission2"), ("commission4", "commission3")]
    with pytest.raises(RulesBroken) as refused:
        tender.draft(**QUALITY, chair="commission4", deputies=_deputies(*seats))
    assert codes(refused) == [
        ("GEN-CHOICE", "chair"), ("TND-065", "deputies/0/deputy"),
        ("GEN-CHOICE", "deputies/1/member"),
    ]  # fmt: skip
    deputies = _deputies(("commission3", "commission4"))
    tender.draft(**QUALITY, chair="commission2", deputies=deputies)
    found = tender.tender
    assert found.members == ["commission2", "commission1", "commission3"]
    assert found.deputies == {"commission3": "commission4"}
    assert "علی‌البدل" in str(tender.variables["member_names"])
    assert (found.impact, found.minimum_score) == (Decimal("0.4"), Decimal(60))
    assert [each.weight for each in found.criteria] == [Decimal(40), Decimal(60)]


def _deputies(*pairs: tuple[str, str]) -> list[dict[str, str]]:
    return [{"member": member, "deputy": deputy} for member, deputy in pairs]


def test_documents_come_back_with_a_reason_and_nobody_approves_his_own(begin: Begin):
    tender = begin().draft()
    tender.do("approve_specification", "return", return_reason="DATES", return_note="کوتاه است")
    assert tender.variables["returned_by"] == "approve_specification"
    first = tender.tender.documents[0].sha256
    tender.draft(**tender.dates(30), instructions=[tender.hand_in("draft_documents", "تازه.pdf")])
    tender.do("approve_specification")
    tender.office.set_variables(tender, members=["commission1", "commission2", "unit_head"])
    with pytest.raises(RulesBroken) as refused:
        tender.do("approve_documents")
    assert codes(refused) == [("TND-142", "outcome")], "the record has another commission"
    tender.do("approve_documents", "return", return_reason="DATES", return_note="دیگر است")
    tender.draft(**tender.dates(30), instructions=[tender.hand_in("draft_documents", "تازه.pdf")])
    assert [each.sha256 for each in tender.tender.documents] != [first]
    assert tender.variables["returned_by"] is None

    tender.do("approve_specification")
    tender.do(
        "approve_documents", "return", return_reason="OTHER", return_note="فهرست اعضا کامل شود"
    )

    assert list(tender.waiting) == ["draft_documents"]
    assert tender.tender.sealing is None, "no ceremony begins before the approval"


def test_a_notice_that_comes_late_gets_later_dates(begin: Begin, office: Office):
    tender = begin().draft().approve().make_key()
    office.clock.pass_time(timedelta(days=11))
    with pytest.raises(RulesBroken) as refused:
        tender.publish()
    assert codes(refused) == [
        ("PRC-011", "documents_until"), ("PRC-011", "questions_until"), ("TND-003", "deadline"),
    ]  # fmt: skip

    tender.publish(**tender.dates())

    assert tender.sealing.seen().deadline == tender.tender.deadline
    assert tender.tender.valid_until == local_date(tender.sealing.deadline) + timedelta(days=90)


def test_a_limited_tender_invites_enough_firms_of_the_grade(begin: Begin, office: Office):
    invited = "10861234508"
    firms = [office.firm("آوند", invited)]
    firms += [office.firm(each) for each in ("بهساز", "پیشرو", "توانا")]
    for name, grade in zip(("آوند", "بهساز", "پیشرو", "توانا"), (1, 2, 2, 3), strict=True):
        office.add(
            FirmGrade(
                firm_id=office.firm_id(name), field=FIELD, grade=grade, certificate="گ",
                valid_until=local_date(office.clock()) + timedelta(days=100),
                entered_at=office.clock(), entered_by="proc_officer",
            )
        )  # fmt: skip
    tender = begin(limited_reason="تنها چهار سازنده")
    asked = {"work_field": FIELD, "least_grade": "2", "list_reason": "چهار سازنده هست"}
    with pytest.raises(RulesBroken) as refused:
        tender.draft(**asked, invited=[{"firm_id": each} for each in (firms[0], firms[3])])
    assert codes(refused) == [("TND-074", "invited/1/firm_id"), ("TND-075", "invited")]

    one_left = [{"firm_id": each} for each in firms[:3]]
    with pytest.raises(RulesBroken) as refused:
        tender.draft(**asked, invited=one_left)
    assert codes(refused) == [("TND-145", "choice_rule")], (
        "one more of the register has the grade (R-TND-15)"
    )
    tender.published(**asked, invited=one_left, choice_rule="ROTATION")
    assert tender.tender.choice_rule is ChoiceRule.ROTATION
    again = begin(limited_reason="تنها چهار سازنده", line_code="410102-7")
    _next_one_is_by_turn(again, asked, one_left)
    tender.bid(invited)
    tender.until_deadline()

    assert (tender.state(), list(tender.waiting)) == ("PUBLISHED", ["decide_few"])
    with pytest.raises(NotTaskHolder):
        tender.vote_few("go_on", by=("commission2",), of=("commission1",))
    tender.vote_few("go_on", "fail")
    assert tender.state() == "PUBLISHED", "one is for it, one against: the third decides"
    tender.vote_few("go_on", by=MEMBERS[2:])
    assert (tender.state(), tender.incidents) == ("OPENING", [])
    assert list(tender.waiting) == ["hold_session"]


def _next_one_is_by_turn(
    tender: TenderWalk, asked: dict[str, str], invited: list[dict[str, str]]
) -> None:
    """Invite the same firms again: the one that was left out has its turn, or a note says why."""
    other = str(tender.office.firm_id("شرکت آبادگران هفت‌حوض (نمایشی)"))
    with pytest.raises(RulesBroken) as refused:
        tender.draft(**asked, invited=invited, choice_rule="ROTATION")
    assert codes(refused) == [("TND-146", "choice_rule")]
    assert "آبادگران" in str(refused.value.problems[0].params["firms"])
    tender.draft(**asked, invited=[*invited[:2], {"firm_id": other}], choice_rule="ROTATION")
    assert (tender.tender.turn_note, list(tender.waiting)) == (None, ["approve_specification"])
    tender.do("approve_specification", "return", return_reason="LIST", return_note="فهرست")
    note = {"choice_rule": "ROTATION", "turn_note": "ظرفیت کاری آن پر است"}
    tender.draft(**asked, invited=invited, **note)
    assert tender.tender.turn_note == "ظرفیت کاری آن پر است"


def test_a_commission_that_votes_against_too_few_bids_ends_the_tender(begin: Begin, office: Office):
    tender = begin(limited_reason="تنها سه سازنده")
    firms = [office.firm(each) for each in ("بهساز", "پیشرو", "توانا")]
    for name in ("بهساز", "پیشرو", "توانا"):
        office.add(
            FirmGrade(
                firm_id=office.firm_id(name), field=FIELD, grade=1, certificate="گ",
                valid_until=local_date(office.clock()) + timedelta(days=100),
                entered_at=office.clock(), entered_by="proc_officer",
            )
        )  # fmt: skip
    asked = {"work_field": FIELD, "least_grade": "1", "list_reason": "سه سازنده هست"}
    tender.published(**asked, invited=[{"firm_id": each} for each in firms])
    tender.bid(f"1{sum(map(ord, 'بهساز')):010d}")
    tender.until_deadline()
    tender.vote_few("fail", "go_on", "fail")
    assert (tender.state(), tender.waiting, tender.incidents) == ("UNSUCCESSFUL", {}, [])
    assert tender.tender.end_reason == "دلیل commission1; دلیل commission3"


def test_without_a_bid_it_fails_and_is_repeated_with_its_terms(
    begin: Begin, office: Office, tmp_path: Path
):
    request = a_request(office)
    failed = walk(office, request, tmp_path).published(**QUALITY)
    failed.until_deadline()
    assert (failed.state(), failed.variables["bids_found"]) == ("UNSUCCESSFUL", "NONE")
    assert failed.sealing.seen().state is SealingState.UNSUCCESSFUL
    assert request.request.state is RequestState.RESERVED, "the credit stays for another one"

    again = walk(office, request, tmp_path)

    assert again.variables["earlier_no"] == failed.tender.number
    assert again.variables["kept_documents"] == "شرایط مناقصه.pdf"
    assert again.variables["criteria"] == [
        {"title": "سابقه و توان", "weight": "40"}, {"title": "روش اجرا", "weight": "60"},
    ]  # fmt: skip
    again.draft(**QUALITY, instructions=[])
    assert again.tender.earlier_id == failed.tender.id
    assert [each.name for each in again.tender.documents] == ["شرایط مناقصه.pdf"]


def test_the_head_cancels_an_announced_tender_and_the_request_another(
    begin: Begin, office: Office, tmp_path: Path
):
    request = a_request(office)
    tender = walk(office, request, tmp_path).published()
    with pytest.raises(NotAtThisDesk):
        tender.send("cancel_tender", "proc_officer", reason="اشتباه")
    tender.send("cancel_tender", "unit_head", reason="طرح عوض شد")
    assert (tender.state(), tender.tender.end_reason) == ("CANCELLED", "طرح عوض شد")
    assert tender.incidents == []
    assert tender.instance.finished_at is not None

    second = walk(office, request, tmp_path).draft().approve()
    request.send("cancel", "tech_office", reason="نیاز نیست")
    office.run_jobs()
    assert (second.state(), second.waiting) == ("CANCELLED", {})
    assert second.sealing.seen().state is SealingState.UNSUCCESSFUL


def test_one_live_tender_of_a_request_and_none_by_who_asked_for_it(
    begin: Begin, office: Office, tmp_path: Path
):
    request = a_request(office)
    office.now_asked_by(request, "proc_officer")
    with pytest.raises(RulesBroken) as refused:
        walk(office, request, tmp_path)
    assert codes(refused) == [("SOD-005", "request_id")]

    office.now_asked_by(request, "tech_office")
    walk(office, request, tmp_path)
    with pytest.raises(RulesBroken) as refused:
        walk(office, request, tmp_path)
    assert codes(refused) == [("PRC-001", "request_id")]
