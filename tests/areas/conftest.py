"""After every story of several areas the budget, what is held of it and its books agree."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from engine.model.person import Actor
from engine.storage.database import Database
from processes.transactions.tests.walking import Office
from tests.areas.contracted import Built, signed
from tests.kit.credit import must_agree


@pytest.fixture(autouse=True)
def credit_agrees(database: Database) -> Iterator[None]:
    """Compare the lines, their holdings and the books when a test is over."""
    yield
    with database.reader() as session:
        must_agree(session)


@pytest.fixture
def office(
    database: Database, actor: Callable[[str], Actor], run_jobs: Callable[..., int], clock: Any
) -> Office:
    """The people of the demonstration who buy; several of them have other desks, too."""
    return Office(database, actor, run_jobs, clock)


@pytest.fixture
def built(office: Office) -> Built:
    """A contract that is signed, with a line for its statements in both areas."""
    return signed(office)
