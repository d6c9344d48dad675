"""A tender with sealed bids: the ceremony, the deadline, the order of opening, what is refused."""

from __future__ import annotations

import json
import subprocess
import threading
from collections.abc import Callable
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sqlalchemy import func, select, text

from engine.commands import instances
from engine.errors import Conflict, NotAtThisDesk, NotFound, RulesBroken
from engine.model.admin_event import AdminEvent
from engine.model.document import DocumentVersion
from engine.model.person import Actor
from engine.storage.database import Database
from engine.storage.document_store import LEFT_OVER, FolderStore
from engine.storage.documents import named
from processes.transactions.commands import bidding, ceremony, opening, session, tenders
from processes.transactions.queries import sealing as rows
from processes.transactions.records.sealing import (
    BidState,
    EnvelopeState,
    SealedBid,
    SealedEnvelope,
    SealingState,
)
from processes.transactions.rules.voting import Vote
from processes.transactions.sealing import member
from processes.transactions.sealing.envelope import Kind, begin
from processes.transactions.sealing.member import MemberKey
from processes.transactions.tests.commission import seal
from processes.transactions.tests.tendering import QUORUM, SITE_KEY, Tender, plain

MILLISECOND = timedelta(milliseconds=1)


@pytest.fixture
def tender(database: Database, actor: Callable[[str], Actor], clock: Any, tmp_path: Path) -> Tender:
    return Tender(database, FolderStore(tmp_path / "documents"), actor, clock())


@contextmanager
def refused(*codes: str):
    with pytest.raises(RulesBroken) as broken:
        yield
    assert [each.code for each in broken.value.problems] == list(codes)


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


@pytest.mark.both_databases
def test_1000_attempts_around_the_deadline_fall_on_the_right_side(tender: Tender):
    """The statement that inserts decides; nobody's looking before it counts."""
    tender.ready()
    offsets = [timedelta(microseconds=each) for each in (-1_000, -1, 0, 1, 1_000)]
    early, late = 0, 0
    with tender.uow() as uow:
        found = rows.tender(uow.session, tender.id)
        for number in range(1_000):
            moment = tender.deadline + offsets[number % len(offsets)]
            told = (uow, found, f"{number}", 1, "bidder1", moment)
            if moment <= tender.deadline:
                bidding.insert_in_time(*told)
                early += 1
            else:
                with refused("TND-005"):
                    bidding.insert_in_time(*told)
                late += 1
        uow.commit()

    assert (early, late) == (600, 400)
    with tender.database.reader() as reading:
        assert reading.scalar(select(func.count()).select_from(SealedBid)) == 600
        assert reading.scalar(select(func.max(SealedBid.submitted_at))) == tender.deadline


@pytest.mark.both_databases
def test_the_databases_own_clock_decides(tender: Tender):
    """A clock set wrong on our host, or a request that was kept waiting, makes nothing of it."""
    tender.ready()
    sent = {each: tender.sealed(each) for each in ("111", "222")}
    submit: dict[str, Any] = {"sign": SITE_KEY.sign, "at": tender.at}
    for seconds, party in ((-1, "111"), (60, "222")):
        _move_deadline(tender, seconds)
        told = {**submit, "actor": tender.bidder(party)}
        if seconds < 0:
            with refused("TND-005"):
                bidding.submit(tender.uow(), tender.id, sent[party], **told)
        else:
            bid = bidding.submit(tender.uow(), tender.id, sent[party], **told)
            assert bid.submitted_at.tzinfo is not None
    _move_deadline(tender, -1)
    with refused("TND-005"):
        bidding.withdraw(tender.uow(), tender.id, actor=tender.bidder("222"), at=tender.at)


def _move_deadline(tender: Tender, seconds: int) -> None:
    sqlite = f"strftime('%Y-%m-%d %H:%M:%f000', 'now', '{seconds} seconds')"
    postgresql = f"clock_timestamp() + interval '{seconds} seconds'"
    clock = sqlite if tender.database.is_sqlite else postgresql
    with tender.database.engine.begin() as connection:
        connection.execute(text(f"UPDATE tnd_seal_tender SET deadline = {clock}"))


@pytest.mark.only_on("postgresql")
def test_a_session_begins_when_bids_that_were_in_time_are_committed(tender: Tender):
    """A bid in time whose commit takes long is waited for, not passed over."""
    tender.ready().attended()
    began: list[int] = []
    with tender.uow() as uow:
        found = rows.tender(uow.session, tender.id, to_bid=True)
        bidding.insert_in_time(uow, found, "111", 1, "bidder1", tender.deadline)
        other = threading.Thread(target=lambda: began.append(_begin(tender)))
        other.start()
        other.join(0.3)
        assert began == []
        uow.commit()
    other.join(30)

    assert began == [1]


def _begin(tender: Tender) -> int:
    officer = tender.actor("proc_officer")
    return session.begin_session(
        tender.uow(), tender.id, quorum=QUORUM, actor=officer, at=tender.late
    )


