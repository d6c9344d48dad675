"""A bidder's pages over HTTP: envelopes come in, receipts go out, who may not is told why."""

from __future__ import annotations

import html
import io
import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from flask.testing import FlaskClient
from sqlalchemy import select, update

from engine.sdk import Database
from engine.values import local_date
from processes.transactions.queries import sealing as rows
from processes.transactions.records import Debarment, Method, SealedTender, SealSent, TenderQuestion
from processes.transactions.records import Tender as TenderRow
from processes.transactions.sealing.contents import File, packed
from processes.transactions.sealing.envelope import Header, Kind, sealed
from processes.transactions.tests.noticing import FAR, invite, published, registered
from processes.transactions.tests.tendering import Tender
from tests.kit.languages import foreign_words

NUMBER = "D07-1405-T-0042"
AT = f"/bidding/{NUMBER}"
SignedIn = Callable[[str], FlaskClient]


@pytest.fixture
def tender(database: Database, actor: Callable[[str], Any], clock: Any) -> Tender:
    registered(database, clock(), "10380284790", "10100456787")
    return published(database, actor, clock())


def _told(browser: FlaskClient) -> dict[str, Any]:
    """What the page tells its script."""
    page = browser.get(AT).text
    [found] = re.findall(r'data-bidding="([^"]*)"', page)
    told: dict[str, Any] = json.loads(html.unescape(html.unescape(found)))
    return told


def _envelope(told: dict[str, Any], kind: str, content: bytes = b"what is in it") -> bytes:
    header = Header(**{**told["headers"][kind], "kind": Kind(kind)})
    return b"".join(sealed(header, packed([(File("paper.txt", len(content)), [content])])))


def _send(browser: FlaskClient, kind: str, envelope: bytes) -> Any:
    return browser.put(
        f"{AT}/envelopes/{kind}", data=envelope, content_type="application/octet-stream"
    )


def _sent(browser: FlaskClient) -> dict[str, str]:
    told = _told(browser)
    hashes = {}
    for kind in "ABC":
        answer = _send(browser, kind, _envelope(told, kind))
        assert answer.status_code == 201, answer.text
        hashes[kind] = answer.json["sha256"]
    return hashes


def _codes(answer: Any) -> list[str]:
    return [each["code"] for each in answer.json["problems"]]


def test_a_bid_is_taken_repeated_replaced_and_withdrawn_with_receipts(
    tender: Tender, signed_in: SignedIn
):
    browser = signed_in("bidder1")
    first = _sent(browser)
    assert browser.post(f"{AT}/bid", json=first).json == {"version": 1}
    again = browser.post(f"{AT}/bid", json=first)
    assert (again.status_code, again.json) == (200, {"version": 1}), "the answer was lost, no more"

    shown = browser.get(f"{AT}/receipts/1").text
    assert first["C"] in shown
    assert f'href="{AT}/receipts/1"' not in shown, "it leads nowhere but to itself"
    receipt, signature, key = (
        browser.get(f"{AT}/receipts/1/{each}").data
        for each in ("receipt.json", "receipt.sig", "site.pem")
    )
    public = load_pem_public_key(key)
    assert isinstance(public, Ed25519PublicKey)
    public.verify(signature, receipt)
    with pytest.raises(InvalidSignature):
        public.verify(signature, receipt.replace(b'"version":1', b'"version":2'))
    assert json.loads(receipt)["envelopes"]["C"]["sha256"] == first["C"]

    stale = browser.post(f"{AT}/bid", json={**first, "C": first["B"]})
    assert (stale.status_code, _codes(stale)) == (422, ["TND-057"]), "sealed as the first bid"
    second = _sent(browser)
    assert browser.post(f"{AT}/bid", json=second).json == {"version": 2}
    assert browser.get(f"{AT}/receipts/1").status_code == 200
    assert browser.post(f"{AT}/withdraw").status_code == 303
    page = browser.get("/bidding").text
    assert "<th>مناقصه</th>" in page, "what a coefficient is called elsewhere is no tender"
    assert "پس‌گرفته" in page
    assert NUMBER in page
    with tender.database.reader() as session:
        assert rows.bids(session, tender.id) == []


