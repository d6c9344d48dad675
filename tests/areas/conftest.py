"""After every story of several areas the budget, what is held of it and its books agree."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from engine.storage.database import Database
from tests.kit.credit import must_agree


@pytest.fixture(autouse=True)
def credit_agrees(database: Database) -> Iterator[None]:
    """Compare the lines, their holdings and the books when a test is over."""
    yield
    with database.reader() as session:
        must_agree(session)
