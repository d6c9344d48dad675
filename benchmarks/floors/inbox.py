"""The floor of B2: who asks, and the first page of open work of his groups, the earliest due."""

from __future__ import annotations

import sqlalchemy as sa
from flask import Flask, jsonify, request
from flask.typing import ResponseReturnValue

from benchmarks.clients import written
from benchmarks.floors.tables import (
    PLACES,
    TOKEN,
    analyze,
    engine_of,
    prepare,
    who,
)

_CASES = (
    "INSERT INTO proc (name, state, vars)"
    " SELECT 'order', 'running', '{}' FROM generate_series(1, :number)"
)
_TASKS = (
    "INSERT INTO task (process, node, state, grp, due) SELECT n, 'A', 'open', n % :places,"
    " now() + (CAST(n AS bigint) * 7919 % 1000000) * interval '1 second'"
    " FROM generate_series(1, :number) n"
)
_PAGE = sa.text(
    "SELECT t.id, p.name, t.node, t.due FROM unnest(:groups) g CROSS JOIN LATERAL"
    " (SELECT * FROM task WHERE grp = g AND state = 'open' ORDER BY due, id LIMIT 25) t"
    " JOIN proc p ON p.id = t.process ORDER BY t.due, t.id LIMIT 25"
)


def fill(url: str, tasks: int) -> None:
    """Make as many open tasks, spread over all groups."""
    engine = prepare(url)
    with engine.begin() as connection:
        for statement in (_CASES, _TASKS):
            connection.execute(sa.text(statement), {"number": tasks, "places": PLACES})
    analyze(engine)
    engine.dispose()


def request_of(_: int) -> bytes:
    """Return the request for the page."""
    return written("GET", "/inbox", {"X-Token": TOKEN})


def create(url: str) -> Flask:
    """Return the floor's application."""
    app = Flask(__name__)
    engine = engine_of(url)

    @app.get("/inbox")
    def inbox() -> ResponseReturnValue:
        with engine.connect() as connection:
            asks = who(connection, request.headers.get("X-Token"))
            if asks is None:
                return jsonify(error="not yours"), 403
            rows = connection.execute(_PAGE, {"groups": list(asks[1])}).mappings()
            return jsonify([dict(each) for each in rows])

    return app
