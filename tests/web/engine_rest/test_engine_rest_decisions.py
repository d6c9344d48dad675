"""Decisions through ``/engine-rest``: listed, read, made."""

from __future__ import annotations

import pytest

from tests.web.engine_rest.errand import deploy_errand

pytestmark = pytest.mark.usefixtures("described")

DMN = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="allowances"
    name="فوق‌العاده" namespace="divan">
  <inputData id="days" name="days"><variable name="days" typeRef="number"/></inputData>
  <decision id="allowance" name="allowance">
    <variable name="allowance" typeRef="number"/>
    <informationRequirement id="r"><requiredInput href="#days"/></informationRequirement>
    <decisionTable id="t" hitPolicy="UNIQUE">
      <input id="i">
        <inputExpression id="e" typeRef="number"><text>days</text></inputExpression>
      </input>
      <output id="o" name="allowance" typeRef="number"/>
      <rule id="r1"><inputEntry id="a"><text>&lt; 3</text></inputEntry>
        <outputEntry id="b"><text>100</text></outputEntry></rule>
      <rule id="r2"><inputEntry id="c"><text>&gt;= 3</text></inputEntry>
        <outputEntry id="d"><text>250</text></outputEntry></rule>
    </decisionTable>
  </decision>
</definitions>"""


@pytest.fixture(autouse=True)
def _deployed(errands):
    deploy_errand(errands, name="با تصمیم", beside={"allowances.dmn": DMN.encode()})


def test_a_decision_and_its_graph_are_listed_and_read(clerk):
    [decision] = clerk.get("/decision-definition", keyLike="allow%").json
    [graph] = clerk.get("/decision-requirements-definition", latestVersion="true").json

    assert (decision["key"], decision["version"], decision["resource"]) == (
        "allowance",
        1,
        "allowances.dmn",
    )
    assert decision["decisionRequirementsDefinitionId"] == graph["id"]
    assert clerk.get("/decision-definition/key/allowance").json == decision
    assert clerk.get(f"/decision-definition/{decision['id']}").json == decision
    assert clerk.get(f"/decision-definition/{decision['id']}/xml").json["dmnXml"] == DMN
    assert clerk.get(f"/decision-requirements-definition/{graph['id']}/xml").json["dmnXml"] == DMN
    assert clerk.get("/decision-definition/count", key="other").json == {"count": 0}
    assert clerk.get("/decision-definition/key/allowance/diagram").status_code == 204
    assert clerk.get("/decision-definition/key/other").status_code == 404


@pytest.mark.parametrize(("days", "allowance"), [(2, "100"), (3, "250")])
def test_a_decision_is_made_for_who_draws_decisions(analyst, clerk, days, allowance):
    asked = {"variables": {"days": {"value": days, "type": "Integer"}}}

    [made] = analyst.post("/decision-definition/key/allowance/evaluate", asked).json

    assert str(made["allowance"]["value"]) == allowance
    assert clerk.post("/decision-definition/key/allowance/evaluate", asked).status_code == 403
