"""Cases put right through ``/engine-rest``: tokens, variables, suspension, batches, versions."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace

import pytest

from engine.settings import MonitoringSettings
from tests.web.engine_rest.errand import deploy_errand

pytestmark = pytest.mark.usefixtures("described")

GONE = "00000000-0000-0000-0000-000000000000"


@pytest.fixture
def case(clerk):
    """A running case, by its address."""
    return f"/process-instance/{clerk.start(businessKey='E-1')['id']}"


def _at(caller, case):
    tree = caller.get(f"{case}/activity-instances").json
    return [each["activityId"] for each in tree["childActivityInstances"]]


def test_the_tree_of_a_case_tells_where_it_stands(admin, case):
    tree = admin.get(f"{case}/activity-instances").json

    [at] = tree["childActivityInstances"]
    assert (tree["activityId"], tree["activityType"]) == ("errand", "processDefinition")
    assert (at["activityId"], at["activityType"]) == ("prepare", "userTask")
    assert at["parentActivityInstanceId"] == tree["id"] == at["processInstanceId"]
    assert at["id"] == f"prepare:{at['executionIds'][0]}"


@pytest.mark.both_databases
def test_tokens_are_moved_all_or_none(admin, clerk, case):
    told = {
        "annotation": "اشتباه شد",
        "instructions": [
            {"type": "cancel", "activityId": "prepare"},
            {"type": "startBeforeActivity", "activityId": "approve"},
        ],
    }

    assert admin.post(f"{case}/modification", told).status_code == 204

    assert _at(admin, case) == ["approve"]
    [task] = clerk.get("/task").json
    assert task["taskDefinitionKey"] == "approve"


@pytest.mark.parametrize(
    ("told", "said"),
    [
        pytest.param([{"type": "cancel", "activityId": "prepare"}], "would be left", id="empty"),
        pytest.param([{"type": "startBeforeActivity", "activityId": "x"}], "no open", id="where"),
        pytest.param([{"type": "startBeforeActivity"}], "'activityId' must be set", id="nowhere"),
        pytest.param([{"type": "jump", "activityId": "approve"}], "Invalid instruction", id="what"),
        pytest.param([{"type": "cancel"}], "exactly one", id="nothing"),
        pytest.param([], "No instructions", id="none"),
    ],
)
def test_a_modification_that_cannot_be_is_refused_and_changes_nothing(admin, case, told, said):
    answer = admin.post(f"{case}/modification", {"instructions": told})

    assert (answer.status_code, answer.json["type"]) == (400, "InvalidRequestException")
    assert said in answer.json["message"], answer.json
    for each in answer.json.get("problems", ()):
        assert each["message"] in answer.json["message"]
        assert re.search("[\u0600-\u06ff]{3}", each["messageFa"])
        assert each["code"] not in each["message"] + each["messageFa"], "no mere code"
    assert _at(admin, case) == ["prepare"]


def test_only_an_administrator_repairs(clerk, case):
    told = {"instructions": [{"type": "startBeforeActivity", "activityId": "approve"}]}

    for answer in (
        clerk.post(f"{case}/modification", told),
        clerk.delete(case),
        clerk.put(f"{case}/suspended", {"suspended": True}),
        clerk.put(f"{case}/variables/purpose", {"value": "x"}),
        clerk.post(f"{case}/variables", {"deletions": ["purpose"]}),
        clerk.get("/batch"),
        clerk.post("/migration/validate", {}),
    ):
        assert (answer.status_code, answer.json["type"]) == (403, "AuthorizationException")


@pytest.mark.both_databases
def test_variables_are_set_read_and_removed(admin, case):
    answer = admin.put(f"{case}/variables/limit", {"value": 10**17, "type": "Long"})
    assert answer.status_code == 204, answer.text
    told = {"modifications": {"who": {"value": "سارا"}}, "deletions": ["purpose"]}
    assert admin.post(f"{case}/variables", told).status_code == 204

    known = admin.get(f"{case}/variables").json

    assert known["who"]["value"] == "سارا"
    assert "purpose" not in known
    assert admin.get(f"{case}/variables/limit").json == known["limit"]
    assert known["limit"]["value"] == str(10**17)
    assert admin.delete(f"{case}/variables/who").status_code == 204
    gone = admin.get(f"{case}/variables/who")
    assert (gone.status_code, gone.json["type"]) == (404, "InvalidRequestException")


def test_a_variable_of_the_wrong_type_is_refused(admin, case):
    wrong = (
        ("Long", "much"),
        ("Integer", "1.5"),
        ("Integer", 2**31),
        ("Long", str(-(2**63) - 1)),
        ("Double", "9" * 101),
        ("Date", "2026-13-45"),
        ("Date", "2026-11-21T12:00:00"),  # without its zone
    )
    for kind, value in wrong:
        answer = admin.put(f"{case}/variables/limit", {"value": value, "type": kind})

        assert answer.status_code == 400, (kind, value)
        assert f"not of type '{kind}'" in answer.json["message"]
    assert admin.get(f"{case}/variables/limit").json["type"] == "Null"


def test_a_type_that_is_unknown_is_refused(admin, case):
    assert admin.put(f"{case}/variables/limit", {"value": 1, "type": "Wrong"}).status_code == 400


def test_bytes_are_set_and_read_back(admin, case):
    sent = {"data": (io.BytesIO(b"\x00\x01"), "note.bin"), "valueType": "File"}
    assert admin.upload(f"{case}/variables/note/data", sent).status_code == 204

    answer = admin.get(f"{case}/variables/note/data")

    assert answer.data == b"\x00\x01"
    assert admin.get(f"{case}/variables/purpose/data").status_code == 400


def test_a_token_is_an_execution_whose_variables_are_the_cases(admin, case):
    tree = admin.get(f"{case}/activity-instances").json
    [token] = tree["childActivityInstances"][0]["executionIds"]

    assert admin.get(f"/execution/{tree['id']}/localVariables/purpose").json["value"] == "بازدید"
    assert admin.get(f"/execution/{token}/localVariables").json == {}
    assert admin.put(f"/execution/{token}/localVariables/a", {"value": 1}).status_code == 204
    assert admin.get(f"{case}/variables/a").json["value"] == 1
    assert admin.get(f"/execution/{token}9/localVariables").status_code == 404


def test_a_case_is_held_and_let_go_on(admin, clerk, case):
    assert admin.put(f"{case}/suspended", {"suspended": True}).status_code == 204

    assert admin.get(case).json["suspended"] is True
    assert admin.get("/process-instance/count", suspended="true").json == {"count": 1}
    assert admin.get("/process-instance/count", active="true").json == {"count": 0}
    assert admin.put(f"{case}/suspended", {"suspended": True}).status_code == 204
    assert admin.put(f"{case}/suspended", {"suspended": False}).status_code == 204
    assert clerk.get(case).json["suspended"] is False


def test_a_case_is_ended_once(admin, case):
    assert admin.delete(case, skipCustomListeners="true").status_code == 204

    assert admin.get(case).json["ended"] is True
    again = admin.delete(case)
    assert (again.status_code, again.json["type"]) == (404, "InvalidRequestException")
    assert admin.delete(f"/process-instance/{GONE}").status_code == 404


def test_many_cases_are_ended_in_a_batch(admin, clerk):
    ids = [clerk.start()["id"] for _ in range(2)]

    answer = admin.post(
        "/process-instance/delete", {"processInstanceIds": ids, "deleteReason": "پایان سال"}
    )

    batch = answer.json
    assert (answer.status_code, batch["type"], batch["totalJobs"]) == (200, "instance-deletion", 2)
    address = f"/batch/{batch['id']}"
    assert admin.get(address).json == batch
    [counted] = admin.get("/batch/statistics", type="instance-deletion").json
    assert (counted["remainingJobs"], counted["failedJobs"]) == (2, 0)
    assert admin.put(f"{address}/suspended", {"suspended": True}).status_code == 204
    assert admin.get("/batch/count", suspended="true").json == {"count": 1}
    assert admin.delete(address).status_code == 204
    assert admin.get(address).status_code == 404
    assert admin.get(f"/history{address}").json["endTime"]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/process-instance/variables-async", {"variables": {"a": {"value": 1}}}),
        ("/process-instance/message-async", {"messageName": "withdraw"}),
        ("/process-instance/suspended-async", {"suspended": True}),
        ("/modification/executeAsync", {"instructions": [{"type": "cancel", "activityId": "x"}]}),
    ],
)
def test_other_acts_over_many_cases_are_batches_too(admin, case, path, body):
    query = {"processInstanceQuery": {"processDefinitionKey": "errand"}}

    answer = admin.post(path, body | query)

    assert (answer.status_code, answer.json["totalJobs"]) == (200, 1), answer.text
    nobody = admin.post(path, body | {"processInstanceQuery": {"businessKey": "none"}})
    assert nobody.status_code == 400
    assert admin.post(path, body).status_code == 400


def _versions(admin, errands):
    old = admin.get("/process-definition/key/errand").json["id"]
    deploy_errand(errands, name="مأموریت دوم")
    return old, admin.get("/process-definition/key/errand").json["id"]


@pytest.mark.both_databases
def test_a_case_is_taken_to_another_version_by_a_generated_plan(admin, errands, case):
    old, new = _versions(admin, errands)
    versions = {"sourceProcessDefinitionId": old, "targetProcessDefinitionId": new}
    plan = admin.post("/migration/generate", versions).json
    body = {"migrationPlan": plan, "processInstanceQuery": {}}

    assert {each["sourceActivityIds"][0] for each in plan["instructions"]} >= {"prepare", "approve"}
    assert admin.post("/migration/validate", plan).json["instructionReports"] == []
    assert admin.post("/migration/execute", body).status_code == 204

    assert admin.get(case).json["definitionId"] == new
    assert admin.post("/migration/executeAsync", body).status_code == 400


def test_a_plan_without_the_mapping_of_a_task_that_waits_is_refused(admin, errands, case):
    old, new = _versions(admin, errands)
    plan = {
        "sourceProcessDefinitionId": old,
        "targetProcessDefinitionId": new,
        "instructions": [{"sourceActivityIds": ["approve"], "targetActivityIds": ["approve"]}],
    }

    answer = admin.post("/migration/execute", {"migrationPlan": plan, "processInstanceQuery": {}})

    assert answer.status_code == 400
    assert answer.json["type"] == "MigratingProcessInstanceValidationException"
    here = {**plan, "targetProcessDefinitionId": old}
    one = {"migrationPlan": here, "processInstanceIds": [case.rpartition("/")[2]]}
    there = admin.post("/migration/execute", one)
    assert (there.status_code, there.json["type"]) == (400, "InvalidRequestException")
    assert "already" in there.json["problems"][0]["message"]
    [report, *_] = answer.json["validationReport"]["migratingActivityInstanceValidationReports"]
    assert (report["sourceScopeId"], bool(report["failures"])) == ("prepare", True)
    assert admin.get(case).json["definitionId"] == old


def test_a_plan_is_checked_instruction_by_instruction(admin, errands):
    old, new = _versions(admin, errands)
    plan = {
        "sourceProcessDefinitionId": old,
        "targetProcessDefinitionId": new,
        "instructions": [
            {"sourceActivityIds": ["prepare"], "targetActivityIds": ["done"]},
            {"sourceActivityIds": ["nothing"], "targetActivityIds": ["approve"]},
        ],
    }

    reports = admin.post("/migration/validate", plan).json["instructionReports"]

    assert [each["failures"] for each in reports] == [
        ["Activities have incompatible types (userTask is not endEvent)"],
        ["Source activity 'nothing' does not exist"],
    ]
    assert admin.post("/migration/validate", {"instructions": []}).status_code == 400


def test_tokens_of_several_cases_are_moved_at_once(admin, case):
    told = {
        "processInstanceIds": [case.rpartition("/")[2]],
        "instructions": [
            {"type": "startAfterActivity", "activityId": "prepare"},
            {"type": "cancel", "activityId": "prepare"},
        ],
    }

    assert admin.post("/modification/execute", told).status_code == 204
    assert _at(admin, case) == ["approve"]


def test_an_ended_case_is_begun_again_where_it_is_said(admin, case):
    definition = admin.get("/process-definition/key/errand").json["id"]
    told = {
        "processInstanceIds": [case.rpartition("/")[2]],
        "instructions": [{"type": "startBeforeActivity", "activityId": "approve"}],
    }
    address = f"/process-definition/{definition}/restart"
    assert admin.post(address, told).status_code == 400
    admin.delete(case)

    assert admin.post(f"{address}-async", told).json["type"] == "instance-restart"
    assert admin.post(address, told).status_code == 204

    [again] = admin.get("/process-instance").json
    assert _at(admin, f"/process-instance/{again['id']}") == ["approve"]


def test_cases_are_also_found_by_what_history_knows_of_them(admin, case):
    query = {"historicProcessInstanceQuery": {"startedBy": "clerk"}}

    answer = admin.post("/process-instance/delete-historic-query-based", query)

    assert (answer.status_code, answer.json["totalJobs"]) == (200, 1), answer.text


CANCEL = {"type": "cancel", "activityId": "prepare"}


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("post", "{case}/modification", {"instructions": [CANCEL]}),
        ("put", "{case}/suspended", {"suspended": True}),
        ("delete", "{case}", None),
        ("put", "{case}/variables/who", {"value": "mina", "type": "String"}),
        ("post", "/process-instance/delete", {"processInstanceIds": ["{id}"]}),
    ],
)
def test_where_a_second_person_confirms_repairs_a_program_does_none_alone(
    rest_app, admin, case, method, path, body
):
    known = rest_app.extensions["divan"]
    strict = replace(known.settings, monitoring=MonitoringSettings(confirm_repairs=True))
    rest_app.extensions["divan"] = replace(known, settings=strict)
    given = json.loads(json.dumps(body).replace("{id}", case.rpartition("/")[2]))
    address = path.format(case=case)

    answer = getattr(admin, method)(address, *([given] if given is not None else []))

    assert answer.status_code == 400
    assert answer.json["problems"][0]["code"] == "GEN-SECOND"
    assert _at(admin, case) == ["prepare"]
