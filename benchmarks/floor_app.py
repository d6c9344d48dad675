"""The floor of one durable completion over HTTP: who asks, one UPDATE, two INSERTs, one commit.

Written by hand with SQLAlchemy Core and served exactly as Divan is. Run as
``python -m benchmarks.floor_app DATABASE_URL PORT``.
"""

from __future__ import annotations

import sys
from typing import Any

import sqlalchemy as sa
from flask import Flask, jsonify, request
from flask.typing import ResponseReturnValue
from gunicorn.app.base import BaseApplication

from engine.storage.database import Database

META = sa.MetaData()
TASK = sa.Table(
    "task",
    META,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("process", sa.Integer, nullable=False, index=True),
    sa.Column("node", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("grp", sa.Integer, nullable=False),
    sa.Column("assignee", sa.Text),
    sa.Index("ix_task_open", "grp", "id"),
)
EVENT = sa.Table(
    "ev",
    META,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("process", sa.Integer, nullable=False, index=True),
    sa.Column("task", sa.Integer, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("payload", sa.JSON, nullable=False),
)
SESSION = sa.Table(
    "sess", META, sa.Column("token", sa.Text, primary_key=True), sa.Column("usr", sa.Integer)
)
USER = sa.Table(
    "usr", META, sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.Text)
)
MEMBER = sa.Table(
    "mem",
    META,
    sa.Column("usr", sa.Integer, primary_key=True),
    sa.Column("grp", sa.Integer, primary_key=True),
)
GROUPS = 5
_WHO = (
    sa.select(USER.c.id, USER.c.name, MEMBER.c.grp)
    .select_from(
        SESSION.join(USER, USER.c.id == SESSION.c.usr).join(MEMBER, MEMBER.c.usr == USER.c.id)
    )
    .where(SESSION.c.token == sa.bindparam("token"))
)
_DONE = (
    sa.update(TASK)
    .where(TASK.c.id == sa.bindparam("task"), TASK.c.state == "open")
    .values(state="done", assignee=sa.bindparam("who"))
    .returning(TASK.c.process)
)


def prepare(url: str, tasks: int) -> None:
    """Make the tables with open tasks, users, groups and sessions."""
    database = Database(url)
    with database.engine.begin() as connection:
        META.create_all(connection)
        users = range(100)
        connection.execute(sa.insert(USER), [{"id": n, "name": f"user {n}"} for n in users])
        connection.execute(sa.insert(SESSION), [{"token": f"t{n}", "usr": n} for n in users])
        members = [{"usr": n, "grp": g} for n in users for g in range(GROUPS)]
        connection.execute(sa.insert(MEMBER), members)
        rows = [
            {"id": n, "process": n, "node": "A", "state": "open", "grp": n % GROUPS}
            for n in range(1, tasks + 1)
        ]
        connection.execute(sa.insert(TASK), rows)
        if not database.is_sqlite:
            connection.execute(sa.text("SELECT setval('task_id_seq', 10000000)"))
    database.dispose()


def create_floor(url: str) -> Flask:
    """Return the floor's application."""
    app = Flask(__name__)
    database = Database(url)

    @app.post("/tasks/<int:task>")
    def complete(task: int) -> ResponseReturnValue:
        body = request.get_json()
        with database.writer() as connection:
            who = connection.execute(_WHO, {"token": request.headers["X-Token"]}).all()
            if task % GROUPS not in {each.grp for each in who}:
                return jsonify(error="not yours"), 403
            process = connection.scalar(_DONE, {"task": task, "who": who[0].name})
            if process is None:
                return jsonify(error="gone"), 409
            event = {"process": process, "task": task, "kind": "complete", "payload": body}
            connection.execute(sa.insert(EVENT).values(event))
            opened = {"process": process, "node": "B", "state": "open", "grp": task % GROUPS}
            connection.execute(sa.insert(TASK).values(opened))
            connection.commit()
        return jsonify(task=task)

    @app.get("/health/ready")
    def ready() -> ResponseReturnValue:
        return jsonify(status="ready")

    return app


class FloorServer(BaseApplication):  # type: ignore[misc]
    """Gunicorn as `webapp.serving` sets it."""

    def __init__(self, url: str, port: str) -> None:
        self._url, self._port = url, port
        super().__init__()

    def load_config(self) -> None:
        """Tell gunicorn what Divan's server is told."""
        options = {"bind": f"127.0.0.1:{self._port}", "workers": 1, "threads": 8}
        more = {"worker_class": "gthread", "keepalive": 15, "loglevel": "warning"}
        for key, value in {**options, **more}.items():
            self.cfg.set(key, value)

    def load(self) -> Any:
        """Make the application inside the serving process."""
        return create_floor(self._url)


if __name__ == "__main__":
    address, listen = sys.argv[1:3]
    sys.argv = sys.argv[:1]
    FloorServer(address, listen).run()
