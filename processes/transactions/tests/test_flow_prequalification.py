"""Pre-qualification: the call, papers, marks, the short list, and the tender that follows it."""

from __future__ import annotations

import html
import io
import json
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any, Self

import pytest
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import encode_multipart

from engine.commands import tasks
from engine.errors import NotAtThisDesk, NotTaskHolder, RulesBroken
from engine.model.sign_in import Method
from engine.sdk import Content
from engine.settings import DocumentSettings
from engine.values import TEHRAN, local_date
from processes.transactions.commands import applying
from processes.transactions.queries.prequalifying import prequalification_of_case
from processes.transactions.records import Debarment, Prequalification
from processes.transactions.tests import tendering
from processes.transactions.tests.tender_walk import BN, TenderWalk, walk
from processes.transactions.tests.tendering import SITE_KEY
from processes.transactions.tests.test_flow_award import releases
from processes.transactions.tests.test_publishing_purchases import tags, told_of
from processes.transactions.tests.walking import Case, Office
from tests.kit.languages import foreign_words
from tests.kit.papers import EICAR, pdf
from tests.kit.scanner import Scanner
from tests.kit.walking import WalkedCase, codes

#: bidder3 of the demonstration acts for the first
FIRMS = {
    "14012345679": "نمونه ب",
    "10861234508": "بهساز",
    "10861234509": "پیشرو",
    "10861234510": "آوند",
}
A, B, C, D = FIRMS
CRITERIA = [{"title": "سابقه", "weight": "40"}, {"title": "ماشین‌آلات", "weight": "60"}]
EVALUATORS = ("tech_committee", "tech_committee2")


@dataclass
class Walk(WalkedCase):
    """One pre-qualification being walked."""

    people = {
        "draft_call": "proc_officer",
        "approve_call": "unit_head",
        "name_evaluators": "proc_officer",
        "approve_list": "unit_head",
        "decide_shortfall": "unit_head",
    }

    request: Any = None  #: the case of its request

    @property
    def found(self) -> Prequalification:
        """It as stored now, with what hangs on it."""
        with self.office.database.unit_of_work() as uow:
            found = prequalification_of_case(uow.session, self.instance_id)
            _ = [(each.firm, each.papers) for each in found.applicants], found.criteria
            _ = found.scoring
            uow.session.expunge_all()
            return found

    def state(self) -> str:
        return self.found.state.value

    def call(self, days: int = 15, **other: Any) -> Self:
        on = local_date(self.office.clock()) + timedelta(days=days)
        known = {
            "call_title": "روکش آسفالت", "call_description": "شناسایی شرکت‌ها",
            "papers_asked": "گواهی رتبه و فهرست ماشین‌آلات", "criteria": CRITERIA,
            "minimum_score": "60",
            "deadline": datetime.combine(on, time(14), TEHRAN).isoformat(),
        }  # fmt: skip
        return self.do("draft_call", "submit", **(known | other))

    def called(self, **other: Any) -> Self:
        return self.call(**other).do("approve_call", "approve").ran()

    def ran(self) -> Self:
        self.office.run_jobs(self.office.clock())
        return self

    def hand_in(self, *parties: str, at: datetime | None = None) -> Self:
        for each in parties:
            papers = [Content("گواهی.pdf", "pdf", 20, "ab" * 32, scanned=False)]
            applying.hand_in(
                self.office.database.unit_of_work(), self.found.number, papers, most=100,
                sign=SITE_KEY.sign, actor=self.bidder(each), at=at or self.office.clock(),
            )  # fmt: skip
        return self

    def bidder(self, party: str) -> Any:
        office = self.office
        return tendering.Tender.bidder(_Of(office.actor), party)  # type: ignore[arg-type]

    def until_deadline(self) -> Self:
        deadline = self.found.deadline
        assert deadline is not None
        self.office.run_jobs(deadline + timedelta(seconds=2))
        return self

    def named(self, *names: str) -> Self:
        return self.do(
            "name_evaluators", "submit", named=[{"username": each} for each in names or EVALUATORS]
        )

    def marks(self, by_firm: dict[str, int]) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self.variables["marks"]
        return [
            {**each, "mark": str(by_firm[each["firm"]]), "mark_reason": "بر پایهٔ مدارک"}
            for each in rows
        ]

    def scored(self, by_firm: dict[str, int], *names: str) -> Self:
        """Let evaluators give a firm the same mark for each criterion."""
        for each in names or EVALUATORS:
            self.answer_marks(each, outcome="submit", marks=self.marks(by_firm))
        return self.ran()

    def answer_marks(self, member: str, *, by: str | None = None, **answer: Any) -> None:
        """Answer the task that lies with an evaluator."""
        office = self.office
        task = next(
            each
            for each in self.instance.tasks
            if each.element_id == "score_papers" and not each.is_closed and each.holder == member
        )
        tasks.complete(
            office.database.unit_of_work(), task.id, answer, actor=office.actor(by or member),
            at=office.clock(), confirmed_by=Method.PASSWORD,
        )  # fmt: skip


@dataclass
class _Of:
    actor: Any


def a_request(office: Office) -> Case:
    return office.approved(24 * BN, limited_reason="تنها چند شرکت ماشین‌آلات دارند")


