"""Jobs, incidents, what is listened for, and variables: as those see and repair who watch."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import update

from engine.catalogue.bundle import Bundle
from engine.commands import deployments, external, instances
from engine.commands.external import Topic
from engine.jobs import run_due
from engine.model.job import job_table
from engine.storage.database import Database
from tests.kit import paying
from tests.kit.paying import NOON
from tests.storage.events import heard
from tests.web.engine_rest.errand import Caller

WAITING = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="file" targetNamespace="divan">
  <message id="m" name="signed"/><signal id="s" name="opened"/>
  <process id="waiting" name="انتظار" isExecutable="true">
    <laneSet id="lanes"><lane id="clerk"><flowNodeRef>start</flowNodeRef></lane></laneSet>
    <startEvent id="start"/>
    <sequenceFlow id="f1" sourceRef="start" targetRef="both"/>
    <parallelGateway id="both"/>
    <sequenceFlow id="f2" sourceRef="both" targetRef="letter"/>
    <sequenceFlow id="f3" sourceRef="both" targetRef="bell"/>
    <sequenceFlow id="f4" sourceRef="both" targetRef="clock"/>
    <intermediateCatchEvent id="letter"><messageEventDefinition id="md" messageRef="m"/>
    </intermediateCatchEvent>
    <intermediateCatchEvent id="bell"><signalEventDefinition id="sd" signalRef="s"/>
    </intermediateCatchEvent>
    <intermediateCatchEvent id="clock"><timerEventDefinition id="td">
      <timeDuration>P2D</timeDuration></timerEventDefinition></intermediateCatchEvent>
    <sequenceFlow id="f5" sourceRef="letter" targetRef="end1"/><endEvent id="end1"/>
    <sequenceFlow id="f6" sourceRef="bell" targetRef="end2"/><endEvent id="end2"/>
    <sequenceFlow id="f7" sourceRef="clock" targetRef="end3"/><endEvent id="end3"/>
  </process>
</definitions>"""
LANES = paying.LANES.replace("payment", "waiting")


@pytest.fixture
def admin(errands: Database, caller, clock) -> Caller:
    """An administrator, once two cases wait for a letter, a bell and the clock."""
    clock.at = NOON
    bundle = Bundle({"waiting.bpmn": WAITING.encode(), "process.toml": LANES.encode()})
    deployments.deploy(errands.unit_of_work(), bundle, at=NOON)
    for key, amount in (("A-1", 5), ("A-2", 6)):
        values = {"business_key": key, "amount": amount}
        instances.start(errands.unit_of_work(), "waiting", values, actor=paying.CLERK, at=NOON)
    found: Caller = caller("admin")
    return found


def _case(admin: Caller, key: str) -> str:
    [found] = admin.get("/process-instance", businessKey=key).json or []
    return str(found["id"])


@pytest.mark.both_databases
def test_a_timer_is_found_moved_and_run_and_only_by_an_administrator(admin, clerk):
    [job, _] = admin.get("/job", timers="true", activityId="clock").json
    address = f"/job/{job['id']}"

    assert job["dueDate"] == "2026-11-23T08:30:00.000+0000"
    assert (job["retries"], job["processDefinitionKey"]) == (4, "waiting")
    assert clerk.get("/job").status_code == 403
    moved = admin.put(f"{address}/duedate", {"duedate": "2026-12-01T08:30:00.000+0000"})
    first = admin.put(f"{address}/priority", {"priority": 70})
    shown = admin.get(address).json
    assert (moved.status_code, first.status_code) == (204, 204)
    assert (shown["dueDate"], shown["priority"]) == ("2026-12-01T08:30:00.000+0000", 70)
    assert clerk.post(f"{address}/execute").status_code in {403, 404}
    assert admin.post(f"{address}/execute").status_code == 204
    assert admin.get(address).status_code == 404
    assert admin.get("/job/count", timers="true").json == {"count": 1}


@pytest.mark.both_databases
@pytest.mark.usefixtures("described")
def test_what_makes_jobs_is_listed_and_its_jobs_are_tried_again(admin, clerk, errands):
    [made] = admin.get("/job-definition", processDefinitionKey="waiting").json
    jobs = admin.get("/job", jobDefinitionId=made["id"]).json

    assert (made["activityId"], made["jobType"]) == ("clock", "timer-intermediate-transition")
    assert made["jobConfiguration"] == "DURATION: P2D"
    assert {each["jobDefinitionId"] for each in jobs} == {made["id"]}
    assert len(jobs) == 2
    assert admin.get(f"/job-definition/{made['id']}").json == made
    asked = {"activityIdIn": ["clock"], "sorting": [{"sortBy": "jobType", "sortOrder": "asc"}]}
    assert admin.post("/job-definition", asked).json == [made]
    assert admin.post("/job-definition/count", {"jobType": "timer-start-event"}).json["count"] == 0
    assert admin.get("/job-definition/count", suspended="true").json == {"count": 0}
    assert clerk.get("/job-definition").status_code == 403
    assert admin.get("/job-definition/clock:none").status_code == 404
    assert admin.get("/job", jobDefinitionId="clock").json == []

    with errands.engine.begin() as connection:
        connection.execute(update(job_table).values(state="incident", attempts=4))
    assert admin.get("/job/count", noRetriesLeft="true").json == {"count": 2}
    again = f"/job-definition/{made['id']}/retries"
    assert admin.put(again, {"retries": 0}).status_code == 400
    assert admin.put(again, {"retries": 2}).status_code == 204
    assert {each["retries"] for each in admin.get("/job", jobDefinitionId=made["id"]).json} == {2}