def test_nobody_sees_or_sends_what_is_anothers(tender: Tender, signed_in: SignedIn):
    one, other = signed_in("bidder1"), signed_in("bidder2")
    hashes = _sent(one)
    one.post(f"{AT}/bid", json=hashes)
    assert other.get(f"{AT}/receipts/1").status_code == 404
    assert NUMBER not in other.get("/bidding").text
    assert _codes(other.post(f"{AT}/bid", json=hashes)) == ["TND-057"]
    mine = _told(one)
    assert _codes(_send(other, "A", _envelope(mine, "A"))) == ["TND-057"], "another bidder's"
    assert _codes(_send(one, "B", _envelope(mine, "A"))) == ["TND-057"], "another kind"
    assert _codes(_send(one, "A", b"92,000,000,000")) == ["TND-056"], "not sealed"
    assert _send(one, "D", b"x").status_code == 404
    assert _codes(one.post(f"{AT}/bid", json={"A": "0" * 64, "B": "..", "C": 5})) == ["TND-056"]
    assert _codes(one.post(f"{AT}/bid", data="x")) == ["TND-056"]
    for who in ("proc_officer", "commission1", "contractor"):
        browser = signed_in(who)
        assert browser.get(AT).status_code == 404
        assert browser.get("/bidding").status_code == 404
        assert _send(browser, "A", b"x").status_code == 404


def test_a_bid_after_the_deadline_is_refused_in_words(tender: Tender, signed_in: SignedIn):
    browser = signed_in("bidder1")
    told, hashes = _told(browser), _sent(browser)
    browser.post(f"{AT}/bid", json=hashes)
    with tender.database.unit_of_work() as uow:
        past = tender.at - timedelta(seconds=1)
        uow.session.execute(update(SealedTender).values(deadline=past))
        uow.commit()

    assert _codes(_send(browser, "A", _envelope(told, "A"))) == ["TND-005"]
    late = browser.post(f"{AT}/bid", json={**hashes, "A": "1" * 64})
    assert late.status_code == 422
    page = browser.post(f"{AT}/withdraw", follow_redirects=True).text
    assert "مهلت گذشته است؛ پیشنهاد دیر پذیرفته نمی‌شود" in page
    assert "data-bidding" not in page
    assert "اکنون پیشنهاد پذیرفته نمی‌شود" in signed_in("bidder2").get(AT).text
    asked = browser.get(f"{AT}/now").get_json()
    assert (asked["is_open"], asked["headers"]) == (False, None)


def test_who_takes_no_part_is_told_why_before_and_at_the_door(
    database: Database, actor: Callable[[str], Any], clock: Any, signed_in: SignedIn
):
    firms = registered(database, clock(), "10380284790", "10100456787")
    published(database, actor, clock(), method=Method.LIMITED_TENDER)
    invite(database, NUMBER, firms["10100456787"])
    invited = _told(signed_in("bidder2"))
    with database.unit_of_work() as uow:
        uow.session.add(
            Debarment(
                firm_id=firms["10100456787"], reason="r", letter_no="1",
                since=local_date(clock()), until=None, entered_at=clock(), entered_by="unit_head",
            )
        )  # fmt: skip
        uow.commit()
    for who, code, word in (
        ("bidder1", "TND-111", "دعوت نشده است"),
        ("bidder2", "PRC-006", "محروم است"),
        ("bidder3", "TND-110", "ثبت نشده است"),
    ):
        browser = signed_in(who)
        page = browser.get(AT).text
        assert word in page
        assert "data-bidding" not in page
        assert _codes(_send(browser, "A", _envelope(invited, "A"))) == [code]


