"""A worker's threads: a job that hangs is given up, signs of life are given."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from engine.catalogue.handlers import REGISTRY
from engine.commands import tasks
from engine.jobs import Worker, utc_now
from engine.model.incident import Incident
from engine.model.instance import task_table
from engine.model.job import job_table
from engine.model.worker import WorkerRow
from engine.settings import JobSettings
from tests.kit.sites import Clock
from tests.storage.conftest import CLERK, NOON

LEASE = timedelta(seconds=30)
BRISK = JobSettings(lease=timedelta(seconds=0.5), heartbeat=timedelta(seconds=0.1))


def _until(holds, within: float = 60.0) -> None:
    last = time.monotonic() + within
    while not holds():
        assert time.monotonic() < last, "it never happened"
        time.sleep(0.05)


def _complete(order, a_case, amount: int = 5):
    instance_id, task_id = a_case(amount)
    tasks.complete(order.unit_of_work(), task_id, {}, actor=CLERK, at=NOON)
    return instance_id


def test_a_job_that_hangs_is_given_up_and_keeps_nobody_from_working(order, a_case, monkeypatch):
    released = threading.Event()

    def price(answers):
        if answers["amount"] == 1:
            released.wait(60)
        return {"price": answers["amount"]}

    monkeypatch.setitem(REGISTRY.services, "price", price)
    monkeypatch.setitem(REGISTRY.leases, "price", 1)
    hanging = _complete(order, a_case, 1)
    with order.unit_of_work() as uow:
        uow.session.execute(
            job_table.update().where(job_table.c.instance_id == hanging).values(max_attempts=1)
        )
        uow.commit()
    other = _complete(order, a_case, 2)
    worker = Worker(order, BRISK, clock=utc_now)
    worker.start()

    def approving(session) -> set[UUID]:
        query = select(task_table.c.instance_id).where(task_table.c.element_id == "approve")
        return set(session.scalars(query))

    def is_told() -> bool:
        with order.reader() as session:
            incident = session.scalars(select(Incident)).one_or_none()
            return incident is not None and approving(session) == {other}

    _until(is_told)
    released.set()
    time.sleep(0.3)
    worker.stop()
    with order.reader() as session:
        assert approving(session) == {other}  # what the hanging one brought came too late
        assert "JobAbandoned" in session.scalars(select(Incident)).one().cause


def test_a_job_may_take_longer_than_a_lease_while_its_worker_lives(order, a_case, monkeypatch):
    ran, released = [], threading.Event()

    def price(_):
        ran.append(1)
        released.wait(60)
        return {"price": 1}

    monkeypatch.setitem(REGISTRY.services, "price", price)
    clock = Clock(utc_now())
    settings = replace(BRISK, lease=LEASE)
    workers = [Worker(order, settings, clock=clock) for _ in range(2)]
    for each in workers:
        each.start()
    _complete(order, a_case)

    def price_of(column: str) -> list[Any]:
        with order.reader() as session:
            return list(
                session.scalars(select(job_table.c[column]).where(job_table.c.topic == "price"))
            )

    for _ in range(12):  # in thirds of a lease: no sign of life is so late on a busy machine
        clock.pass_time(LEASE / 3)
        _until(lambda: [clock() + LEASE] == price_of("lease_until"))
    released.set()
    _until(lambda: price_of("state") == ["done"])
    for each in workers:
        each.stop()
    assert ran == [1]


class _Broken:
    """A bell that wakes nobody, but to go home."""

    def __init__(self) -> None:
        self._home = threading.Event()

    def ring(self, job_ids) -> None:
        if not job_ids:
            self._home.set()

    def wait(self, _) -> None:
        self._home.wait(60)

    def close(self) -> None:
        pass


def test_what_is_due_when_a_worker_begins_waits_for_no_bell(order, a_case, monkeypatch):
    monkeypatch.setattr("engine.jobs.worker.bell_of", lambda _: _Broken())
    monkeypatch.setitem(REGISTRY.services, "price", lambda _: {"price": 1})
    _complete(order, a_case)
    worker = Worker(order, JobSettings(), clock=utc_now)
    worker.start()

    def is_done() -> bool:
        with order.reader() as session:
            states = select(job_table.c.state).where(job_table.c.topic == "price")
            return list(session.scalars(states)) == ["done"]

    _until(is_done)
    worker.stop()


def test_a_worker_is_on_the_list_while_it_runs(order):
    worker = Worker(order, BRISK)
    worker.start()

    def beats() -> int:
        with order.reader() as session:
            fresh = WorkerRow.beat_at > WorkerRow.started_at
            return session.scalar(select(func.count()).where(fresh)) or 0

    _until(lambda: beats() == 1)
    worker.stop()

    with order.reader() as session:
        assert session.scalars(select(WorkerRow)).all() == []
