"""Pre-qualification: the call, papers, marks, the short list, and the tender that follows it."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from engine.errors import NotAtThisDesk, NotTaskHolder, RulesBroken
from engine.values import local_date
from processes.transactions.records import Debarment
from processes.transactions.tests import tendering
from processes.transactions.tests.prequalifying import EVALUATORS, FIRMS, A, B, C, D, Walk, begin
from processes.transactions.tests.tender_walk import TenderWalk, walk
from processes.transactions.tests.test_flow_award import releases
from processes.transactions.tests.test_publishing_purchases import tags, told_of
from processes.transactions.tests.walking import Office
from tests.kit.walking import codes


@pytest.fixture
def begun(office: Office) -> Walk:
    return begin(office)


@pytest.mark.both_databases
def test_firms_are_scored_and_only_the_short_list_is_invited_and_bids(
    begun: Walk, office: Office, tmp_path: Path
):
    with pytest.raises(RulesBroken) as refused:
        begun.call(
            5, minimum_score="101",
            criteria=[{"title": "سابقه", "weight": "40"}, {"title": "سابقه", "weight": "50"}],
        )  # fmt: skip
    assert codes(refused) == [
        ("TND-020", "minimum_score"), ("TND-022", "criteria"), ("TND-023", "criteria/1/title"),
        ("TND-003", "deadline"),
    ]  # fmt: skip
    begun.call().do("approve_call", "return", return_reason="DATES", return_note="کوتاه است")
    begun.called(days=20)
    assert (begun.state(), begun.waiting, begun.incidents) == ("PUBLISHED", {}, [])
    with pytest.raises(RulesBroken) as refused:
        walk(office, begun.request, tmp_path)
    assert codes(refused) == [("PRQ-006", "request_id")], "no tender before its list"

    with tendering.refused("TND-110"):
        begun.hand_in("10861234599")
    last = begun.found.deadline
    assert last is not None
    begun.hand_in(A, B, C, A).hand_in(D, at=last)
    with tendering.refused("PRQ-005"):
        begun.hand_in(B, at=last + timedelta(seconds=1))
    assert [each.version for each in begun.found.applicants] == [2, 1, 1, 1], "replaced"
    begun.until_deadline()
    with tendering.refused("PRQ-005"):
        begun.hand_in(B)
    assert begun.variables["applicants_count"] == 4

    begun.named()
    marks = begun.marks({"نمونه ب": 90, "بهساز": 61, "پیشرو": 60, "آوند": 30})
    begun.answer_marks(EVALUATORS[0], outcome="submit", marks=marks)
    assert "marks" not in str(begun.variables.get("scored")), "nobody reads another's"
    begun.answer_marks(
        EVALUATORS[1], outcome="submit",
        marks=begun.marks({"نمونه ب": 80, "بهساز": 60, "پیشرو": 60, "آوند": 40}),
    )  # fmt: skip
    begun.ran()

    passes = {"fa": "در فهرست کوتاه", "en": "on the short list"}
    below = {"fa": "زیر حداقل امتیاز", "en": "below the least score"}
    assert begun.variables["scored"] == [
        {"firm": "نمونه ب", "score": Decimal("85.00"), "result": passes},
        {"firm": "بهساز", "score": Decimal("60.50"), "result": passes},
        {"firm": "پیشرو", "score": Decimal("60.00"), "result": passes},
        {"firm": "آوند", "score": Decimal("35.00"), "result": below},
    ]
    begun.do("approve_list", "approve").ran()
    assert (begun.state(), begun.incidents) == ("LISTED", [])
    assert begun.instance.finished_at is not None

    tender: TenderWalk = walk(office, begun.request, tmp_path)
    assert tender.variables["list_reason"] == f"فهرست کوتاه ارزیابی کیفی {begun.found.number}"
    listed = [{"firm_id": str(office.firm_id(FIRMS[each]))} for each in (A, B, C)]
    assert sorted(map(str, tender.variables["invited"])) == sorted(map(str, listed))
    stranger = {"firm_id": str(office.firm_id("آوند"))}
    reason = {"list_reason": "فهرست کوتاه"}
    with pytest.raises(RulesBroken) as refused:
        tender.draft(**reason, invited=[*listed[:2], stranger])
    assert codes(refused) == [("PRQ-007", "invited/2/firm_id"), ("PRQ-008", "invited")]
    tender.published(**reason, invited=listed)
    with tendering.refused("TND-111"):
        tender.bid(D)
    tender.bid(A)
    notice = _told_in_order(releases(tender), begun.found.number)
    assert {each["name"] for each in notice["parties"] if "interestedParty" in each["roles"]} == {
        "نمونه ب",
        "بهساز",
        "پیشرو",
    }


def _told_in_order(told: list[dict[str, Any]], number: str) -> dict[str, Any]:
    """Hold what the public was told of call and short list; return the notice."""
    assert tags(told) == ["planning", "tender", "tenderUpdate", "tenderUpdate"]
    call, listing, notice = (each["tender"] for each in told[1:])
    assert (call["status"], call["procurementMethod"]) == ("active", "selective")
    [due] = call["milestones"]
    assert (due["id"], due["type"], due["status"]) == (number, "assessment", "scheduled")
    assert due["dueDate"] == call["tenderPeriod"]["endDate"]
    assert {each["name"] for each in told[1]["parties"]} == {"شهرداری منطقه ۷"}, "who applied?"
    assert [each["status"] for each in listing["milestones"]] == ["met"]
    assert "آوند" not in str(told), "who is not listed is not told of"
    assert notice["procurementMethod"] == "selective"
    assert notice["tenderPeriod"] != call["tenderPeriod"]
    return told[-1]


def test_evaluators_are_several_of_the_committee_and_each_gives_all_the_own_marks(begun: Walk):
    begun.called().hand_in(A).until_deadline()
    for names, code in (
        (EVALUATORS[:1], ("PRQ-001", "named")),
        (("tech_committee", "tech_committee"), ("GEN-CHOICE", "named/1/username")),
        (("tech_committee", "fin_head"), ("GEN-CHOICE", "named/1/username")),
    ):
        with pytest.raises(RulesBroken) as refused:
            begun.named(*names)
        assert codes(refused) == [code]
    begun.named()
    marks = begun.marks({"نمونه ب": 90})
    with pytest.raises(NotTaskHolder):
        begun.answer_marks(EVALUATORS[0], by=EVALUATORS[1], outcome="submit", marks=marks)
    bad = [{**marks[0], "mark": "101"}, {**marks[1], "mark": None, "mark_reason": " "}, *marks[2:]]
    with pytest.raises(RulesBroken) as refused:
        begun.answer_marks(EVALUATORS[0], outcome="submit", marks=bad)
    assert codes(refused) == [
        ("TND-020", "marks/0/mark"), ("TND-124", "marks/1/mark"),
        ("TND-124", "marks/1/mark_reason"),
    ]  # fmt: skip
    with pytest.raises(RulesBroken) as refused:
        begun.answer_marks(EVALUATORS[0], outcome="submit", marks=marks[1:])
    assert codes(refused) == [("PRQ-002", "marks")]


def test_too_few_are_called_again_before_an_exception_is_taken(
    begun: Walk, office: Office, tmp_path: Path
):
    begun.called().until_deadline()
    assert list(begun.waiting) == ["decide_shortfall"], "nobody applied: nothing is scored"
    told = begun.variables["few_told"]
    assert (told["fa"][:11], told["en"][:7]) == ("پس از ۱ فرا", "0 firms"), "as each reads it"
    with pytest.raises(NotAtThisDesk):
        begun.do("decide_shortfall", "again", by="proc_officer", shortfall_reason="کسی نیامد")
    with pytest.raises(RulesBroken) as refused:
        begun.do("decide_shortfall", "exception", shortfall_reason="همین بس است")
    assert codes(refused) == [("PRQ-003", "outcome")]
    begun.do("decide_shortfall", "again", shortfall_reason="کسی نیامد")
    assert (begun.state(), begun.variables["call"]) == ("DRAFT", 2)

    begun.called(days=20)
    again = told_of(office, begun.request)[-1]
    assert (again["tag"], "tenderPeriod" in again["tender"]) == (["tenderAmendment"], True)
    begun.hand_in(A, B).until_deadline().named()
    begun.answer_marks(EVALUATORS[0], outcome="interest", conflict="خواهرم در بهساز است")
    begun.scored({"نمونه ب": 70, "بهساز": 50}, EVALUATORS[1])
    assert list(begun.waiting) == ["name_evaluators"], "one evaluator alone is too few"
    office.also("auditor", "TECH_COMMITTEE")
    others = ("tech_committee2", "auditor")
    begun.named(*others).scored({"نمونه ب": 70, "بهساز": 50}, *others)
    assert list(begun.waiting) == ["decide_shortfall"]
    begun.do("decide_shortfall", "exception", shortfall_reason="بازار سازندهٔ دیگری ندارد").ran()

    assert (begun.state(), begun.incidents) == ("LISTED", [])
    assert begun.found.exception_by == "unit_head"
    [only] = begun.found.short_list
    tender = walk(office, begun.request, tmp_path)
    invited = [{"firm_id": str(only.firm_id)}]
    office.add(
        Debarment(
            firm_id=only.firm_id, reason="x", letter_no="۱", entered_at=office.clock(),
            since=local_date(office.clock()), until=None, entered_by="unit_head",
        )
    )  # fmt: skip
    with pytest.raises(RulesBroken) as refused:
        tender.draft(list_reason="فهرست", invited=invited)
    assert codes(refused) == [("PRC-006", "invited/0/firm_id")], "fit when listed, barred since"


def test_it_is_given_up_fails_and_stops_with_its_request(begun: Walk, office: Office):
    begun.do("draft_call", "give_up", give_up_note="طرح عوض شد")
    assert (begun.state(), begun.found.end_reason) == ("CANCELLED", "طرح عوض شد")

    def another() -> Walk:
        values = {"request_id": str(begun.request.request.id)}
        return Walk(office, office.begin("prequalification", "proc_officer", values))

    failed = another().called().hand_in(A).until_deadline().named()
    with pytest.raises(RulesBroken) as refused:
        another()
    assert codes(refused) == [("PRC-001", "request_id")], "one is under way"
    failed.scored({"نمونه ب": 10})
    failed.do("decide_shortfall", "fail", shortfall_reason="کسی توان ندارد").ran()
    assert (failed.state(), failed.incidents) == ("UNSUCCESSFUL", [])
    first = told_of(office, begun.request)
    assert tags(first) == ["planning", "tender", "tenderUpdate"], "the draft told nothing"
    assert first[-1]["tender"]["status"] == "unsuccessful"

    stopped = another().called()
    begun.request.send("cancel", "tech_office", reason="نیاز نیست")
    office.run_jobs()
    assert (stopped.state(), stopped.waiting) == ("CANCELLED", {})
    told = told_of(office, begun.request, "-2")
    assert tags(told) == ["tender", "tenderCancellation"], "a process of its own, told once"
    [related] = told[0]["relatedProcesses"]
    assert related["relationship"] == ["unsuccessfulProcess"]
