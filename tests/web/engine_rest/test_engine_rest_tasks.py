"""Human tasks through ``/engine-rest``, in Camunda 7's shapes."""

from __future__ import annotations

import json
import re
from threading import Barrier, Thread

import pytest

from engine.commands import saved_filters
from engine.queries.people import by_username
from tests.kit.sites import NOON
from tests.web.engine_rest.errand import Caller, problems

AMOUNT = {"value": 1_500_000, "type": "Long"}
SEND = {"outcome": {"value": "send", "type": "String"}, "amount": AMOUNT}


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


def test_claiming_and_putting_back_change_the_assignee(clerk):
    task_id = clerk.claimed_task()
    assert clerk.get(f"/task/{task_id}").json["assignee"] == "clerk"
    assert clerk.get(f"/task/{task_id}/identity-links").json == [
        {"userId": None, "groupId": "CLERK", "type": "candidate"},
        {"userId": "clerk", "groupId": None, "type": "assignee"},
    ]

    assert clerk.post(f"/task/{task_id}/unclaim").status_code == 204

    assert clerk.get(f"/task/{task_id}").json["assignee"] is None


def test_a_task_is_only_claimed_for_oneself(clerk):
    task_id = clerk.task_of(clerk.start())

    answer = clerk.post(f"/task/{task_id}/claim", {"userId": "clerk2"})

    assert (answer.status_code, answer.json["type"]) == (403, "AuthorizationException")
    assert clerk.post(f"/task/{task_id}/claim", {}).status_code == 400


def test_a_task_is_given_to_a_colleague_and_to_nobody(clerk, caller):
    task_id = clerk.claimed_task()

    assert clerk.post(f"/task/{task_id}/assignee", {"userId": "clerk2"}).status_code == 204
    assert clerk.get(f"/task/{task_id}").json["assignee"] == "clerk2"
    assert clerk.post(f"/task/{task_id}/assignee", {"userId": "clerk"}).status_code == 403
    assert caller("clerk2").post(f"/task/{task_id}/assignee", {}).status_code == 204
    assert clerk.get(f"/task/{task_id}").json["assignee"] is None


def test_a_delegated_task_says_for_whom_and_comes_back(clerk, caller):
    task_id = clerk.claimed_task()

    def said() -> tuple[str, ...]:
        task = clerk.get(f"/task/{task_id}").json
        return task["owner"], task["assignee"], task["delegationState"]

    assert clerk.post(f"/task/{task_id}/delegate", {"userId": "clerk2"}).status_code == 204
    assert said() == ("clerk", "clerk2", "PENDING")
    refused = caller("clerk2").post(f"/task/{task_id}/complete", {"variables": SEND})
    assert (refused.status_code, problems(refused)) == (403, [("GEN-DELEGATED", None)])
    assert caller("clerk2").post(f"/task/{task_id}/resolve").status_code == 204
    assert said() == ("clerk", "clerk", "RESOLVED")


@pytest.mark.parametrize("to", ["clerk15", "nobody"])
def test_a_task_goes_to_nobody_of_another_unit(clerk, to):
    task_id = clerk.claimed_task()

    for act in ("assignee", "delegate"):
        refused = clerk.post(f"/task/{task_id}/{act}", {"userId": to})
        assert (refused.status_code, problems(refused)) == (400, [("GEN-ASSIGNEE", None)])


def test_the_second_to_claim_learns_that_the_task_is_taken(clerk, caller):
    task_id = clerk.claimed_task()

    answer = caller("clerk2").post(f"/task/{task_id}/claim", {"userId": "clerk2"})

    assert answer.status_code == 409
    assert answer.json["type"] == "TaskAlreadyClaimedException"
    assert "clerk" in answer.json["message"]
    assert problems(answer) == [("GEN-409", None)]


@pytest.mark.both_databases
def test_of_two_who_claim_at_once_one_wins(clerk, caller):
    task_id = clerk.task_of(clerk.start())
    callers, start, seen = [clerk, caller("clerk2")], Barrier(2), []

    def claim(each: Caller) -> None:
        start.wait()
        answer = each.post(f"/task/{task_id}/claim", {"userId": each.username})
        seen.append((answer.status_code, each.username))

    threads = [Thread(target=claim, args=(each,)) for each in callers]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert sorted(status for status, _ in seen) == [204, 409]
    [winner] = [name for status, name in seen if status == 204]
    assert clerk.get(f"/task/{task_id}").json["assignee"] == winner


