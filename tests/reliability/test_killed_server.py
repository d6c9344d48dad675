"""The server killed at any moment: what was confirmed stands, what waits still happens."""

from __future__ import annotations

import contextlib
import random
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.kit.server import LiveServer
from tests.kit.statements import EXPECTED, Office, Refused

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("killed"), pytest.mark.timeout(900)]

KILLS = 10
LEAST_KILLS = 3  #: also of a machine that is so quick that the statement is paid before
LONGEST_LIFE = 1.2  #: seconds between an answer and the next kill


class Mortal:
    """A server that is killed at random moments and started again by whoever misses it."""

    def __init__(self, server: LiveServer, chance: random.Random) -> None:
        self.server = server
        self.kills = 0
        self._chance = chance
        self._reaper: threading.Timer | None = None

    def start(self) -> None:
        """Start it and set the hour of its death."""
        self.server.start()
        if self.kills < KILLS:
            self._reaper = threading.Timer(self._chance.uniform(0.02, LONGEST_LIFE), self._kill)
            self._reaper.start()

    def spare(self) -> None:
        """Let it live from now on."""
        self._disarm()
        if not self.server.is_running:
            self.server.start()

    def end(self) -> None:
        """Stop it for good."""
        self._disarm()
        if self.server.is_running:
            self.server.stop()

    def revive(self) -> None:
        """Start it again after it was missed."""
        if self._reaper is not None:
            self._reaper.join()
        if not self.server.is_running:
            self.start()

    def _disarm(self) -> None:
        if self._reaper is not None:
            self._reaper.cancel()
            self._reaper.join()

    def _kill(self) -> None:
        self.kills += 1
        self.server.kill()


@pytest.fixture
def mortal(tmp_path: Path) -> Iterator[Mortal]:
    """A mortal server; the seed of its deaths is printed when a test fails."""
    seed = random.SystemRandom().randrange(10**6)
    print("seed", seed)
    made = Mortal(LiveServer(tmp_path / "home"), random.Random(seed))
    yield made
    made.end()


def test_what_was_confirmed_stands_and_the_statement_is_paid_once(mortal: Mortal):
    mortal.start()
    office = Office(mortal.server.address)
    confirmed: list[str] = []
    paid = False
    while not paid or mortal.kills < LEAST_KILLS:
        try:
            _one_round(office, confirmed)
            paid = not office.open_steps() and office.is_paid(1)
            time.sleep(0.05)  # a job of the dead server is leased for a while
        except httpx.TransportError:
            mortal.revive()
            assert _lost(mortal.server, confirmed) == []
            assert _stuck(mortal.server) == []
    mortal.spare()  # what is asked now is answered, and not killed by chance
    assert len(office.orders(1)) == 1
    net = EXPECTED["statements"][0]["certified"]["net"]
    assert f"{net:,}" in office.statement(1).text
    assert _numbers_of_events(mortal.server) == []
    office.close()


def test_a_timer_that_fell_due_while_the_server_was_dead_fires_after_the_restart(tmp_path: Path):
    server = LiveServer(tmp_path / "home").start()
    with contextlib.closing(Office(server.address)) as office:
        office.file(1)
        done = office.settle(1, until=lambda: _has_open_task(server, "technical_review"))
    assert "Check against the contract" in done
    server.kill()
    fallen_due = (
        "UPDATE job SET run_at = '2020-01-01 00:00:00' WHERE kind = 'timer' AND state = 'ready'"
    )
    assert _write(server, fallen_due) >= 1
    server.start()
    _eventually(lambda: _has_open_task(server, "on_account"))
    server.stop()


def _one_round(office: Office, confirmed: list[str]) -> None:
    """Do what lies open, or file the statement where nothing has been begun."""
    steps = office.open_steps()
    if not steps and not office.person("contractor").get("/inbox?view=started").links("^/cases/"):
        office.file(1)
    for name, address in steps:
        with contextlib.suppress(Refused):  # done before the kill, its answer lost
            office.do(name, address, 1)
            confirmed.append(address.rpartition("/")[2])


def _lost(server: LiveServer, confirmed: list[str]) -> list[str]:
    """Return the confirmed steps that do not stand as completed."""
    rows = _read(server, "SELECT id, state FROM human_task")
    states = {str(key).replace("-", ""): state for key, state in rows}
    return [each for each in confirmed if states.get(each.replace("-", "")) != "completed"]


def _stuck(server: LiveServer) -> list[str]:
    """Return the running cases that nothing would ever move."""
    return [
        str(row[0])
        for row in _read(
            server,
            """SELECT i.id FROM instance i WHERE i.state = 'running'
               AND NOT EXISTS (SELECT 1 FROM human_task t
                               WHERE t.instance_id = i.id AND t.closed_at IS NULL)
               AND NOT EXISTS (SELECT 1 FROM job j
                               WHERE j.instance_id = i.id AND j.state IN ('ready', 'leased'))""",
        )
    ]


def _numbers_of_events(server: LiveServer) -> list[str]:
    """Return the cases whose events are not numbered without gaps."""
    grouped = "SELECT instance_id, count(*), min(seq), max(seq) FROM event GROUP BY instance_id"
    return [
        str(case)
        for case, count, first, last in _read(server, grouped)
        if last - first + 1 != count
    ]


def _has_open_task(server: LiveServer, element_id: str) -> bool:
    asked = f"SELECT 1 FROM human_task WHERE element_id = '{element_id}' AND closed_at IS NULL"
    return bool(_read(server, asked))


def _eventually(holds: Callable[[], bool], seconds: float = 90) -> None:
    for _ in range(int(seconds * 10)):
        if holds():
            return
        time.sleep(0.1)
    raise AssertionError("it never happened")


def _read(server: LiveServer, statement: str) -> list[tuple[Any, ...]]:
    with contextlib.closing(_open(server)) as connection:
        return connection.execute(statement).fetchall()


def _write(server: LiveServer, statement: str) -> int:
    with contextlib.closing(_open(server)) as connection, connection:
        return connection.execute(statement).rowcount


def _open(server: LiveServer) -> sqlite3.Connection:
    return sqlite3.connect(server.home / "divan.sqlite", timeout=60)
