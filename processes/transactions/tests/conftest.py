"""The people of the demonstration at their desks, for the tests of transactions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.model.person import Actor
from engine.storage.database import Database
from engine.storage.document_store import FolderStore
from processes.transactions.tests.evaluating import Evaluated
from processes.transactions.tests.tendering import Tender
from processes.transactions.tests.walking import Office
from tests.kit.credit import deposits_must_agree, must_agree, receivables_must_agree


@pytest.fixture
def office(
    database: Database, actor: Callable[[str], Actor], run_jobs: Callable[..., int], clock: Any
) -> Iterator[Office]:
    """The people of the demonstration, a clock and the worker; at the end the books agree."""
    yield Office(database, actor, run_jobs, clock)
    with database.reader() as session:
        must_agree(session)
        deposits_must_agree(session)
        receivables_must_agree(session)


@pytest.fixture
def tender(database: Database, actor: Callable[[str], Actor], clock: Any, tmp_path: Path) -> Tender:
    """A tender of three members whose bids are sealed, not announced yet."""
    return Tender(database, FolderStore(tmp_path / "documents"), actor, clock())


@pytest.fixture
def evaluated(office: Office, tender: Tender) -> Callable[..., Evaluated]:
    """Return a function that makes a tender with its bids, up to the beginning of its session.

    It takes the price of each bidder in rials, ``of_paper`` and ``has_case``, and columns of the
    tender's row.
    """

    def make(
        offers: dict[str, int],
        *,
        of_paper: bool = False,
        has_case: bool = False,
        is_enough: bool = True,
        **values: Any,
    ) -> Evaluated:
        request = office.approved(25_000_000_000, quality_matters=bool(values.get("criteria")))
        if has_case:  # any case's file takes what is opened
            about = {"payee_id": "10380284790", "payee_name": "x"}
            iban = {"payee_iban": "IR950180000000000987654321"}
            tender.case_id = office.begin("payee_account", "fin_expert", {**about, **iban})
        made = Evaluated(office, tender.ready(), request.request.id)
        made.row(**values)
        return made.submit(offers, of_paper=of_paper, is_enough=is_enough)

    return make