def test_completing_keeps_exact_values_and_opens_the_next_task(clerk):
    task_id = clerk.claimed_task()
    sent = SEND | {
        "length": {"value": 12.345, "type": "Double"},
        "rate": {"value": "۱۰٫۵", "type": "String"},
        "people": {"value": 3},
        "leaves_on": {"value": "2026-11-21T20:30:00.000+0000", "type": "Date"},
        "by_night": {"value": True, "type": "Boolean"},
        "means": {"value": '["bus"]', "type": "Json"},
    }

    answer = clerk.complete(task_id, sent, withVariablesInReturn=True)

    assert answer.status_code == 200, answer.text
    told = {name: (each["type"], each["value"]) for name, each in answer.json.items()}
    assert told["amount"] == ("Long", 1_500_000)
    assert told["length"] == ("String", "12.345")
    assert told["rate"] == ("String", "10.5")
    assert told["people"] == ("Long", 3)
    assert told["leaves_on"] == ("String", "2026-11-22")  # after midnight in Tehran
    assert told["by_night"] == ("Boolean", True)
    assert told["means"] == ("Json", '["bus"]')
    [following] = clerk.get("/task", taskDefinitionKey="approve").json
    assert following["processInstanceId"]


@pytest.mark.parametrize("written", ["1405/08/30", "۱۴۰۵/۰۸/۳۰", "2026-11-21"])
def test_a_date_may_be_written_jalali_or_iso(clerk, written):
    task_id = clerk.claimed_task()

    answer = clerk.complete(
        task_id, SEND | {"leaves_on": {"value": written}}, withVariablesInReturn=True
    )

    assert answer.json["leaves_on"]["value"] == "2026-11-21"


def test_everything_wrong_with_an_answer_is_told_at_once_in_both_languages(clerk):
    task_id = clerk.claimed_task()
    sent = {
        "outcome": {"value": "send"},
        "purpose": {"value": "other", "type": "String"},
        "amount": {"value": "much", "type": "Long"},
        "length": {"value": 1.23456},
        "people": {"value": True},
        "leaves_on": {"value": "1405/13/01"},
        "why_not": {"value": "no"},
        "nonsense": {"value": 1},
    }

    answer = clerk.complete(task_id, sent)

    assert answer.status_code == 400
    assert answer.json["type"] == "InvalidRequestException"
    assert problems(answer) == [
        ("GEN-UNKNOWN", "purpose"),
        ("GEN-TYPE", "amount"),
        ("STM-004", "length"),
        ("GEN-TYPE", "people"),
        ("CAL-001", "leaves_on"),
        ("GEN-UNKNOWN", "why_not"),
        ("GEN-UNKNOWN", "nonsense"),
    ]
    for each in answer.json["problems"]:
        assert each["message"]
        assert each["messageFa"]
    assert clerk.get(f"/task/{task_id}").json["assignee"] == "clerk"


def test_an_answer_without_outcome_or_required_field_is_refused(clerk):
    task_id = clerk.claimed_task()

    assert problems(clerk.complete(task_id, {})) == [
        ("GEN-OUTCOME", "outcome"),
        ("GEN-REQUIRED", "amount"),
    ]
    refusal = {"outcome": {"value": "refuse"}, "amount": AMOUNT}
    assert problems(clerk.complete(task_id, refusal)) == [("GEN-REQUIRED", "why_not")]


def test_each_language_writes_its_own_digits(clerk):
    task_id = clerk.claimed_task()

    answer = clerk.complete(task_id, SEND | {"rate": {"value": 101}})

    [problem] = answer.json["problems"]
    assert (problem["code"], problem["params"]) == ("GEN-RANGE", {"min": "0", "max": "100"})
    assert "100" in problem["message"]
    assert "۱۰۰" in problem["messageFa"]


@pytest.mark.parametrize(
    "value",
    [
        pytest.param({"value": 10**18, "type": "Long"}, id="too many digits for an amount"),
        pytest.param({"value": 1.5, "type": "Double"}, id="a part of a rial"),
        pytest.param({"value": "", "type": "String"}, id="empty"),
        pytest.param({"value": None}, id="null"),
    ],
)
def test_what_is_no_amount_is_refused_beside_its_field(clerk, value):
    task_id = clerk.claimed_task()

    answer = clerk.complete(task_id, SEND | {"amount": value})

    assert answer.status_code == 400
    assert [field for _, field in problems(answer)] == ["amount"]


def test_a_number_of_absurd_size_is_refused_quickly(clerk):
    task_id = clerk.claimed_task()
    body = '{"variables": {"outcome": {"value": "send"}, "amount": {"value": 1e99999999}}}'

    answer = clerk.client.post(
        f"/engine-rest/task/{task_id}/complete",
        data=body,
        content_type="application/json",
        headers=clerk.headers,
    )

    assert answer.status_code == 400
    assert problems(answer) == [("MON-001", "amount")]


