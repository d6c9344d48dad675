"""Tasks reported and changed through ``/engine-rest``, as on their pages."""

from __future__ import annotations

import pytest

from engine.catalogue.bundle import Bundle
from engine.commands import deployments
from tests.kit.sites import NOON
from tests.web.engine_rest.errand import PASSWORD, problems

SURVEY = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="f" targetNamespace="divan">
  <error id="closed" name="closed" errorCode="CLOSED"/>
  <escalation id="danger" name="danger" escalationCode="DANGER"/>
  <process id="survey" name="بازدید" isExecutable="true">
    <laneSet id="lanes"><lane id="clerk"><flowNodeRef>start</flowNodeRef>
      <flowNodeRef>visit</flowNodeRef><flowNodeRef>warn</flowNodeRef>
      <flowNodeRef>call</flowNodeRef></lane></laneSet>
    <startEvent id="start"/>
    <sequenceFlow id="f1" sourceRef="start" targetRef="visit"/>
    <userTask id="visit" name="بازدید محل"/>
    <boundaryEvent id="was_closed" name="در بسته بود" attachedToRef="visit">
      <errorEventDefinition id="e1" errorRef="closed"/></boundaryEvent>
    <boundaryEvent id="is_dangerous" name="خطر" attachedToRef="visit" cancelActivity="false">
      <escalationEventDefinition id="e2" escalationRef="danger"/></boundaryEvent>
    <sequenceFlow id="f2" sourceRef="visit" targetRef="done"/>
    <sequenceFlow id="f3" sourceRef="was_closed" targetRef="call"/>
    <sequenceFlow id="f4" sourceRef="is_dangerous" targetRef="warn"/>
    <userTask id="call" name="تماس"/><userTask id="warn" name="هشدار"/>
    <sequenceFlow id="f5" sourceRef="call" targetRef="done"/>
    <sequenceFlow id="f6" sourceRef="warn" targetRef="done"/>
    <endEvent id="done"/>
  </process>
