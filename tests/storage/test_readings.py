"""What gauges show is counted without looking at the jobs that are done."""

from __future__ import annotations

from typing import Any

import pytest

from engine.commands import jobs, tasks
from engine.queries.readings import readings
from engine.storage.database import Database
from tests.kit import paying
from tests.kit.plans import plans
from tests.storage.conftest import CLERK, NOON

pytestmark = pytest.mark.both_databases


def test_unfinished_jobs_are_counted_by_kind_and_state(order: Database, a_case: Any):
    for _ in range(2):
        _, task_id = a_case()
        tasks.complete(order.unit_of_work(), task_id, {}, actor=CLERK, at=NOON)
    assert jobs.claim(order.unit_of_work(), NOON) is not None
    paying.deploy(order, paying.LANES)
    paying.start(order, 5)

    with order.reader() as session:
        found = readings(session, NOON)

    assert found.jobs == {
        ("service", "ready"): 1,
        ("service", "leased"): 1,
        ("external", "ready"): 1,
    }
    assert found.lateness == 0


@pytest.mark.only_on("sqlite", why="with few rows PostgreSQL reads the table, whatever the indexes")
def test_no_reading_goes_through_all_jobs(database: Database):
    with plans(database, "FROM job") as found, database.reader() as session:
        readings(session, NOON)

    assert [each for each in found if "SCAN job" in each and "INDEX" not in each] == []
    assert any("ix_job_leased" in each for each in found)
