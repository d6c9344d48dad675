"""The people of the demonstration at their desks, for the tests of transactions."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from engine.model.person import Actor
from engine.storage.database import Database
from engine.storage.document_store import FolderStore
from processes.transactions.tests.tendering import Tender
from processes.transactions.tests.walking import Office


@pytest.fixture
def office(
    database: Database, actor: Callable[[str], Actor], run_jobs: Callable[..., int], clock: Any
) -> Office:
    """The people of the demonstration, a clock and the worker."""
    return Office(database, actor, run_jobs, clock)


@pytest.fixture
def tender(database: Database, actor: Callable[[str], Actor], clock: Any, tmp_path: Path) -> Tender:
    """A tender of three members whose bids are sealed, not announced yet."""
    return Tender(database, FolderStore(tmp_path / "documents"), actor, clock())
