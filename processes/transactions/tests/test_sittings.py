"""Sittings of a session, deputies of members, and equal votes (R-TND-05)."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader

from engine.model.person import Actor
from engine.storage.database import Database
from processes.transactions.commands import voting
from processes.transactions.queries import sealing as rows
from processes.transactions.records.sealing import SealingState
from processes.transactions.rules.voting import Body, Tie
from processes.transactions.sealing.envelope import Kind
from processes.transactions.tests.evaluating import BN, Evaluated
from processes.transactions.tests.tendering import Tender, refused

SignedIn = Callable[[str], FlaskClient]
BIDDER = "14012345679"
DEPUTY = "commission4"


@pytest.fixture
def deputised(app: Flask, database: Database, actor: Callable[[str], Actor], clock: Any) -> Tender:
    """A tender whose third member has a deputy, its envelopes in the site's own store."""
    store = app.extensions["divan"].documents
    return Tender(database, store, actor, clock(), deputies={"commission3": DEPUTY}).ready()


def roll(tender: Tender, number: int) -> dict[int, str | None]:
    """Who stayed to the end of a sitting, deputies with the reason."""
    with tender.database.reader() as reading:
        found = rows.tender(reading, tender.id).sittings[number - 1]
        return {each: found.roll[str(each)]["reason"] for each in sorted(found.stayed)}


@pytest.mark.both_databases
def test_a_deputy_takes_the_seat_of_who_is_absent_and_opens_with_the_own_share(deputised: Tender):
    tender, bid = deputised, deputised.submit("111", price=90)
    with refused("GEN-REQUIRED"):
        tender.attended(DEPUTY)
    tender.attended("commission1", "commission2")
    with refused("TND-009"):
        tender.begun()
    tender.attended(DEPUTY, reason="عضو در سفر است").begun()
    with refused("TND-068"):  # the member comes late: one on a seat
        tender.attended("commission3")

    tender.open(bid, Kind.GUARANTEE, "commission2", DEPUTY)
    for name in ("commission1", DEPUTY):
        assert tender.vote(name, bid, Kind.GUARANTEE, is_for=True) is None
    with refused("TND-066"):
        tender.vote("commission3", bid, Kind.GUARANTEE, is_for=True)
    assert tender.vote("commission2", bid, Kind.GUARANTEE, is_for=True) is True

    assert roll(tender, 1) == {1: None, 2: None, 4: "عضو در سفر است"}
    absent = tender.released("commission3", bid, Kind.TECHNICAL)
    with refused("TND-055"):  # nobody releases with the share of who does not sit
        tender.release(DEPUTY, bid, Kind.TECHNICAL, absent)
    with refused("TND-066"):
        tender.release("commission3", bid, Kind.TECHNICAL, absent)


def test_an_interest_in_mid_sitting_leaves_the_seat_to_the_deputy(deputised: Tender):
    tender, bid = deputised, deputised.submit("111")
    tender.attended().begun()
    with refused("TND-068"):
        tender.attended(DEPUTY, reason="می‌خواهم باشم")
    tender.open(bid, Kind.GUARANTEE, "commission1", "commission2")
    tender.vote("commission3", bid, Kind.GUARANTEE, "نمی‌پذیرم", is_for=False)
    tender.vote("commission1", bid, Kind.GUARANTEE, is_for=True)

    tender.declared("commission3")
    with refused("TND-009"):
        tender.vote_to_end("commission1", "حد نصاب نیست")
    tender.attended(DEPUTY)  # the declared interest is the reason

    assert tender.vote("commission2", bid, Kind.GUARANTEE, is_for=True) is None
    assert tender.vote(DEPUTY, bid, Kind.GUARANTEE, is_for=True) is True
    with tender.database.reader() as reading:
        votes = rows.bid(reading, bid.id).envelope(Kind.GUARANTEE).votes
        assert sorted(votes) == ["1", "2", "4"], "what the one with an interest said is no vote"
    assert roll(tender, 1) == {1: None, 2: None, 4: "برادرم سهام‌دار است"}
    with refused("TND-059"):
        tender.attended("commission3")


def test_each_sitting_has_its_own_roll_and_minutes(
    app: Flask, evaluated: Callable[..., Evaluated], signed_in: SignedIn, tender: Tender
):
    tender.store = app.extensions["divan"].documents
    made = evaluated({BIDDER: 88 * BN}, criteria=[("روش", 100)]).accepted()
    at = f"/areas/transactions/tenders/{tender.number}/session"
    assert tender.seen().state is SealingState.OPENING
    with refused("TND-062"):  # prices wait: no roll of the next sitting yet
        tender.attended("commission1")
    made.scored({BIDDER: 80})

    with refused("TND-009"):
        tender.release("commission1", made.bids[BIDDER], Kind.PRICE)
    assert "حضور و غیاب" in signed_in("commission1").get(at).text
    tender.attended()
    with refused("TND-069"):
        tender.release("commission1", made.bids[BIDDER], Kind.PRICE)
    secretary = signed_in("proc_officer")
    assert "نشست تازه" in secretary.get(at).text
    assert secretary.post(f"{at}/begin").status_code == 303
    made.opened()

    sent = [secretary.post(f"{at}/minutes").status_code for _ in range(3)]
    assert sent == [303, 303, 422]
    first, last = (_text(secretary, f"{at}/minutes/{each}.pdf") for each in (1, 2))
    assert ("price.json" in first, "price.json" in last) == (False, True)
    with tender.database.reader() as reading:
        kept = rows.numbered(reading, tender.number).minutes
        assert [each.is_last for each in kept] == [False, True]
    signing = signed_in("commission1").get(at).text
    assert [f"{at}/minutes/{each}/sign" in signing for each in (1, 2)] == [True, True]


def _text(browser: FlaskClient, address: str) -> str:
    with browser.get(address) as answer:
        assert answer.status_code == 200
        return " ".join(each.extract_text() for each in PdfReader(io.BytesIO(answer.data)).pages)


@pytest.mark.parametrize(
    ("tie", "passes"), [(Tie.FAILS, [False, False]), (Tie.CHAIR, [True, False])]
)
def test_equal_votes_of_four_are_as_the_pack_has_them(
    tender: Tender, monkeypatch: pytest.MonkeyPatch, tie: Tie, passes: list[bool]
):
    monkeypatch.setattr(voting, "body_of", lambda *_: Body(tie=tie))
    tender.members = ("commission1", "commission2", "commission3", "commission4")
    tender.ready()
    bids = [tender.submit("111"), tender.submit("222")]
    tender.attended().begun()
    found = []
    for bid, for_it in zip(bids, (tender.members[:2], tender.members[2:]), strict=True):
        tender.open(bid, Kind.GUARANTEE)
        for each in tender.members:
            decided = tender.vote(each, bid, Kind.GUARANTEE, "دلیل دارم", is_for=each in for_it)
        found.append(decided)

    assert found == passes
