"""Who asks the city for work, and writes down what was asked and what was answered.

Each writes before it asks and again when it was answered. Whatever dies in between, the
ledger knows what must be there, what may be, and so what must not.
"""

from __future__ import annotations

import json
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy.exc import SQLAlchemyError

from engine.commands import messages
from engine.errors import EngineError
from engine.jobs import utc_now
from engine.storage.database import Database
from tests.reliability.chaos.city import CLERKS, PASSWORD, City

MESSAGE = "payout.confirmed"
_WAIT = 0.1  #: seconds before asking again after silence


class Ledger:
    """What was asked, and what was answered: one line each, also in a file."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("a", encoding="utf-8")
        self._writing = threading.Lock()
        self.asked: dict[str, Counter[str]] = {}
        self.confirmed: dict[str, Counter[str]] = {}

    def ask(self, what: str, of: str) -> None:
        """Write what is about to be asked."""
        self._write(self.asked, "asks", what, of)

    def confirm(self, what: str, of: str) -> None:
        """Write that it was confirmed."""
        self._write(self.confirmed, "confirmed", what, of)

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _write(self, book: dict[str, Counter[str]], *line: str) -> None:
        with self._writing:
            self._file.write(json.dumps(line) + "\n")
            self._file.flush()
            book.setdefault(line[1], Counter())[line[2]] += 1


class People:
    """Threads that start cases, answer tasks and send messages until there is nothing to do."""

    def __init__(self, city: City, ledger: Ledger, cases: int, per_second: float) -> None:
        self._city = city
        self._ledger = ledger
        self._cases = cases
        self._pause = 1 / per_second
        self._over = threading.Event()
        self._chance = random.Random(city.plan.seed + 1)
        self._numbers: list[str] = []  #: of cases whose message has still to be sent
        self.has_started_all = threading.Event()
        work: list[Callable[[], None]] = [self._start_cases, self._send_messages]
        work += [lambda name=name: self._answer_tasks(name) for name in CLERKS]  # type: ignore[misc]
        self._threads = [threading.Thread(target=each, daemon=True) for each in work]

    def begin(self) -> None:
        """Begin to work."""
        for each in self._threads:
            each.start()

    def go_home(self) -> None:
        """Stop."""
        self._over.set()
        for each in self._threads:
            each.join(30)

    def _start_cases(self) -> None:
        """Start cases until enough are confirmed; a number is never asked for twice."""
        number, confirmed = 0, 0
        with _person(self._city, CLERKS[0]) as person:
            while confirmed < self._cases and not self._over.wait(self._pause):
                number += 1
                key = str(number)
                self._ledger.ask("start", key)
                self._numbers.append(key)
                body = {"businessKey": key, "variables": {"number": {"value": number}}}
                if _said(person, "/process-definition/key/payout/start", body) == 200:
                    self._ledger.confirm("start", key)
                    confirmed += 1
                else:
                    time.sleep(_WAIT)
        self.has_started_all.set()

    def _answer_tasks(self, name: str) -> None:
        """Answer whatever lies open; the other clerk may be at the same task."""
        with _person(self._city, name) as person:
            while not self._over.wait(_WAIT):
                for task in _open_tasks(person):
                    self._answer(person, name, task)

    def _answer(self, person: httpx.Client, name: str, task: str) -> None:
        self._ledger.ask("claim", task)
        if _said(person, f"/task/{task}/claim", {"userId": name}) not in (204, 409):
            return
        self._ledger.ask("complete", task)
        body = {"variables": {"outcome": {"value": "approve"}}}
        if _said(person, f"/task/{task}/complete", body) == 204:
            self._ledger.confirm("complete", task)

    def _send_messages(self) -> None:
        """Send each case its message, often before it listens, now and then twice."""
        while not self._over.wait(_WAIT):
            for _ in range(len(self._numbers)):
                key = self._numbers.pop(0)
                if not self._send(key):
                    self._numbers.append(key)
                elif self._chance.random() < 0.1:
                    self._send(key)

    def _send(self, key: str) -> bool:
        self._ledger.ask("message", key)
        if not _published(self._city.database, key):
            return False
        self._ledger.confirm("message", key)
        return True


def _person(city: City, name: str) -> httpx.Client:
    return httpx.Client(
        base_url=f"{city.address}/engine-rest",
        auth=(name, PASSWORD),
        timeout=20,
        limits=httpx.Limits(max_keepalive_connections=1, keepalive_expiry=2),
    )


def _said(person: httpx.Client, path: str, body: dict[str, Any]) -> int:
    """Return the status of the answer; 0 when there was none."""
    try:
        return person.post(path, json=body).status_code
    except httpx.HTTPError:
        return 0


def _open_tasks(person: httpx.Client) -> Iterable[str]:
    try:
        answer = person.get("/task", params={"processDefinitionKey": "payout", "maxResults": 20})
        return [each["id"] for each in answer.json()] if answer.status_code == 200 else []
    except httpx.HTTPError:
        return []


def _published(database: Database, key: str) -> bool:
    uow, told = database.unit_of_work(), f"confirmed-{key}"
    try:
        messages.publish(uow, MESSAGE, int(key), {}, message_id=told, at=utc_now(), by="payer")
    except (EngineError, SQLAlchemyError):
        return False
    return True
