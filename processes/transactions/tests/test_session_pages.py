"""The doors of the opening session: whose they are, what each sees, votes, pause, minutes."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader

from engine.model.person import Actor
from engine.storage.database import Database
from processes.transactions.queries import sealing as rows
from processes.transactions.records.sealing import SealedBid, SealingState
from processes.transactions.sealing.envelope import Kind
from processes.transactions.tests.tendering import Tender
from processes.transactions.tests.walking import Office
from tests.kit.languages import foreign_words

SignedIn = Callable[[str], FlaskClient]
#: whom `bidder1` and `bidder2` of the demonstration bid for
FIRST, SECOND = "10380284790", "10100456787"


def _at(tender: Tender, act: str = "") -> str:
    return f"/areas/transactions/tenders/{tender.number}/session{act}"


@pytest.fixture
def tender(app: Flask, database: Database, actor: Callable[[str], Actor], clock: Any) -> Tender:
    """A tender whose envelopes lie in the site's own store."""
    return Tender(database, app.extensions["divan"].documents, actor, clock())


@pytest.fixture
def late(tender: Tender, clock: Any) -> Callable[[], None]:
    """Let the deadline pass, for the site too."""
    return lambda: setattr(clock, "at", tender.late)


def test_who_has_a_bid_watches_and_everybody_else_is_kept_out(
    tender: Tender, signed_in: SignedIn, late: Callable[[], None]
):
    tender.ready()
    bid = tender.submit_facts(FIRST, 88_000_000_000)
    for who in ("bidder1", "commission1", "proc_officer"):
        early = signed_in(who).get(_at(tender))
        assert early.status_code == 200
        assert "پیشنهاد در مهلت رسیده" not in early.text, "no bid is counted before the deadline"
    late()
    bidder, member = signed_in("bidder1"), signed_in("commission1")
    assert "۱ پیشنهاد در مهلت رسیده" in bidder.get(_at(tender)).text

    assert FIRST not in bidder.get(_at(tender)).text, "nobody is named before the session"
    tender.attended().closed().begun()
    tender.open(bid, Kind.GUARANTEE)
    watched, sat = bidder.get(_at(tender)).text, member.get(_at(tender)).text
    file = _at(tender, f"/files/{bid.id}/A/1")

    assert "data-release" not in watched
    assert 'method="post"' not in watched.split('id="main"')[1]
    assert "/session/files/" not in watched
    assert file in sat
    with member.get(file) as answer:
        assert answer.headers["Content-Disposition"].startswith("attachment")
    assert bidder.get(file).status_code == 404
    for who in ("bidder2", "supervisor", "admin", "auditor", "unit_head15"):
        assert signed_in(who).get(_at(tender)).status_code == 404
    for act in ("/begin", "/end", "/attend", "/open", "/vote", "/unsuccessful", "/minutes"):
        sent = bidder.post(_at(tender, act), data={"bid": str(bid.id), "kind": "A", "vote": "for"})
        assert sent.status_code in {403, 404}, act
    refused = bidder.post(_at(tender, "/release"), json={"bid": str(bid.id), "kind": "A"})
    assert refused.status_code == 403


def test_roll_call_release_votes_and_minutes_over_http(
    tender: Tender, signed_in: SignedIn, late: Callable[[], None]
):
    tender.ready()
    first, second = tender.submit_facts(FIRST, 88_000_000_000), tender.submit(SECOND)
    early = signed_in("commission1").post(_at(tender, "/attend"))
    assert early.status_code == 422
    late()
    members = [signed_in(each) for each in tender.members]
    for member in members[:2]:
        assert member.post(_at(tender, "/attend")).status_code == 303
    secretary = signed_in("proc_officer")
    assert secretary.post(_at(tender, "/begin")).status_code == 422  # two of three
    nothing = members[2].post(_at(tender, "/attend"), data={"declare": "1", "conflict": " "})
    assert nothing.status_code == 422
    assert 'id="conflict-problem"' in nothing.text
    assert members[2].post(_at(tender, "/attend")).status_code == 303
    assert secretary.post(_at(tender, "/begin")).status_code == 303

    for bid in (first, second):
        for name, member in zip(tender.members[:2], members, strict=False):
            told = {"bid": str(bid.id), "kind": "A"}
            wrong = member.post(_at(tender, "/release"), json={**told, "released": {}})
            assert [each["code"] for each in wrong.get_json()["problems"]] == ["TND-055"]
            given = tender.released(name, bid, Kind.GUARANTEE)
            done = member.post(_at(tender, "/release"), json={**told, "released": given})
            assert done.status_code == 200
        for member in members:
            silent = member.post(_at(tender, "/vote"), data={**told, "vote": "against"})
            assert 'id="reason-problem"' in silent.text
            vote = {**told, "vote": "against", "reason": "امضا ندارد"}
            assert member.post(_at(tender, "/vote"), data=vote).status_code == 303
    assert _states(tender, first) == ["REJECTED", "SEALED", "SEALED"]
    assert secretary.post(_at(tender, "/end")).status_code == 303

    assert _states(tender, second) == ["REJECTED", "RETURNED", "RETURNED"]
    seen = signed_in("bidder1").get(_at(tender))
    assert "امضا ندارد" in seen.text
    with signed_in("bidder1").get(_at(tender, "/minutes/1.pdf")) as paper:
        pages = PdfReader(io.BytesIO(paper.data)).pages
        said = " ".join(each.extract_text() for each in pages)
    for number in (SECOND, FIRST, tender.number):  # they are copied: as they were typed
        assert number in said or number[::-1] in said, said
    assert secretary.post(_at(tender, "/minutes")).status_code == 422  # they are made


