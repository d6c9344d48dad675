"""Camunda Modeler's requests, byte for byte as it sends them (its CamundaAPI of version 5).

*Deploy current diagram* asks for the version, tries the connection, deploys; *Start current
diagram* deploys and starts the first definition that it was told.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.web.engine_rest.errand import DIAGRAM, Caller

pytestmark = pytest.mark.usefixtures("described")

_BOUNDARY = "----WebKitFormBoundaryAb3dEfGhIjKlMnOp"
_FORM_TYPE = "application/octet-stream"  #: attachments are blobs without a type


@pytest.fixture
def unapproved(rest_app):
    """A site where one analyst is enough."""
    made = rest_app.extensions["divan"]
    studio = replace(made.settings.studio, approval=False)
    rest_app.extensions["divan"] = replace(made, settings=replace(made.settings, studio=studio))


def _deploy(analyst: Caller, diagram: str, **attachments: str) -> tuple[int, Any]:
    parts = [
        *_text("deployment-name", "errand"),
        *_text("deployment-source", "Camunda Modeler"),
        *_text("enable-duplicate-filtering", "true"),
        *_file("errand.bpmn", "text/xml", diagram),
    ]
    for name, content in attachments.items():
        parts += _file(f"{name}.form", _FORM_TYPE, content)
    answer = analyst.client.post(
        "/engine-rest/deployment/create",
        data="\r\n".join([*parts, f"--{_BOUNDARY}--", ""]).encode(),
        headers={
            **analyst.headers,
            "Content-Type": f"multipart/form-data; boundary={_BOUNDARY}",
            "Accept": "application/json",
        },
    )
    return answer.status_code, answer.json


def _text(name: str, value: str) -> list[str]:
    return [f"--{_BOUNDARY}", f'Content-Disposition: form-data; name="{name}"', "", value]


def _file(name: str, kind: str, content: str) -> list[str]:
    said = f'Content-Disposition: form-data; name="{name}"; filename="{name}"'
    return [f"--{_BOUNDARY}", said, f"Content-Type: {kind}", "", content]


@pytest.mark.usefixtures("unapproved")
def test_a_diagram_is_deployed_and_started(analyst, clerk, clock):
    version = analyst.get("/version")
    connection = analyst.get("/deployment", maxResults=0)
    assert (version.status_code, connection.status_code) == (200, 200)
    assert version.json["version"].startswith("7.")

    clock.pass_time(timedelta(minutes=1))
    status, deployed = _deploy(analyst, DIAGRAM.replace('name="آماده‌سازی"', 'name="آماده شدن"'))

    assert (status, deployed["id"] is None) == (200, False)
    [definition] = deployed["deployedProcessDefinitions"].values()
    purpose = {"purpose": {"value": "بازدید", "type": "String"}}
    started = clerk.post(f"/process-definition/{definition['id']}/start", {"variables": purpose})
    assert (started.status_code, started.json["definitionId"]) == (200, definition["id"])
    clock.pass_time(timedelta(minutes=1))
    status, again = _deploy(analyst, DIAGRAM.replace('name="آماده‌سازی"', 'name="آماده شدن"'))
    assert (status, again["id"]) == (200, deployed["id"])
    assert not again["deployedProcessDefinitions"]


@pytest.mark.usefixtures("unapproved")
def test_a_form_attached_to_the_diagram_is_deployed_with_it(analyst):
    form = '{"type": "default", "id": "approve_form", "components": []}'

    status, deployed = _deploy(analyst, DIAGRAM, approve_form=form)

    assert status == 200
    files = analyst.get(f"/deployment/{deployed['id']}/resources").json
    assert sum(each["name"].endswith("approve_form.form") for each in files) == 1


def test_what_cannot_be_parsed_is_told_so_that_it_says_so(analyst):
    status, refused = _deploy(
        analyst, DIAGRAM.replace('targetRef="approve"', 'targetRef="nowhere"')
    )

    assert status == 400
    assert refused["message"].startswith("ENGINE-09005 Could not parse BPMN process.")
    assert refused["details"]["errand.bpmn"]["errors"]


def test_who_is_not_signed_in_is_told_so(analyst):
    analyst.headers = {}

    assert analyst.get("/deployment", maxResults=0).status_code == 401
    assert _deploy(analyst, DIAGRAM)[0] == 401
