"""Real workers killed, paused, poisoned and stopped: every step is done once all the same."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path

import pytest
from sqlalchemy import select, text

from engine.model.job import job_table
from engine.storage.database import Database
from tests.kit.worker import LiveWorker
from tests.reliability.errands import SITE, Errands, eventually

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("killed")]
on_postgresql = pytest.mark.parametrize("backend", ["postgresql"], indirect=True)

LEASE, ROUND = 2, 5  #: seconds
GRACE = 120  #: seconds a worker that stops gives what it has at hand
BUSY = 60  #: seconds that what takes one may take on a busy machine
Hire = Callable[..., LiveWorker]


@pytest.fixture
def errands(migrated_database: Database) -> Errands:
    """Cases of two automatic steps."""
    return Errands(migrated_database)


@pytest.fixture
def ledger(tmp_path: Path) -> Callable[[str], int]:
    """Return a function telling how often a step was begun."""

    def lines(step: str) -> int:
        path = tmp_path / "ledger"
        return path.read_text().count(f"{step} ") if path.exists() else 0

    return lines


@pytest.fixture
def hold(tmp_path: Path) -> Path:
    """A file; while it is there, a worker that minds it comes to no end of a first step."""
    return tmp_path / "hold"


@pytest.fixture
def hire(migrated_database: Database, tmp_path: Path) -> Iterator[Hire]:
    """Return a function starting a worker with so many threads, which may mind a hold."""
    hired: list[LiveWorker] = []
    url = migrated_database.url.render_as_string(hide_password=False)

    def start(threads: int = 4, minds: Path | None = None) -> LiveWorker:
        settings = {
            "DIVAN_PROCESSES": str(SITE),
            "DIVAN_LEASE": str(LEASE),
            "DIVAN_HEARTBEAT": "1",
            "DIVAN_GRACE": str(GRACE),
            "DIVAN_WORKER_THREADS": str(threads),
            "ERRAND_LEDGER": str(tmp_path / "ledger"),
        }
        if minds is not None:
            settings["ERRAND_HELD"] = str(minds)
        hired.append(LiveWorker(tmp_path / f"worker{len(hired)}", url, settings))
        return hired[-1].start()

    yield start
    for each in hired:
        each.kill()


@on_postgresql
def test_workers_paused_beyond_their_lease_change_nothing_when_they_wake(
    errands, hire, ledger, hold
):
    zombie = hire(threads=10, minds=hold)
    undisturbed = errands.took(10, 2_000, zombie.told)
    hold.touch()  # it is paused in the middle of all ten, however late that is
    cases = errands.start(10, milliseconds=2_000)
    eventually(lambda: ledger("first") == 20, BUSY, zombie.told)
    zombie.signal(signal.SIGSTOP)
    hold.unlink()
    other = hire(threads=10)

    took = eventually(lambda: errands.running() == 0, BUSY, other.told)
    zombie.signal(signal.SIGCONT)
    eventually(lambda: zombie.told().count("job.lease_lost") >= 10, BUSY, zombie.told)

    assert ledger("first") == 10 + 20  # each was begun twice, and counted once
    assert errands.done(of=cases) == dict.fromkeys(product(cases, ("first", "second")), 1)
    assert errands.incidents() == []
    # measured here, before and after: a machine that is busy, or gets so, takes longer
    undisturbed = max(undisturbed, errands.took(10, 2_000, other.told))
    assert took < LEASE + ROUND + 2 * undisturbed


def test_cases_go_on_when_their_worker_is_killed_after_an_automatic_step(errands, hire, ledger):
    first = hire(threads=4)
    other = hire(threads=4)
    undisturbed = errands.took(20, 150, first.told)
    cases = errands.start(20, milliseconds=150)
    eventually(lambda: ledger("second") >= 20 + 3, BUSY, first.told)
    first.kill()

    took = eventually(lambda: errands.running() == 0, BUSY, other.told)

    assert errands.done(of=cases) == dict.fromkeys(product(cases, ("first", "second")), 1)
    undisturbed = max(undisturbed, errands.took(20, 150, other.told))
    assert took < LEASE + ROUND + 2 * undisturbed + 1  # one worker has the other's work too


def test_a_job_that_ends_its_worker_each_time_is_an_incident_and_others_go_on(
    errands, hire, ledger
):
    worker = hire(threads=1)
    [poisoned] = errands.start(1, "poison")
    eventually(lambda: not worker.is_running, BUSY, worker.told)
    cases = errands.start(5)
    worker.start()

    eventually(lambda: errands.running() == 0 and bool(errands.incidents()), BUSY, worker.told)

    assert [each.partition(":")[0] for each in errands.incidents()] == ["JobAbandoned"]
    assert ledger("poison") == 1
    assert {case for case, _ in errands.done()} == set(cases)
    assert errands.running("poison") == 1
    assert poisoned not in {case for case, _ in errands.done()}


def test_a_worker_told_to_stop_finishes_what_it_has_and_takes_no_more(errands, hire, ledger, hold):
    hold.touch()
    worker = hire(threads=1, minds=hold)
    errands.start(2)
    eventually(lambda: ledger("first") == 1, BUSY, worker.told)

    worker.signal(signal.SIGTERM)
    eventually(lambda: _says_that_it_stops(errands), BUSY, worker.told)
    hold.unlink()

    assert worker.ended(BUSY) == 0
    assert ledger("first") + ledger("second") == 1
    with errands.database.reader() as session:
        rows = session.execute(select(job_table.c.state, job_table.c.attempts)).all()
        workers = session.execute(text("SELECT name FROM worker")).all()
    assert sorted(tuple(each) for each in rows) == [("done", 1), ("ready", 0), ("ready", 0)]
    assert workers == []


def test_a_worker_told_twice_ends_at_once_and_another_takes_over(errands, hire, ledger, hold):
    hold.touch()
    worker = hire(threads=1, minds=hold)
    [case] = errands.start(1)
    eventually(lambda: ledger("first") == 1, BUSY, worker.told)
    worker.signal(signal.SIGTERM)
    eventually(lambda: _says_that_it_stops(errands), BUSY, worker.told)
    worker.signal(signal.SIGTERM)

    assert worker.ended(BUSY) == 128 + signal.SIGTERM  # the step would take for ever

    hire(threads=1)
    eventually(lambda: errands.done()[case, "first"] == 1, BUSY)


def _says_that_it_stops(errands: Errands) -> bool:
    """Tell whether the only worker has said so with a sign of life."""
    with errands.database.reader() as session:
        return list(session.execute(text("SELECT stopping FROM worker")).scalars()) == [True]


@pytest.mark.both_databases
def test_timers_due_at_once_fire_once_each_with_two_workers(errands, hire):
    cases = errands.start(500, "alarm")
    workers = [hire(threads=2), hire(threads=2)]
    with errands.database.engine.begin() as connection:
        due = "UPDATE job SET run_at = '2020-01-01 00:00:00+00' WHERE kind = 'timer'"
        if errands.database.is_sqlite:
            due = due.replace("+00", ".000000")
        connection.execute(text(due))

    took = eventually(lambda: errands.running("alarm") == 0, 30, workers[0].told)

    assert errands.done("timer_fired") == {(case, "ring"): 1 for case in cases}
    assert took < 20
