"""What happened, told through ``/engine-rest``: cases, steps, tasks, values, acts."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.catalogue.bundle import Bundle
from engine.commands import deployments
from engine.storage.bundles import latest
from tests.kit.sites import NOON

pytestmark = pytest.mark.usefixtures("described")

GONE = "00000000-0000-0000-0000-000000000000"
AMOUNT = {"amount": {"value": 12, "type": "Long"}, "outcome": {"value": "send"}}


@pytest.fixture
def done(clerk, clock):
    """A case whose first step was answered after a minute, as its id."""
    task_id = clerk.claimed_task()
    instance = clerk.get(f"/task/{task_id}").json["processInstanceId"]
    clock.pass_time(timedelta(minutes=1))
    answer = clerk.complete(task_id, AMOUNT)
    assert answer.status_code == 204, answer.text
    return instance


@pytest.mark.both_databases
def test_history_of_a_case_tells_its_tasks_steps_and_values(clerk, done):
    [case] = clerk.get("/history/process-instance", unfinished="true").json
    tasks = clerk.get("/history/task", processInstanceId=done, finished="true").json
    steps = clerk.post("/history/activity-instance", {"processInstanceId": done}).json
    values = clerk.get("/history/variable-instance", processInstanceId=done).json

    assert (case["id"], case["state"], case["startUserId"]) == (done, "ACTIVE", "clerk")
    assert (case["processDefinitionVersion"], case["endTime"]) == (1, None)
    [task] = tasks
    assert (task["taskDefinitionKey"], task["assignee"], task["duration"]) == (
        "prepare",
        "clerk",
        60_000,
    )
    assert {"prepare", "approve"} <= {each["activityId"] for each in steps}
    assert {each["name"]: each["value"] for each in values}["amount"] == 12
    for each in steps:
        assert clerk.get(f"/history/activity-instance/{each['id']}").json == each
    for each in values:
        assert clerk.get(f"/history/variable-instance/{each['id']}").json == each
    assert clerk.get(f"/history/process-instance/{done}").json == case


@pytest.mark.both_databases
@pytest.mark.both_databases
def test_tasks_that_were_done_are_counted_and_their_time_is_reported(admin, caller, done):
    address = "/history/task/report"
    count = {"reportType": "count"}
    duration = {"reportType": "duration", "periodUnit": "quarter"}

    [by_name] = admin.get(address, **count).json
    [by_process] = admin.get(address, groupBy="processDefinition", **count).json
    [quarter] = admin.get(address, **duration).json

    assert (by_name["taskName"], by_name["count"]) == ("آماده‌سازی", 1)
    assert by_process == {**by_name, "taskName": None}
    assert (quarter["period"], quarter["average"]) == (3, 60_000)
    early = {"completedBefore": "2020-01-01T00:00:00.000+0000"}
    assert admin.get(address, **count, **early).json == []
    assert admin.get(address, **duration, **early).json == []
    assert caller("clerk15").get(address, **count).json == []
    for wrong in ({}, {**count, "groupBy": "x"}, {"reportType": "duration"}, {**count, "x": "1"}):
        assert admin.get(address, **wrong).status_code == 400


def _keep_for_a_year(errands):
    with errands.reader() as session:
        files = dict(latest(session, "errand").bundle.files)
    ruled = b'[errand]\nretention = "financial"\nretention_years = 1\n'
    files["process.toml"] = files["process.toml"].replace(b"[errand]\n", ruled)
    deployments.deploy(errands.unit_of_work(), Bundle(files), at=NOON)


@pytest.mark.both_databases
def test_what_has_ended_is_told_with_what_may_go_and_nothing_goes_by_itself(
    admin, clerk, done, errands, clock
):
    address = "/history/process-definition/cleanable-process-instance-report"
    admin.delete(f"/process-instance/{done}")

    [version] = admin.get(address, compact="true").json

    assert (version["processDefinitionKey"], version["historyTimeToLive"]) == ("errand", None)
    assert version["finishedProcessInstanceCount"] == 1
    assert version["cleanableProcessInstanceCount"] == 0, "no rule lets it go"
    _keep_for_a_year(errands)
    clock.pass_time(timedelta(days=400))
    [version] = admin.get(address, compact="true").json
    assert (version["historyTimeToLive"], version["cleanableProcessInstanceCount"]) == (365, 1)
    everything = admin.get(address, sortBy="finished", sortOrder="desc").json
    assert everything[0] == version
    assert admin.get(f"{address}/count").json == {"count": len(everything)}
    for none in ({"processDefinitionKeyIn": "x"}, {"processDefinitionIdIn": GONE}):
        assert admin.get(address, **none).json == []
    assert admin.get("/history/batch/cleanable-batch-report").json == []
    assert admin.get("/history/batch/cleanable-batch-report/count").json == {"count": 0}
    assert admin.get("/history/cleanup/configuration").json["enabled"] is False
    assert admin.get("/history/cleanup/jobs").json == []
    assert admin.get("/history/cleanup/job").status_code == 404
    assert admin.post("/history/cleanup").status_code == 501
    assert clerk.get(address).status_code == 403
    assert admin.get(address, sortBy="x", sortOrder="asc").status_code == 400


@pytest.mark.parametrize(
    "path",
    [
        "process-instance",
        "activity-instance",
        "task",
        "incident",
        "job-log",
        "external-task-log",
        "decision-instance",
        "identity-link-log",
        "user-operation",
    ],
)
def test_every_list_is_counted_and_kept_from_other_units(clerk, caller, done, path):
    found = clerk.get(f"/history/{path}")

    assert found.status_code == 200, found.text
    assert clerk.get(f"/history/{path}/count").json == {"count": len(found.json)}
    assert caller("clerk15").get(f"/history/{path}").json == []


def test_who_did_what_is_told(clerk, done):
    acts = clerk.get("/history/user-operation", processInstanceId=done).json
    links = clerk.get("/history/identity-link-log").json
    details = clerk.get("/history/detail", processInstanceId=done, variableName="amount").json

    assert {each["userId"] for each in acts} == {"clerk"}
    assert {"STARTED", "TASK_CLAIMED", "TASK_COMPLETED"} <= {each["operationType"] for each in acts}
    [link] = links
    assert (link["userId"], link["operationType"], link["type"]) == ("clerk", "add", "assignee")
    [set_once] = details
    assert (set_once["variableName"], set_once["value"]) == ("amount", 12)


def test_statistics_tell_how_often_cases_came_to_an_element(clerk, done):
    definition = clerk.get("/process-definition/key/errand").json["id"]
    address = f"/history/process-definition/{definition}/statistics"

    counted = {each["id"]: each for each in clerk.get(address, finished="true").json}

    assert (counted["prepare"]["instances"], counted["prepare"]["finished"]) == (0, 1)
    assert (counted["approve"]["instances"], counted["approve"]["finished"]) == (1, 0)


def test_an_ended_case_is_told_as_it_ended(admin, done):
    admin.delete(f"/process-instance/{done}")

    [case] = admin.get("/history/process-instance", externallyTerminated="true").json

    assert (case["id"], case["state"]) == (done, "EXTERNALLY_TERMINATED")
    assert case["durationInMillis"] == 60_000
    assert admin.get("/history/process-instance", active="true").json == []
    [task] = admin.get("/history/task", taskDefinitionKey="approve").json
    assert task["deleteReason"] == "deleted"


@pytest.mark.both_databases
def test_durations_of_ended_cases_are_reported_by_period(admin, caller, clerk, clock, done):
    report = {"reportType": "duration", "periodUnit": "month"}
    address = "/history/process-instance/report"
    assert admin.get(address, **report).json == []  # it runs
    admin.delete(f"/process-instance/{done}")
    other = clerk.start()["id"]
    clock.pass_time(timedelta(minutes=3))
    admin.delete(f"/process-instance/{other}")

    [month] = admin.get(address, **report).json
    [quarter] = admin.get(address, **{**report, "periodUnit": "quarter"}).json

    assert month == {
        "period": 7,
        "periodUnit": "MONTH",
        "minimum": 60_000,
        "maximum": 180_000,
        "average": 120_000,
    }
    assert quarter == {**month, "period": 3, "periodUnit": "QUARTER"}
    assert admin.get(address, processDefinitionKeyIn="another", **report).json == []
    assert admin.get(address, startedBefore="2020-01-01T00:00:00.000+0000", **report).json == []
    assert caller("clerk15").get(address, **report).json == []  # of another unit
    for wrong in ({}, {"reportType": "duration"}, {**report, "periodUnit": "day"}):
        assert admin.get(address, **wrong).status_code == 400


@pytest.mark.parametrize(
    "path",
    [
        "process-instance",
        "activity-instance",
        "job-log",
        "external-task-log",
        "decision-instance",
        "variable-instance",
    ],
)
def test_what_is_not_there_is_not_found(clerk, path):
    for identity in (GONE, "x"):
        answer = clerk.get(f"/history/{path}/{identity}")
        assert (answer.status_code, answer.json["type"]) == (404, "InvalidRequestException")


def test_values_of_every_case_are_not_asked_for_at_once(clerk):
    answer = clerk.get("/history/variable-instance")

    assert answer.status_code == 400
    assert "processInstanceId" in answer.json["message"]
    assert clerk.get("/history/detail").status_code == 400


@pytest.mark.both_databases
def test_executions_are_cases_and_their_tokens(admin, done):
    found = admin.get("/execution", processInstanceId=done, sortBy="instanceId", sortOrder="asc")
    [token] = admin.get("/execution", activityId="approve").json

    assert {each["processInstanceId"] for each in found.json} == {done}
    assert len(found.json) == 2
    assert admin.get(f"/execution/{token['id']}").json == token
    assert admin.post("/execution/count", {"processInstanceId": done}).json == {"count": 2}
    assert admin.get(f"/execution/{GONE}").status_code == 404


def test_an_execution_gets_the_message_it_waits_for(admin, clerk):
    case = clerk.start()["id"]
    [waiting] = admin.get("/execution", messageEventSubscriptionName="withdraw").json
    address = f"/execution/{waiting['id']}/messageSubscriptions"

    assert admin.get(f"{address}/withdraw").json["activityId"] == "withdrawal"
    assert admin.post(f"{address}/nonsense/trigger", {}).status_code == 404
    assert clerk.post(f"{address}/withdraw/trigger", {}).status_code == 403
    assert admin.post(f"{address}/withdraw/trigger", {}).status_code == 204
    assert admin.get(f"/process-instance/{case}").json["ended"] is True


def test_nothing_is_reported_to_anybody(clerk):
    assert clerk.get("/telemetry/configuration").json == {"enableTelemetry": False}
    assert clerk.post("/telemetry/configuration", {"enableTelemetry": True}).status_code == 400
    assert clerk.get("/telemetry/data").json["product"]["name"] == "Divan"