@pytest.mark.both_databases
def test_a_bid_is_replaced_and_withdrawn_until_the_deadline_and_never_later(tender: Tender):
    tender.ready()
    tender.submit("111", price=95)
    newer = tender.submit("111", price=90)
    tender.submit("222")
    bidder: dict[str, Any] = {"actor": tender.bidder("222"), "at": tender.at}

    with refused("TND-005"):
        bidding.withdraw(tender.uow(), tender.id, **bidder, moment=tender.late)
    bidding.withdraw(tender.uow(), tender.id, **bidder, moment=tender.deadline)
    with pytest.raises(NotFound):
        bidding.withdraw(tender.uow(), tender.id, **bidder, moment=tender.deadline)
    with refused("TND-005"):
        tender.submit("111", moment=tender.deadline + MILLISECOND)

    with tender.database.reader() as reading:
        assert [each.id for each in rows.bids(reading, tender.id)] == [newer.id]
        states = [each.state for each in rows.bids_of(reading, tender.id, "111")]
        assert states == [BidState.SEALED, BidState.REPLACED]
        [withdrawn] = rows.bids_of(reading, tender.id, "222")
        assert withdrawn.withdrawn_at == tender.deadline
    again = tender.submit("222")
    assert again.version == 2


def test_the_receipt_is_verified_by_openssl(tender: Tender, tmp_path: Path):
    bid = tender.ready().submit("111")
    public = SITE_KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    assert bid.receipt is not None
    files = {
        "receipt.json": bid.receipt.encode(),
        "receipt.sig": bytes.fromhex(bid.signature or ""),
        "site.pem": public,
    }
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    asked = [
        "openssl", "pkeyutl", "-verify", "-pubin", "-inkey", "site.pem", "-rawin",
        "-in", "receipt.json", "-sigfile", "receipt.sig",
    ]  # fmt: skip
    assert subprocess.run(asked, cwd=tmp_path, check=False, capture_output=True).returncode == 0
    told = json.loads(bid.receipt)
    assert told["envelopes"]["C"]["sha256"] == bid.envelope(Kind.PRICE).sha256
    assert told["submitted_at"] == bid.submitted_at.isoformat()
    (tmp_path / "receipt.json").write_bytes(bid.receipt.replace("111", "112").encode())
    assert subprocess.run(asked, cwd=tmp_path, check=False, capture_output=True).returncode != 0


def test_envelopes_of_another_place_and_broken_ones_are_refused_at_the_door(tender: Tender):
    tender.ready()
    header = tender.header("111", Kind.PRICE)
    good = seal(header, b"92")
    for envelope, code in (
        (seal(tender.header("222", Kind.PRICE), b"92"), "TND-057"),
        (seal(tender.header("111", Kind.GUARANTEE), b"92"), "TND-057"),
        (good[:-5], "TND-056"),
        (good[:100], "TND-056"),
        (b"%PDF-1.7", "TND-056"),
        (b"", "TND-056"),
    ):
        with refused(code):
            tender.sent(header, envelope)
    sent = tender.sealed("111")
    with refused("TND-057"):
        tender.submit("111", {Kind.PRICE: sent[Kind.PRICE]})
    tender.submit("111", sent)
    with refused("TND-057"):  # sent again: it was sealed as the first bid
        tender.submit("111", sent)
    with pytest.raises(NotAtThisDesk):
        bidding.submit(
            tender.uow(), tender.id, sent, sign=SITE_KEY.sign, at=tender.at,
            actor=tender.actor("supervisor"),
        )  # fmt: skip


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
        opening.open_contents(tender.uow(), tender.store, one.id, Kind.TECHNICAL, plain)


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


def test_votes_are_counted_and_reasons_asked_for(tender: Tender):
    tender.ready()
    bid = tender.submit("111")
    tender.attended().begun()
    tender.open(bid, Kind.GUARANTEE)
    told: dict[str, Any] = {"actor": tender.actor("proc_officer"), "at": tender.late}

    def decided(*votes: tuple[bool, str]) -> bool:
        given = [Vote(str(at), *each) for at, each in enumerate(votes, 1)]
        return session.decide(tender.uow(), bid.id, Kind.GUARANTEE, given, **told)

    with refused("TND-032"):
        decided((True, ""), (True, ""))
    with refused("TND-033"):  # a dissenter gives a reason
        decided((True, ""), (True, ""), (False, ""))
    with refused("TND-063"):  # the bidder is told why
        decided((False, ""), (False, ""), (False, ""))
    assert decided((True, ""), (False, "کم است"), (True, "")) is True
    with tender.database.reader() as reading:
        envelope = rows.bid(reading, bid.id).envelope(Kind.GUARANTEE)
        assert envelope.votes["2"] == {"for": False, "reason": "کم است"}
        assert envelope.reason is None


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
    told: dict[str, Any] = {"actor": tender.actor("proc_officer"), "at": tender.late}
    with refused("GEN-REQUIRED"):
        session.declare_unsuccessful(tender.uow(), other.id, " ", **told)
    session.declare_unsuccessful(tender.uow(), other.id, "دو رمز گم شده است", **told)
    assert other.seen().state is SealingState.UNSUCCESSFUL


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


