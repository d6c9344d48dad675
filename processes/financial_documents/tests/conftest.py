"""The people of the demonstration at their desks, for the vouchers' tests; their books agree."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from engine.model.person import Actor
from engine.storage.database import Database
from processes.financial_documents.tests.walking import Office
from tests.kit.credit import must_agree


@pytest.fixture
def office(
    database: Database, actor: Callable[[str], Actor], run_jobs: Callable[..., int], clock: Any
) -> Iterator[Office]:
    """The people of the demonstration, a clock and the worker, and somebody to pay."""
    office = Office(database, actor, run_jobs, clock)
    office.payee()
    yield office
    with database.reader() as session:
        must_agree(session)


@pytest.fixture
def line_id(office: Office) -> str:
    return office.line()
