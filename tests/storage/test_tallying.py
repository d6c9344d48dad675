"""What the bridge counts: how much stands, what happened on a day, and for whom."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import text

from engine.commands import instances, tallying, tasks
from engine.errors import Forbidden
from engine.jobs import run_due
from engine.model.person import Actor
from engine.model.tally import ROUND
from engine.model.worker import Round
from engine.queries.queue import queue
from engine.queries.tallies import Happened, Overview, Standing, overview
from engine.storage.database import Database
from tests.kit.sites import Clock
from tests.storage.conftest import CLERK, NOON

pytestmark = pytest.mark.both_databases

DAY = timedelta(days=1)
ADMIN = Actor(uuid4(), "admin", "admin", "admin", desks=frozenset({"ADMIN@*"}))
#: who watches the cases of one district
AUDITOR7 = replace(ADMIN, username="auditor7", desks=frozenset({"AUDITOR@D07"}))
AUDITOR15 = replace(ADMIN, username="auditor15", desks=frozenset({"AUDITOR@D15"}))


def _seen(database: Database, at=NOON, actor: Actor = ADMIN) -> Overview:
    with database.reader() as session:
        return overview(session, actor, at)


def test_what_runs_waits_and_is_late_is_counted(order, a_case):
    a_case()
    a_case()

    tallying.count(order, NOON)
    in_time = _seen(order).now
    assert tallying.count(order, NOON + 20 * DAY)

    found = _seen(order, NOON + 20 * DAY)
    assert found.counted_at == NOON + 20 * DAY
    assert (in_time.running, in_time.overdue) == (2, 0)
    assert found.now == replace(in_time, overdue=2)  # what is late is among what waits
    assert in_time.waiting >= 2
    assert found.days[-21] == (NOON.date(), Happened(started=2))
    assert found.today == Happened()


@pytest.mark.only_on("postgresql", why="SQLite has no other cores to leave to pages")
def test_counting_leaves_the_other_cores_to_pages(order):
    asked = text("SHOW max_parallel_workers_per_gather")

    with order.snapshot_aside() as aside:
        assert aside.scalar(asked) == "0"
    with order.reader() as after:
        assert after.scalar(asked) != "0"


def test_a_case_that_ended_and_an_incident_are_of_their_day(order, a_case):
    ended, _ = a_case()
    instances.cancel(order.unit_of_work(), ended, "twice", actor=ADMIN, at=NOON)
    _, broken = a_case(amount=13)
    tasks.complete(order.unit_of_work(), broken, {}, actor=CLERK, at=NOON)
    for hour in range(4):
        run_due(order, Clock(NOON + timedelta(hours=hour)))

    tallying.count(order, NOON + DAY)

    found = _seen(order, NOON + DAY)
    assert found.now == Standing(running=1, waiting=found.now.waiting, stopped=1)
    assert found.yesterday == Happened(started=2, cancelled=1, stopped=1)
    assert found.yesterday.growth == 1


def test_nobody_counts_twice_in_a_minute_and_what_is_gone_is_forgotten(order, a_case):
    case, _ = a_case()
    assert tallying.count(order, NOON)
    instances.cancel(order.unit_of_work(), case, "twice", actor=ADMIN, at=NOON)

    assert not tallying.count(order, NOON + timedelta(seconds=59))
    assert _seen(order).now.running == 1
    assert tallying.count(order, NOON + timedelta(seconds=60))

    assert _seen(order).now == Standing()
    assert _seen(order).today == Happened(started=1, cancelled=1)


def test_each_sees_the_numbers_of_the_units_he_watches(order, a_case):
    a_case()
    tallying.count(order, NOON)

    assert _seen(order, actor=AUDITOR7).now.running == 1
    assert [each.unit for each in _seen(order, actor=AUDITOR7).units] == ["D07"]
    assert _seen(order, actor=AUDITOR15).now == Standing()
    assert _seen(order, actor=AUDITOR15).units == ()
    with pytest.raises(Forbidden):
        _seen(order, actor=CLERK)


def test_days_that_were_never_counted_are_caught_up_in_portions(order, a_case):
    a_case()
    later = NOON + (tallying.DAYS + 10) * DAY

    tallying.count(order, later)
    tallying.count(order, later + DAY)

    with order.reader() as session:
        assert session.get_one(Round, ROUND).reached == (later + DAY).date().isoformat()


def test_only_what_is_due_waits_in_the_queue(order, a_case):
    _, task = a_case()
    tasks.complete(order.unit_of_work(), task, {}, actor=CLERK, at=NOON)

    with order.reader() as session:
        assert (queue(session, NOON).due, queue(session, NOON).oldest) == (1, NOON)
        assert queue(session, NOON - timedelta(seconds=1)).due == 0
