"""Claims: by priority and then by moment, each job to one worker."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from engine.commands import jobs
from engine.commands.jobs import claim_some, claim_this
from engine.model.base import new_id
from engine.model.job import PRIORITY, Job, JobKind, JobState, job_table
from engine.storage.database import Database
from engine.storage.leases import Claimant
from tests.storage.conftest import NOON

pytestmark = pytest.mark.both_databases

ONE, OTHER = Claimant("one"), Claimant("other")


def _queue(
    database: Database,
    kind: JobKind = JobKind.TIMER,
    *,
    run_at: datetime = NOON,
    priority: int = PRIORITY,
    key: str | None = None,
) -> UUID:
    made = new_id()
    job = Job(made, None, kind, key or made.hex, "", "step", None, run_at, NOON, priority=priority)
    uow = database.unit_of_work()
    with uow:
        uow.plan([job])
        uow.commit()
    return made


def _claimed(database: Database, at: datetime = NOON, by: Claimant = ONE) -> list[UUID]:
    return [each.id for each in claim_some(database.unit_of_work(), at, by)]


def test_the_higher_priority_goes_first_and_then_the_one_that_is_due_longest(database):
    late = _queue(database, run_at=NOON)
    early = _queue(database, run_at=NOON - timedelta(hours=1))
    urgent = _queue(database, priority=80)

    assert [_claimed(database), _claimed(database)] == [[urgent], [early, late]]


def test_a_more_urgent_timer_of_next_year_does_not_stand_in_the_way(database):
    _queue(database, run_at=NOON + timedelta(days=365), priority=90)
    due = _queue(database, priority=10)

    assert _claimed(database) == [due]


def test_quick_jobs_are_claimed_together_and_a_long_one_alone(database):
    moments = [NOON - timedelta(minutes=each) for each in range(5, 0, -1)]
    kinds = [JobKind.TIMER, JobKind.NOTICE, JobKind.SERVICE, JobKind.SERVICE, JobKind.TIMER]
    a, b, c, d, e = (
        _queue(database, kind, run_at=at) for kind, at in zip(kinds, moments, strict=True)
    )

    assert [_claimed(database) for _ in range(5)] == [[a, b], [c], [d], [e], []]


def test_what_waits_for_a_worker_outside_is_never_claimed(database):
    outside = _queue(database, JobKind.EXTERNAL)

    assert _claimed(database) == []
    assert claim_this(database.unit_of_work(), outside, NOON, ONE) is None


def test_a_job_somebody_rings_for_is_claimed_if_it_is_due_and_free(database):
    due, later = _queue(database), _queue(database, run_at=NOON + timedelta(hours=1))

    first = claim_this(database.unit_of_work(), due, NOON, ONE)
    again = claim_this(database.unit_of_work(), due, NOON, OTHER)
    early = claim_this(database.unit_of_work(), later, NOON, OTHER)

    assert first is not None
    assert (first.id, first.worker, first.attempts) == (due, "one", 1)
    assert (again, early) == (None, None)


def test_a_job_given_back_unbegun_has_lost_no_attempt(database):
    due = _queue(database)
    [job] = claim_some(database.unit_of_work(), NOON, ONE)

    jobs.give_back(database.unit_of_work(), [job])

    [again] = claim_some(database.unit_of_work(), NOON, OTHER)
    assert (again.id, again.attempts, again.fence) == (due, 1, 2)


def test_the_same_work_is_queued_once(database):
    _queue(database, key="once")
    _queue(database, key="once")

    assert len(_claimed(database)) == 1


def test_claimers_never_share_a_job(database):
    wanted = {_queue(database, run_at=NOON - timedelta(seconds=each)) for each in range(60)}
    wanted |= {_queue(database, JobKind.SERVICE) for _ in range(60)}
    taken: dict[str, list[UUID]] = {}

    def work(name: str) -> None:
        mine = taken.setdefault(name, [])
        empty = 0
        while empty < 3:  # one may look while others hold the last rows
            found = [each.id for each in claim_some(database.unit_of_work(), NOON, Claimant(name))]
            mine.extend(found)
            empty = 0 if found else empty + 1

    threads = [threading.Thread(target=work, args=(f"w{each}",)) for each in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    every = [job for mine in taken.values() for job in mine]
    assert len(every) == len(set(every))
    assert set(every) == wanted
    with database.reader() as session:
        states = set(session.scalars(select(job_table.c.state)))
    assert states == {JobState.LEASED.value}
