"""The floor of B1: who asks, one UPDATE, two INSERTs, one commit."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from flask import Flask, jsonify, request
from flask.typing import ResponseReturnValue

from benchmarks.clients import written
from benchmarks.floors.tables import EVENT, GROUPS, TASK, TOKEN, analyze, engine_of, prepare, who

_DONE: Final = (
    sa.update(TASK)
    .where(TASK.c.id == sa.bindparam("task"), TASK.c.state == "open")
    .values(state="done", assignee=sa.bindparam("who"))
    .returning(TASK.c.process)
)
_BODY: Final = '{"approved": true, "note": "in order"}'


def fill(url: str, tasks: int) -> None:
    """Make as many open tasks."""
    engine = prepare(url)
    with engine.begin() as connection:
        rows = [
            {"process": n, "node": "A", "state": "open", "grp": n % GROUPS}
            for n in range(1, tasks + 1)
        ]
        connection.execute(sa.insert(TASK), rows)
    analyze(engine)
    engine.dispose()


def request_of(task: int) -> bytes:
    """Return the request that completes a task."""
    headers = {"Content-Type": "application/json", "X-Token": TOKEN}
    return written("POST", f"/tasks/{task}", headers, _BODY)


def create(url: str) -> Flask:
    """Return the floor's application."""
    app = Flask(__name__)
    engine = engine_of(url)

    @app.post("/tasks/<int:task>")
    def complete(task: int) -> ResponseReturnValue:
        body = request.get_json()
        with engine.begin() as connection:
            asks = who(connection, request.headers.get("X-Token"))
            if asks is None or task % GROUPS not in asks[1]:
                return jsonify(error="not yours"), 403
            process = connection.scalar(_DONE, {"task": task, "who": asks[0]})
            if process is None:
                return jsonify(error="gone"), 409
            event = {"process": process, "task": task, "kind": "complete", "payload": body}
            connection.execute(sa.insert(EVENT), event)
            opened = {"process": process, "node": "B", "state": "open", "grp": task % GROUPS}
            connection.execute(sa.insert(TASK), opened)
        return jsonify(task=task)

    return app
