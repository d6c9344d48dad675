"""Workers outside that wait for a task: told when one comes, and never two of the same."""

from __future__ import annotations

import threading
import time
from datetime import timedelta
from typing import Any

import pytest

from engine.commands import external
from engine.commands.external import ExternalTask, Topic
from engine.jobs.fetching import LongPolls
from engine.storage.database import Database
from engine.storage.external import is_any_due
from tests.kit import paying
from tests.kit.paying import NOON

pytestmark = pytest.mark.both_databases

TRANSFER = Topic("transfer", timedelta(minutes=1))


@pytest.fixture
def database(bare_database: Database) -> Database:
    """A database in which a process waits for workers outside."""
    paying.deploy(bare_database, paying.LANES)
    return bare_database


def test_a_long_poll_ends_when_a_commit_here_makes_a_task(database, monkeypatch):
    monkeypatch.setattr("engine.jobs.fetching.POLL_SECONDS", 30.0)  # only the ring ends it in time
    polls = LongPolls(database)
    found: list[ExternalTask] = []

    def wait() -> None:
        found.extend(polls.fetch("w", [TRANSFER], wait=timedelta(seconds=30), clock=lambda: NOON))

    thread = threading.Thread(target=wait)
    thread.start()
    _all_wait(polls, 1)
    paying.start(database, 5)
    thread.join(25)

    assert (len(found), thread.is_alive()) == (1, False)


def test_a_long_poll_sees_what_another_process_makes_within_a_second_or_two(database):
    other = Database(database.url.render_as_string(hide_password=False))
    later = threading.Timer(0.2, paying.start, (other, 5))
    later.start()
    began = time.monotonic()

    found = LongPolls(database).fetch(
        "w", [TRANSFER], wait=timedelta(seconds=30), clock=lambda: NOON
    )

    assert (len(found), time.monotonic() - began < 20) == (1, True)
    later.join()
    other.dispose()


def test_beyond_the_seats_a_long_poll_answers_empty_at_once(database):
    polls = LongPolls(database, most=1)
    sitting = threading.Thread(
        target=polls.fetch,
        args=("w", [TRANSFER]),
        kwargs={"wait": timedelta(seconds=30), "clock": lambda: NOON},
    )
    sitting.start()
    _all_wait(polls, 1)
    began = time.monotonic()

    found = polls.fetch("v", [TRANSFER], wait=timedelta(seconds=30), clock=lambda: NOON)

    assert (found, time.monotonic() - began < 20) == ([], True)
    polls.close()
    sitting.join(25)
    assert not sitting.is_alive()


def test_a_long_poll_ends_when_its_time_is_over(database):
    began = time.monotonic()

    found = LongPolls(database).fetch(
        "w", [TRANSFER], wait=timedelta(seconds=0.2), clock=lambda: NOON
    )

    assert (found, 0.2 <= time.monotonic() - began < 20) == ([], True)


def test_twenty_workers_that_wait_are_given_every_task_once(database):
    polls = LongPolls(database, most=20)
    given: list[tuple[str, object]] = []

    def work(name: str) -> None:
        while True:
            found = polls.fetch(
                name, [TRANSFER], limit=3, wait=timedelta(seconds=30), clock=lambda: NOON
            )
            if not found:
                return
            given.extend((name, each.id) for each in found)
            for each in found:
                external.complete(database.unit_of_work(), each.id, name, {}, at=NOON)

    workers = [threading.Thread(target=work, args=(f"w{at}",)) for at in range(20)]
    for each in workers:
        each.start()
    cases = [paying.start(database, at) for at in range(60)]
    while not all(paying.at_look(database, each) for each in cases):
        time.sleep(0.05)
    polls.close()
    for each in workers:
        each.join(60)

    assert (len(given), len({task for _, task in given})) == (60, 60)


def test_of_many_that_wait_for_the_same_one_looks(database, monkeypatch):
    monkeypatch.setattr("engine.jobs.fetching.POLL_SECONDS", 30.0)  # only rings make them look
    monkeypatch.setattr("engine.jobs.fetching.MOST_SECONDS", 30.0)
    polls = LongPolls(database, most=20)
    asked: dict[str, Any] = {"wait": timedelta(seconds=30), "clock": lambda: NOON}
    workers = [
        threading.Thread(target=polls.fetch, args=(f"w{at}", [TRANSFER]), kwargs=asked)
        for at in range(20)
    ]
    looks: list[None] = []

    def look(*given: Any) -> bool:
        looks.append(None)
        return is_any_due(*given)

    monkeypatch.setattr("engine.jobs.fetching.is_any_due", look)
    for each in workers:
        each.start()
    _all_wait(polls, len(workers))
    assert len(looks) == len(workers)  # each looks once when it comes

    for rings in range(1, 4):
        database.fetchable.ring()
        while len(looks) < len(workers) + rings:
            time.sleep(0.01)
    time.sleep(0.2)

    assert len(looks) == len(workers) + 3
    polls.close()
    for each in workers:
        each.join(25)
    assert not any(each.is_alive() for each in workers)


def _all_wait(polls: LongPolls, people: int) -> None:
    """Return when so many stand in line; each has looked once before."""
    while sum(each.people for each in list(polls._lines.values())) < people:
        time.sleep(0.01)
