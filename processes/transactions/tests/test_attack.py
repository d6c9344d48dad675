"""Nothing opens with the database, the disk, the application's secrets and one share of two."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from engine.model.person import Actor
from engine.storage.database import Database
from engine.storage.document_store import FolderStore
from processes.transactions.tests.attack import attack
from processes.transactions.tests.tendering import Tender
from tests.kit.browser import ARTIFACTS

BIDS = int(os.environ.get("DIVAN_SEALED_BIDS", "25"))  #: `make sealed-attack` asks for 1,000


@pytest.mark.timeout(1_800)
def test_no_bid_is_opened_early(
    database: Database,
    actor: Callable[[str], Actor],
    clock: Any,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
):
    tender = Tender(database, FolderStore(tmp_path / "documents"), actor, clock()).ready()

    report = attack(tender, BIDS)

    if "DIVAN_SEALED_BIDS" in os.environ:
        ARTIFACTS.mkdir(exist_ok=True)
        told = "\n".join(
            [f"{BIDS:7,} bids, {sum(report.tried.values()):,} attempts", *report.lines()]
        )
        (ARTIFACTS / "sealed-attack.txt").write_text(f"{told}\n", encoding="utf-8")
        with capsys.disabled():
            print(f"\n{told}")
    assert report.succeeded.total() == 0, [*report.lines()]
    assert report.tried.total() > 15 * BIDS
    assert report.opened_in_session == 5
