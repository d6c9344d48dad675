"""Definitions, cases and messages through ``/engine-rest``, in Camunda 7's shapes."""

from __future__ import annotations

import pytest

from tests.web.engine_rest.errand import deploy_errand, problems

PURPOSE = {"purpose": {"value": "بازدید", "type": "String"}}


def test_the_version_is_a_version(clerk):
    assert clerk.get("/version").json == {"version": "7.18.0"}


def test_a_definition_has_every_property_camunda_gives_it(clerk):
    [definition] = clerk.get("/process-definition").json

    assert definition["key"] == "errand"
    assert definition["name"] == "مأموریت"
    assert (definition["version"], definition["suspended"]) == (1, False)
    assert definition["resource"] == "errand.bpmn"
    assert definition["deploymentId"]
    assert {"category", "description", "diagram", "tenantId", "versionTag"} <= definition.keys()
    assert clerk.get("/process-definition/key/errand").json == definition
    assert clerk.get(f"/process-definition/{definition['id']}").json == definition
    long_id = f"errand:1:{definition['id']}"
    assert clerk.get(f"/process-definition/{long_id}").json == definition


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("asked", "versions"),
    [
        pytest.param({"sortBy": "version", "sortOrder": "desc"}, [2, 1], id="newest first"),
        pytest.param({"latestVersion": "true"}, [2], id="newest only"),
        pytest.param({"key": "errand", "version": "1"}, [1], id="one version"),
        pytest.param({"key": "other"}, [], id="another key"),
        pytest.param({"keyLike": "err%", "latestVersion": "true"}, [2], id="key like"),
        pytest.param({"keyLike": "err"}, [], id="like is not part of"),
        pytest.param({"keysIn": "errand,other", "version": "2"}, [2], id="keys"),
        pytest.param({"name": "مأموریت"}, [1], id="name"),
        pytest.param({"nameLike": "%دوم"}, [2], id="name like"),
        pytest.param({"startableBy": "clerk", "latestVersion": "true"}, [2], id="may start"),
        pytest.param({"startableBy": "head"}, [], id="may not start"),
        pytest.param({"startableBy": "nobody"}, [], id="unknown person"),
        pytest.param({"suspended": "true"}, [], id="never suspended"),
        pytest.param(
            {"sortBy": "version", "sortOrder": "asc", "firstResult": "1", "maxResults": "1"},
            [2],
            id="second page",
        ),
    ],
)
def test_definitions_are_filtered_as_camunda_filters_them(clerk, errands, asked, versions):
    deploy_errand(errands, name="مأموریت دوم")

    found = clerk.get("/process-definition", **asked).json

    assert [each["version"] for each in found] == versions
    if "firstResult" not in asked:
        assert clerk.get("/process-definition/count", **asked).json == {"count": len(versions)}


def test_the_diagram_of_a_definition_is_the_deployed_file(clerk):
    answer = clerk.get("/process-definition/key/errand/xml").json

    assert answer["id"] == clerk.get("/process-definition/key/errand").json["id"]
    assert '<process id="errand"' in answer["bpmn20Xml"]
    assert clerk.get(f"/process-definition/{answer['id']}/xml").json == answer


@pytest.mark.parametrize(
    "path", ["key/nothing", "key/nothing/xml", "00000000-0000-0000-0000-000000000000", "x"]
)
def test_an_unknown_definition_is_not_found(clerk, path):
    answer = clerk.get(f"/process-definition/{path}")

    assert (answer.status_code, answer.json["type"]) == (404, "InvalidRequestException")


def test_starting_returns_the_instance_and_its_variables(clerk):
    body = {"variables": PURPOSE, "businessKey": "E-7", "withVariablesInReturn": True}

    answer = clerk.post("/process-definition/key/errand/start", body)

    instance = answer.json
    assert (answer.status_code, instance["ended"], instance["suspended"]) == (200, False, False)
    assert instance["businessKey"] == "E-7"
    assert instance["variables"]["purpose"]["value"] == "بازدید"
    [link] = instance["links"]
    assert link["href"].endswith(f"/engine-rest/process-instance/{instance['id']}")
    shown = clerk.get(f"/process-instance/{instance['id']}").json
    assert shown == {name: each for name, each in instance.items() if name != "variables"}


def test_a_start_that_is_refused_for_what_its_answer_should_hold_began_nothing(clerk):
    body = {"variables": PURPOSE, "withVariablesInReturn": "yes"}

    refused = clerk.post("/process-definition/key/errand/start", body)

    assert (refused.status_code, refused.json["type"]) == (400, "InvalidRequestException")
    assert clerk.get("/process-instance/count").json == {"count": 0}


def test_the_newest_version_is_started_by_id_and_an_older_one_is_not(clerk, errands):
    old = clerk.get("/process-definition/key/errand").json["id"]
    deploy_errand(errands, name="مأموریت دوم")
    new = clerk.get("/process-definition/key/errand").json["id"]

    refused = clerk.post(f"/process-definition/{old}/start", {"variables": PURPOSE})
    started = clerk.post(f"/process-definition/{new}/start", {"variables": PURPOSE})

    assert refused.status_code == 400
    assert started.json["definitionId"] == new


