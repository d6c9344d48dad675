"""Large bids, many at once: they pass through memory portion by portion, and none is lost.

`make sealed-load BIDS=500 MEGABYTES=20` sends them to `divan serve` in the ten minutes before a
deadline, over each of the databases.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
import threading
import time
import tracemalloc
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psutil
import pytest

from engine.model.person import Actor
from engine.storage.database import Database
from engine.storage.document_store import FolderStore
from processes.transactions.commands import bidding, opening
from processes.transactions.commands.bidding import Sent
from processes.transactions.queries import sealing as rows
from processes.transactions.sealing.contents import File, packed
from processes.transactions.sealing.envelope import Kind, sealed
from processes.transactions.tests.many_bidders import Bidder, block, let_in
from processes.transactions.tests.noticing import published
from processes.transactions.tests.tendering import Tender, plain
from tests.kit.server import LiveServer

BIDS = int(os.environ.get("DIVAN_SEALED_BIDS", "6"))
SIZE = int(os.environ.get("DIVAN_SEALED_MEGABYTES", "3")) * 1_000_000
THREADS = 16  #: bidders who send at the same moment
#: each database where figures are asked for; the way over HTTP is the same
BACKENDS = ("sqlite", "postgresql") if "DIVAN_SEALED_BIDS" in os.environ else ("sqlite",)
NUMBER = "D07-1405-T-0042"
MEBIBYTE = 1024 * 1024


@pytest.fixture
def tender(database: Database, actor: Callable[[str], Actor], clock: Any, tmp_path: Path) -> Tender:
    return Tender(database, FolderStore(tmp_path / "documents"), actor, clock()).ready()


def _sent(tender: Tender, party: str, kind: Kind, size: int) -> Sent:
    """Seal a file of a size and send it, as it is made."""
    header = tender.header(party, kind)
    with tender.store.receive(2**30) as incoming:
        for portion in sealed(header, packed([(File("plan.pdf", size), block(size))])):
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
        contents = opening.open_contents(
            tender.uow(), tender.store, bid.id, Kind.TECHNICAL, plain, None
        )
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak < 12 * MEBIBYTE, f"{peak:,} bytes"
    [found] = contents.files
    digest = hashlib.sha256()
    for portion in block(size):
        digest.update(portion)
    assert found.sha256 == digest.hexdigest()


@pytest.mark.timeout(1_800)
@pytest.mark.parametrize("backend", BACKENDS, indirect=True)
def test_many_bids_before_the_deadline_are_all_taken_by_a_real_server(
    backend: str,
    database: Database,
    actor: Callable[[str], Actor],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
):
    """Over HTTP, within the last ten minutes by the clock of everybody."""
    began_at, secret = datetime.now(UTC), secrets.token_hex(32)
    deadline = began_at + timedelta(minutes=10)
    tender = published(database, actor, began_at, number=NUMBER, deadline=deadline)
    cookies = let_in(database, secret, BIDS, began_at)
    server = LiveServer(
        tmp_path / "home", database_url=str(database.url), settings={"DIVAN_SECRET_KEY": secret}
    ).start()
    bidders = [Bidder(server.address, NUMBER, each) for each in cookies]
    sizes = {Kind.GUARANTEE: 10, Kind.TECHNICAL: SIZE, Kind.PRICE: 10}
    try:
        bidders.pop().bid(dict.fromkeys(Kind, 10))  # what the first request loads is no growth
        began = time.monotonic()
        with _Watched(server.pid) as grown, ThreadPoolExecutor(THREADS) as threads:
            versions = list(threads.map(lambda each: each.bid(sizes), bidders))
        took = time.monotonic() - began
    finally:
        server.stop()

    assert versions == [1] * (BIDS - 1)
    store = FolderStore(server.home / "documents")
    with database.reader() as reading:
        bids = rows.bids(reading, tender.id)
        assert len({each.bidder for each in bids}) == BIDS
        for each in bids:
            assert each.submitted_at <= deadline
            for envelope in each.envelopes:
                assert store.hash_of(envelope.sha256) == envelope.sha256
    shutil.rmtree(server.home)  # ten gigabytes, where figures are asked for
    assert grown[0] < 200 * MEBIBYTE, f"{grown[0] / MEBIBYTE:.0f} MiB"
    if "DIVAN_SEALED_BIDS" in os.environ:
        with capsys.disabled():
            print(
                f"\n{backend}: {BIDS} bids of {SIZE / 1_000_000:.0f} MB over HTTP in {took:.1f} s"
                f" from {THREADS} bidders at once, asked to come back"
                f" {sum(each.waited for each in bidders)} times; the server's memory"
                f" {grown[0] / MEBIBYTE:+.0f} MiB at most; load {os.getloadavg()[0]:.1f}"
            )


class _Watched:
    """By how much a server's processes grow while the block lasts, looked at ten times a second."""

    def __init__(self, pid: int) -> None:
        first = psutil.Process(pid)
        self._all = [first, *first.children(recursive=True)]
        self._over, self.peak = threading.Event(), [0]
        self._thread = threading.Thread(target=self._watch)

    def _memory(self) -> int:
        return sum(int(each.memory_info().rss) for each in self._all)

    def _watch(self) -> None:
        before = self._memory()
        while not self._over.wait(0.1):
            self.peak[0] = max(self.peak[0], self._memory() - before)

    def __enter__(self) -> list[int]:
        self._thread.start()
        return self.peak

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