@pytest.fixture
def begun(office: Office) -> Walk:
    """A pre-qualification, with the firms in the register and two evaluators."""
    for identifier, name in FIRMS.items():
        office.firm(name, identifier)
    request = a_request(office)
    values = {"request_id": str(request.request.id)}
    return Walk(office, office.begin("prequalification", "proc_officer", values), request=request)


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

    assert begun.variables["scored"] == [
        {"firm": "نمونه ب", "score": "85.00", "result": "در فهرست کوتاه"},
        {"firm": "بهساز", "score": "60.50", "result": "در فهرست کوتاه"},
        {"firm": "پیشرو", "score": "60.00", "result": "در فهرست کوتاه"},
        {"firm": "آوند", "score": "35.00", "result": "زیر حداقل امتیاز"},
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


@pytest.mark.parametrize("locale", ["fa", "en"])
def test_a_firm_hands_its_papers_in_on_the_portal_and_nobody_reads_them_before_the_deadline(
    begun: Walk, office: Office, signed_in: Any, client: FlaskClient, locale: str
):
    begun.called()
    at = f"/prequalifications/{begun.found.number}"
    assert client.get(at).status_code == 200, "read by anybody"
    assert begun.found.number in client.get("/prequalifications").text
    firm = signed_in("bidder3")
    firm.post("/language", data={"locale": locale})
    nothing = firm.post(f"/bidding{at}/papers", data={})
    assert (nothing.status_code, 'id="papers-problem"' in nothing.text) == (422, True)
    program = {"papers": (io.BytesIO(b"MZ\x90\x00"), "x.exe")}
    assert firm.post(f"/bidding{at}/papers", data=program).status_code == 422
    sent = firm.post(f"/bidding{at}/papers", data={"papers": (io.BytesIO(pdf("Rank")), "رتبه.pdf")})
    assert sent.status_code == 303
    page = firm.get(at)
    assert "رتبه.pdf" in page.text
    assert foreign_words(page.text, locale) == []
    receipt = firm.get(f"/bidding{at}/receipt/receipt.json").data
    key = load_pem_public_key(firm.get(f"/bidding{at}/receipt/site.pem").data)
    key.verify(firm.get(f"/bidding{at}/receipt/receipt.sig").data, receipt)  # type: ignore[union-attr,call-arg]
    assert json.loads(receipt)["papers"][0]["name"] == "رتبه.pdf"
    with firm.get(f"/bidding{at}/papers/1") as own:
        assert own.data == pdf("Rank")
    for who in ("bidder2", "supervisor"):
        assert signed_in(who).get(f"/bidding{at}/papers/1").status_code == 404

    office_at = f"/areas/transactions{at}"
    officer = signed_in("proc_officer")
    officer.post("/language", data={"locale": locale})
    early = officer.get(office_at).text
    assert "نمونه ب" not in early, "nobody is told who has applied"
    applicant = begun.found.applicants[0].id
    paper = f"{office_at}/papers/{applicant}/1"
    assert officer.get(paper).status_code == 404
    begun.until_deadline().named()
    evaluator = signed_in(EVALUATORS[0])
    assert begun.found.number in evaluator.get("/areas/transactions/prequalifications").text
    with evaluator.get(paper) as read:
        assert read.data == pdf("Rank")
    assert signed_in("bidder3").get(office_at).status_code == 404
    begun.scored({"نمونه ب": 50})
    officer = signed_in("proc_officer")  # half a month later
    officer.post("/language", data={"locale": locale})
    shown = officer.get(office_at).text
    listed = officer.get("/areas/transactions/prequalifications").text
    assert foreign_words(listed.replace("روکش آسفالت", ""), locale) == []
    assert foreign_words(shown, locale) == []
    assert "نمونه ب" in shown
    below = {"fa": "در فهرست کوتاه نیست", "en": "is not on the short list"}
    assert below[locale] in shown, "no price lies here that could stay closed"


def test_papers_are_looked_at_for_viruses_and_a_firm_has_its_room(
    begun: Walk, app: Flask, signed_in: Any, monkeypatch: pytest.MonkeyPatch
):
    begun.called()
    firm, number = signed_in("bidder3"), begun.found.number
    firm.post("/language", data={"locale": "en"})

    def sent(*papers: tuple[bytes, str]) -> str:
        files = [FileStorage(io.BytesIO(content), name) for content, name in papers]
        boundary, body = encode_multipart(MultiDict(("papers", each) for each in files))
        kind = f"multipart/form-data; boundary={boundary}"
        at = f"/bidding/prequalifications/{number}/papers"
        answer = firm.post(at, data=body, content_type=kind)
        assert answer.status_code in (303, 422), answer.status
        assert (answer.status_code == 422) == ('id="papers-problem"' in answer.text)
        return html.unescape(answer.text)

    def site_takes(**settings: Any) -> None:
        own = app.extensions["divan"].settings
        object.__setattr__(own, "documents", DocumentSettings(**settings))

    with Scanner() as daemon:
        site_takes(scanner=daemon.address)
        found = sent((pdf("Rank"), "rank.pdf"), (b"x " + EICAR, "list.txt"), (b"MZ\x90", "a.exe"))
        assert "found Win.Test.EICAR_HDB-1 in “list.txt”" in found
        assert "“a.exe”" in found, "all that is wrong is said at once"
        assert begun.found.applicants == [], "and none is kept"
        sent((pdf("Rank"), "rank.pdf"))
    assert "could not be looked at for viruses" in sent((pdf("Other"), "other.pdf"))
    site_takes(size=1, case_size=1)
    letter = b"%07d\n" * 75_000 % tuple(range(75_000))
    assert "larger than 1 MB" in sent((letter * 2, "large.txt"))
    assert "at most 1 MB together" in sent((letter, "a.txt"), (letter, "b.txt"))
    sent((letter, "a.txt"))
    sent((letter, "b.txt"))
    [mine] = begun.found.applicants
    assert [each.name for each in mine.papers] == ["b.txt"], "the earlier ones make room"
