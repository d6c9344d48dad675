"""Data of an element changes nothing of where tokens go: the simulator's cases, mapped all over."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree

from tests.conformance.accepted import TOKEN_SIMULATION
from tests.conformance.suites import HERE
from tests.conformance.token_simulation import Simulated, cases_of, difference

CASES = {
    each.name: each
    for each in cases_of(HERE / "bpmn-js-token-simulation" / "cases.json")
    if each.name not in TOKEN_SIMULATION
}
SPACE = "http://www.omg.org/spec/BPMN/20100524/MODEL"
MAPPED = {
    f"{{{SPACE}}}{each}"
    for each in (
        "task",
        "userTask",
        "manualTask",
        "receiveTask",
        "sendTask",
        "subProcess",
        "transaction",
        "intermediateCatchEvent",
    )
}
MARKS = etree.fromstring(
    f'<extensionElements xmlns="{SPACE}" xmlns:camunda="http://camunda.org/schema/1.0/bpmn">'
    '<camunda:inputOutput><camunda:inputParameter name="own">${1 + 1}</camunda:inputParameter>'
    '<camunda:outputParameter name="last">${own}</camunda:outputParameter></camunda:inputOutput>'
    '<camunda:executionListener event="start"><camunda:script scriptFormat="feel">'
    "{own: own + 1}</camunda:script></camunda:executionListener></extensionElements>"
)


def mapped(content: bytes) -> bytes:
    """Return the model with a mapping and a listener at everything that may have them."""
    root = etree.fromstring(content)
    for node in root.iter(*MAPPED):
        if node.get("triggeredByEvent") != "true":
            for old in node.findall(f"{{{SPACE}}}extensionElements"):
                node.remove(old)
            node.insert(0, etree.fromstring(etree.tostring(MARKS)))
    return etree.tostring(root)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_the_same_flows_are_taken_with_data_at_every_element(case: Simulated, tmp_path: Path):
    model = tmp_path / "mapped.bpmn"
    model.write_bytes(mapped(case.model.read_bytes()))

    assert difference(replace(case, model=model)) is None
