"""The opening session of a tender: the order of the law, votes, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from engine.commands import instances
from engine.errors import Conflict, NotAtThisDesk, NotFound
from engine.model.admin_event import AdminEvent
from engine.model.document import DocumentVersion
from engine.storage.database import Database
from processes.transactions.commands import opening, session
from processes.transactions.queries import sealing as rows
from processes.transactions.queries.ceremony import ceremony_page
from processes.transactions.queries.session import session_page
from processes.transactions.records.sealing import (
    EnvelopeState,
    SealedEnvelope,
    SealingState,
)
from processes.transactions.sealing.envelope import Kind
from processes.transactions.tests.commission import seal
from processes.transactions.tests.tendering import QUORUM, Tender, plain, refused


def _acts(database: Database) -> list[str]:
    with database.reader() as reading:
        acts = select(AdminEvent.facts).where(AdminEvent.kind == "area_act")
        return [each["act"] for each in reading.scalars(acts.order_by(AdminEvent.number))]


@pytest.mark.both_databases
def test_a_tender_from_the_ceremony_to_the_returned_prices(tender: Tender):
    """Three bids; one fails with its guarantee, one with its technical documents."""
    officer, values = tender.actor("fin_expert"), {"payee_id": "10380284790", "payee_name": "x"}
    case = instances.start(  # any case's file takes what is opened
        tender.uow(), "payee_account", {**values, "payee_iban": "IR950180000000000987654321"},
        actor=officer, at=tender.at,
    )  # fmt: skip
    tender.case_id = case.instance_id
    tender.ready()
    first = tender.submit("111", price=88, files={"tool.exe": b"MZ"})
    second, third = tender.submit("222", price=92), tender.submit("333", price=95)
    tender.attended().begun()
    assert tender.open(first, Kind.GUARANTEE) == {"guarantee.txt": b"5,000,000,000"}
    tender.decide(first, Kind.GUARANTEE)
    tender.open(second, Kind.GUARANTEE)
    assert tender.decide(second, Kind.GUARANTEE, passes=False) is False
    tender.open(third, Kind.GUARANTEE, "commission3", "commission1")
    tender.decide(third, Kind.GUARANTEE)
    assert tender.open(first, Kind.TECHNICAL)["tool.exe"] == b"MZ"
    tender.decide(first, Kind.TECHNICAL)
    tender.open(third, Kind.TECHNICAL)
    tender.decide(third, Kind.TECHNICAL, passes=False)

    assert tender.open(first, Kind.PRICE, "commission2", "commission3") == {"price.txt": b"88"}
    for failed in (second, third):
        with refused("TND-010"):
            tender.release("commission1", failed, Kind.PRICE)
    assert tender.end() == 3

    with tender.database.reader() as reading:
        states = {
            (each.bid.bidder, each.kind.value): each.state.value
            for each in reading.scalars(select(SealedEnvelope))
        }
        assert states == {
            ("111", "A"): "ACCEPTED", ("111", "B"): "ACCEPTED", ("111", "C"): "OPENED",
            ("222", "A"): "REJECTED", ("222", "B"): "RETURNED", ("222", "C"): "RETURNED",
            ("333", "A"): "ACCEPTED", ("333", "B"): "REJECTED", ("333", "C"): "RETURNED",
        }  # fmt: skip
        filed = select(DocumentVersion.name).where(DocumentVersion.name.like("%.txt"))
        assert sorted(reading.scalars(filed)) == [
            "guarantee.txt", "guarantee.txt", "guarantee.txt", "method.txt", "method.txt",
            "price.txt",
        ]  # fmt: skip
    acts = _acts(tender.database)
    assert acts[:4] == ["tender_sealing_begun", "member_joined", "member_joined", "member_joined"]
    assert acts[-1] == "session_ended"
    assert acts.count("envelope_opened") == 6
    assert acts.count("envelope_released") == 12


def test_nothing_is_opened_early_or_by_too_few(tender: Tender):
    tender.ready()
    bid = tender.submit("111")
    officer: dict[str, Any] = {"actor": tender.actor("proc_officer")}
    with refused("TND-008"):
        session.attend(
            tender.uow(), tender.id, "", actor=tender.actor("commission1"), at=tender.deadline
        )
    with refused("TND-008"):
        session.begin_session(tender.uow(), tender.id, quorum=QUORUM, **officer, at=tender.deadline)
    with pytest.raises(Conflict):
        tender.release("commission1", bid, Kind.GUARANTEE)
    tender.attended("commission1", "commission2")
    with refused("TND-009"):
        tender.begun()
    session.attend(
        tender.uow(), tender.id, "سهام‌دار پیشنهاددهنده‌ام", actor=tender.actor("commission3"),
        at=tender.late,
    )  # fmt: skip
    with refused("TND-009"):  # a member with an interest does not count
        tender.begun()
    with refused("TND-059"):
        tender.attended("commission3")
    with pytest.raises(NotAtThisDesk):
        tender.attended("proc_officer")


def test_envelopes_are_opened_in_the_order_of_the_law(tender: Tender):
    tender.ready()
    one, two = tender.submit("111"), tender.submit("222")
    tender.attended().begun()
    for kind in (Kind.TECHNICAL, Kind.PRICE):
        with refused("TND-058"):
            tender.release("commission1", one, kind)
    tender.open(one, Kind.GUARANTEE)
    tender.decide(one, Kind.GUARANTEE)
    with refused("TND-058"):  # the other's guarantee comes first
        tender.release("commission1", one, Kind.TECHNICAL)
    with refused("TND-058"):
        tender.end()
    with pytest.raises(Conflict):
        tender.release("commission1", one, Kind.GUARANTEE)
    tender.open(two, Kind.GUARANTEE)
    with pytest.raises(Conflict):
        tender.decide(one, Kind.GUARANTEE)
    tender.decide(two, Kind.GUARANTEE)
    assert tender.release("commission1", one, Kind.TECHNICAL) is False
    with refused("TND-060"):
        opening.open_contents(tender.uow(), tender.store, one.id, Kind.TECHNICAL, plain, None)


def test_wrong_shares_are_refused_and_nothing_is_said_of_them(tender: Tender):
    tender.ready()
    one, two = tender.submit("111"), tender.submit("222")
    tender.attended().begun()
    right = tender.released("commission1", one, Kind.GUARANTEE)
    wrong: Any
    for wrong in (
        tender.released("commission1", two, Kind.GUARANTEE),
        tender.released("commission2", one, Kind.GUARANTEE),
        {**right, "member": 3},
        {**right, "proof": "00" * 64},
        {**right, "point": "04" + "11" * 64},
        {**right, "point": 7},
        {},
        None,
        [],
    ):
        with refused("TND-055"):
            opening.release(
                tender.uow(), tender.id, one.id, Kind.GUARANTEE, wrong, quorum=QUORUM,
                actor=tender.actor("commission1"), at=tender.late,
            )  # fmt: skip
    assert tender.release("commission1", one, Kind.GUARANTEE, right) is False
    assert tender.release("commission1", one, Kind.GUARANTEE, right) is False
    assert tender.release("commission2", one, Kind.GUARANTEE) is True


def test_each_member_votes_and_the_last_one_decides(tender: Tender):
    tender.ready()
    bid = tender.submit("111")
    tender.attended().begun()
    with pytest.raises(Conflict):  # nothing is open yet
        tender.vote("commission1", bid, Kind.GUARANTEE, is_for=True)
    tender.open(bid, Kind.GUARANTEE)

    with refused("TND-063"):  # the bidder is told why
        tender.vote("commission2", bid, Kind.GUARANTEE, " ", is_for=False)
    assert tender.vote("commission2", bid, Kind.GUARANTEE, "کم است", is_for=False) is None
    assert tender.vote("commission1", bid, Kind.GUARANTEE, "تاریخ", is_for=False) is None
    assert tender.vote("commission1", bid, Kind.GUARANTEE, is_for=True) is None  # thinks again
    with pytest.raises(NotAtThisDesk):  # the secretary has no vote
        tender.vote("proc_officer", bid, Kind.GUARANTEE, is_for=True)
    assert tender.vote("commission3", bid, Kind.GUARANTEE, is_for=True) is True

    with tender.database.reader() as reading:
        envelope = rows.bid(reading, bid.id).envelope(Kind.GUARANTEE)
        assert envelope.votes["2"] == {"for": False, "reason": "کم است"}
        assert envelope.reason is None
    with pytest.raises(Conflict):
        tender.vote("commission1", bid, Kind.GUARANTEE, is_for=True)


def test_who_is_outvoted_says_why_before_it_is_decided(tender: Tender):
    tender.ready()
    bid = tender.submit("111")
    tender.attended().begun()
    tender.open(bid, Kind.GUARANTEE)
    for name, why in (("commission1", "کم است"), ("commission2", "کم است")):
        assert tender.vote(name, bid, Kind.GUARANTEE, why, is_for=False) is None

    assert tender.vote("commission3", bid, Kind.GUARANTEE, is_for=True) is None
    why = "بانک متمم داده است"
    assert tender.vote("commission3", bid, Kind.GUARANTEE, why, is_for=True) is False

    with tender.database.reader() as reading:
        assert rows.bid(reading, bid.id).envelope(Kind.GUARANTEE).reason == "کم است"


def test_a_lost_passphrase_does_no_harm_and_two_end_the_tender(tender: Tender):
    tender.ready()
    bid = tender.submit("111", price=90)
    del tender.keys["commission2"]
    tender.attended().begun()
    for kind in Kind:
        found = tender.open(bid, kind, "commission1", "commission3")
        tender.decide(bid, kind)
    assert found == {"price.txt": b"90"}

    other = Tender(tender.database, tender.store, tender.actor, tender.at, number="T-2").ready()
    other.submit("111")
    other.attended().begun()
    why = "دو رمز گم شده است"
    with refused("GEN-REQUIRED"):
        other.vote_to_end("commission1", " ")
    with pytest.raises(NotAtThisDesk):  # one officer ends nothing
        other.vote_to_end("proc_officer", why)
    assert other.vote_to_end("commission1", why) is None
    assert other.vote_to_end("commission2", "پیدا می‌شود", is_for=False) is None
    assert other.seen().state is SealingState.OPENING
    assert other.vote_to_end("commission3", why) is True
    assert other.seen().state is SealingState.UNSUCCESSFUL


def test_too_few_members_end_nothing(tender: Tender):
    tender.ready().attended("commission1", "commission2")
    with refused("TND-009"):
        tender.vote_to_end("commission1", "یک عضو نیامد")
    with refused("TND-066"):
        tender.vote_to_end("commission3", "نیستم")


def test_a_tender_without_bids_ends_when_its_session_begins(tender: Tender):
    tender.ready().attended().begun()
    assert tender.seen().state is SealingState.UNSUCCESSFUL


def test_an_envelope_that_was_never_whole_fails_its_bid(tender: Tender):
    """Its bidder sealed rubbish: shares are right, and it does not open."""
    tender.ready()
    header = tender.header("111", Kind.GUARANTEE)
    rubbish = bytearray(seal(header, b"x"))
    rubbish[-1] ^= 1
    sent = {**tender.sealed("111"), Kind.GUARANTEE: tender.sent(header, bytes(rubbish))}
    bid = tender.submit("111", sent)
    tender.attended().begun()

    assert tender.open(bid, Kind.GUARANTEE) == {}

    with tender.database.reader() as reading:
        envelope = rows.bid(reading, bid.id).envelope(Kind.GUARANTEE)
        assert (envelope.state, envelope.reason) == (EnvelopeState.REJECTED, "TND-061")
    assert tender.end() == 2


def test_a_member_who_left_the_commission_has_a_seat_no_more(tender: Tender):
    """The name is still on the list of the tender; the role is what counts."""
    tender.ready()
    tender.submit("111")
    tender.attended().begun()
    left = replace(tender.actor("commission1"), desks=frozenset())
    told: dict[str, Any] = {"actor": left, "at": tender.late}

    with pytest.raises(NotAtThisDesk):
        session.end_session(tender.uow(), tender.id, **told)
    with tender.database.reader() as reading, pytest.raises(NotFound):
        session_page(reading, tender.number, left, tender.store.open, tender.late)
    with tender.database.reader() as reading, pytest.raises(NotFound):
        ceremony_page(reading, tender.number, left)
