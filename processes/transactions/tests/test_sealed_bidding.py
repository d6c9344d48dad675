"""Sealed bids come in, are replaced and withdrawn, until the deadline and never later."""

from __future__ import annotations

import json
import subprocess
import threading
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sqlalchemy import func, select, text

from engine.errors import NotAtThisDesk, NotFound
from engine.storage.document_store import LEFT_OVER
from engine.storage.documents import named
from processes.transactions.commands import bidding, session
from processes.transactions.queries import sealing as rows
from processes.transactions.records.sealing import (
    BidState,
    SealedBid,
)
from processes.transactions.sealing.envelope import Kind, begin
from processes.transactions.tests.commission import seal
from processes.transactions.tests.tendering import QUORUM, SITE_KEY, Tender, refused

MILLISECOND = timedelta(milliseconds=1)


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


def test_sealed_envelopes_are_not_swept_away(tender: Tender):
    bid = tender.ready().submit("111")

    def known(hashes: Any) -> Any:
        with tender.database.reader() as reading:
            return named(reading, hashes)

    later = datetime.now(tender.at.tzinfo) + 2 * LEFT_OVER
    assert tender.store.sweep(known, later) == 0
    with tender.store.open(bid.envelope(Kind.PRICE).sha256) as file:
        assert begin(file).proof