def test_a_start_is_checked_like_the_start_form(clerk):
    sent = {"limit": {"value": -5, "type": "Long"}, "colour": {"value": "red"}}

    answer = clerk.post("/process-definition/key/errand/start", {"variables": sent})

    assert answer.status_code == 400
    assert problems(answer) == [
        ("GEN-REQUIRED", "purpose"),
        ("MON-002", "limit"),
        ("GEN-UNKNOWN", "colour"),
    ]
    assert clerk.get("/process-instance").json == []


def test_who_may_not_start_is_forbidden_and_what_is_not_there_not_found(caller):
    head = caller("head")

    refused = head.post("/process-definition/key/errand/start", {"variables": PURPOSE})
    missing = head.post("/process-definition/key/nothing/start", {"variables": PURPOSE})

    assert (refused.status_code, refused.json["type"]) == (403, "AuthorizationException")
    assert missing.status_code == 404


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("asked", "count"),
    [
        pytest.param({}, 2, id="all that run"),
        pytest.param({"businessKey": "E-1"}, 1, id="by number"),
        pytest.param({"businessKeyLike": "E-%"}, 2, id="numbers like"),
        pytest.param({"processDefinitionKey": "errand"}, 2, id="by process"),
        pytest.param({"processDefinitionKey": "other"}, 0, id="by another process"),
        pytest.param({"active": "true"}, 2, id="active"),
        pytest.param({"suspended": "true"}, 0, id="never suspended"),
        pytest.param({"maxResults": "1"}, 1, id="first page"),
    ],
)
def test_instances_are_filtered_as_camunda_filters_them(clerk, asked, count):
    for number in (1, 2):
        clerk.start(businessKey=f"E-{number}")

    found = clerk.get("/process-instance", **asked)

    assert len(found.json) == count
    assert clerk.post("/process-instance", asked).json == found.json
    if "maxResults" not in asked:
        assert clerk.get("/process-instance/count", **asked).json == {"count": count}


def test_a_case_of_another_unit_does_not_exist(clerk, caller):
    instance = clerk.start()
    stranger = caller("clerk15")

    assert stranger.get("/process-instance").json == []
    assert stranger.get(f"/process-instance/{instance['id']}").status_code == 404
    assert stranger.get(f"/process-instance/{instance['id']}/variables").status_code == 404
    withdrawal = {"messageName": "withdraw", "processInstanceId": instance["id"]}
    assert stranger.post("/message", withdrawal).status_code == 404
    assert clerk.get(f"/process-instance/{instance['id']}/variables").status_code == 200


@pytest.mark.parametrize("address", ["processInstanceId", "businessKey"])
def test_a_message_reaches_the_case_it_names(clerk, address):
    instance = clerk.start(businessKey="E-9")
    named = {"processInstanceId": instance["id"], "businessKey": "E-9"}[address]
    body = {
        "messageName": "withdraw",
        address: named,
        "processVariables": {"reason": {"value": "دیر شد", "type": "String"}},
    }

    told = clerk.post("/message", body | {"resultEnabled": True})

    assert told.json[0]["execution"]["processInstanceId"] == instance["id"]
    shown = clerk.get(f"/process-instance/{instance['id']}").json
    assert shown["ended"] is True
    assert clerk.get("/task").json == []


def test_a_message_that_nothing_waits_for_is_refused(clerk):
    instance = clerk.start(businessKey="E-9")
    reason = {"reason": {"value": "دیر شد"}}

    for body in (
        {"messageName": "nonsense", "processInstanceId": instance["id"]},
        {"messageName": "withdraw", "businessKey": "E-10", "processVariables": reason},
    ):
        answer = clerk.post("/message", body)
        assert answer.status_code == 400
        assert answer.json["message"].startswith("MismatchingMessageCorrelationException")


def test_a_message_nothing_waits_for_any_more_says_so_in_both_languages(clerk):
    instance = clerk.start()
    reason = {"reason": {"value": "دیر شد"}}
    body = {"messageName": "nonsense", "processInstanceId": instance["id"]}

    [problem] = clerk.post("/message", body | {"processVariables": reason}).json["problems"]

    assert problem["code"] == "GEN-LATE"
    assert problem["message"] == "The case does not wait for this now; nothing was changed."
    assert problem["messageFa"] == "پرونده اکنون منتظر این نیست؛ چیزی تغییر نکرد."


def test_a_message_says_why_and_nothing_else(clerk):
    instance = clerk.start()
    body = {"messageName": "withdraw", "processInstanceId": instance["id"]}

    assert problems(clerk.post("/message", body)) == [("GEN-REQUIRED", "reason")]
    extra = {"reason": {"value": 5}, "colour": {"value": "red"}}
    assert sorted(problems(clerk.post("/message", body | {"processVariables": extra}))) == [
        ("GEN-TYPE", "reason"),
        ("GEN-UNKNOWN", "colour"),
    ]
    assert clerk.post("/message", {"messageName": "withdraw"}).status_code == 400
    assert clerk.post("/message", {}).status_code == 400


def test_what_has_ended_takes_no_message(clerk):
    instance = clerk.start()
    body = {
        "messageName": "withdraw",
        "processInstanceId": instance["id"],
        "processVariables": {"reason": {"value": "دیر شد"}},
    }
    assert clerk.post("/message", body).status_code == 204

    again = clerk.post("/message", body)

    assert (again.status_code, problems(again)) == (409, [("GEN-ENDED", None)])