def test_an_amount_beyond_what_scripts_keep_exactly_is_told_as_text(clerk):
    task_id = clerk.claimed_task()
    amount = 2**53 + 1

    answer = clerk.complete(
        task_id, SEND | {"amount": {"value": amount, "type": "Long"}}, withVariablesInReturn=True
    )

    assert answer.json["amount"] == {
        "type": "String",
        "value": str(amount),
        "valueInfo": {"number": "integer"},
    }


def test_only_the_holder_completes_and_only_once(clerk, caller):
    task_id = clerk.claimed_task()
    refused = caller("clerk2").complete(task_id, SEND)
    assert (refused.status_code, refused.json["type"]) == (403, "AuthorizationException")
    assert clerk.complete(task_id, SEND).status_code == 204

    late = clerk.complete(task_id, SEND)

    assert (late.status_code, problems(late)) == (409, [("GEN-409", None)])
    assert clerk.get(f"/task/{task_id}").status_code == 404


def test_the_password_of_the_request_confirms_an_approval(clerk, caller):
    instance = clerk.start()
    task_id = clerk.task_of(instance)
    clerk.post(f"/task/{task_id}/claim", {"userId": "clerk"})
    clerk.complete(task_id, SEND)
    head = caller("head")
    approval = head.task_of(instance)
    head.post(f"/task/{approval}/claim", {"userId": "head"})

    answer = head.complete(approval, {"outcome": {"value": "approve"}})

    assert answer.status_code == 204, answer.text
    assert head.get(f"/process-instance/{instance['id']}").json["ended"] is True
    assert head.get("/process-instance").json == []


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
    "body",
    [
        pytest.param(b"{", id="cut off"),
        pytest.param(b"[]", id="no object"),
        pytest.param(b'{"variables": []}', id="variables are no object"),
        pytest.param(b'{"variables": {"amount": 5}}', id="a bare value"),
        pytest.param(b'{"variables": {"amount": {"value": 5, "type": "File"}}}', id="a file"),
        pytest.param(b'{"variables": {"amount": {"value": NaN}}}', id="not a number"),
        pytest.param(b'{"vars": {}}', id="an unknown property"),
        pytest.param(b"[" * 100_000, id="very deep"),
        pytest.param(b"\xff\xfe", id="not UTF-8"),
    ],
)
def test_bad_json_is_refused_and_nothing_happens(clerk, body):
    task_id = clerk.claimed_task()

    answer = clerk.client.post(
        f"/engine-rest/task/{task_id}/complete",
        data=body,
        content_type="application/json",
        headers=clerk.headers,
    )

    assert answer.status_code == 400
    assert set(answer.json) >= {"type", "message", "code"}
    assert clerk.get(f"/task/{task_id}").status_code == 200


def test_a_form_post_of_a_browser_is_refused(clerk):
    task_id = clerk.claimed_task()

    answer = clerk.client.post(
        f"/engine-rest/task/{task_id}/complete", data={"outcome": "send"}, headers=clerk.headers
    )

    assert answer.status_code == 415


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


def test_a_tasks_variables_are_read_by_its_people_and_changed_by_an_administrator(clerk, caller):
    task_id = clerk.claimed_task()
    address = f"/task/{task_id}/variables"

    assert clerk.get(f"{address}/purpose").json["value"] == "بازدید"
    assert clerk.get(f"{address}/nothing").status_code == 404
    assert clerk.put(f"{address}/purpose", {"value": "x"}).status_code == 403
    assert clerk.get(f"/task/{task_id}/localVariables").json == {}
    assert clerk.get(f"{address}/purpose/data").status_code == 400


def test_submitting_a_form_answers_the_task(clerk):
    task_id = clerk.claimed_task()
    variables = {"amount": {"value": 5, "type": "Long"}, "outcome": {"value": "send"}}

    answer = clerk.post(f"/task/{task_id}/submit-form", {"variables": variables})

    assert answer.status_code == 204
    assert clerk.get(f"/task/{task_id}").status_code == 404


def test_saved_filters_are_told_to_who_sees_them(clerk, caller, errands):
    with errands.reader() as session:
        person = by_username(session, "clerk", NOON)
    assert person is not None
    kept = saved_filters.save(errands.unit_of_work(), "late", "due=late", actor=person, at=NOON)

    [found] = clerk.get("/filter", nameLike="la%").json

    assert (found["id"], found["owner"], found["resourceType"]) == (str(kept), "clerk", "Task")
    assert clerk.get("/filter/count").json == {"count": 1}
    assert caller("head").get("/filter").json == []
    assert clerk.delete(f"/filter/{kept}").status_code == 204
    assert clerk.get(f"/filter/{kept}").status_code == 404