</definitions>"""
CONFIG = """
[area]
id = "survey"
[survey]
title = "بازدید"
start_lanes = ["clerk"]
[survey.lanes]
clerk = { role = "CLERK", in = "case" }
"""


@pytest.fixture
def visit(errands, clerk):
    """The id of a visit that the clerk has taken."""
    files = {"survey.bpmn": SURVEY.encode(), "process.toml": CONFIG.encode()}
    deployments.deploy(errands.unit_of_work(), Bundle(files), at=NOON)
    case = clerk.post("/process-definition/key/survey/start", {}).json
    task_id = clerk.task_of(case)
    assert clerk.post(f"/task/{task_id}/claim", {"userId": "clerk"}).status_code == 204
    return task_id


def _open(clerk) -> dict[str, str]:
    return {each["taskDefinitionKey"]: each["id"] for each in clerk.get("/task").json}


@pytest.mark.both_databases
@pytest.mark.usefixtures("described")
def test_an_error_of_a_task_goes_on_from_the_event_that_catches_it(clerk, visit):
    told = {"errorCode": "CLOSED", "errorMessage": "کسی نبود"}

    assert clerk.post(f"/task/{visit}/bpmnError", told).status_code == 204

    [(step, task_id)] = _open(clerk).items()
    assert step == "call"
    known = clerk.get(f"/task/{task_id}/variables").json
    assert (known["error_code"]["value"], known["error_message"]["value"]) == ("CLOSED", "کسی نبود")
    assert clerk.post(f"/task/{visit}/bpmnError", told).status_code == 404


@pytest.mark.usefixtures("described")
def test_an_escalation_leaves_the_task_open_where_its_event_does_not_interrupt(clerk, visit):
    escalated = clerk.post(f"/task/{visit}/bpmnEscalation", {"escalationCode": "DANGER"})

    assert escalated.status_code == 204
    assert _open(clerk).keys() == {"visit", "warn"}
    assert clerk.get(f"/task/{visit}").json["assignee"] == "clerk"


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        pytest.param("bpmnError", {"errorCode": "OTHER"}, 400, id="nothing catches it"),
        pytest.param("bpmnEscalation", {"escalationCode": "CLOSED"}, 400, id="of the other kind"),
        pytest.param("bpmnError", {}, 400, id="no code"),
        pytest.param(
            "bpmnError",
            {"errorCode": "CLOSED", "variables": {"x": {"value": 1}}},
            400,
            id="variables, which the form does not ask for",
        ),
    ],
)
@pytest.mark.usefixtures("described")
def test_what_nothing_catches_changes_nothing(clerk, visit, path, body, status):
    refused = clerk.post(f"/task/{visit}/{path}", body)

    assert (refused.status_code, refused.json["type"]) == (status, "InvalidRequestException")
    assert _open(clerk).keys() == {"visit"}


def test_only_who_has_a_task_reports_of_it(clerk, caller, visit):
    told = {"errorCode": "CLOSED"}

    assert caller("clerk2").post(f"/task/{visit}/bpmnError", told).status_code == 403
    assert caller("clerk15").post(f"/task/{visit}/bpmnError", told).status_code == 404
    assert _open(clerk).keys() == {"visit"}


def test_the_page_offers_what_the_diagram_catches_and_the_trail_says_it(clerk, visit, rest_app):
    rest_app.config["WTF_CSRF_ENABLED"] = False
    page = rest_app.test_client()
    page.post("/sign-in", data={"username": "clerk", "password": PASSWORD})
    assert f"/tasks/{visit}/report" in page.get(f"/tasks/{visit}").text
    asked = page.get(f"/tasks/{visit}/report").text
    assert "در بسته بود" in asked
    assert "خطر" in asked

    unsaid = page.post(f"/tasks/{visit}/report", data={"what": "error:CLOSED"})
    assert unsaid.status_code == 422
    sent = {"what": "error:CLOSED", "message": "کسی نبود"}
    assert page.post(f"/tasks/{visit}/report", data=sent).status_code == 303

    [(step, task_id)] = _open(clerk).items()
    assert step == "call"
    trail = page.get(f"/cases/{clerk.get(f'/task/{task_id}').json['processInstanceId']}").text
    assert "CLOSED" in trail
    assert "کسی نبود" in trail
    assert f"/tasks/{task_id}/report" not in page.get(f"/tasks/{task_id}").text


@pytest.mark.usefixtures("described")
def test_a_task_is_changed_as_its_page_changes_it(clerk, caller, visit):
    told = clerk.get(f"/task/{visit}").json

    assert clerk.put(f"/task/{visit}", told | {"priority": 80}).status_code == 204
    assert clerk.put(f"/task/{visit}", {"assignee": "clerk2"}).status_code == 204

    now = clerk.get(f"/task/{visit}").json
    assert now == told | {"priority": 80, "assignee": "clerk2"}
    for each in ({"name": "دیگر"}, {"due": None, "description": "x"}, {"priority": 101}):
        assert caller("clerk2").put(f"/task/{visit}", each).status_code == 400
    both = {"priority": 20, "assignee": "clerk"}
    assert caller("clerk2").put(f"/task/{visit}", both).status_code == 400
    assert caller("clerk2").put(f"/task/{visit}", {"assignee": None}).status_code == 204
    assert clerk.get(f"/task/{visit}").json["assignee"] is None


@pytest.mark.usefixtures("described")
def test_an_identity_link_is_who_has_the_task_and_nobody_else(clerk, visit):
    links = f"/task/{visit}/identity-links"

    assert clerk.post(links, {"userId": "clerk2", "type": "assignee"}).status_code == 204
    assert clerk.get(f"/task/{visit}").json["assignee"] == "clerk2"
    for each in (
        {"groupId": "CLERK", "type": "candidate"},
        {"userId": "clerk", "type": "candidate"},
        {"userId": "clerk", "groupId": "CLERK", "type": "assignee"},
    ):
        assert clerk.post(links, each).status_code == 400
    nobody = {"userId": "clerk", "type": "assignee"}
    assert clerk.post(f"{links}/delete", nobody).status_code == 204
    assert clerk.get(f"/task/{visit}").json["assignee"] == "clerk2"


def test_a_task_stays_with_its_case(clerk, visit):
    for refused in (
        clerk.post("/task/create", {"name": "x"}),
        clerk.delete(f"/task/{visit}"),
    ):
        assert (refused.status_code, refused.json["type"]) == (501, "NotOfferedException")
    assert problems(clerk.post(f"/task/{visit}/bpmnError", {"errorCode": "NO"})) == [
        ("GEN-REPORT", None)
    ]
