"""Messages, receivers and time in any order, against a simple model of what must happen."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)

from engine.commands import messages, upkeep
from engine.errors import MessageAmbiguous
from engine.jobs import run_due
from engine.storage.database import Database
from tests.storage import events
from tests.storage.events import NOON, WAITER, begin, deploy

pytestmark = pytest.mark.both_databases

KEYS = st.sampled_from(["a", "b"])
_runs = count()


@dataclass
class Sent:
    """A message in the model."""

    id: str
    expires_at: datetime
    taken_by: UUID | None = None


@dataclass
class Line:
    """What stands on one key: who waits, oldest first, and what is kept."""

    waiting: list[UUID] = field(default_factory=list)
    sent: list[Sent] = field(default_factory=list)
    to_deliver: list[UUID] = field(default_factory=list)

    def oldest(self, at: datetime) -> Sent | None:
        kept = (each for each in self.sent if each.taken_by is None and each.expires_at > at)
        return next(kept, None)

    def take(self, case: UUID, at: datetime) -> None:
        message = self.oldest(at)
        if case in self.waiting and message is not None:
            self.waiting.remove(case)
            message.taken_by = case


class Messages(RuleBasedStateMachine):
    """Publishes, waits and lets time pass; the database must agree with the model."""

    database: Database

    def __init__(self) -> None:
        super().__init__()
        self.run = next(_runs)
        self.at = NOON
        self.numbers = count()
        self.lines: dict[str, Line] = {}

    def _key(self, key: str) -> str:
        return f"{self.run}/{key}"

    def _line(self, key: str) -> Line:
        return self.lines.setdefault(self._key(key), Line())

    @rule(key=KEYS, minutes=st.sampled_from([0, 5, 60]))
    def publish(self, key: str, minutes: int) -> None:
        line, message_id = self._line(key), f"{self.run}/{next(self.numbers)}"
        if len(line.waiting) > 1:
            with pytest.raises(MessageAmbiguous):
                self._publish(key, message_id, minutes)
            return
        overtakes = line.oldest(self.at) is not None
        published = self._publish(key, message_id, minutes)
        line.sent.append(Sent(message_id, self.at + timedelta(minutes=minutes)))
        if line.waiting and not overtakes:
            line.sent[-1].taken_by = line.waiting.pop()
        assert published.instance_id == line.sent[-1].taken_by

    @rule(key=KEYS, which=st.integers(0, 9))
    def publish_again(self, key: str, which: int) -> None:
        line = self._line(key)
        if line.sent:
            known = line.sent[which % len(line.sent)]
            assert self._publish(key, known.id, 60).instance_id == known.taken_by

    @rule(key=KEYS)
    def wait(self, key: str) -> None:
        line = self._line(key)
        case = begin(self.database, "waiter", at=self.at, contract=self._key(key))
        line.waiting.append(case)
        if line.oldest(self.at):
            line.to_deliver.append(case)

    @rule()
    def work(self) -> None:
        run_due(self.database, lambda: self.at)
        for line in self.lines.values():
            for case in line.to_deliver:
                line.take(case, self.at)
            line.to_deliver.clear()

    @rule(minutes=st.sampled_from([1, 5, 30]))
    def let_time_pass(self, minutes: int) -> None:
        self.at += timedelta(minutes=minutes)

    @rule()
    def make_round(self) -> None:
        upkeep.make_round(self.database, self.at)

    @invariant()
    def the_database_agrees(self) -> None:
        for key, line in self.lines.items():
            rows = {each.id: each for each in events.messages(self.database, correlation=key)}
            assert rows.keys() == {each.id for each in line.sent}
            for sent in line.sent:
                row = rows[sent.id]
                assert row.instance_id == sent.taken_by
                assert (row.state == "delivered") == (sent.taken_by is not None)
                assert row.state != "expired" or sent.expires_at <= self.at
            listening = events.listening(self.database, correlation=key)
            assert [each.instance_id for each in listening] == line.waiting

    def _publish(self, key: str, message_id: str, minutes: int) -> messages.Published:
        return messages.publish(
            self.database.unit_of_work(),
            "paid",
            self._key(key),
            {"paid": 1},
            message_id=message_id,
            time_to_live=timedelta(minutes=minutes),
            at=self.at,
        )


def test_messages_and_receivers_meet_as_the_model_says(database: Database):
    deploy(database, WAITER)
    machine = type("Machine", (Messages,), {"database": database})

    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=12,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )
