"""Bidders who take part are told of changes, answers and the end; others are not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from engine.model.notice import Notice
from engine.model.person import Person
from processes.transactions.commands import questions, tender_changes
from processes.transactions.tests.tender_walk import a_request, walk
from processes.transactions.tests.walking import Office
from tests.kit.post import Post, plain_of

SignedIn = Callable[[str], FlaskClient]
ASKER = "10380284790"  #: whom `bidder1` bids for


def _told(office: Office, username: str) -> list[str]:
    """The sentences somebody was told, the first first."""
    mine = select(Person.id).where(Person.username == username).scalar_subquery()
    with office.database.reader() as session:
        found = select(Notice.facts).where(Notice.person_id == mine, Notice.kind == "published")
        return [each["said"]["en"] for each in session.scalars(found.order_by(Notice.id))]


def test_who_took_documents_or_asked_is_told_and_nobody_else(
    office: Office, app: Flask, signed_in: SignedIn, post: Post
):
    with office.database.unit_of_work() as uow:
        named = update(Person).where(Person.username == "bidder1")
        uow.session.execute(named.values(email="one@example.com"))
        uow.commit()
    folder = app.extensions["divan"].settings.home / "documents"
    tender = walk(office, a_request(office), folder).published()
    number, at = tender.tender.number, office.clock()
    work = office.database.unit_of_work
    by: dict[str, Any] = {"actor": office.actor("proc_officer"), "at": at}
    with signed_in("bidder2").get(f"/tender-notices/{number}/documents/1") as document:
        assert document.status_code == 200
    with signed_in("bidder3").get(f"/tender-notices/{number}") as seen:
        assert seen.status_code == 200
    questions.ask(work(), number, "ضخامت روکش چند سانت است؟", actor=office.actor("bidder1"), at=at)

    tender_changes.answer_question(work(), number, 1, {"answer": "پنج سانت"}, **by)
    change = {"rationale": "نشانی تازه", "opening_place": "سالن دوم"}
    tender_changes.amend_tender(work(), number, change, [], **by)
    tender.send("cancel_tender", "unit_head", reason="طرح عوض شد")
    office.run_jobs(office.clock())

    heard = [
        "A question about a tender that you take part in was answered.",
        "A tender that you take part in was changed.",
        "A tender that you take part in was cancelled.",
    ]
    assert {who: _told(office, who) for who in ("bidder1", "bidder2", "bidder3")} == {
        "bidder1": heard, "bidder2": heard, "bidder3": [],
    }  # fmt: skip
    page = signed_in("bidder2").get("/notices").text
    assert "مناقصه‌ای که در آن شرکت دارید لغو شد." in page
    letters = [plain_of(each) for each in post.letters if each["To"] == "one@example.com"]
    assert len(letters) == len(heard)
    assert all(f"/tender-notices/{number}" in each for each in letters)
