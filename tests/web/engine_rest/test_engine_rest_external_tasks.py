"""External tasks through ``/engine-rest``: as workers fetch, finish, fail and lose them."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from typing import Any

import pytest

from engine.storage.database import Database
from tests.kit import paying
from tests.kit.sites import Clock
from tests.web.engine_rest.errand import Caller

TOPIC = {"topicName": "transfer", "lockDuration": 60_000}


@pytest.fixture
def payments(errands: Database) -> Database:
    """A database in which payments wait for workers outside."""
    paying.deploy(errands, paying.LANES)
    return errands


@pytest.fixture
def worker(payments: Database, caller: Callable[[str], Caller], clock: Clock) -> Caller:
    """A program that serves the unit of the payments, after they were made."""
    clock.at = paying.NOON
    return caller("worker")


def _fetch(caller: Caller, worker: str = "w", **topic: Any) -> list[dict[str, Any]]:
    answer = caller.post(
        "/external-task/fetchAndLock",
        {"workerId": worker, "maxTasks": 10, "topics": [{**TOPIC, **topic}]},
    )
    assert answer.status_code == 200, answer.text
    return list(answer.json or [])


def test_a_worker_gets_a_task_as_camunda_writes_it_and_completes_it(payments, worker):
    case = paying.start(payments, 5)

    [task] = _fetch(worker)
    done = worker.post(
        f"/external-task/{task['id']}/complete",
        {"workerId": "w", "variables": {"receipt": {"value": "7", "type": "Long"}}},
    )

    assert (task["topicName"], task["activityId"], task["workerId"]) == (
        "transfer",
        "transfer",
        "w",
    )
    assert (task["processInstanceId"], task["processDefinitionKey"]) == (str(case), "payment")
    assert task["variables"] == {"amount": {"type": "Long", "value": 5, "valueInfo": {}}}
    assert (task["retries"], task["lockExpirationTime"]) == (None, "2026-11-21T08:31:00.000+0000")
    assert done.status_code == 204
    assert paying.variables(payments, case)["receipt"] == 7
    assert worker.get(f"/external-task/{task['id']}").status_code == 404


def test_only_who_serves_the_unit_gets_its_tasks(payments, worker, caller):
    paying.start(payments, 5)
    [task] = worker.get("/external-task").json or []

    refused = caller("clerk").post(
        "/external-task/fetchAndLock", {"workerId": "w", "maxTasks": 1, "topics": [TOPIC]}
    )

    assert refused.status_code == 403
    assert _fetch(caller("worker15")) == []
    theirs = caller("worker15").post(f"/external-task/{task['id']}/unlock")
    assert (theirs.status_code, theirs.json["type"]) == (404, "RestException")


@pytest.mark.both_databases
def test_what_a_topic_asks_of_the_case_is_kept_to(payments, worker):
    paying.start(payments, 5)

    assert _fetch(worker, processDefinitionKey="errand") == []
    assert _fetch(worker, processVariables={"amount": 6}) == []
    assert _fetch(worker, businessKey="none") == []
    assert _fetch(worker, tenantIdIn=["x"]) == []
    [task] = _fetch(worker, processVariables={"amount": 5}, variables=["nothing"])

    assert task["variables"] == {}


def test_a_worker_without_the_lock_is_told_so_in_camundas_words(payments, worker):
    paying.start(payments, 5)
    [task] = _fetch(worker, "first")

    answer = worker.post(f"/external-task/{task['id']}/complete", {"workerId": "second"})

    assert (answer.status_code, answer.json["type"]) == (400, "RestException")
    assert "second" in answer.json["message"]
    assert worker.get("/external-task/count").json == {"count": 1}


def test_a_failure_is_told_with_its_details_and_the_last_one_waits_for_a_person(payments, worker):
    paying.start(payments, 5)
    [task] = _fetch(worker)
    address = f"/external-task/{task['id']}"
    told = {"workerId": "w", "errorMessage": "no ink", "errorDetails": "a trace", "retries": 0}

    failed = worker.post(f"{address}/failure", told)

    assert failed.status_code == 204
    assert worker.get(f"{address}/errorDetails").text == "a trace"
    assert worker.get(address).json["retries"] == 0
    assert worker.get("/external-task", noRetriesLeft="true").json[0]["errorMessage"] == "no ink"
    assert _fetch(worker) == []
    assert (
        worker.put(
            "/external-task/retries", {"retries": 2, "externalTaskIds": [task["id"]]}
        ).status_code
        == 204
    )
    assert _fetch(worker)[0]["retries"] == 2


def test_an_error_goes_to_the_boundary_that_catches_it(payments, worker):
    case = paying.start(payments, 5)
    [task] = _fetch(worker)

    thrown = worker.post(
        f"/external-task/{task['id']}/bpmnError", {"workerId": "w", "errorCode": "HTTP-422"}
    )

    assert thrown.status_code == 204
    assert paying.at_look(payments, case)


def test_locks_are_taken_lengthened_and_given_back(payments, worker):
    paying.start(payments, 5)
    [task] = _fetch(worker)
    address = f"/external-task/{task['id']}"

    longer = worker.post(f"{address}/extendLock", {"workerId": "w", "newDuration": 120_000})
    until = worker.get(address).json["lockExpirationTime"]
    freed = worker.post(f"{address}/unlock")
    taken = worker.post(f"{address}/lock", {"workerId": "v", "lockDuration": 1_000})
    first = worker.put(f"{address}/priority", {"priority": 99})

    assert [each.status_code for each in (longer, freed, taken, first)] == [204] * 4
    assert until == "2026-11-21T08:32:00.000+0000"
    shown = worker.get(address).json
    assert (shown["workerId"], shown["priority"]) == ("v", 99)
    assert worker.get("/external-task/topic-names", withLockedTasks="true").json == ["transfer"]
    assert worker.get("/external-task/topic-names", withUnlockedTasks="true").json == []


def test_a_file_that_a_worker_sends_is_kept_and_told_as_one(payments, worker):
    case = paying.start(payments, 5)
    [task] = _fetch(worker)
    content = b64encode(b"%PDF").decode()
    paper = {
        "value": content,
        "type": "File",
        "valueInfo": {"filename": "a.pdf", "mimetype": "application/pdf"},
    }

    worker.post(
        f"/external-task/{task['id']}/complete", {"workerId": "w", "variables": {"paper": paper}}
    )

    assert paying.variables(payments, case)["paper"]["base64"] == content
    told = worker.get(f"/process-instance/{case}/variables").json["paper"]
    assert (told["type"], told["value"], told["valueInfo"]["filename"]) == ("File", None, "a.pdf")


@pytest.mark.parametrize(
    "body",
    [
        pytest.param({"maxTasks": 1, "topics": [TOPIC]}, id="no worker"),
        pytest.param({"workerId": "w", "topics": [TOPIC]}, id="no number of tasks"),
        pytest.param(
            {"workerId": "w", "maxTasks": 1, "topics": [{"topicName": "t"}]}, id="no lock"
        ),
        pytest.param({"workerId": "w", "maxTasks": 1, "topics": "t"}, id="topics no list"),
        pytest.param(
            {"workerId": "w", "maxTasks": 1, "topics": [TOPIC], "asyncResponseTimeout": 1_800_001},
            id="waits too long",
        ),
        pytest.param({"workerId": "w", "maxTasks": 1, "topics": [TOPIC, TOPIC]}, id="twice"),
    ],
)
def test_what_cannot_be_fetched_is_refused(worker, body):
    answer = worker.post("/external-task/fetchAndLock", body)

    assert (answer.status_code, answer.json["type"]) == (400, "InvalidRequestException")


def test_variables_that_are_not_what_they_claim_change_nothing(payments, worker):
    paying.start(payments, 5)
    [task] = _fetch(worker)

    answer = worker.post(
        f"/external-task/{task['id']}/complete",
        {"workerId": "w", "variables": {"receipt": {"value": "x", "type": "Integer"}}},
    )

    assert answer.status_code == 400
    assert worker.get(f"/external-task/{task['id']}").status_code == 200
