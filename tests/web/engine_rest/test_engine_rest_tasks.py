"""Human tasks through ``/engine-rest``, in Camunda 7's shapes: listed, filtered, shown."""

from __future__ import annotations

import io
import json
import re
from uuid import UUID

import pytest

from engine.commands import documents
from engine.queries.people import by_username
from engine.settings import DocumentSettings
from tests.kit.sites import NOON
from tests.web.engine_rest.errand import SEND


def test_a_task_has_every_property_camunda_gives_it(clerk):
    instance = clerk.start()

    [task] = clerk.get("/task").json

    assert task["name"] == "آماده‌سازی"
    assert task["taskDefinitionKey"] == "prepare"
    assert task["processInstanceId"] == task["executionId"] == instance["id"]
    assert task["processDefinitionId"] == instance["definitionId"]
    assert task["formKey"] == "prepare_form"
    assert (task["assignee"], task["suspended"], task["priority"]) == (None, False, 50)
    assert task["created"] == "2026-07-25T08:30:00.000+0000"
    assert re.fullmatch(r"2026-08-0\dT\d\d:\d\d:\d\d\.000\+0000", task["due"])
    absent = ("owner", "followUp", "delegationState", "description", "parentTaskId", "tenantId")
    assert {task[each] for each in absent} == {None}


def test_work_of_another_unit_does_not_exist(clerk, caller):
    task_id = clerk.claimed_task()
    stranger = caller("clerk15")

    assert stranger.get("/task").json == []
    assert stranger.get("/task/count").json == {"count": 0}
    for path in ("", "/variables", "/form-variables", "/identity-links", "/form", "/deployed-form"):
        assert stranger.get(f"/task/{task_id}{path}").status_code == 404
    assert stranger.post(f"/task/{task_id}/claim", {"userId": "clerk15"}).status_code == 404
    assert stranger.post(f"/task/{task_id}/unclaim").status_code == 404
    assert stranger.complete(task_id, SEND).status_code == 404


@pytest.mark.parametrize("task_id", ["019aa000-0000-7000-8000-000000000000", "no-id", "a:1:b"])
def test_an_unknown_task_is_not_found(clerk, task_id):
    for answer in (
        clerk.get(f"/task/{task_id}"),
        clerk.get(f"/task/{task_id}/variables"),
        clerk.post(f"/task/{task_id}/claim", {"userId": "clerk"}),
        clerk.complete(task_id, SEND),
    ):
        assert answer.status_code == 404
        assert answer.json["type"] == "InvalidRequestException"
        assert answer.json["message"]


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("asked", "count"),
    [
        pytest.param({}, 2, id="everything"),
        pytest.param({"assignee": "clerk"}, 1, id="mine"),
        pytest.param({"unassigned": "true"}, 1, id="free"),
        pytest.param({"unassigned": "false"}, 2, id="a flag asks only when true"),
        pytest.param({"candidateGroup": "CLERK"}, 1, id="free at a desk"),
        pytest.param(
            {"candidateGroup": "CLERK", "includeAssignedTasks": "true"}, 2, id="at a desk"
        ),
        pytest.param({"candidateGroup": "CLER"}, 0, id="no such desk"),
        pytest.param({"candidateGroups": "HEAD,CLERK"}, 1, id="one of these desks"),
        pytest.param({"candidateUser": "clerk2"}, 1, id="free for a colleague"),
        pytest.param({"candidateUser": "head"}, 0, id="not free for the head"),
        pytest.param({"candidateUser": "nobody"}, 0, id="free for nobody"),
        pytest.param({"processInstanceBusinessKey": "E-1"}, 1, id="by number"),
        pytest.param({"processInstanceBusinessKeyLike": "E-%"}, 2, id="numbers like"),
        pytest.param({"processDefinitionKey": "errand"}, 2, id="by process"),
        pytest.param({"processDefinitionKeyIn": "other,errand"}, 2, id="by processes"),
        pytest.param({"processDefinitionKey": "other"}, 0, id="by another process"),
        pytest.param({"taskDefinitionKey": "prepare"}, 2, id="by step"),
        pytest.param({"name": "آماده‌سازی"}, 2, id="by name"),
        pytest.param({"nameLike": "%سازی"}, 2, id="name like"),
        pytest.param({"dueBefore": "2026-08-30T00:00:00.000+0330"}, 2, id="due soon"),
        pytest.param({"dueAfter": "2026-08-30T00:00:00.000+0330"}, 0, id="due late"),
        pytest.param({"createdBefore": "2026-07-25T08:30:00.000+0000"}, 0, id="older"),
        pytest.param({"minPriority": "51"}, 0, id="urgent"),
        pytest.param({"maxResults": "1"}, 1, id="first page"),
        pytest.param({"firstResult": "1", "maxResults": "5"}, 1, id="second page"),
    ],
)
def test_tasks_are_filtered_as_camunda_filters_them(clerk, asked, count):
    clerk.start(businessKey="E-1")
    taken = clerk.task_of(clerk.start(businessKey="E-2"))
    clerk.post(f"/task/{taken}/claim", {"userId": "clerk"})

    found = clerk.get("/task", **asked)
    paging = {name: asked[name] for name in ("firstResult", "maxResults") if name in asked}
    body = {name: value for name, value in asked.items() if name not in paging}
    posted = clerk.post("/task", body, **paging)

    assert found.status_code == 200, found.text
    assert len(found.json) == count
    assert posted.json == found.json
    if not paging:
        assert clerk.get("/task/count", **asked).json == {"count": count}


