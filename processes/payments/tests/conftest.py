"""A treasury with a bank outside, for the tests of the flows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from engine.model.person import Actor
from engine.storage.database import Database
from processes.payments.tests.outside import BankProcess
from processes.payments.tests.walking import Treasury


@pytest.fixture(scope="session")
def bank_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BankProcess]:
    """One bank for all tests of a worker: it starts for longer than a test takes."""
    with BankProcess(tmp_path_factory.mktemp("bank")) as opened:
        yield opened


@pytest.fixture
def treasury(
    database: Database,
    actor: Callable[[str], Actor],
    run_jobs: Callable[..., int],
    clock: Any,
    bank_process: BankProcess,
) -> Treasury:
    """A treasury whose bank works as it should."""
    bank_process.forget()
    bank_process.connect(database, clock())
    return Treasury(database, actor, run_jobs, clock)


@pytest.fixture
def bank(treasury: Treasury, bank_process: BankProcess) -> BankProcess:
    """The bank of the treasury, which remembers nothing of another test's orders."""
    return bank_process
