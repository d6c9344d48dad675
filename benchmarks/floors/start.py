"""The floor of B10: who asks, four INSERTs, one commit."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from flask import Flask, jsonify, request
from flask.typing import ResponseReturnValue

from benchmarks.clients import written
from benchmarks.floors.tables import CASE, EVENT, TASK, TOKEN, engine_of, who

_BODY: Final = (
    '{"amount": 150, "title": "paper", "urgent": false, "count": 3, "note": "as last year"}'
)


def request_of(_: int) -> bytes:
    """Return the request that starts a case."""
    headers = {"Content-Type": "application/json", "X-Token": TOKEN}
    return written("POST", "/start/order", headers, _BODY)


def create(url: str) -> Flask:
    """Return the floor's application."""
    app = Flask(__name__)
    engine = engine_of(url)

    @app.post("/start/<name>")
    def start(name: str) -> ResponseReturnValue:
        body = request.get_json()
        with engine.begin() as connection:
            asks = who(connection, request.headers.get("X-Token"))
            if asks is None:
                return jsonify(error="not yours"), 403
            begun = sa.insert(CASE).returning(CASE.c.id)
            case = connection.scalar(begun, {"name": name, "state": "running", "vars": body})
            opened = {"process": case, "node": "A", "state": "open", "grp": 1}
            task = connection.scalar(sa.insert(TASK).returning(TASK.c.id), opened)
            for kind, payload in (("started", body), ("opened", {})):
                event = {"process": case, "task": task, "kind": kind, "payload": payload}
                connection.execute(sa.insert(EVENT), event)
        return jsonify(case=case, task=task)

    return app
