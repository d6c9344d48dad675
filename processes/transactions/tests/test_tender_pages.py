"""A published tender on the staff's pages: its list, its documents, changes and questions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from engine.errors import Conflict, NotAtThisDesk, RulesBroken
from engine.sdk import new_id
from engine.values import JalaliDate, local_date
from processes.transactions.commands import tender_changes as commands
from processes.transactions.records import PublishedRelease, TenderQuestion
from processes.transactions.tests.tender_walk import QUALITY, TenderWalk, a_request, walk
from processes.transactions.tests.walking import Office
from tests.kit.languages import foreign_words
from tests.kit.walking import codes

AREA = "/areas/transactions"
SignedIn = Callable[[str], FlaskClient]


@pytest.fixture
def tender(office: Office, tmp_path: Path) -> TenderWalk:
    """A tender whose notice is out, its quality rated, bids until 20 days from now."""
    return walk(office, a_request(office), tmp_path).published(**QUALITY)


def amend(tender: TenderWalk, *added: str, by: str = "proc_officer", **typed: str) -> int:
    office = tender.office
    return commands.amend_tender(
        office.database.unit_of_work(), tender.tender.number, typed, added,
        actor=office.actor(by), at=office.clock(),
    )  # fmt: skip


def ask(tender: TenderWalk, text: str) -> None:
    tender.office.add(
        TenderQuestion(
            id=new_id(), tender_id=tender.tender.id, number=1, bidder="10380284790", text=text,
            asked_at=tender.office.clock(), asked_by="bidder1",
        )
    )  # fmt: skip


@pytest.mark.both_databases
def test_a_late_change_moves_every_deadline_and_the_case_waits_for_the_new_one(
    tender: TenderWalk, office: Office
):
    before = tender.tender
    assert before.deadline is not None
    assert before.opening_at is not None
    assert before.valid_until is not None
    office.clock.at = before.deadline - timedelta(days=2)
    tender.bid("10380284790")

    assert amend(tender, rationale="نقشهٔ تازه", description="روکش دو لایه") == 2
    office.run_jobs()

    after = tender.tender
    assert after.deadline is not None
    left = local_date(after.deadline) - local_date(office.clock())
    assert left >= timedelta(days=5), "R-TND-03"
    assert tender.sealing.deadline == after.deadline
    moved = after.deadline - before.deadline
    assert (after.opening_at, after.valid_until) == (
        before.opening_at + moved, before.valid_until + moved,
    )  # fmt: skip
    [made] = after.amendments
    assert made.changes["description"] == ["روکش آسفالت خیابان‌های ناحیهٔ دو", "روکش دو لایه"]
    with office.database.reader() as session:
        tags = [each.tag for each in session.scalars(select(PublishedRelease).order_by("no"))]
    assert tags == ["planning", "tender", "tenderAmendment"]
    office.run_jobs(before.deadline + timedelta(minutes=1))
    assert tender.state() == "PUBLISHED", "the deadline that was is past, the one that is, is not"
    assert tender.bid("10100456787") is not None
    tender.until_deadline()
    assert (tender.state(), tender.variables["bids_count"]) == ("OPENING", 2)
    with pytest.raises(Conflict):
        amend(tender, rationale="دیر شد", description="سه لایه")


def test_what_is_wrong_with_a_change_is_said_beside_its_field(tender: TenderWalk):
    with pytest.raises(RulesBroken) as refused:
        amend(tender, "0190d2a1-0000-7000-8000-000000000000", rationale=" ", impact="0.3")
    assert codes(refused) == [
        ("GEN-REQUIRED", "rationale"), ("GEN-FILE-GONE", "documents"), ("TND-076", "rationale"),
        ("TND-021", "impact"),
    ]  # fmt: skip
    sooner = str(JalaliDate.of(local_date(tender.office.clock()) + timedelta(days=8)))
    with pytest.raises(RulesBroken) as refused:
        amend(tender, rationale="زودتر", deadline_day=sooner, deadline_time="14:00")
    assert codes(refused) == [("TND-003", "deadline_day"), ("TND-076", "rationale")]
    with pytest.raises(RulesBroken) as refused:
        amend(tender, rationale="کی", deadline_day=sooner, deadline_time="۲ ظهر")
    assert ("GEN-TIME", "deadline_time") in codes(refused)
    for days, code in ((-1, "PRC-011"), (9, "TND-143"), (21, "TND-073")):
        until = str(JalaliDate.of(local_date(tender.office.clock()) + timedelta(days=days)))
        with pytest.raises(RulesBroken) as refused:
            amend(tender, rationale="مهلت پرسش", questions_until=until)
        assert codes(refused) == [(code, "questions_until")], "it was announced for the tenth day"
    with pytest.raises(NotAtThisDesk):
        amend(tender, by="unit_head", rationale="دلیل", description="متن")
    assert tender.tender.version == 1


@pytest.mark.parametrize("locale", ["fa", "en"])
def test_the_pages_show_a_tender_and_never_how_many_bids_lie_there(
    tender: TenderWalk, office: Office, signed_in: SignedIn, locale: str
):
    found = tender.tender
    tender.bid("10380284790")
    ask(tender, "آیا قیر با کارفرماست؟")
    browser = signed_in("proc_officer")
    browser.post("/language", data={"locale": locale})
    at = f"{AREA}/tenders/{found.number}"

    page, listed = browser.get(at).text, browser.get(f"{AREA}/tenders").text
    assert found.number in browser.get(f"{AREA}/").text

    assert f'href="{at}"' in listed
    assert f"{at}/ceremony" in page
    assert "آیا قیر با کارفرماست؟" in page
    assert "10380284790" not in page, "nobody learns who asked"
    counted = "پیشنهادهای مهرشده" if locale == "fa" else "Sealed bids"
    assert counted not in page
    assert "<bdi>۴۵ بایت</bdi>" in page or locale == "en", "digits before their unit"
    for each in (page, listed):
        assert foreign_words(each, locale) == []
    assert browser.get(f"{AREA}/tenders?state=CANCELLED").text.count(found.number) == 0
    tender.until_deadline()
    browser = signed_in("proc_officer")  # twenty days later
    browser.post("/language", data={"locale": locale})
    assert counted in browser.get(at).text
    assert signed_in("unit_head15").get(at).status_code == 404
    assert signed_in("bidder1").get(at).status_code == 404


def test_a_question_is_answered_for_everybody_once_and_documents_are_given_out(
    tender: TenderWalk, office: Office, signed_in: SignedIn
):
    ask(tender, "آیا قیر با کارفرماست؟")
    at = f"{AREA}/tenders/{tender.tender.number}"
    browser = signed_in("proc_officer")

    empty = browser.post(f"{at}/questions/1", data={"answer": " "})
    assert empty.status_code == 422
    assert 'id="question-1-answer-problem"' in empty.text
    assert browser.post(f"{at}/questions/1", data={"answer": "خیر، با پیمانکار"}).status_code == 303
    assert browser.post(f"{at}/questions/1", data={"answer": "بلی"}).status_code == 422
    assert browser.post(f"{at}/questions/9", data={"answer": "بلی"}).status_code == 404
    assert signed_in("unit_head").post(f"{at}/questions/1", data={"answer": "x"}).status_code == 403
    assert "خیر، با پیمانکار" in signed_in("unit_head").get(at).text

    wrong = browser.post(f"{at}/amendments", data={"rationale": "دلیل من"})
    assert wrong.status_code == 422
    assert "دلیل من" in wrong.text
    assert 'id="rationale-problem"' in wrong.text
    changed = {"rationale": "محل عوض شد", "opening_place": "سالن دوم"}
    assert browser.post(f"{at}/amendments", data=changed).status_code == 303
    assert "سالن دوم" in browser.get(at).text
    assert browser.get(f"{at}/documents/9").status_code == 404
