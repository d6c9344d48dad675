"""The people of the demonstration at their desks, for the flows' tests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from engine.model.person import Actor
from engine.storage.database import Database
from processes.contractor_statement.tests.filed import file_and_certify
from processes.contractor_statement.tests.walking import (
    Case,
    Office,
    contract_of_example,
    example_approved,
    example_claim,
)
from tests.kit.sites import Clock


@pytest.fixture
def office(
    database: Database, actor: Callable[[str], Actor], run_jobs: Callable[..., int], clock: Any
) -> Office:
    """The people of the demonstration, a clock and the worker."""
    return Office(database, actor, run_jobs, clock)


@pytest.fixture
def contract_id(office: Office) -> str:
    return contract_of_example(office)


@pytest.fixture
def opened(office: Office, contract_id: str) -> Case:
    """A statement the contractor has opened."""
    return office.start("interim_statement", contract_id=contract_id)


@pytest.fixture
def filed(opened: Case) -> Case:
    """A statement the supervisor has to measure."""
    return opened.do("enter", "submit", **example_claim(1))


@pytest.fixture
def with_employer(filed: Case) -> Case:
    """A statement the employer has to review."""
    return filed.do("measure", lines=example_approved(1)).do("check")


@pytest.fixture
def reviewed(with_employer: Case) -> Case:
    """A statement whose voucher is to be signed."""
    return with_employer.review()


@pytest.fixture
def statement_id(database: Database, clock: Clock) -> UUID:
    """The first statement of the sample contract, certified."""
    uow = database.unit_of_work()
    with uow:
        statement = file_and_certify(uow.session, 1, clock())
        uow.commit()
        return statement.id