@pytest.mark.both_databases
def test_tasks_are_sorted_both_ways(clerk):
    for number in (2, 1, 3):
        clerk.start(businessKey=f"E-{number}")
    free = clerk.get("/task", sortBy="created", sortOrder="desc").json
    taken = free[1]["id"]
    clerk.post(f"/task/{taken}/claim", {"userId": "clerk"})

    up = clerk.get("/task", sortBy="assignee", sortOrder="asc").json
    sorting = [{"sortBy": "assignee", "sortOrder": "asc"}, {"sortBy": "id", "sortOrder": "desc"}]
    both = clerk.post("/task", {"sorting": sorting}).json

    assert up[0]["id"] == taken
    assert both[0]["id"] == taken
    assert both[1]["id"] > both[2]["id"]


@pytest.mark.both_databases
@pytest.mark.parametrize(
    "asked",
    [
        {"sortBy": "created"},
        {"sortBy": "colour", "sortOrder": "asc"},
        {"sortBy": "created", "sortOrder": "up"},
        {"asignee": "clerk"},
        {"unassigned": "perhaps"},
        {"dueBefore": "tomorrow"},
        {"dueBefore": "2026-08-30T00:00:00"},
        {"priority": "9" * 30},
        {"processInstanceId": "1 or 1=1"},
        {"name": "a\0b"},
        {"maxResults": "1001"},
        {"firstResult": "-1"},
    ],
)
def test_a_question_that_is_not_understood_is_refused(clerk, asked):
    answer = clerk.get("/task", **asked)

    assert answer.status_code == 400
    assert answer.json["type"] == "InvalidRequestException"
    assert clerk.post("/task", asked).status_code == 400


def test_the_form_of_a_task_and_what_stands_in_it(clerk):
    task_id = clerk.task_of(clerk.start())

    assert clerk.get(f"/task/{task_id}/form").json["key"] == "prepare_form"
    assert clerk.get(f"/task/{task_id}/deployed-form").json["id"] == "prepare_form"
    fields = clerk.get(f"/task/{task_id}/form-variables").json
    assert fields["purpose"] == {"type": "String", "value": "بازدید", "valueInfo": {}}
    assert fields["amount"] == {"type": "Null", "value": None, "valueInfo": {}}
    assert clerk.get(f"/task/{task_id}/variables").json["purpose"]["value"] == "بازدید"