def test_a_ceremony_goes_step_by_step_and_can_start_over(tender: Tender):
    tender.announced()
    one, key = tender.actor("commission1"), MemberKey.new()
    public, wrapped = key.public.encode().hex(), key.wrap("a long passphrase", "x", 600_000)
    told: dict[str, Any] = {"actor": one, "at": tender.at}
    for wrong_key, wrong_wrapped in (
        ("04" * 65, wrapped),
        ("", wrapped),
        (public, {}),
        (public, {**wrapped, "rounds": 10}),
        (public, {**wrapped, "key": "0"}),
    ):
        with refused("TND-053"):
            ceremony.join(tender.uow(), tender.id, wrong_key, wrong_wrapped, **told)
    with pytest.raises(Conflict):
        ceremony.deal(tender.uow(), tender.id, [], **told)
    with pytest.raises(NotAtThisDesk):
        ceremony.join(
            tender.uow(), tender.id, public, wrapped, actor=tender.actor("admin"), at=tender.at
        )
    tender.joined()
    with refused("TND-053"):
        ceremony.deal(tender.uow(), tender.id, [], **told)
    with refused("TND-053"):
        ceremony.deal(tender.uow(), tender.id, [{"kind": "A"}], **told)
    tender.dealt()
    with pytest.raises(Conflict):
        tender.submit("111", {})
    wrong: dict[str, Any] = {kind.value: tender.rehearsal("commission2", kind) for kind in Kind}
    with refused("TND-055"):
        ceremony.rehearse(tender.uow(), tender.id, wrong, **told)
    officer: dict[str, Any] = {"actor": tender.actor("proc_officer"), "at": tender.at}
    with refused("GEN-REQUIRED"):
        tenders.start_over(tender.uow(), tender.id, "", **officer)
    tenders.start_over(tender.uow(), tender.id, "عضو ۳ رمزش را گم کرد", **officer)
    assert tender.seen().state is SealingState.JOINING
    tender.joined().dealt().rehearsed()
    assert tender.seen().state is SealingState.READY
    with pytest.raises(Conflict):
        tenders.start_over(tender.uow(), tender.id, "once more", **officer)


def test_a_member_deals_once_and_for_nobody_else(tender: Tender):
    tender.announced().joined()
    with tender.database.reader() as reading:
        made = rows.ceremony_of(rows.tender(reading, tender.id))
    one: dict[str, Any] = {"actor": tender.actor("commission1"), "at": tender.at}
    own = [member.deal(made, kind, 1).write() for kind in Kind]
    others = [member.deal(made, kind, 2).write() for kind in Kind]
    with refused("TND-053"):
        ceremony.deal(tender.uow(), tender.id, others, **one)
    ceremony.deal(tender.uow(), tender.id, own, **one)
    with refused("TND-054"):
        ceremony.deal(tender.uow(), tender.id, own, **one)


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        ({"number": ""}, ["GEN-REQUIRED"]),
        ({"deadline": None}, ["TND-051"]),
        ({"deadline": datetime.fromisoformat("2020-01-01T00:00:00+00:00")}, ["TND-051"]),
        ({"threshold": 1}, ["TND-052"]),
        ({"threshold": 4}, ["TND-052"]),
        ({"members": ["commission1", "commission1"]}, ["TND-052"]),
    ],
)
def test_what_is_typed_of_a_tender_is_checked(
    tender: Tender, change: dict[str, Any], codes: list[str]
):
    right: dict[str, Any] = {
        "unit": "D07", "number": "T-9", "title": "x", "deadline": tender.deadline, "threshold": 2,
        "members": tender.members,
    }  # fmt: skip
    told: dict[str, Any] = {"actor": tender.actor("proc_officer"), "at": tender.at}
    wrong = tenders.NewTender(**{**right, **change})
    elsewhere = tenders.NewTender(**{**right, "unit": "D15"})
    with refused(*codes):
        tenders.announce_tender(tender.uow(), wrong, **told)
    with pytest.raises(NotAtThisDesk):
        tenders.announce_tender(tender.uow(), elsewhere, **told)


def test_sealed_envelopes_are_not_swept_away(tender: Tender):
    bid = tender.ready().submit("111")

    def known(hashes: Any) -> Any:
        with tender.database.reader() as reading:
            return named(reading, hashes)

    later = datetime.now(tender.at.tzinfo) + 2 * LEFT_OVER
    assert tender.store.sweep(known, later) == 0
    with tender.store.open(bid.envelope(Kind.PRICE).sha256) as file:
        assert begin(file).proof
