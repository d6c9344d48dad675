"""Complaints: the buyer has 15 working days, silence goes to the board, never for a yes (§3.9)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from engine.errors import RulesBroken
from engine.model.message import Message
from engine.values import JalaliDate, local_date
from processes.transactions.queries.complaints import signing_is_barred
from processes.transactions.queries.published import releases_of
from processes.transactions.queries.winners import awards
from processes.transactions.records import SealMember, Tender, TenderComplaint
from processes.transactions.rules.complaint_windows import Outcome
from processes.transactions.tests.awarded import Awarded, awarded
from processes.transactions.tests.walking import Office
from tests.kit.walking import WalkedCase, codes


@dataclass
class Complaint(WalkedCase):
    """One complaint being walked."""

    people = {
        "answer_complaint": "unit_head",
        "decide_complaint": "complaint_board",
    }

    @property
    def kept(self) -> TenderComplaint:
        """The complaint as stored now."""
        with self.office.database.reader() as session:
            query = select(TenderComplaint).where(TenderComplaint.instance_id == self.instance_id)
            found: TenderComplaint = session.scalars(query).one()
            session.expunge_all()
            return found


def complain(made: Awarded, by: str = "bidder3", **other: Any) -> Complaint:
    """Complain of the award."""
    known = {
        "tender_id": str(made.tender_id),
        "about": "AWARD",
        "complaint_text": "قیمت ما پایین‌تر بود",
    }
    return Complaint(made.office, made.office.begin("complaint", by, known | other))


def paper(made: Awarded, received_on: str, **other: Any) -> Complaint:
    """Keep a complaint that came on paper."""
    on = JalaliDate.parse(received_on).gregorian().isoformat()
    typed = {"bidder_id": "10180344710", "paper": "ش/۱", "received_on": on}
    return complain(made, "proc_officer", **(typed | other))


def barred(made: Awarded) -> bool:
    """Tell whether the contract may not be signed today."""
    with made.office.database.reader() as session:
        today = local_date(made.office.clock())
        return signing_is_barred(session, made.tender, today)


def told_to_tender(made: Awarded) -> list[Any]:
    """Return what the tender's case was sent."""
    with made.office.database.reader() as session:
        query = select(Message.name).where(Message.name.in_(["award_undone", "cancel_tender"]))
        return list(session.scalars(query))


@pytest.fixture
def made(office: Office) -> Awarded:
    return awarded(office, published=True)


@pytest.mark.parametrize(
    ("received", "due"),
    [("1404/08/03", "1404/08/24"), ("1404/10/20", "1404/11/12"), ("1405/03/10", "1405/03/31")],
)
def test_the_buyer_has_fifteen_working_days_and_then_it_is_the_boards(
    made: Awarded, received: str, due: str
):
    found = paper(made, received)
    assert found.variables["answer_due"] == JalaliDate.parse(due).gregorian().isoformat()
    assert list(found.waiting) == ["decide_complaint"], "that time is over, and nobody answered"
    assert found.kept.outcome is None, "silence is no yes"
    today = local_date(made.office.clock())
    assert found.variables["board_due"] >= (today + timedelta(days=15)).isoformat()


@pytest.mark.both_databases
def test_a_bidder_complains_is_refused_and_the_board_suspends_and_has_it_repeated(office: Office):
    made = awarded(office, published=True)
    found = complain(made)
    assert found.kept.number == f"{made.tender.number}-S1"
    assert (found.kept.bidder, found.kept.paper) == ("14012345679", None)
    assert barred(made), "in its first fifteen working days"
    found.do("answer_complaint", "reject", answer_text="قیمت با تراز سنجیده شد")
    assert found.kept.board_on == local_date(office.clock())
    found.do("decide_complaint", "suspend", suspension_note="تا رأی")
    assert (barred(made), list(found.waiting)) == (True, ["decide_complaint"])
    found.do(
        "decide_complaint", "repeat", decision_text="تراز دوباره حساب شود", repeated_step="PRICES"
    )
    assert not barred(made)
    assert made.awards() == [(1, "CANCELLED"), (2, "CANCELLED")]
    assert told_to_tender(made) == ["award_undone"]
    with office.database.reader() as session:
        number = made.request.request.request_no
        newest = releases_of(session, f"ocds-xxxxxx-{number}")[-1]
    assert newest["tag"] == ["awardCancellation"]
    assert newest["awards"][0]["status"] == "cancelled"
    assert "S1" not in str(newest), "what is inside stays inside"


def test_what_the_buyer_accepts_is_carried_out_without_the_board(made: Awarded):
    found = complain(made, about="EVALUATION")
    assert not barred(made), "only one on the award bars"
    found.do("answer_complaint", "correct", answer_text="نام شرکت اصلاح می‌شود")
    assert (found.waiting, found.kept.outcome) == ({}, Outcome.CORRECTED)
    assert (told_to_tender(made), made.awards()[0]) == ([], (1, "PENDING"))


def test_a_rejected_complaint_changes_nothing_and_a_signed_contract_goes_on(
    office: Office, made: Awarded
):
    made.signing().signed()
    found = complain(made)
    found.do("answer_complaint", "reject", answer_text="نه")
    found.do("decide_complaint", "suspend", suspension_note="تا رأی")
    assert made.contract().state.value == "SUSPENDED"
    for outcome, code in (("repeat", "CNT-013"), ("cancel", "CNT-014")):
        with pytest.raises(RulesBroken) as refused:
            found.do("decide_complaint", outcome, decision_text="x", repeated_step="PRICES")
        assert codes(refused) == [(code, "outcome")], "what is signed is signed"
    found.do("decide_complaint", "reject", decision_text="وارد نیست")
    assert made.contract().state.value == "SIGNED"
    assert told_to_tender(made) == []


