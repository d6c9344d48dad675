"""A step sent back to an earlier one, with the reason, to who did it."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from sqlalchemy import select

from engine.catalogue.bundle import Bundle
from engine.commands import deployments, instances, people, returning, tasks
from engine.commands.returning import NotReturnable
from engine.errors import NotTaskHolder, RulesBroken
from engine.model.act import Act
from engine.model.event import EventKind, event_table
from engine.model.instance import HumanTask, TaskState
from engine.model.person import Actor
from engine.model.sign_in import Method
from engine.storage.actors import by_username
from engine.storage.database import Database
from tests.storage.conftest import NOON

pytestmark = pytest.mark.both_databases

STEPS = ("draft", "left", "right", "sum", "sign", "file")
DIAGRAM = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="letter_file"
    targetNamespace="divan">
  <process id="letter" name="نامه" isExecutable="true">
    <laneSet id="lanes"><lane id="clerk">{refs}</lane></laneSet>
    <startEvent id="start"/><endEvent id="end"/>
    <parallelGateway id="fork"/><parallelGateway id="join"/>
    {tasks}{flows}
  </process>
</definitions>""".format(
    refs="".join(f"<flowNodeRef>{each}</flowNodeRef>" for each in STEPS),
    tasks="".join(f'<userTask id="{each}" name="{each}"/>' for each in STEPS),
    flows="".join(
        f'<sequenceFlow id="f{at}" sourceRef="{source}" targetRef="{target}"/>'
        for at, (source, target) in enumerate(
            [
                ("start", "draft"),
                ("draft", "fork"),
                ("fork", "left"),
                ("fork", "right"),
                ("left", "join"),
                ("right", "join"),
                ("join", "sum"),
                ("sum", "sign"),
                ("sign", "file"),
                ("file", "end"),
            ]
        )
    ),
)
CONFIG = """
[area]
id = "letter"
[letter]
start_lanes = ["clerk"]
returns = true
[letter.lanes]
clerk = { role = "CLERK", in = "case" }
[letter.tasks]
sum = { confirm = true }
sign = { point_of_no_return = true }
right = { returns = false }
"""


@pytest.fixture
def letter(database: Database) -> Database:
    bundle = Bundle({"letter.bpmn": DIAGRAM.encode(), "process.toml": CONFIG.encode()})
    deployments.deploy(database.unit_of_work(), bundle, at=NOON)
    for name in ("clerk", "colleague"):
        uow = database.unit_of_work()
        person = people.register(uow, name, name_fa=name, name_en=name, password_hash=None)
        people.grant(uow, person, "CLERK", "D07")
    return database


@pytest.fixture
def somebody(letter: Database) -> Callable[[str], Actor]:
    def find(username: str) -> Actor:
        with letter.reader() as session:
            actor = by_username(session, username, NOON)
        assert actor is not None
        return actor

    return find


class Letter:
    """One case, walked by element id."""

    def __init__(self, database: Database, somebody: Callable[[str], Actor]) -> None:
        self.database, self.somebody = database, somebody
        started = instances.start(
            database.unit_of_work(), "letter", {}, actor=somebody("clerk"), at=NOON
        )
        self.id = started.instance_id

    def open(self) -> dict[str, HumanTask]:
        with self.database.unit_of_work() as uow:
            return {each.element_id: each for each in uow.cases.one(self.id).tasks}

    def take(self, element_id: str, by: str = "clerk") -> UUID:
        task = self.open()[element_id]
        if task.holder is None:
            tasks.claim(self.database.unit_of_work(), task.id, actor=self.somebody(by), at=NOON)
        return task.id

    def do(self, element_id: str, by: str = "clerk") -> UUID:
        task_id = self.take(element_id, by)
        actor = self.somebody(by)
        uow = self.database.unit_of_work()
        tasks.complete(uow, task_id, {}, actor=actor, at=NOON, confirmed_by=Method.PASSWORD)
        return task_id

    def send_back(self, element_id: str, to: UUID, by: str = "clerk", reason: str = "ناقص") -> None:
        uow, task_id = self.database.unit_of_work(), self.take(element_id, by)
        returning.send_back(uow, task_id, to, reason, actor=self.somebody(by), at=NOON)