@pytest.mark.both_databases
def test_what_gave_up_is_told_with_its_cause_and_tried_again(admin, errands):
    paying.deploy(errands, paying.LANES)
    case = paying.start(errands, 5)
    uow = errands.unit_of_work()
    [task] = external.fetch(uow, "w", [Topic("transfer", timedelta(minutes=1))], at=NOON)
    external.fail(uow, task.id, "w", "no ink", retries=0, at=NOON)

    [told] = admin.get("/incident", processInstanceId=str(case)).json

    assert (told["incidentType"], told["incidentMessage"]) == ("failedExternalTask", "no ink")
    assert told["configuration"] == str(task.id)
    assert admin.get("/incident/count", incidentType="failedJob").json == {"count": 0}
    assert admin.get(f"/incident/{told['id']}").json == told
    note = {"annotation": "درگاه بانک خاموش بود"}
    assert admin.put(f"/incident/{told['id']}/annotation", note).status_code == 204
    assert admin.get(f"/incident/{told['id']}").json["annotation"] == note["annotation"]
    assert admin.put(f"/incident/{told['id']}/annotation", {}).status_code == 400
    assert admin.delete(f"/incident/{told['id']}/annotation").status_code == 501
    refused = admin.delete(f"/incident/{told['id']}")
    assert (refused.status_code, refused.json["type"]) == (400, "InvalidRequestException")
    assert admin.put(f"/external-task/{task.id}/retries", {"retries": 1}).status_code == 204
    assert admin.get("/incident/count").json == {"count": 0}


def test_what_cases_listen_for_is_listed(admin):
    case = _case(admin, "A-1")

    found = admin.get("/event-subscription", processInstanceId=case).json

    kinds = sorted((each["eventType"], each["eventName"], each["activityId"]) for each in found)
    assert kinds == [("message", "signed", "letter"), ("signal", "opened", "bell")]
    assert admin.get("/event-subscription/count", eventType="signal").json == {"count": 2}


@pytest.mark.both_databases
def test_a_message_reaches_the_one_case_that_is_meant(admin):
    case = _case(admin, "A-2")
    by_key = {"messageName": "signed", "businessKey": "A-1", "resultEnabled": True}
    by_value = {
        "messageName": "signed",
        "correlationKeys": {"amount": {"value": 6, "type": "Integer"}},
        "processVariables": {"by": {"value": "نشان"}},
    }

    ambiguous = admin.post("/message", {"messageName": "signed"})
    first = admin.post("/message", by_key)
    second = admin.post("/message", by_value)
    late = admin.post("/message", by_value)

    assert (ambiguous.status_code, ambiguous.json["type"]) == (400, "RestException")
    assert first.json[0]["processInstance"]["businessKey"] == "A-1"
    assert second.status_code == 204
    assert admin.get(f"/process-instance/{case}/variables").json["by"]["value"] == "نشان"
    assert (late.status_code, late.json["type"]) == (400, "RestException")
    assert late.json["message"].startswith("MismatchingMessageCorrelationException")


@pytest.mark.parametrize("asked", ["resultEnabled", "variablesInResultEnabled", "all"])
def test_a_message_that_is_refused_for_what_its_answer_should_hold_reached_nobody(admin, asked):
    waiting = admin.get("/event-subscription/count", eventType="message").json
    told = {"messageName": "signed", "businessKey": "A-1", "resultEnabled": True, asked: "yes"}

    refused = admin.post("/message", told)

    assert (refused.status_code, refused.json["type"]) == (400, "InvalidRequestException")
    assert admin.get("/event-subscription/count", eventType="message").json == waiting


def test_retries_with_a_due_date_that_is_none_change_nothing_and_say_why_else(admin, errands):
    [job] = admin.get("/job", processInstanceId=_case(admin, "A-1")).json
    again = f"/job/{job['id']}/retries"

    refused = admin.put(again, {"retries": 9, "dueDate": "tomorrow"})
    admin.headers["Divan-Reason"] = "شبی دراز".encode().decode("latin-1")
    assert admin.put(again, {"retries": 7}).status_code == 204

    assert (refused.status_code, refused.json["type"]) == (400, "InvalidRequestException")
    assert admin.get(f"/job/{job['id']}").json["retries"] == 7
    [told] = heard(errands, "retries_set")
    assert (told.actor, told.facts) == ("admin", {"retries": 7, "reason": "شبی دراز"})


