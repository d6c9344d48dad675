"""An answer taken back: what others had typed into what it led to, or had ended."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import update

from engine.catalogue.bundle import Bundle
from engine.commands import deployments, drafts, instances, kept, people, recalling, tasks
from engine.commands.recallable import NotRecallable
from engine.errors import TaskAlreadyClosed
from engine.model.instance import HumanTask, TaskState
from engine.model.kept import WhyKept
from engine.model.person import Actor, Grant, Person
from engine.queries import kept as queries
from engine.queries import tasks as task_queries
from engine.storage.actors import by_username
from engine.storage.database import Database
from tests.storage.conftest import NOON
from tests.unit.bpmn.diagrams import ended, flows, process

pytestmark = pytest.mark.both_databases

#: closing ends what waits beside it; then somebody is asked to check
DIAGRAM = process(
    """
    <laneSet id="lanes">
      <lane id="clerk"><flowNodeRef>close</flowNodeRef><flowNodeRef>beside</flowNodeRef></lane>
      <lane id="head"><flowNodeRef>check</flowNodeRef></lane>
    </laneSet>
    <startEvent id="s"/><endEvent id="e"/><userTask id="check"/>
    <subProcess id="both">
      <startEvent id="in"/><userTask id="close"/><userTask id="beside"/>
    """
    + ended("closed", '<terminateEventDefinition id="t"/>')
    + flows("in -> close; in -> beside; close -> closed")
    + "</subProcess>",
    "s -> both; both -> check; check -> e",
)
CONFIG = """
[area]
id = "closing"
[p]
start_lanes = ["clerk"]
[p.lanes]
clerk = { role = "CLERK", in = "case" }
head = { role = "HEAD", in = "case" }
[p.tasks]
check = { offer = "in_turn" }
"""


@pytest.fixture
def closing(database: Database) -> Database:
    """The process, two clerks, and a head whom the process gives the check to."""
    for name, roles in {"anna": ["CLERK"], "behrang": ["CLERK"], "head": ["HEAD"]}.items():
        uow = database.unit_of_work()
        person = people.register(uow, name, name_fa=name, name_en=name, password_hash=None)
        for role in roles:
            people.grant(uow, person, role, "D07")
    bundle = Bundle({"p.bpmn": DIAGRAM, "process.toml": CONFIG.encode()})
    deployments.deploy(database.unit_of_work(), bundle, at=NOON)
    return database


#: what is drawn, and what is said of it beside, and why it stays
FINAL = [
    pytest.param("It is booked.", "", "It is booked.", id="drawn"),
    pytest.param("true", "close = { point_of_no_return = 'By law.' }", "By law.", id="both"),
    pytest.param("false", "close = { point_of_no_return = true }", "", id="said, without why"),
]


@pytest.mark.parametrize(("drawn", "said", "expected"), FINAL)
def test_a_point_of_no_return_keeps_the_answer_and_says_why(
    closing: Database, drawn: str, said: str, expected: str
):
    properties = f'<zeebe:property name="pointOfNoReturn" value="{drawn}"/>'
    more = f"<extensionElements><zeebe:properties>{properties}</zeebe:properties>"
    step = f'<userTask id="close">{more}</extensionElements></userTask>'
    bundle = Bundle(
        {
            "p.bpmn": DIAGRAM.replace(b'<userTask id="close"/>', step.encode()),
            "process.toml": f"{CONFIG}{said}".encode(),
        }
    )
    deployments.deploy(closing.unit_of_work(), bundle, at=NOON)
    _, steps = _taken(closing)
    _close(closing, steps)

    with pytest.raises(NotRecallable) as refused:
        _take_back(closing, steps)

    told = refused.value
    assert (told.why, told.element_id, told.reason) == ("point", "close", expected)


def test_a_point_of_no_return_that_is_only_taken_and_put_back_is_not_passed(closing: Database):
    said = 'check = { point_of_no_return = "It is booked." }'
    config = CONFIG.replace('check = { offer = "in_turn" }', said)
    bundle = Bundle({"p.bpmn": DIAGRAM, "process.toml": config.encode()})
    deployments.deploy(closing.unit_of_work(), bundle, at=NOON)
    case, steps = _taken(closing)
    _close(closing, steps)
    check, head = _open(closing, case)["check"], _actor(closing, "head")
    tasks.claim(closing.unit_of_work(), check.id, actor=head, at=NOON)
    tasks.unclaim(closing.unit_of_work(), check.id, actor=head, at=NOON)

    _take_back(closing, steps)

    assert set(_open(closing, case)) == {"close", "beside"}


def _actor(database: Database, username: str) -> Actor:
    with database.reader() as session:
        found = by_username(session, username, NOON)
    assert found is not None
    return found


def _open(database: Database, case: UUID) -> dict[str, HumanTask]:
    with database.unit_of_work() as uow:
        return {each.element_id: each for each in uow.cases.one(case).tasks}


def _taken(database: Database) -> tuple[UUID, dict[str, HumanTask]]:
    """Begin a case and let anna take the closing, behrang what waits beside it."""
    anna, behrang = _actor(database, "anna"), _actor(database, "behrang")
    uow = database.unit_of_work()
    case = instances.start(uow, "p", {}, actor=anna, at=NOON).instance_id
    steps = _open(database, case)
    tasks.claim(uow, steps["close"].id, actor=anna, at=NOON)
    tasks.claim(uow, steps["beside"].id, actor=behrang, at=NOON)
    return case, steps


def _close(database: Database, steps: Mapping[str, HumanTask]) -> None:
    anna = _actor(database, "anna")
    tasks.complete(database.unit_of_work(), steps["close"].id, {}, actor=anna, at=NOON)


def _take_back(database: Database, steps: Mapping[str, HumanTask], **given: Any) -> None:
    anna, uow = _actor(database, "anna"), database.unit_of_work()
    recalling.recall(uow, steps["close"].id, actor=anna, at=NOON, **given)


def _notes(database: Database, case: UUID, username: str) -> list[Mapping[str, str]]:
    with database.reader() as session:
        return [each.typed for each in queries.notes(session, case, _actor(database, username))]


def test_a_step_that_the_process_gave_to_somebody_is_untouched_until_he_types(closing: Database):
    case, steps = _taken(closing)
    _close(closing, steps)
    check = _open(closing, case)["check"]
    assert check.holder == "head"

    _take_back(closing, steps)
    assert set(_open(closing, case)) == {"close", "beside"}

    _close(closing, steps)
    check, head = _open(closing, case)["check"], _actor(closing, "head")
    drafts.save(closing.unit_of_work(), check.id, {"note": "x"}, actor=head, at=NOON)
    with pytest.raises(NotRecallable) as refused:
        _take_back(closing, steps)
    assert (refused.value.why, refused.value.who) == ("typed", "head")


@pytest.mark.only_on("postgresql", why="SQLite lets nobody write beside")
def test_who_types_at_the_moment_of_a_recall_keeps_the_answer(closing: Database):
    case, steps = _taken(closing)
    _close(closing, steps)
    check, head = _open(closing, case)["check"], _actor(closing, "head")

    def types(answer: Mapping[str, Any]) -> Mapping[str, str]:
        drafts.save(closing.unit_of_work(), check.id, {"note": "x"}, actor=head, at=NOON)
        return {}

    with pytest.raises(NotRecallable) as refused:
        _take_back(closing, steps, typed=types)

    assert (refused.value.why, refused.value.who) == ("typed", "head")
    with closing.reader() as session:
        assert task_queries.page(session, check.id, head).drafts == {"note": "x"}


def test_what_lay_in_a_withdrawn_step_is_its_writers_note_until_he_throws_it_away(
    closing: Database,
):
    case, steps = _taken(closing)
    behrang, uow = _actor(closing, "behrang"), closing.unit_of_work()
    beside = steps["beside"].id
    drafts.save(uow, beside, {"note": "x", "amount": "5", "empty": " "}, actor=behrang, at=NOON)
    assert _notes(closing, case, "behrang") == []

    _close(closing, steps)

    assert _notes(closing, case, "anna") == []
    assert _notes(closing, case, "behrang") == [{"note": "x", "amount": "5"}]
    with pytest.raises(TaskAlreadyClosed):
        drafts.save(uow, beside, {"note": "y"}, actor=behrang, at=NOON)
    late = WhyKept.TOO_LATE
    kept.keep(uow, beside, {"note": "y"}, late, person_id=behrang.person_id, at=NOON)
    assert _notes(closing, case, "behrang") == [{"note": "y", "amount": "5"}]
    kept.throw_away(uow, beside, actor=behrang)
    assert _notes(closing, case, "behrang") == []


def test_what_an_answer_had_ended_is_its_holders_again_with_what_he_had_typed(closing: Database):
    case, steps = _taken(closing)
    behrang = _actor(closing, "behrang")
    beside = steps["beside"].id
    drafts.save(closing.unit_of_work(), beside, {"note": "x"}, actor=behrang, at=NOON)
    _close(closing, steps)

    _take_back(closing, steps)

    again = _open(closing, case)["beside"]
    assert (again.id, again.state, again.holder) == (beside, TaskState.CLAIMED, "behrang")
    with closing.reader() as session:
        assert task_queries.page(session, beside, behrang).drafts == {"note": "x"}
    assert _notes(closing, case, "behrang") == []


@pytest.mark.parametrize("how", ["disabled", "without the role"])
def test_what_an_answer_had_ended_lies_on_its_desk_when_its_holder_may_do_it_no_longer(
    closing: Database, how: str
):
    case, steps = _taken(closing)
    behrang = _actor(closing, "behrang")
    _close(closing, steps)
    with closing.unit_of_work() as uow:
        person = uow.session.get_one(Person, behrang.person_id)
        if how == "disabled":
            person.disabled = True
        else:
            yesterday = (NOON - timedelta(days=1)).date()
            uow.session.execute(
                update(Grant).where(Grant.person_id == person.id).values(valid_to=yesterday)
            )
        uow.commit()

    _take_back(closing, steps)

    again = _open(closing, case)["beside"]
    assert (again.state, again.holder) == (TaskState.OPEN, None)
