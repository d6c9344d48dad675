"""Workers that die, lose their lease or cannot even say that they failed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from engine.catalogue.handlers import REGISTRY
from engine.commands import jobs, tasks
from engine.jobs import run, run_due
from engine.model.incident import Incident
from engine.model.job import MAX_ATTEMPTS, job_table
from engine.storage.leases import LEASE
from tests.storage.conftest import CLERK, NOON

pytestmark = pytest.mark.both_databases

AFTER_LEASE = LEASE + timedelta(seconds=1)


@pytest.fixture
def ready(order, a_case):
    """A case whose service task is ready to run."""
    _, task_id = a_case()
    tasks.complete(order.unit_of_work(), task_id, {}, actor=CLERK, at=NOON)
    return order


def test_a_job_that_kills_each_of_its_workers_becomes_an_incident(ready, monkeypatch):
    ran = []

    def price(_):
        ran.append(1)
        return {"price": 1}

    monkeypatch.setitem(REGISTRY.services, "price", price)
    at = NOON
    for _ in range(MAX_ATTEMPTS):
        assert jobs.claim(ready.unit_of_work(), at) is not None  # and the worker dies
        at += AFTER_LEASE

    run_due(ready, lambda: at)

    with ready.reader() as session:
        [incident] = session.scalars(select(Incident))
        [state] = session.scalars(select(job_table.c.state).where(job_table.c.topic == "price"))
    assert (state, ran) == ("incident", [])
    assert "JobAbandoned" in incident.cause


def test_a_worker_that_fails_after_losing_its_lease_leaves_the_job_to_the_next(ready, monkeypatch):
    def slow(_):
        assert jobs.claim(ready.unit_of_work(), NOON + AFTER_LEASE) is not None
        raise ConnectionError("no answer")

    monkeypatch.setitem(REGISTRY.services, "price", slow)
    job = jobs.claim(ready.unit_of_work(), NOON)
    assert job is not None

    run(ready, job, lambda: NOON + AFTER_LEASE)

    with ready.reader() as session:
        [row] = session.execute(select(job_table).where(job_table.c.topic == "price"))
    assert (row.state, row.fence) == ("leased", 2)


def test_a_handler_that_exits_takes_no_worker_with_it(ready, monkeypatch):
    def give_up(_):
        raise SystemExit(1)

    monkeypatch.setitem(REGISTRY.services, "price", give_up)

    assert run_due(ready, lambda: NOON) == 1

    with ready.reader() as session:
        [row] = session.execute(select(job_table).where(job_table.c.topic == "price"))
    assert (row.state, row.attempts) == ("ready", 1)
