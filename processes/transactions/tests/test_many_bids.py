"""Large bids, many at once: they pass through memory portion by portion, and none is lost.

`make sealed-load BIDS=500 MEGABYTES=20` sends them within ten minutes before the deadline.
"""

from __future__ import annotations

import hashlib
import os
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psutil
import pytest
from sqlalchemy import update

from engine.model.person import Actor
from engine.storage.database import Database
from engine.storage.document_store import FolderStore
from processes.transactions.commands import bidding, opening
from processes.transactions.commands.bidding import Sent
from processes.transactions.queries import sealing as rows
from processes.transactions.records.sealing import SealedTender
from processes.transactions.sealing.contents import File, packed
from processes.transactions.sealing.envelope import Kind, sealed
from processes.transactions.tests.tendering import SITE_KEY, Tender, plain

BIDS = int(os.environ.get("DIVAN_SEALED_BIDS", "6"))
SIZE = int(os.environ.get("DIVAN_SEALED_MEGABYTES", "3")) * 1_000_000
THREADS = 8
_BLOCK = bytes(range(256)) * 1024
MEBIBYTE = 1024 * 1024


@pytest.fixture
def tender(database: Database, actor: Callable[[str], Actor], clock: Any, tmp_path: Path) -> Tender:
    return Tender(database, FolderStore(tmp_path / "documents"), actor, clock()).ready()


def _block(size: int) -> Iterator[bytes]:
    for at in range(0, size, len(_BLOCK)):
        yield _BLOCK[: min(len(_BLOCK), size - at)]


def _sent(tender: Tender, party: str, kind: Kind, size: int) -> Sent:
    """Seal a file of a size and send it, as it is made."""
    header = tender.header(party, kind)
    with tender.store.receive(2**30) as incoming:
        for portion in sealed(header, packed([(File("plan.pdf", size), _block(size))])):
            incoming.write(portion)
        return bidding.take(tender.store, incoming, header)


def test_a_large_bid_is_sealed_kept_and_opened_in_a_few_megabytes(tender: Tender):
    size = 24 * MEBIBYTE
    small = {each: _sent(tender, "111", each, 10) for each in (Kind.GUARANTEE, Kind.PRICE)}
    tracemalloc.start()
    try:
        technical = _sent(tender, "111", Kind.TECHNICAL, size)
        bid = tender.submit("111", {**small, Kind.TECHNICAL: technical})
        tender.attended().begun()
        tender.open(bid, Kind.GUARANTEE)
        tender.decide(bid, Kind.GUARANTEE)
        for name in ("commission1", "commission2"):
            tender.release(name, bid, Kind.TECHNICAL)
        contents = opening.open_contents(tender.uow(), tender.store, bid.id, Kind.TECHNICAL, plain)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak < 12 * MEBIBYTE, f"{peak:,} bytes"
    [(_, sha256)] = contents.files
    digest = hashlib.sha256()
    for portion in _block(size):
        digest.update(portion)
    assert sha256 == digest.hexdigest()


@pytest.mark.timeout(1_800)
def test_many_bids_before_the_deadline_are_all_taken(
    tender: Tender, capsys: pytest.CaptureFixture[str]
):
    """By the database's own clock, ten minutes before the deadline."""
    with tender.uow() as uow:
        later = datetime.now(UTC) + timedelta(minutes=10)
        uow.session.execute(update(SealedTender).values(deadline=later))
        uow.commit()
    sizes, began = {Kind.GUARANTEE: 10, Kind.TECHNICAL: SIZE, Kind.PRICE: 10}, time.monotonic()

    def send(number: int) -> None:
        party = f"{10_000_000_000 + number}"
        sent = {kind: _sent(tender, party, kind, size) for kind, size in sizes.items()}
        bidding.submit(
            tender.uow(), tender.id, sent, sign=SITE_KEY.sign, actor=tender.bidder(party),
            at=tender.at,
        )  # fmt: skip

    with _Watched() as peak, ThreadPoolExecutor(THREADS) as threads:
        list(threads.map(send, range(BIDS)))

    took = time.monotonic() - began
    with tender.database.reader() as reading:
        bids = rows.bids(reading, tender.id)
        assert len({each.bidder for each in bids}) == BIDS
        for each in bids:
            envelope = each.envelope(Kind.TECHNICAL)
            assert tender.store.hash_of(envelope.sha256) == envelope.sha256
    if "DIVAN_SEALED_BIDS" in os.environ:
        with capsys.disabled():
            print(
                f"\n{BIDS} bids of {SIZE / 1_000_000:.0f} MB in {took:.1f} s by {THREADS} threads,"
                f" memory {peak[0] / MEBIBYTE:+.0f} MiB at most"
            )


class _Watched:
    """By how much the process grows while the block lasts, looked at ten times a second."""

    def __init__(self) -> None:
        self._own, self._over, self.peak = psutil.Process(), threading.Event(), [0]
        self._thread = threading.Thread(target=self._watch)

    def _watch(self) -> None:
        before = self._own.memory_info().rss
        while not self._over.wait(0.1):
            self.peak[0] = max(self.peak[0], self._own.memory_info().rss - before)

    def __enter__(self) -> list[int]:
        self._thread.start()
        return self.peak

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