def test_a_batch_tries_jobs_again_as_often_as_it_is_told(admin, errands):
    [job] = admin.get("/job", processInstanceId=_case(admin, "A-1")).json
    with errands.engine.begin() as connection:
        given_up = update(job_table).where(job_table.c.id == UUID(job["id"]))
        connection.execute(given_up.values(state="incident", attempts=4))

    assert admin.post("/job/retries", {"retries": 9, "jobIds": [job["id"]]}).status_code == 200
    run_due(errands, lambda: NOON)

    [told] = heard(errands, "retried")
    assert told.facts == {"retries": 9, "reason": "engine-rest"}


def test_a_message_reaches_every_case_where_all_are_meant(admin):
    told = admin.post("/message", {"messageName": "signed", "all": True, "resultEnabled": True})

    assert len(told.json) == 2
    assert admin.get("/event-subscription/count", eventType="message").json == {"count": 0}


def test_a_signal_reaches_everybody_who_listens(admin, errands, clerk):
    assert clerk.post("/signal", {"name": "opened"}).status_code == 403

    assert admin.post("/signal", {"name": "opened"}).status_code == 204
    run_due(errands, lambda: NOON)

    assert admin.get("/event-subscription/count", eventType="signal").json == {"count": 0}


def test_variables_of_cases_are_found_by_name_and_value(admin):
    case = _case(admin, "A-2")

    by_value = admin.get("/variable-instance", variableValues="amount_gt_5").json
    by_name = admin.post("/variable-instance", {"variableName": "AMOUNT",
        "variableNamesIgnoreCase": True, "sorting": [{"sortBy": "variableName",
        "sortOrder": "desc"}]}).json  # fmt: skip

    [found] = by_value
    assert (found["processInstanceId"], found["value"], found["type"]) == (case, 6, "Long")
    assert len(by_name) == 2
    assert admin.get("/variable-instance/count", processInstanceIdIn=case).json["count"] >= 2
    assert admin.get(f"/variable-instance/{found['id']}").json == found
    assert admin.get(f"/variable-instance/{found['id']}/data").status_code == 400
    assert admin.get("/variable-instance", variableValues="amount_near_5").status_code == 400


def test_sums_are_told_to_who_watches(admin, clerk):
    assert admin.get("/metrics/process-instances/sum").json == {"result": 2}
    later = admin.get("/metrics/task-users/sum", startDate="2030-01-01T00:00:00.000+0000")
    assert later.json == {"result": 0}
    assert admin.get("/metrics/job-acquisition-attempt/sum").status_code == 400
    assert clerk.get("/metrics/process-instances/sum").status_code == 403


@pytest.mark.both_databases
def test_work_at_an_element_is_held_in_all_cases_and_goes_on(admin, clerk, errands):
    [made] = admin.get("/job-definition", processDefinitionKey="waiting").json
    address, asked = f"/job-definition/{made['id']}/suspended", {"jobDefinitionId": made["id"]}
    hold, let_go = ({"suspended": each, "includeJobs": True} for each in (True, False))

    assert clerk.put(address, hold).status_code == 403
    for wrong in ({"suspended": True}, {"includeJobs": True}, hold | {"executionDate": "x"}):
        assert admin.put(address, wrong).status_code == 400
    assert admin.put("/job-definition/clock:none/suspended", hold).status_code == 404
    assert admin.put("/job-definition/suspended", hold).status_code == 400
    assert admin.get("/job/count", suspended="true", **asked).json == {"count": 0}

    assert admin.put(address, hold).status_code == 204
    assert admin.put(address, hold).status_code == 204, "it stays held"
    held = admin.get("/job", **asked).json
    assert {each["suspended"] for each in held} == {True}
    assert admin.post(f"/job/{held[0]['id']}/execute").status_code == 400
    assert admin.get("/job-definition/count", suspended="true").json == {"count": 1}
    assert admin.get("/job-definition/count", active="true").json == {"count": 0}
    later = {"business_key": "A-3", "amount": 7}
    instances.start(errands.unit_of_work(), "waiting", later, actor=paying.CLERK, at=NOON)
    assert admin.get("/job/count", active="true", **asked).json == {"count": 1}
    run_due(errands, lambda: NOON + timedelta(days=9))
    assert admin.get("/job/count", suspended="true", **asked).json == {"count": 3}
    case = f"/process-instance/{_case(admin, 'A-3')}/suspended"
    assert admin.put(case, {"suspended": True}).status_code == 204

    body = let_go | {"processDefinitionKey": "waiting"}
    assert admin.put("/job-definition/suspended", body).status_code == 204
    assert admin.get("/job/count", active="true", **asked).json == {"count": 2}
    assert admin.put(case, {"suspended": False}).status_code == 204
    assert admin.get("/job/count", active="true", **asked).json == {"count": 3}
    run_due(errands, lambda: NOON + timedelta(days=9))
    assert admin.get("/job/count", **asked).json == {"count": 0}
    assert admin.get(f"/job-definition/{made['id']}").json == made


