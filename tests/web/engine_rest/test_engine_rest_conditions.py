"""Start conditions evaluated through ``/engine-rest``."""

from __future__ import annotations

import pytest

from engine.catalogue.bundle import Bundle
from engine.commands import deployments
from tests.kit.sites import NOON

pytestmark = pytest.mark.usefixtures("described")

HOLDS = 'day of week(today()) = "Saturday"'  #: it is one, at `NOON`
NEVER = 'day of week(today()) = "Sunday"'


def _begins(process: str, condition: str) -> str:
    return f"""
  <process id="{process}" name="{process}" isExecutable="true">
    <startEvent id="{process}_begins"><conditionalEventDefinition id="{process}_c">
      <condition>{condition}</condition></conditionalEventDefinition></startEvent>
    <sequenceFlow id="{process}_1" sourceRef="{process}_begins" targetRef="{process}_m"/>
    <intermediateCatchEvent id="{process}_m">
      <messageEventDefinition id="{process}_d" messageRef="dry"/></intermediateCatchEvent>
    <sequenceFlow id="{process}_2" sourceRef="{process}_m" targetRef="{process}_e"/>
    <endEvent id="{process}_e"/>
  </process>"""


@pytest.fixture
def watches(errands):
    """Two processes that begin by a condition, one of which holds."""
    drawn = f"""<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d"
        targetNamespace="divan"><message id="dry" name="dry"/>
        {_begins("flood", HOLDS)}{_begins("drought", NEVER)}</definitions>"""
    config = '[area]\nid = "river"\n[flood]\ntitle = "x"\n[drought]\ntitle = "x"\n'
    files = {"river.bpmn": drawn.encode(), "process.toml": config.encode()}
    deployments.deploy(errands.unit_of_work(), Bundle(files), at=NOON)


@pytest.mark.both_databases
@pytest.mark.usefixtures("watches")
def test_a_condition_that_holds_starts_a_case_with_what_is_sent(admin, clerk):
    asked = {"variables": {"level": {"value": 8, "type": "Integer"}}, "businessKey": "رود ۲"}

    [case] = admin.post("/condition", asked).json

    assert (case["definitionKey"], case["businessKey"]) == ("flood", "رود ۲")
    assert admin.get(f"/process-instance/{case['id']}/variables/level").json["value"] == 8
    other = admin.get("/process-definition/key/drought").json["id"]
    assert admin.post("/condition", asked | {"processDefinitionId": other}).json == []
    assert admin.post("/condition", {"businessKey": "x"}).status_code == 400
    assert clerk.post("/condition", asked).status_code == 403
    held = admin.put("/process-definition/key/flood/suspended", {"suspended": True})
    assert held.status_code == 204
    assert admin.post("/condition", asked).json == []
