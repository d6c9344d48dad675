"""The tables of the floors, who asks, and the engine they are reached by."""

from __future__ import annotations

from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import make_url

META: Final = sa.MetaData()
_KEY: Final = sa.BigInteger().with_variant(sa.Integer, "sqlite")
CASE: Final = sa.Table(
    "proc",
    META,
    sa.Column("id", _KEY, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("vars", sa.JSON, nullable=False),
    sa.Column("at", sa.DateTime(timezone=True), server_default=sa.func.now()),
)
TASK: Final = sa.Table(
    "task",
    META,
    sa.Column("id", _KEY, primary_key=True),
    sa.Column("process", _KEY, nullable=False, index=True),
    sa.Column("node", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("grp", sa.Integer, nullable=False),
    sa.Column("assignee", sa.Text),
    sa.Column("due", sa.DateTime(timezone=True)),
    sa.Column("at", sa.DateTime(timezone=True), server_default=sa.func.now()),
)
#: the list of open work: of one group, the earliest due first
sa.Index(
    "ix_task_open",
    TASK.c.grp,
    TASK.c.due,
    TASK.c.id,
    postgresql_where=TASK.c.state == "open",
    sqlite_where=TASK.c.state == "open",
)
EVENT: Final = sa.Table(
    "ev",
    META,
    sa.Column("id", _KEY, primary_key=True),
    sa.Column("process", _KEY, nullable=False, index=True),
    sa.Column("task", _KEY, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("at", sa.DateTime(timezone=True), server_default=sa.func.now()),
    sa.Column("payload", sa.JSON, nullable=False),
)
SESSION: Final = sa.Table(
    "sess", META, sa.Column("token", sa.Text, primary_key=True), sa.Column("usr", sa.Integer)
)
USER: Final = sa.Table(
    "usr", META, sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.Text)
)
MEMBER: Final = sa.Table(
    "mem",
    META,
    sa.Column("usr", sa.Integer, primary_key=True),
    sa.Column("grp", sa.Integer, primary_key=True),
)
GROUPS: Final = 5  #: everybody is in as many
PLACES: Final = 50  #: groups there are
TOKEN: Final = "t7"
_WHO: Final = (
    sa.select(USER.c.id, USER.c.name, MEMBER.c.grp)
    .select_from(
        SESSION.join(USER, USER.c.id == SESSION.c.usr).join(MEMBER, MEMBER.c.usr == USER.c.id)
    )
    .where(SESSION.c.token == sa.bindparam("token"))
)


def who(connection: sa.Connection, token: str | None) -> tuple[str, frozenset[int]] | None:
    """Return the name and the groups of whose browser asks."""
    rows = connection.execute(_WHO, {"token": token}).all()
    return (rows[0].name, frozenset(each.grp for each in rows)) if rows else None


def engine_of(url: str) -> sa.Engine:
    """Return an engine as a careful person sets it up by hand."""
    if make_url(url).get_backend_name() != "sqlite":
        return sa.create_engine(url, pool_size=8)
    engine = sa.create_engine(url, pool_size=8, connect_args={"timeout": 30})

    @sa.event.listens_for(engine, "connect")
    def _set(connection: Any, _: object) -> None:
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=FULL"):
            connection.execute(f"PRAGMA {pragma}")

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def prepare(url: str) -> sa.Engine:
    """Make the tables, a hundred people, their groups and sessions; return the engine."""
    engine = engine_of(url)
    users = range(100)
    with engine.begin() as connection:
        META.create_all(connection)
        connection.execute(sa.insert(USER), [{"id": n, "name": f"user {n}"} for n in users])
        connection.execute(sa.insert(SESSION), [{"token": f"t{n}", "usr": n} for n in users])
        members = [{"usr": n, "grp": g} for n in users for g in range(GROUPS)]
        connection.execute(sa.insert(MEMBER), members)
    return engine


def analyze(engine: sa.Engine) -> None:
    """Let the database learn what lies in its tables."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM ANALYZE" if engine.name != "sqlite" else "ANALYZE")