@pytest.mark.both_databases
def test_the_work_at_an_element_has_a_priority_over_what_the_model_says(admin, clerk, errands):
    [made] = admin.get("/job-definition", processDefinitionKey="waiting").json
    address, asked = f"/job-definition/{made['id']}/jobPriority", {"jobDefinitionId": made["id"]}

    assert clerk.put(address, {"priority": 90}).status_code == 403
    for wrong in (
        {},
        {"priority": "x"},
        {"priority": 2**31},
        {"priority": None, "includeJobs": True},
    ):
        assert admin.put(address, wrong).status_code == 400, wrong
    assert admin.put("/job-definition/clock:none/jobPriority", {"priority": 1}).status_code == 404
    assert admin.get(f"/job-definition/{made['id']}").json == made

    assert admin.put(address, {"priority": 90}).status_code == 204
    assert {each["priority"] for each in admin.get("/job", **asked).json} == {50}
    later = {"business_key": "A-3", "amount": 7}
    instances.start(errands.unit_of_work(), "waiting", later, actor=paying.CLERK, at=NOON)
    assert sorted(each["priority"] for each in admin.get("/job", **asked).json) == [50, 50, 90]
    [said] = admin.get("/job-definition", withOverridingJobPriority="true").json
    assert (said["id"], said["overridingJobPriority"]) == (made["id"], 90)

    assert admin.put(address, {"priority": 0, "includeJobs": True}).status_code == 204
    assert {each["priority"] for each in admin.get("/job", **asked).json} == {0}
    assert admin.put(address, {"priority": None}).status_code == 204
    assert admin.get("/job-definition/count", withOverridingJobPriority="true").json["count"] == 0
    assert admin.get(f"/job-definition/{made['id']}").json == made


@pytest.mark.both_databases
def test_one_job_is_held_whatever_goes_on_around_it(admin, clerk, errands):
    first, _ = admin.get("/job", timers="true").json
    of_element = f"/job-definition/{first['jobDefinitionId']}/suspended"
    address, case = f"/job/{first['id']}/suspended", first["processInstanceId"]
    hold, let_go = {"suspended": True}, {"suspended": False}

    assert clerk.put(address, hold).status_code == 403
    assert admin.put(address, {}).status_code == 400
    assert admin.put(f"/job/{uuid4()}/suspended", hold).status_code == 404
    assert admin.put(address, hold).status_code == 204
    assert admin.put(address, hold).status_code == 204, "it stays held"
    assert admin.get(f"/job/{first['id']}").json["suspended"] is True
    assert admin.get("/job/count", suspended="true").json == {"count": 1}
    assert admin.post(f"/job/{first['id']}/execute").status_code == 400
    [log] = admin.get("/history/job-log", jobId=first["id"]).json
    assert log["creationLog"] is True

    for suspended in (True, False):  # the step in all cases, then this case: neither wakes it
        body = {"suspended": suspended, "includeJobs": True}
        assert admin.put(of_element, body).status_code == 204
    held = f"/process-instance/{case}/suspended"
    assert admin.put(held, hold).status_code == 204
    assert admin.put(address, let_go).status_code == 409, "the case goes first"
    assert admin.put(held, let_go).status_code == 204
    run_due(errands, lambda: NOON + timedelta(days=9))
    assert [each["id"] for each in admin.get("/job", timers="true").json] == [first["id"]]

    several, which = "/job/suspended", {"processDefinitionKey": "waiting"}
    assert admin.put(several, hold).status_code == 400
    assert admin.put(several, hold | which | {"jobDefinitionId": "x"}).status_code == 400
    assert clerk.put(several, let_go | which).status_code == 403
    assert admin.put(several, let_go | which).status_code == 204
    assert admin.get(f"/job/{first['id']}").json["suspended"] is False
    for each in ({"processInstanceId": case}, {"jobDefinitionId": first["jobDefinitionId"]}):
        assert admin.put(several, hold | each).status_code == 204
        assert admin.get("/job/count", suspended="true").json == {"count": 1}
        assert admin.put(several, let_go | each).status_code == 204
    run_due(errands, lambda: NOON + timedelta(days=9))
    assert admin.get("/job/count", timers="true").json == {"count": 0}
    assert admin.put(address, hold).status_code == 404