def _states(tender: Tender, bid: SealedBid) -> list[str]:
    with tender.database.reader() as reading:
        return [each.state.value for each in rows.bid(reading, bid.id).envelopes]


def test_who_declares_an_interest_opens_reads_and_votes_nothing(
    tender: Tender, signed_in: SignedIn, late: Callable[[], None]
):
    tender.ready()
    bid = tender.submit_facts(FIRST, 88_000_000_000)
    late()
    tender.attended().closed().begun()
    tender.open(bid, Kind.GUARANTEE)
    member, file = signed_in("commission3"), _at(tender, f"/files/{bid.id}/A/1")
    with member.get(file) as before:
        assert before.status_code == 200

    declared = {"declare": "1", "conflict": "برادرم سهام‌دار است"}
    assert member.post(_at(tender, "/attend"), data=declared).status_code == 303

    assert member.get(file).status_code == 404
    assert "data-voting" not in member.get(_at(tender)).text
    vote = {"bid": str(bid.id), "kind": "A", "vote": "for"}
    assert member.post(_at(tender, "/vote"), data=vote).status_code == 422
    assert _states(tender, bid)[0] == "OPENED"


@pytest.mark.parametrize("locale", ["fa", "en"])
def test_a_guarantee_is_held_to_what_the_tender_requires(
    tender: Tender, office: Office, signed_in: SignedIn, late: Callable[[], None], locale: str
):
    tender.ready()
    office.add(tender.published(office))
    low = tender.submit_facts(FIRST, 88_000_000_000, amount=4_000_000_000)
    late()
    tender.attended().closed().begun()
    tender.open(low, Kind.GUARANTEE)
    browser = signed_in("commission1")
    browser.post("/language", data={"locale": locale})

    page = browser.get(_at(tender)).text

    told = {"fa": "در حکم نبودن تضمین است", "en": "it counts as none"}
    assert told[locale] in page
    assert foreign_words(page, locale) == []


def test_prices_wait_where_quality_is_scored_and_the_sitting_has_its_minutes(
    tender: Tender, office: Office, signed_in: SignedIn, late: Callable[[], None]
):
    tender.ready()
    office.add(tender.published(office, criteria=("تجربه", "تجهیزات")))
    bid = tender.submit_facts(FIRST, 88_000_000_000)
    late()
    tender.attended().closed().begun()
    member = signed_in("commission1")
    assert not rows.technical_decided(tender.seen_published())
    assert f'href="{_at(tender)}"' in signed_in("bidder1").get("/bidding").text
    assert signed_in("proc_officer").post(_at(tender, "/minutes")).status_code == 422
    for kind in (Kind.GUARANTEE, Kind.TECHNICAL):
        tender.open(bid, kind)
        tender.decide(bid, kind)

    page = member.get(_at(tender)).text
    assert "data-release" not in page
    given = tender.released("commission1", bid, Kind.PRICE)
    told = {"bid": str(bid.id), "kind": "C", "released": given}
    refused = member.post(_at(tender, "/release"), json=told)
    assert [each["code"] for each in refused.get_json()["problems"]] == ["TND-062"]
    assert signed_in("proc_officer").post(_at(tender, "/end")).status_code == 422
    assert signed_in("proc_officer").post(_at(tender, "/minutes")).status_code == 303
    assert signed_in("proc_officer").post(_at(tender, "/minutes")).status_code == 422
    with tender.database.reader() as reading:
        published = rows.published_as(reading, rows.tender(reading, tender.id))
        assert published is not None
        assert rows.technical_decided(published)
        assert not rows.is_closed(published)
        [minutes] = rows.tender(reading, tender.id).minutes
        assert not minutes.is_last


def test_the_members_who_were_here_sign_the_minutes_they_saw(
    tender: Tender, signed_in: SignedIn, late: Callable[[], None], clock: Any
):
    tender.ready().attended()
    late()
    tender.begun()  # without a bid
    assert tender.seen().state is SealingState.UNSUCCESSFUL
    secretary, member = signed_in("proc_officer"), signed_in("commission1")
    assert secretary.post(_at(tender, "/minutes")).status_code == 303
    with tender.database.reader() as reading:
        sha256 = rows.tender(reading, tender.id).minutes[0].sha256
    sign = _at(tender, "/minutes/1/sign")

    clock.pass_time(timedelta(hours=1))
    asked = member.post(sign, data={"sha256": sha256})
    assert "/account/proof" in asked.headers["Location"]
    member.post("/account/proof", data={"secret": "divan"})
    assert member.post(sign, data={"sha256": "0" * 64}).status_code == 422
    assert member.post(sign, data={"sha256": sha256}).status_code == 303
    secretary.post("/account/proof", data={"secret": "divan"})
    assert secretary.post(sign, data={"sha256": sha256}).status_code == 403

    with tender.database.reader() as reading:
        [minutes] = rows.tender(reading, tender.id).minutes
        assert list(minutes.signed) == ["1"]
        assert datetime.fromisoformat(minutes.signed["1"]) >= tender.late
