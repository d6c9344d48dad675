"""SpiffWorkflow through Flask, the whole case one JSON document in one column; nobody is asked who.

A lower bound for a product made of it: no task row, no history, no rights.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import local
from typing import Any, Final

import psycopg
from flask import Flask, jsonify, request
from flask.typing import ResponseReturnValue
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

from benchmarks.bench import Bench, plain
from benchmarks.clients import written
from benchmarks.floors import serving
from benchmarks.processor import Meter
from benchmarks.product import VALUES
from benchmarks.turns import Side

NAME: Final = "bare SpiffWorkflow, one JSON column"
_ORDER: Final = """<?xml version="1.0" encoding="UTF-8"?>
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
_SERIALIZER: Final = BpmnWorkflowSerializer()


@contextmanager
def served(bench: Bench) -> Iterator[Side]:
    """Serve it with cases that wait at their first task."""
    url, made = bench.database("postgresql"), _started()
    with psycopg.connect(plain(url), autocommit=True) as connection:
        connection.execute("CREATE TABLE spiff (id bigserial PRIMARY KEY, rev int, state text)")
        connection.execute(
            "INSERT INTO spiff (rev, state) SELECT 0, %s FROM generate_series(1, 20000)",
            (_SERIALIZER.serialize_json(made),),
        )
        connection.execute("VACUUM ANALYZE")
    numbers = iter(range(1, 20_001))
    headers = {"Content-Type": "application/json"}
    body = '{"approved": true, "note": "in order"}'
    with serving.served("benchmarks.peers.bare_spiff", url) as (port, pid):
        yield Side(
            port,
            Meter([pid, *bench.database_pids(url)]),
            lambda count: [
                written("POST", f"/tasks/{next(numbers)}", headers, body) for _ in range(count)
            ],
        )


def create(url: str) -> Flask:
    """Return the application."""
    app = Flask(__name__)
    kept = local()

    @app.post("/tasks/<int:task>")
    def complete(task: int) -> ResponseReturnValue:
        if not hasattr(kept, "connection"):
            kept.connection = psycopg.connect(plain(url), autocommit=True, prepare_threshold=0)
        connection = kept.connection
        with connection.transaction():
            row = connection.execute(
                "SELECT state FROM spiff WHERE id = %s FOR UPDATE", (task,)
            ).fetchone()
            case = _SERIALIZER.deserialize_json(row[0])
            [waiting] = case.get_tasks(state=TaskState.READY, manual=True)
            if waiting.task_spec.name != "approve":
                return jsonify(error="gone"), 409
            waiting.data.update(request.get_json())
            waiting.run()
            case.do_engine_steps()
            connection.execute(
                "UPDATE spiff SET state = %s, rev = rev + 1 WHERE id = %s",
                (_SERIALIZER.serialize_json(case), task),
            )
        return jsonify(task=task)

    return app


def _started() -> Any:
    parser = BpmnParser()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "order.bpmn"
        path.write_text(_ORDER, encoding="utf-8")
        parser.add_bpmn_file(str(path))
        case = BpmnWorkflow(parser.get_spec("order"))
    case.task_tree.data.update(VALUES)
    case.do_engine_steps()
    return case