@pytest.mark.parametrize(
    "path", ["/task", "/task/count", "/task/{}", "/task/{}/variables", "/task/{}/form-variables"]
)
def test_reading_costs_at_most_four_statements(clerk, statements, path):
    task_id = clerk.claimed_task()
    clerk.get("/task")
    statements.clear()

    assert clerk.get(path.format(task_id)).status_code == 200

    assert len(statements) <= 4, json.dumps(statements, indent=1)


def test_what_is_said_about_a_task_is_told_and_added(clerk):
    task_id = clerk.claimed_task()

    said = clerk.post(f"/task/{task_id}/comment/create", {"message": "چرا؟"})

    assert (said.status_code, said.json["userId"], said.json["message"]) == (200, "clerk", "چرا؟")
    assert clerk.get(f"/task/{task_id}/comment").json == [said.json]
    case = said.json["processInstanceId"]
    assert clerk.get(f"/process-instance/{case}/comment").json == [said.json]
    assert clerk.get(f"/task/{task_id}/comment/{said.json['id']}").json == said.json
    assert clerk.get(f"/task/{task_id}/comment/{task_id}").status_code == 404
    assert clerk.post(f"/task/{task_id}/comment/create", {}).status_code == 400
    assert clerk.get(f"/task/{task_id}/attachment").json == []


def test_a_document_is_withdrawn_by_who_has_a_step_of_its_case(clerk, caller, errands):
    task_id = clerk.claimed_task()
    case = UUID(clerk.get(f"/task/{task_id}").json["processInstanceId"])
    with errands.reader() as session:
        actor = by_username(session, "clerk", NOON)
    assert actor is not None
    letter = documents.Content("letter.txt", "txt", 4, "a" * 64, scanned=False)
    [document] = documents.attach(
        errands.unit_of_work(), case, [letter], actor=actor, at=NOON, limits=DocumentSettings()
    )
    [told] = clerk.get(f"/task/{task_id}/attachment").json
    address = f"/task/{task_id}/attachment/{document}"

    assert (told["id"], told["name"]) == (str(document), "letter.txt")
    assert caller("clerk15").delete(address).status_code == 404
    assert caller("clerk2").delete(address).status_code == 403
    assert clerk.delete(address).status_code == 204
    assert clerk.get(f"/task/{task_id}/attachment").json == []


def test_a_document_is_handed_in_with_a_task_and_looked_through_as_on_the_page(clerk, caller):
    task_id = clerk.claimed_task()
    address = f"/task/{task_id}/attachment"

    def send(by, content=b"hello\n", name="letter.txt", **said):
        return by.upload(f"{address}/create", {"content": (io.BytesIO(content), name), **said})

    added = send(clerk, **{"attachment-name": "نامه", "attachment-type": "any"})

    assert (added.status_code, added.json["name"], added.json["type"]) == (200, "نامه.txt", "txt")
    assert clerk.get(address).json == [added.json]
    with clerk.get(f"{address}/{added.json['id']}/data") as content:
        assert content.data == b"hello\n"
    assert send(clerk, **{"attachment-description": "x"}).status_code == 400
    assert send(clerk, url="https://example.org").status_code == 400
    assert clerk.upload(f"{address}/create", {"attachment-name": "x"}).status_code == 400
    refused = send(clerk, b"MZ\x90\x00" + b"\0" * 60, "run.exe")
    assert refused.status_code == 400
    assert refused.json["problems"][0]["code"].startswith("GEN-FILE")
    assert send(caller("clerk2")).status_code == 403
    assert send(caller("clerk15")).status_code == 404
    assert len(clerk.get(address).json) == 1


def test_a_tasks_variables_are_read_by_its_people_and_changed_by_an_administrator(clerk, caller):
    task_id = clerk.claimed_task()
    address = f"/task/{task_id}/variables"

    assert clerk.get(f"{address}/purpose").json["value"] == "بازدید"
    assert clerk.get(f"{address}/nothing").status_code == 404
    assert clerk.put(f"{address}/purpose", {"value": "x"}).status_code == 403
    assert clerk.get(f"/task/{task_id}/localVariables").json == {}
    assert clerk.get(f"{address}/purpose/data").status_code == 400