@pytest.fixture
def a_letter(letter: Database, somebody: Callable[[str], Actor]) -> Letter:
    return Letter(letter, somebody)


def _to_sum(a_letter: Letter) -> UUID:
    draft = a_letter.do("draft", by="colleague")
    a_letter.do("left")
    a_letter.do("right")
    return draft


def test_it_goes_back_to_who_did_the_step_with_the_reason_in_the_history(letter, a_letter):
    draft = _to_sum(a_letter)
    sent = a_letter.take("sum")

    a_letter.send_back("sum", draft)

    [task] = a_letter.open().values()
    assert (task.element_id, task.holder, task.state) == ("draft", "colleague", TaskState.CLAIMED)
    with letter.reader() as session:
        [event] = session.execute(
            select(event_table).where(event_table.c.kind == EventKind.TASK_RETURNED.value)
        ).all()
    assert (event.task_id, event.actor, event.facts) == (
        sent,
        "clerk",
        {"reason": "ناقص", "earlier": "draft", "to": "colleague"},
    )


def test_after_it_was_sent_back_every_step_is_done_again_and_the_case_ends(letter, a_letter):
    draft = _to_sum(a_letter)
    a_letter.send_back("sum", draft)

    for step in STEPS:
        a_letter.do(step, by="colleague" if step == "draft" else "clerk")

    assert a_letter.open() == {}


def test_what_was_confirmed_from_that_step_on_is_voided(letter, a_letter):
    draft = _to_sum(a_letter)
    a_letter.do("sum")

    a_letter.send_back("sign", draft)

    with letter.reader() as session:
        assert [each.voided_at for each in session.scalars(select(Act))] == [NOON]


def test_a_branch_does_not_go_back_before_its_fork_while_the_other_runs(a_letter):
    draft = a_letter.do("draft")

    with pytest.raises(NotReturnable, match="came of that step too"):
        a_letter.send_back("left", draft)


def test_a_branch_does_not_go_back_before_its_fork_when_the_other_waits_at_the_join(a_letter):
    draft = a_letter.do("draft")
    a_letter.do("right")

    with pytest.raises(NotReturnable, match="came of that step too"):
        a_letter.send_back("left", draft)


def test_behind_a_join_nothing_goes_back_into_one_of_its_branches(a_letter):
    a_letter.do("draft")
    left = a_letter.do("left")
    a_letter.do("right")

    with pytest.raises(NotReturnable):
        a_letter.send_back("sum", left)


def test_nothing_goes_back_over_a_point_of_no_return(a_letter):
    draft = _to_sum(a_letter)
    a_letter.do("sum")
    a_letter.do("sign")

    with pytest.raises(NotReturnable, match="no return"):
        a_letter.send_back("file", draft)


def test_the_process_says_where_nothing_is_sent_back_from(a_letter):
    draft = a_letter.do("draft")
    a_letter.do("left")

    with pytest.raises(NotReturnable, match="does not allow"):
        a_letter.send_back("right", draft)


def test_a_reason_is_asked_for_and_only_its_holder_sends_it_back(a_letter, somebody):
    draft = _to_sum(a_letter)
    sent = a_letter.take("sum")

    with pytest.raises(RulesBroken):
        a_letter.send_back("sum", draft, reason="  ")
    uow = a_letter.database.unit_of_work()
    with pytest.raises(NotTaskHolder):
        returning.send_back(uow, sent, draft, "x", actor=somebody("colleague"), at=NOON)


def test_earlier_steps_say_where_it_can_go_and_why_not_elsewhere(letter, a_letter):
    _to_sum(a_letter)
    sent = a_letter.take("sum")

    found = returning.earlier_steps(letter.unit_of_work(), sent, NOON)

    assert {each.element_id: (each.who, each.refused is None) for each in found} == {
        "draft": ("colleague", True),
        "left": ("clerk", False),
        "right": ("clerk", False),
    }
