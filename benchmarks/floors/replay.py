"""The floor of B13's commands: what they sent, sent once more by the bare driver.

The same statements with the same values in the same transactions, to a copy of the database
made before: what is left when nothing is loaded, run or written but by the database.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter
from typing import Any

import psycopg
from sqlalchemy import event
from sqlalchemy.engine import Engine

from benchmarks.bench import plain
from benchmarks.processor import Meter


@dataclass(frozen=True, slots=True)
class Sent:
    """One statement, or a commit where it has no text."""

    text: str = ""
    parameters: Any = ()
    many: bool = False
    cursor: type = object  #: the driver's kind of cursor it was sent by
    alone: bool = False  #: in no transaction with others


@dataclass(slots=True)
class Act:
    """What one command sent."""

    timed: bool
    sent: list[Sent] = field(default_factory=list)


class Tape:
    """Writes down what goes to a database, command by command."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.acts: list[Act] = []

    @contextmanager
    def running(self) -> Iterator[Tape]:
        """Listen meanwhile."""
        event.listen(self._engine, "before_cursor_execute", self._hear)
        event.listen(self._engine, "commit", self._hear_commit)
        try:
            yield self
        finally:
            event.remove(self._engine, "before_cursor_execute", self._hear)
            event.remove(self._engine, "commit", self._hear_commit)

    def act(self, *, timed: bool) -> None:
        """Begin with the next command."""
        self.acts.append(Act(timed))

    def _hear(self, connection: Any, cursor: Any, text: str, parameters: Any, *more: Any) -> None:
        if text.startswith("PRAGMA"):  # of a new connection; the floor makes its own
            return
        driver = connection.connection.driver_connection
        alone = getattr(driver, "autocommit", None) is True
        self.acts[-1].sent.append(Sent(text, parameters, more[1], type(cursor), alone))

    def _hear_commit(self, _: Any) -> None:
        self.acts[-1].sent.append(Sent())


def timed(url: str, acts: Sequence[Act], meter: Meter) -> tuple[float, float]:
    """Send it all again to the copy at ``url``.

    Returns:
        How many of the timed ones a second, and a second of processor time, the database's too.
    """
    play = _on_sqlite(url) if url.startswith("sqlite") else _on_postgresql(url)
    wall = core = 0.0
    for is_timed, some in groupby(acts, key=attrgetter("timed")):
        many = list(some)
        began = time.perf_counter(), time.process_time() + meter.seconds()
        for each in many:
            play(each)
        if is_timed:
            wall += time.perf_counter() - began[0]
            core += time.process_time() + meter.seconds() - began[1]
    count = sum(each.timed for each in acts)
    return count / wall, count / core


def _on_sqlite(url: str) -> Any:
    connection = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")

    def play(act: Act) -> None:
        for each in act.sent:
            if not each.text:
                connection.commit()
            elif each.many:
                connection.executemany(each.text, each.parameters).fetchall()
            else:
                connection.execute(each.text, each.parameters).fetchall()

    return play


def _on_postgresql(url: str) -> Any:
    connection = psycopg.connect(plain(url))

    def play(act: Act) -> None:
        for each in act.sent:
            if not each.text:
                connection.commit()
                continue
            if connection.autocommit != each.alone:
                connection.autocommit = each.alone
            cursor = each.cursor(connection)
            (cursor.executemany if each.many else cursor.execute)(each.text, each.parameters)
            if cursor.description and not each.many:
                cursor.fetchall()

    return play
