"""Listeners, mappings and what a diagram says of a task, as the engine's rows know them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from engine import bpmn
from engine.catalogue.handlers import REGISTRY, Answers, service_task
from engine.commands import external, instances, jobs, people, tasks
from engine.commands.external import Topic
from engine.jobs import run_due
from engine.model.incident import Incident
from engine.model.instance import HumanTask, task_table
from engine.model.job import job_table
from engine.storage.database import Database
from tests.storage.events import (
    CLERK,
    END,
    NOON,
    START,
    anyone_starts,
    begin,
    cancel,
    case,
    deploy,
    heard,
    process,
    rows,
)

pytestmark = pytest.mark.both_databases

JOB = (
    '<extensionElements><zeebe:executionListeners><zeebe:executionListener eventType="start"'
    ' type="stamp" retries="1"/></zeebe:executionListeners></extensionElements>'
)
LANES = '<laneSet id="ls"><lane id="clerk"><flowNodeRef>t</flowNodeRef></lane></laneSet>'


@pytest.fixture
def stamped() -> Iterator[list[Any]]:
    """A service that a listener calls; it fails while the list is empty."""
    answers: list[Any] = []

    def stamp(seen: Answers) -> dict[str, Any]:
        return {"stamp": answers[0], "saw": seen.get("net")}

    service_task("stamp")(stamp)
    yield answers
    del REGISTRY.services["stamp"]


def deployed(database: Database, *elements: str, config: str = "") -> None:
    drawn = process("p", START, *elements, END, more=LANES)
    deploy(database, drawn, config=anyone_starts("p") + config)


def task(*, marks: str = "", inner: str = "") -> str:
    return f'<userTask id="t" {marks}>{inner}</userTask>'


def open_task(database: Database, instance_id: UUID) -> HumanTask:
    with database.unit_of_work() as uow:
        [found] = uow.cases.one(instance_id).tasks
        return found


def test_a_listener_runs_before_its_task_opens(database: Database, stamped: list[Any]):
    stamped.append("seal")
    mapping = '<zeebe:ioMapping><zeebe:input source="=gross" target="net"/></zeebe:ioMapping>'
    inner = JOB.replace("<extensionElements>", f"<extensionElements>{mapping}")
    deployed(database, task(inner=inner))

    instance = begin(database, "p", gross=7)
    assert rows(database, task_table) == []
    run_due(database, lambda: NOON)

    assert open_task(database, instance).element_id == "t"
    assert case(database, instance).variables == {"gross": 7, "stamp": "seal", "saw": 7}


def test_a_listener_that_fails_is_an_incident_and_the_case_goes_on_after_repair(
    database: Database, stamped: list[Any]
):
    deployed(database, task(inner=JOB))
    instance = begin(database, "p")

    run_due(database, lambda: NOON)

    [incident] = rows(database, Incident.__table__)
    assert (incident.element_id, incident.resolved_at) == ("t", None)
    stamped.append("seal")
    [job] = rows(database, job_table)
    jobs.retry(database.unit_of_work(), job.id, by="admin", at=NOON)
    run_due(database, lambda: NOON)
    assert open_task(database, instance).element_id == "t"
    assert case(database, instance).variables["stamp"] == "seal"


def test_a_worker_outside_may_do_a_listener_and_sees_the_inputs_of_its_element(
    database: Database,
):
    mapping = '<zeebe:ioMapping><zeebe:input source="=gross" target="net"/></zeebe:ioMapping>'
    inner = JOB.replace("<extensionElements>", f"<extensionElements>{mapping}")
    deployed(database, task(inner=inner))
    instance = begin(database, "p", gross=7)

    topics = [Topic("stamp", timedelta(minutes=1))]
    [fetched] = external.fetch(database.unit_of_work(), "w", topics, at=NOON)
    assert fetched.variables == {"gross": 7, "net": 7}
    external.complete(database.unit_of_work(), fetched.id, "w", {"stamp": 1}, at=NOON)

    assert open_task(database, instance).element_id == "t"


def test_cancelling_a_case_cancels_the_job_of_its_listener(database: Database):
    deployed(database, task(inner=JOB))
    instance = begin(database, "p")

    cancel(database, instance)

    assert [each.state for each in rows(database, job_table)] == ["cancelled"]


def test_a_mapping_that_fails_after_a_job_is_an_incident_with_element_and_expression(
    database: Database, stamped: list[Any]
):
    stamped.append(5)
    outputs = '<zeebe:output source="=stamp" target="a"/><zeebe:output source="=1" target="a.b"/>'
    service = (
        '<serviceTask id="s"><extensionElements><zeebe:taskDefinition type="stamp"/>'
        f"<zeebe:ioMapping>{outputs}</zeebe:ioMapping></extensionElements></serviceTask>"
    )
    deployed(database, service)
    instance = begin(database, "p")

    run_due(database, lambda: NOON)

    [incident] = rows(database, Incident.__table__)
    assert (incident.code, incident.element_id) == ("GEN-FEEL", "s")
    assert "s: 1: 'b' is to be put into 5" in incident.cause
    assert case(database, instance).state == "running"


def test_due_and_follow_up_dates_and_priority_of_the_diagram_stand_on_the_task(
    database: Database,
):
    marks = 'camunda:dueDate="${deadline}" camunda:followUpDate="P1D" camunda:priority="${urgent}"'
    deployed(database, task(marks=marks))

    found = open_task(
        database, begin(database, "p", deadline="2026-12-01T10:00:00+03:30", urgent=70)
    )

    assert found.due_at == datetime(2026, 12, 1, 6, 30, tzinfo=UTC)
    assert found.follow_up_at == NOON + timedelta(days=1)
    assert found.priority == 70
    assert {each.topic for each in rows(database, job_table)} >= {"remind", "escalate"}


def test_what_the_site_says_goes_before_what_the_diagram_says(database: Database):
    marks = 'camunda:dueDate="P9D" camunda:priority="70"'
    declared = "[p.tasks.t]\npriority = 20\ndue = { working_hours = 1 }\n"
    deployed(database, task(marks=marks), config=declared)

    found = open_task(database, begin(database, "p"))

    assert found.priority == 20
    assert found.due_at is not None
    assert found.due_at < NOON + timedelta(days=7)


def test_schedule_and_priority_of_camunda_8_count_too(database: Database):
    inner = (
        '<extensionElements><zeebe:taskSchedule dueDate="=now() + duration(&quot;P2D&quot;)"'
        ' followUpDate="=null"/><zeebe:priorityDefinition priority="=40 + 2"/></extensionElements>'
    )
    deployed(database, task(inner=inner))

    found = open_task(database, begin(database, "p"))

    assert (found.due_at, found.follow_up_at) == (NOON + timedelta(days=2), None)
    assert found.priority == 42


def test_a_job_has_the_priority_that_the_diagram_says(database: Database):
    marks = 'camunda:type="external" camunda:topic="x" camunda:taskPriority="${urgent}"'
    deployed(database, f'<serviceTask id="s" {marks}/>')

    begin(database, "p", urgent=77)

    assert [each.priority for each in rows(database, job_table)] == [77]


@pytest.mark.parametrize(
    "marks",
    ['camunda:dueDate="tomorrow"', 'camunda:priority="${later}"', 'camunda:assignee="${urgent}"'],
)
def test_a_date_or_priority_that_is_none_stops_the_step_by_element(database: Database, marks):
    deployed(database, task(marks=marks))

    with pytest.raises(bpmn.ExpressionFailed, match=r"t: .* gives"):
        begin(database, "p", later="soon", urgent=7)


def clerk(database: Database, username: str, role: str = "CLERK") -> None:
    person = people.register(
        database.unit_of_work(), username, name_fa=username, name_en=username, password_hash=None
    )
    people.grant(database.unit_of_work(), person, role, "*")


def test_whom_the_diagram_names_holds_the_task_if_that_person_may_act(database: Database):
    clerk(database, "sara")
    deployed(database, task(marks='camunda:assignee="${who}"'))

    found = open_task(database, begin(database, "p", who="sara"))

    assert found.holder == "sara"
    [told] = heard(database, "task_claimed")
    assert (told.actor, told.facts) == ("sara", {"suggested": True})


@pytest.mark.parametrize("who", ["nobody", "reza", None])
def test_whom_the_lane_does_not_let_act_does_not_hold_the_task(database: Database, who):
    clerk(database, "reza", role="HEAD")
    deployed(database, task(marks='camunda:assignee="${who}"'))

    found = open_task(database, begin(database, "p", who=who))

    assert found.holder is None
    tasks.claim(database.unit_of_work(), found.id, actor=CLERK, at=NOON)


def test_who_may_not_do_both_steps_does_not_hold_the_second(database: Database):
    clerk(database, "clerk")
    first = '<userTask id="first"/>'
    lanes = LANES.replace("<flowNodeRef>", "<flowNodeRef>first</flowNodeRef><flowNodeRef>", 1)
    drawn = process("p", START, first, task(marks='camunda:assignee="clerk"'), END, more=lanes)
    apart = '[[p.not_same_person]]\nsteps = ["first", "t"]\n'
    deploy(database, drawn, config=anyone_starts("p") + apart)
    instance = begin(database, "p")
    before = open_task(database, instance)

    tasks.claim(database.unit_of_work(), before.id, actor=CLERK, at=NOON)
    tasks.complete(database.unit_of_work(), before.id, {}, actor=CLERK, at=NOON)

    assert open_task(database, instance).holder is None


def test_of_two_steps_kept_apart_that_open_together_one_is_held(database: Database):
    clerk(database, "clerk")
    both = [f'<userTask id="{each}" camunda:assignee="clerk"/>' for each in ("one", "other")]
    refs = "".join(f"<flowNodeRef>{each}</flowNodeRef>" for each in ("one", "other"))
    lanes = LANES.replace("<flowNodeRef>", f"{refs}<flowNodeRef>", 1)
    inside = f'<subProcess id="s">{"".join(both)}</subProcess>'
    apart = '[[p.not_same_person]]\nsteps = ["one", "other"]\n'
    deploy(
        database, process("p", START, inside, END, more=lanes), config=anyone_starts("p") + apart
    )

    instance = begin(database, "p")

    found = rows(database, task_table, instance_id=instance)
    assert sorted(str(each.holder) for each in found) == ["None", "clerk"]


def test_data_that_another_branch_brings_wakes_the_activity_that_waits_for_it(
    database: Database,
):
    wants = (
        '<task id="t"><ioSpecification><dataInput id="di" name="bill"/><inputSet><dataInputRefs>di'
        "</dataInputRefs></inputSet></ioSpecification><dataInputAssociation><sourceRef>obj"
        "</sourceRef><targetRef>di</targetRef></dataInputAssociation></task>"
    )
    filled = (
        '<userTask id="m"><ioSpecification><dataOutput id="do" name="made"/></ioSpecification>'
        "<dataOutputAssociation><sourceRef>do</sourceRef><targetRef>obj</targetRef>"
        "</dataOutputAssociation></userTask>"
    )
    more = LANES.replace(">t<", ">m<") + '<dataObject id="obj" name="Bill"/>' + filled
    more += '<sequenceFlow id="x" sourceRef="start" targetRef="m"/>'
    deploy(database, process("p", START, wants, END, more=more), config=anyone_starts("p"))
    instance = begin(database, "p")
    assert case(database, instance).state == "running"

    instances.set_variables(database.unit_of_work(), instance, {"Bill": 5}, at=NOON)

    passed = [each.element_id for each in heard(database, "passed")]
    assert "end" in passed