def test_a_contract_goes_on_where_an_administrator_cancels_what_held_it_back(
    office: Office, made: Awarded
):
    made.signing().signed()
    found, other = (complain(made, about="EVALUATION") for _ in range(2))
    for each in (found, other):
        each.do("answer_complaint", "reject", answer_text="نه")
        each.do("decide_complaint", "suspend", suspension_note="تا رأی")
    office.cancel(found)
    assert made.contract().state.value == "SUSPENDED", "the other one holds it still"
    office.cancel(other)
    assert (made.contract().state.value, barred(made)) == ("SIGNED", False)


def test_a_complaint_whose_case_is_cancelled_bars_no_signature(office: Office, made: Awarded):
    found = complain(made)
    assert barred(made)
    office.cancel(found)
    assert (barred(made), found.kept.outcome) == (False, Outcome.DROPPED)


def test_who_has_no_bid_comes_too_early_or_forgets_the_paper_is_told(made: Awarded):
    made.office.acts_for("bidder3", "10180344710")  # the second winner, too
    for by, other, wanted in (
        ("bidder3", {}, ("GEN-REQUIRED", "bidder_id")),
        ("bidder3", {"bidder_id": "10380284790"}, ("CNT-010", "bidder_id")),
        ("bidder1", {}, ("CNT-010", "tender_id")),
        ("proc_officer", {}, ("GEN-REQUIRED", "bidder_id")),
        (
            "proc_officer",
            {"bidder_id": "10380284790", "paper": "۱"},
            ("GEN-REQUIRED", "received_on"),
        ),
    ):
        with pytest.raises(RulesBroken) as refused:
            complain(made, by, **other)
        assert wanted in codes(refused)
    with pytest.raises(RulesBroken) as refused:
        paper(made, "1405/03/10", bidder_id="10380284790")
    assert codes(refused) == [("CNT-010", "bidder_id")]
    later = str(JalaliDate.of(local_date(made.office.clock()) + timedelta(days=1)))
    with pytest.raises(RulesBroken) as refused:
        paper(made, later)
    assert codes(refused) == [("CNT-006", "received_on")]


def test_an_award_is_complained_of_while_there_is_time_and_else_nothing_is_barred(
    office: Office, made: Awarded
):
    with office.database.unit_of_work() as uow:
        tender = uow.session.get_one(Tender, made.tender_id)
        tender.complaints_until = office.clock() - timedelta(days=1)
        uow.commit()
    with pytest.raises(RulesBroken) as refused:
        complain(made)
    assert codes(refused) == [("CNT-015", "about")]
    complain(made, about="EVALUATION")
    assert not barred(made)


def test_nobody_judges_his_own_act(made: Awarded):
    found = complain(made)
    seal = made.tender.seal_id
    made.office.add(SealMember(tender_id=seal, position=1, username="commission1", is_present=True))
    made.office.one_person("commission1", "unit_head")  # the head's other account
    with pytest.raises(RulesBroken) as refused:
        found.do("answer_complaint", "reject", answer_text="نه")
    assert codes(refused) == [("SOD-011", None)]


def test_no_answer_in_time_goes_to_the_board_by_the_clock(office: Office, made: Awarded):
    found = complain(made)
    office.clock.pass_time(timedelta(days=15))
    office.run_jobs(office.clock())
    assert list(found.waiting) == ["answer_complaint"]
    office.clock.pass_time(timedelta(days=15))
    office.run_jobs(office.clock())
    assert list(found.waiting) == ["decide_complaint"]
    assert (found.kept.answered_on, found.kept.outcome) == (None, None)


@pytest.mark.parametrize("locale", ["fa", "en"])
def test_who_won_and_who_complains_stand_on_the_tenders_page_and_in_its_notice(
    made: Awarded, signed_in: Callable[[str], FlaskClient], client: FlaskClient, locale: str
):
    complaint = complain(made)
    complaint.do("answer_complaint", "reject", answer_text="قیمت شما بالاتر بود")
    number, kept = made.tender.number, complaint.kept
    with made.office.database.unit_of_work() as uow:
        uow.session.get_one(Tender, made.tender_id).published_at = made.office.clock()
        uow.commit()
    with made.office.database.reader() as session:
        winners = [each.firm.name for each in awards(session, made.tender)]

    officer = signed_in("proc_officer")
    officer.post("/language", data={"locale": locale})
    page = officer.get(f"/areas/transactions/tenders/{number}").text
    client.post("/language", data={"locale": locale})
    notice = client.get(f"/tender-notices/{number}").text

    assert len(winners) == 2
    assert all(each in page for each in winners)
    assert all(each in notice for each in winners)
    assert kept.number in page
    assert kept.number not in notice
    assert ("برنده؛ به شکایت‌ها رسیدگی می‌شود" if locale == "fa" else "complaints are heard") in page
    assert ("نزد هیئت" if locale == "fa" else "Before the complaints board") in page

    board, step = signed_in("complaint_board"), complaint.waiting["decide_complaint"].id
    assert board.post(f"/tasks/{step}/claim").status_code == 303
    board.post("/language", data={"locale": locale})
    asked = board.get(f"/tasks/{step}").text
    buttons = re.findall(r'<button form="answer" class="(\w+)" name="outcome" value="(\w+)"', asked)
    outcomes = ["suspend", "correct", "repeat", "cancel", "reject"]
    assert buttons == [("default", each) for each in outcomes], "none is favoured, none is hidden"
    apart = asked.split('class="way"', 1)
    assert 'id="decision_text"' in apart[0]
    assert 'id="suspension_note"' in apart[1]
