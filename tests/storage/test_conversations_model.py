"""Cases that ask and are asked, in any order: each hears its own answer, and nobody another's."""

from __future__ import annotations

from itertools import count
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from engine.commands import messages
from engine.jobs import run_due
from engine.model.incident import Incident
from engine.model.instance import instance_table
from engine.storage.database import Database
from tests.storage.events import NOON, begin, case, rows
from tests.storage.pools import (
    AWAITS,
    carrying,
    collaboration,
    deploy,
    event,
    pool,
)

pytestmark = pytest.mark.both_databases

_runs = count()
_KEYED = (
    '<message id="m_{0}" name="{0}"><extensionElements>'
    '<zeebe:subscription correlationKey="=question"/></extensionElements></message>'
)


def _step(name: str) -> str:
    return event("intermediateCatchEvent", name, f'<messageEventDefinition messageRef="m_{name}"/>')


#: asks, is busy for a while, then hears the answer
ASKER = pool(
    "asker",
    '<startEvent id="a_start"/>',
    event("intermediateThrowEvent", "ask", carrying("question")),
    _step("ready"),
    event("intermediateCatchEvent", "hear", AWAITS),
    '<endEvent id="a_end"/>',
)
ASKED = pool(
    "asked",
    '<startEvent id="b_start"/>',
    _step("thought"),
    event("intermediateThrowEvent", "reply", carrying("answer")),
    '<endEvent id="b_end"/>',
)
FILE = (
    _KEYED.format("ready")
    + _KEYED.format("thought")
    + collaboration({"pa": "asker", "pb": "asked"}, ("ask", "b_start"), ("reply", "hear"))
    + ASKER
    + ASKED
)


class Conversations(RuleBasedStateMachine):
    """Asks, gets ready to hear, answers and lets workers run, in any order."""

    database: Database

    def __init__(self) -> None:
        super().__init__()
        self.run = next(_runs)
        self.askers: dict[str, UUID] = {}
        self.busy: list[str] = []
        self.open: list[str] = []

    @rule()
    def ask(self) -> None:
        question = f"{self.run}/{len(self.askers)}"
        self.askers[question] = begin(self.database, "asker", question=question)
        self.busy.append(question)
        self.open.append(question)

    @precondition(lambda self: self.busy)
    @rule(which=st.integers(0, 9))
    def get_ready(self, which: int) -> None:
        self._tell("ready", self.busy.pop(which % len(self.busy)))

    @precondition(lambda self: self.open)
    @rule(which=st.integers(0, 9))
    def answer(self, which: int) -> None:
        self._tell("thought", self.open.pop(which % len(self.open)))

    @rule()
    def work(self) -> None:
        run_due(self.database, lambda: NOON)

    @invariant()
    def nobody_hears_the_answer_to_another_question(self) -> None:
        for question, asker in self.askers.items():
            heard = case(self.database, asker).variables.get("answer")
            assert heard in (None, f"answer to {question}")

    def teardown(self) -> None:
        for name, left in (("ready", self.busy), ("thought", self.open)):
            for question in left:
                self._tell(name, question)
        run_due(self.database, lambda: NOON)
        for question, asker in self.askers.items():
            row = case(self.database, asker)
            assert (row.state, row.variables["answer"]) == ("finished", f"answer to {question}")
        assert {each.state for each in rows(self.database, instance_table)} <= {"finished"}
        assert rows(self.database, Incident.__table__) == []

    def _tell(self, name: str, question: str) -> None:
        values = {"answer": f"answer to {question}"} if name == "thought" else {}
        messages.publish(self.database.unit_of_work(), name, question, values, at=NOON)


def test_whoever_asks_hears_the_answer_to_its_own_question(database, backend):
    deploy(database, FILE, "asker")
    machine = type("OnThisDatabase", (Conversations,), {"database": database})

    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=10 if backend == "sqlite" else 5,
            stateful_step_count=15,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
