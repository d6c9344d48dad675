"""The floor of the engine: SpiffWorkflow alone, in memory and as one JSON document a case."""

from __future__ import annotations

import json
import sqlite3
import time
from pathlib import Path
from statistics import median
from tempfile import NamedTemporaryFile
from typing import Any

from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

#: the ``order`` process in the library's own dialect
ORDER = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" targetNamespace="bare">
 <process id="order" isExecutable="true">
  <startEvent id="start"><outgoing>f1</outgoing></startEvent>
  <sequenceFlow id="f1" sourceRef="start" targetRef="approve"/>
  <userTask id="approve"><incoming>f1</incoming><outgoing>f2</outgoing></userTask>
  <sequenceFlow id="f2" sourceRef="approve" targetRef="large"/>
  <exclusiveGateway id="large" default="f4">
   <incoming>f2</incoming><outgoing>f3</outgoing><outgoing>f4</outgoing></exclusiveGateway>
  <sequenceFlow id="f3" sourceRef="large" targetRef="confirm">
   <conditionExpression>amount &gt; 100</conditionExpression></sequenceFlow>
  <sequenceFlow id="f4" sourceRef="large" targetRef="rejected"/>
  <userTask id="confirm"><incoming>f3</incoming><outgoing>f5</outgoing></userTask>
  <sequenceFlow id="f5" sourceRef="confirm" targetRef="reckon"/>
  <scriptTask id="reckon"><incoming>f5</incoming><outgoing>f6</outgoing>
   <script>total = amount * 2</script></scriptTask>
  <sequenceFlow id="f6" sourceRef="reckon" targetRef="done"/>
  <endEvent id="done"><incoming>f6</incoming></endEvent>
  <endEvent id="rejected"><incoming>f4</incoming></endEvent>
 </process>
</definitions>"""
VALUES = {"amount": 150, "title": "paper", "urgent": False, "count": 3, "note": "as last year"}


class Bare:
    """The library with the parsed process, and a table of documents on SQLite."""

    def __init__(self, folder: Path) -> None:
        parser = BpmnParser()
        with NamedTemporaryFile("w", suffix=".bpmn", dir=folder, encoding="utf-8") as file:
            file.write(ORDER)
            file.flush()
            parser.add_bpmn_file(file.name)
        self._spec = parser.get_spec("order")
        self._serializer = BpmnWorkflowSerializer()
        self._db = sqlite3.connect(folder / "bare.sqlite", isolation_level=None)
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL"):
            self._db.execute(f"PRAGMA {pragma}")
        self._db.execute("CREATE TABLE IF NOT EXISTS c (id INTEGER PRIMARY KEY, state TEXT)")

    def in_memory(self, count: int) -> float:
        """Return the median milliseconds of completing the first task of a live object."""
        took = []
        for case in [self._started() for _ in range(count)]:
            began = time.perf_counter()
            _answer(case)
            took.append((time.perf_counter() - began) * 1000)
        return median(took)

    def as_document(self, count: int) -> float:
        """Return the median milliseconds of read, run and rewrite of the whole document."""
        keys = [self._keep(self._started()) for _ in range(count)]
        took = []
        for key in keys:
            began = time.perf_counter()
            self._db.execute("BEGIN IMMEDIATE")
            [text] = self._db.execute("SELECT state FROM c WHERE id = ?", (key,)).fetchone()
            case = self._serializer.deserialize_json(text)
            _answer(case)
            changed = self._serializer.serialize_json(case)
            self._db.execute("UPDATE c SET state = ? WHERE id = ?", (changed, key))
            self._db.execute("COMMIT")
            took.append((time.perf_counter() - began) * 1000)
        return median(took)

    def close(self) -> None:
        """Close the database."""
        self._db.close()

    def _started(self) -> Any:
        case = BpmnWorkflow(self._spec)
        case.data.update(VALUES)
        case.task_tree.data.update(json.loads(json.dumps(VALUES)))
        case.do_engine_steps()
        return case

    def _keep(self, case: Any) -> int:
        text = self._serializer.serialize_json(case)
        key = self._db.execute("INSERT INTO c (state) VALUES (?)", (text,)).lastrowid
        assert key is not None
        return key


def _answer(case: Any) -> None:
    [waiting] = case.get_tasks(state=TaskState.READY, manual=True)
    waiting.data.update({"approved": True, "note": "in order"})
    waiting.run()
    case.do_engine_steps()
    [following] = case.get_tasks(state=TaskState.READY, manual=True)
    assert following.task_spec.name == "confirm"
