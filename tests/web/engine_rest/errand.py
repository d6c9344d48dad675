"""An errand with typed forms and the people who run it, asked through ``/engine-rest``."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Mapping
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from engine.catalogue.bundle import Bundle
from engine.commands import deployments, people
from engine.storage.database import Database
from tests.kit.sites import NOON

PASSWORD = "رمز: divan"

DIAGRAM = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="errand_file" targetNamespace="divan">
  <message id="m" name="withdraw"/>
  <process id="errand" name="مأموریت" isExecutable="true">
    <laneSet id="lanes">
      <lane id="clerk"><flowNodeRef>start</flowNodeRef><flowNodeRef>prepare</flowNodeRef></lane>
      <lane id="head"><flowNodeRef>approve</flowNodeRef></lane>
    </laneSet>
    <startEvent id="start"/>
    <sequenceFlow id="f1" sourceRef="start" targetRef="prepare"/>
    <userTask id="prepare" name="آماده‌سازی">
      <extensionElements><zeebe:formDefinition formId="prepare_form"/></extensionElements>
    </userTask>
    <boundaryEvent id="withdrawal" attachedToRef="prepare">
      <messageEventDefinition id="wd" messageRef="m"/>
    </boundaryEvent>
    <sequenceFlow id="f3" sourceRef="withdrawal" targetRef="withdrawn"/>
    <endEvent id="withdrawn"/>
    <sequenceFlow id="f2" sourceRef="prepare" targetRef="approve"/>
    <userTask id="approve" name="تأیید">
      <extensionElements><zeebe:formDefinition formId="approve_form"/></extensionElements>
    </userTask>
    <sequenceFlow id="f4" sourceRef="approve" targetRef="done"/>
    <endEvent id="done"/>
  </process>
</definitions>"""

CONFIG = """
[area]
id = "errand"
[errand]
title = "مأموریت"
start_lanes = ["clerk"]
start_form = "begin_form"
[errand.lanes]
clerk = { role = "CLERK", in = "case" }
head = { role = "HEAD", in = "case" }
[errand.tasks]
prepare = { due = { days = 10 } }
approve = { confirm = true }
[errand.messages.withdraw]
lane = "clerk"
reason = true
"""

_YES = [{"value": "yes", "label": "بله"}]
FORMS: dict[str, dict[str, Any]] = {
    "begin_form": {
        "components": [
            {"type": "textfield", "key": "purpose", "validate": {"required": True}},
            {"type": "rial", "key": "limit"},
        ]
    },
    "prepare_form": {
        "components": [
            {"type": "textfield", "key": "purpose", "readonly": True},
            {"type": "rial", "key": "amount", "validate": {"required": True}},
            {"type": "quantity", "key": "length"},
            {"type": "percentage", "key": "rate"},
            {"type": "number", "key": "people", "decimalDigits": 0},
            {"type": "jalaliDate", "key": "leaves_on"},
            {"type": "checkbox", "key": "by_night"},
            {"type": "checklist", "key": "means", "values": [{"value": "car"}, {"value": "bus"}]},
            {
                "type": "textarea",
                "key": "why_not",
                "divan": {"outcomes": ["refuse"]},
                "validate": {"required": True},
            },
        ],
        "divan": {
            "outcomes": [
                {"value": "send", "label": "ارسال"},
                {"value": "refuse", "label": "رد"},
            ]
        },
    },
    "approve_form": {
        "components": [{"type": "select", "key": "really", "values": _YES}],
        "divan": {"outcomes": [{"value": "approve", "label": "تأیید"}]},
    },
}

#: what answers the first task
AMOUNT = {"value": 1_500_000, "type": "Long"}
SEND = {"outcome": {"value": "send", "type": "String"}, "amount": AMOUNT}