@pytest.mark.parametrize("locale", ["fa", "en"])
def test_notices_are_read_and_searched_by_anybody(
    tender: Tender, client: FlaskClient, signed_in: SignedIn, locale: str, clock: Any
):
    client.post("/language", data={"locale": locale})
    page = client.get("/tender-notices").text
    assert NUMBER in page
    for query, is_there in (
        ("q=آسفالت معابر", True), ("q=آسفالت پل", False), ("unit=D07", True), ("unit=D15", False),
        ("category=WORKS&method=PUBLIC_TENDER", True), ("category=GOODS", False),
        ("method=TWO_STAGE_TENDER", False), ("before=1405/01/01", False),
        ("before=1480/01/01", True),
        ("q=0042&all=1", True), ("category=X&method=Y&page=-3", True),
    ):  # fmt: skip
        assert (NUMBER in client.get(f"/tender-notices?{query}").text) is is_there, query
    assert 'id="before-problem"' in client.get("/tender-notices?before=1405/13/01").text
    shown = client.get(f"/tender-notices/{NUMBER}").text
    assert "A " in shown
    assert "قیر پیوندی" in shown
    assert "textarea" not in shown
    assert client.get("/tender-notices/D07-1405-T-0001").status_code == 404
    assert client.get(f"/tender-notices/{NUMBER}/documents/1").status_code == 404
    first = client.get("/tender-notices/feed.atom")
    assert NUMBER in first.text
    known = {"If-None-Match": first.headers["ETag"]}
    assert client.get("/tender-notices/feed.atom", headers=known).status_code == 304
    with tender.database.unit_of_work() as uow:
        uow.session.execute(update(TenderRow).values(title="", description=None))
        uow.commit()
    browser = signed_in("bidder1")
    browser.post("/language", data={"locale": locale})
    for path in ("/tender-notices", f"/tender-notices/{NUMBER}", AT, "/bidding"):
        assert foreign_words(browser.get(path).text, locale) == []


def test_a_draft_is_no_notice(
    database: Database, actor: Callable[[str], Any], clock: Any, client: FlaskClient
):
    published(database, actor, clock(), published_at=None)
    assert NUMBER not in client.get("/tender-notices?all=1").text
    assert client.get(f"/tender-notices/{NUMBER}").status_code == 404


def test_a_question_is_asked_and_its_answer_names_nobody(
    tender: Tender, signed_in: SignedIn, client: FlaskClient, clock: Any
):
    browser, notice = signed_in("bidder1"), f"/tender-notices/{NUMBER}"
    empty = browser.post(f"{AT}/questions", data={"question": "  "})
    assert (empty.status_code, 'id="question-problem"' in empty.text) == (422, True)
    assert browser.post(f"{AT}/questions", data={"question": "ضخامت؟"}).status_code == 303
    assert "ضخامت؟" in browser.get(notice).text, "who asked sees that it waits"
    assert "ضخامت؟" not in client.get(notice).text
    assert signed_in("bidder3").post(f"{AT}/questions", data={"question": "x"}).status_code == 422
    with tender.database.unit_of_work() as uow:
        asked = uow.session.scalars(select(TenderQuestion)).one()
        assert (asked.bidder, asked.number) == ("10380284790", 1)
        asked.answer, asked.answered_at, asked.answered_by = "۵ سانتی‌متر", clock(), "proc_officer"
        uow.commit()
    page = client.get(notice).text
    assert "۵ سانتی‌متر" in page
    assert "10380284790" not in page
    clock.pass_time(FAR - clock())
    late = browser.post(f"{AT}/questions", data={"question": "دیر"})
    assert late.status_code in (303, 422)


def test_a_body_larger_than_is_taken_or_cut_off_leaves_nothing(
    tender: Tender, signed_in: SignedIn, app: Any
):
    browser = signed_in("bidder1")
    limit = app.extensions["divan"].settings.documents.case_bytes

    def put(length: int) -> Any:
        return browser.put(
            f"{AT}/envelopes/A", content_type="application/octet-stream",
            environ_overrides={"CONTENT_LENGTH": str(length), "wsgi.input": io.BytesIO(b"cut")},
        )  # fmt: skip

    assert put(limit + 1).status_code == 413
    assert put(5_000).status_code == 400
    incoming = app.extensions["divan"].settings.home / "documents" / "incoming"
    assert list(incoming.glob("*")) == []


def test_a_bidder_fills_no_disk_and_what_was_sent_before_still_counts(
    tender: Tender, signed_in: SignedIn, database: Database
):
    browser = signed_in("bidder1")
    hashes = _sent(browser)
    with database.unit_of_work() as uow:
        sent = uow.session.scalars(select(SealSent)).one()
        assert sent.size > 0
        sent.size = 5_000 * 2**20
        uow.commit()

    refused = _send(browser, "A", _envelope(_told(browser), "A"))

    assert (refused.status_code, _codes(refused)) == (422, ["TND-144"])
    assert browser.post(f"{AT}/bid", json=hashes).status_code == 201


def test_who_bids_begins_at_own_bids_and_who_works_here_at_the_inbox(signed_in: SignedIn):
    assert signed_in("bidder1").get("/").location == "/bidding"
    assert signed_in("proc_officer").get("/").location == "/inbox"
