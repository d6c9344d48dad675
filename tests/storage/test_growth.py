"""A case that has lived long costs what it cost when it was young."""

from __future__ import annotations

import re
import time
from statistics import median

from sqlalchemy import event

from engine.catalogue.bundle import Bundle
from engine.commands import deployments, instances, tasks
from engine.storage.database import Database
from tests.storage.conftest import CLERK, NOON

LOOP = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="f" targetNamespace="divan">
  <process id="turns" isExecutable="true">
    <laneSet id="lanes"><lane id="clerk">
      <flowNodeRef>start</flowNodeRef><flowNodeRef>turn</flowNodeRef>
    </lane></laneSet>
    <startEvent id="start"/>
    <sequenceFlow id="f1" sourceRef="start" targetRef="turn"/>
    <userTask id="turn"/>
    <sequenceFlow id="f2" sourceRef="turn" targetRef="again"/>
    <exclusiveGateway id="again" default="f4"/>
    <sequenceFlow id="f3" sourceRef="again" targetRef="done">
      <conditionExpression>enough</conditionExpression>
    </sequenceFlow>
    <sequenceFlow id="f4" sourceRef="again" targetRef="turn"/>
    <endEvent id="done"/>
  </process>
</definitions>"""
CONFIG = """
[area]
id = "turns"
[turns]
start_lanes = ["clerk"]
[turns.lanes]
clerk = { role = "CLERK", in = "case" }
"""
TURNS = {"sqlite": 1_000, "postgresql": 200}


class Turns:
    """One case that is taken round and round."""

    def __init__(self, database: Database) -> None:
        self._uow = database.unit_of_work()
        started = instances.start(self._uow, "turns", {}, actor=CLERK, at=NOON)
        self._instance_id, [self._task] = started.instance_id, started.opened

    def turn(self) -> float:
        """Take it round once; return the milliseconds of processor time."""
        tasks.claim(self._uow, self._task, actor=CLERK, at=NOON)
        began = time.process_time()
        answer = {"enough": False, "note": "once more"}
        [self._task] = tasks.complete(self._uow, self._task, answer, actor=CLERK, at=NOON).opened
        return (time.process_time() - began) * 1000

    def stored(self) -> bytes:
        """Return its state with every counter at nought: they alone may take more room."""
        with self._uow:
            return re.sub(rb"\b\d+\b", b"0", self._uow.cases.one(self._instance_id).snapshot)


def _statements(database: Database, turns: Turns) -> int:
    sent: list[str] = []
    listener = (database.engine, "before_cursor_execute", lambda *given: sent.append(given[2]))
    event.listen(*listener)
    turns.turn()
    event.remove(*listener)
    return len(sent)


def test_the_thousandth_turn_of_a_loop_costs_what_the_first_did(database: Database, backend: str):
    bundle = Bundle({"turns.bpmn": LOOP.encode(), "process.toml": CONFIG.encode()})
    deployments.deploy(database.unit_of_work(), bundle, at=NOON)
    old = Turns(database)
    old.turn()
    statements_at_first, stored_at_first = _statements(database, old), old.stored()
    for _ in range(TURNS[backend]):
        old.turn()

    assert _statements(database, old) == statements_at_first
    assert old.stored() == stored_at_first
    young = Turns(database)
    times = [(old.turn(), young.turn()) for _ in range(60)]  # turn about: both meet the same noise
    assert median(each for each, _ in times) <= 1.3 * median(each for _, each in times)
