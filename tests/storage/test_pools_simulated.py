"""Pools take the flows that the token simulator of bpmn.io takes."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from engine import bpmn
from engine.commands import messages
from engine.commands.follow import Following
from engine.model.incident import Incident
from engine.model.instance import instance_table
from tests.storage.events import NOON, begin, jobs, rows
from tests.storage.pools import deploy, run

pytestmark = pytest.mark.both_databases

SIMULATOR = Path(__file__).parents[1] / "conformance" / "bpmn-js-token-simulation"


def _simulated(name: str) -> tuple[bytes, dict[str, int], list[dict[str, Any]]]:
    cases = json.loads((SIMULATOR / "cases.json").read_text())
    [found] = [each for each in cases if each["name"] == name]
    root = etree.fromstring((SIMULATOR / found["model"]).read_bytes())
    space = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
    for process in root.iter(f"{space}process"):
        process.set("isExecutable", "true")
    root.insert(0, etree.Element(f"{space}signal", {"id": "any", "name": "any"}))
    for each in root.iter(f"{space}signalEventDefinition"):
        each.set("signalRef", "any")
    return etree.tostring(root), found["expect_sequence_flows_taken"], found["steps"]


@pytest.mark.parametrize(
    "name",
    [
        "message-flow-send-receive-tasks",
        "message-flow-trigger-start-multiple-events",
        "signal-trigger-multiple-start-events",
        "message-flow-end-event-trigger-flow",
        "message-flow-task-trigger-flow",
    ],
)
def test_pools_take_the_flows_that_the_token_simulator_takes(database, name, monkeypatch):
    content, expected, [step] = _simulated(name)
    taken: Counter[str] = Counter()
    follow = Following.follow

    def counts(following: Following, step: bpmn.Step) -> None:
        for each in step.passed:
            taken.update(each.flow_ids)
        follow(following, step)

    monkeypatch.setattr(Following, "follow", counts)
    deploy(database, content, "Process_1")

    if "trigger" in step:
        begin(database, "Process_1")
    else:
        messages.publish(database.unit_of_work(), "Process_1/START_2", None, {}, at=NOON)
    run(database)

    assert taken == expected
    assert jobs(database, state="ready") == []
    assert {each.state for each in rows(database, instance_table)} == {"finished"}
    assert rows(database, Incident.__table__) == []
