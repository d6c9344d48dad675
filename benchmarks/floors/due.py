"""The floor of B3: due jobs taken with SKIP LOCKED, one transaction each, on the driver."""

from __future__ import annotations

import time

import psycopg

from benchmarks.bench import plain

_TABLES = """
CREATE TABLE task (id bigserial PRIMARY KEY, process bigint, node text, state text, grp int);
CREATE TABLE ev (id bigserial PRIMARY KEY, process bigint, task bigint, kind text,
 at timestamptz DEFAULT now());
CREATE TABLE job (id bigserial PRIMARY KEY, task bigint, due timestamptz);
CREATE INDEX ix_job_due ON job (due);
"""
_TAKE = "SELECT id, task FROM job WHERE due <= now() ORDER BY due LIMIT 1 FOR UPDATE SKIP LOCKED"


def fill(url: str, number: int) -> None:
    """Make so many jobs that are due."""
    with psycopg.connect(plain(url)) as connection:
        connection.execute(_TABLES)
        connection.execute(
            "INSERT INTO task (process, node, state, grp)"
            " SELECT n, 'wait', 'waiting', 1 FROM generate_series(1, %s::int) n",
            (number,),
        )
        connection.execute(
            "INSERT INTO job (task, due) SELECT n, now() FROM generate_series(1, %s::int) n",
            (number,),
        )
        connection.commit()
        connection.autocommit = True
        connection.execute("VACUUM ANALYZE")


def run(url: str) -> float:
    """Do every job: UPDATE, two INSERTs, DELETE; return the seconds it took."""
    with psycopg.connect(plain(url), autocommit=True, prepare_threshold=0) as connection:
        began = time.perf_counter()
        while _one(connection):
            pass
        return time.perf_counter() - began


def _one(connection: psycopg.Connection) -> bool:
    with connection.transaction():
        taken = connection.execute(_TAKE).fetchone()
        if taken is None:
            return False
        job, task = taken
        connection.execute("UPDATE task SET state = 'done' WHERE id = %s", (task,))
        connection.execute(
            "INSERT INTO ev (process, task, kind) VALUES (%s, %s, 'fired')", (task, task)
        )
        connection.execute(
            "INSERT INTO task (process, node, state, grp) VALUES (%s, 'ask', 'open', 1)", (task,)
        )
        connection.execute("DELETE FROM job WHERE id = %s", (job,))
    return True