#: User name, role and unit of everybody in it.
EVERYBODY = (
    ("clerk", "CLERK", "D07"),
    ("clerk2", "CLERK", "D07"),
    ("head", "HEAD", "D07"),
    ("clerk15", "CLERK", "D15"),
    ("worker", "WORKER", "D07"),
    ("worker15", "WORKER", "D15"),
    ("analyst", "ANALYST", "*"),
    ("admin", "ADMIN", "*"),
)


def deploy_errand(
    database: Database, *, name: str = "مأموریت", beside: Mapping[str, bytes] | None = None
) -> None:
    """Deploy the errand; another ``name`` makes another version.

    Args:
        beside: further files of its folder.
    """
    files = {
        **(beside or {}),
        "errand.bpmn": DIAGRAM.replace('name="مأموریت"', f'name="{name}"').encode(),
        "process.toml": CONFIG.encode(),
    }
    for form_id, form in FORMS.items():
        content = {"type": "default", "id": form_id, **form}
        files[f"forms/{form_id}.form"] = json.dumps(content).encode()
    deployments.deploy(database.unit_of_work(), Bundle(files), at=NOON)


def register_everybody(database: Database, password_hash: str) -> None:
    """Add the people and give them their roles."""
    for username, role, unit in EVERYBODY:
        uow = database.unit_of_work()
        person = people.register(
            uow, username, name_fa=username, name_en=username, password_hash=password_hash
        )
        people.grant(database.unit_of_work(), person, role, unit)


class Caller:
    """A program that asks in one person's name."""

    def __init__(self, client: FlaskClient, username: str, password: str = PASSWORD) -> None:
        self.client = client
        self.username = username
        token = b64encode(f"{username}:{password}".encode()).decode()
        self.headers = {"Authorization": f"Basic {token}"}

    def get(self, path: str, **query: Any) -> TestResponse:
        return self.client.get(f"/engine-rest{path}", query_string=query, headers=self.headers)

    def post(self, path: str, body: Any = None, **query: Any) -> TestResponse:
        return self.client.post(
            f"/engine-rest{path}", json=body, query_string=query, headers=self.headers
        )

    def send(self, method: str, path: str, body: Any = None, **query: Any) -> TestResponse:
        return self.client.open(
            f"/engine-rest{path}",
            method=method,
            json=body,
            query_string=query,
            headers=self.headers,
        )

    def put(self, path: str, body: Any = None, **query: Any) -> TestResponse:
        return self.send("PUT", path, body, **query)

    def delete(self, path: str, **query: Any) -> TestResponse:
        return self.send("DELETE", path, **query)

    def upload(self, path: str, fields: dict[str, Any]) -> TestResponse:
        return self.client.post(f"/engine-rest{path}", data=fields, headers=self.headers)

    def start(self, **body: Any) -> dict[str, Any]:
        """Start an errand and return its instance."""
        variables = {"purpose": {"value": "بازدید", "type": "String"}} | body.pop("variables", {})
        answer = self.post("/process-definition/key/errand/start", {"variables": variables, **body})
        assert answer.json is not None
        assert answer.status_code == 200, answer.text
        return dict(answer.json)

    def task_of(self, instance: dict[str, Any]) -> str:
        """Return the id of the one open task of an instance."""
        answer = self.get("/task", processInstanceId=instance["id"])
        [task] = answer.json or []
        return str(task["id"])

    def claimed_task(self) -> str:
        """Start an errand, claim its first task and return the task's id."""
        task_id = self.task_of(self.start())
        answer = self.post(f"/task/{task_id}/claim", {"userId": self.username})
        assert answer.status_code == 204, answer.text
        return task_id

    def complete(self, task_id: str, variables: dict[str, Any], **body: Any) -> TestResponse:
        return self.post(f"/task/{task_id}/complete", {"variables": variables, **body})


def problems(answer: TestResponse) -> list[tuple[str, str | None]]:
    """Return code and field of each problem of a refusal."""
    assert answer.json is not None
    return [(each["code"], each["field"]) for each in answer.json["problems"]]
