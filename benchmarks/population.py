"""Many cases at once: one real case copied row by row, so that a million take a minute."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, Table, text

from benchmarks.product import VALUES, Product, now
from engine.commands import tallying
from engine.model.instance import instance_table, task_table
from engine.model.job import job_table
from engine.model.person import Grant

ENDED: Final = 4  #: one case in so many still runs
PLACES: Final = 50  #: units the copies are spread over
UNITS: Final = ("G00", "G01", "G02", "G03", "G04")  #: those whose work one person sees
_LATER: Final = "s.created_at + (CAST(n AS bigint) * 7919 % 1000000) * interval '1 second'"
_SPREAD: Final = f"'G' || lpad((n % {PLACES})::text, 2, '0')"


def copies(product: Product, number: int) -> None:
    """Add copies of an order at its first task, on PostgreSQL, over all units."""
    _orders(product, number, {}, {})


def archive(product: Product, number: int) -> None:
    """Add copies of an order, on PostgreSQL: one in four at its first task, the others ended."""
    runs = f"n % {ENDED} = 0"
    units = f"SELECT {_SPREAD}, {_SPREAD}, {_SPREAD} FROM generate_series(1, {PLACES}) n"
    with product.site.database.engine.begin() as connection:
        connection.execute(text(f"INSERT INTO unit (code, title_fa, title_en) {units}"))
    _orders(
        product,
        number,
        {
            "business": """'{"amount":' || n || '}'""",
            "state": f"CASE WHEN {runs} THEN 'running' ELSE 'finished' END",
            "finished_at": f"CASE WHEN {runs} THEN NULL ELSE s.started_at END",
        },
        {
            "closed_at": f"CASE WHEN {runs} THEN NULL ELSE s.created_at END",
            "state": f"CASE WHEN {runs} THEN s.state ELSE 'completed' END",
        },
    )


def _orders(
    product: Product, number: int, of_case: Mapping[str, str], of_task: Mapping[str, str]
) -> None:
    """Copy an order at its first task; ``of_case`` and ``of_task`` say what is otherwise."""
    instance_id, _ = product.start("order", VALUES)
    case = {
        "id": _uuid("7000"),
        "unit": _SPREAD,
        "business_key": "'O-' || lpad(n::text, 7, '0')",
        "started_at": "s.started_at - n * interval '1 second'",
    }
    task = {
        "id": _uuid("7001"),
        "instance_id": _uuid("7000"),
        "desk": f"'SUPERVISOR@' || {_SPREAD}",
        "due_at": _LATER,
    }
    with product.site.database.engine.begin() as connection:
        _copy(connection, instance_table, instance_id, number, {**case, **of_case})
        _copy(connection, task_table, instance_id, number, {**task, **of_task})
    settle(product)


def timers(product: Product, number: int, seconds: float) -> None:
    """Add cases whose timers all fall due so many seconds from now."""
    instance_id, _ = product.start("timed", {"until": "2999-01-01T00:00:00Z"})
    due = f"now() + {seconds} * interval '1 second'"
    with product.site.database.engine.begin() as connection:
        _copy(connection, instance_table, instance_id, number, {"id": _uuid("7000")})
        _copy(
            connection,
            job_table,
            instance_id,
            number,
            {
                "id": _uuid("7001"),
                "instance_id": _uuid("7000"),
                "idem_key": "s.idem_key || '-' || n",
                "run_at": due,
            },
        )
    settle(product)


def see_all_units(product: Product) -> None:
    """Give the measured person the role of the steps in the units of the copies, five of them."""
    uow = product.site.database.unit_of_work()
    with uow:
        person = product.actor.person_id
        uow.session.add_all(
            Grant(person_id=person, role="SUPERVISOR", unit_code=each) for each in UNITS
        )
        uow.commit()


def settle(product: Product) -> None:
    """Let the database do what so many new rows leave to do: in years it has been done.

    A worker has counted the days that are over, for the bridge; PostgreSQL learns what lies in
    its tables; SQLite puts its log into its file and the system that file onto the disk, which
    the first requests would wait for.
    """
    tallying.count(product.site.database, now())
    database = product.site.database
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if database.is_sqlite:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            os.sync()
        else:
            connection.exec_driver_sql("SET statement_timeout = 0")
            connection.exec_driver_sql("VACUUM ANALYZE")


def _copy(
    connection: Connection,
    table: Table,
    instance_id: UUID,
    number: int,
    changed: Mapping[str, Any],
) -> None:
    own = "id" if table is instance_table else "instance_id"
    names = [each.name for each in table.columns]
    values = ", ".join(changed.get(name, f"s.{name}") for name in names)
    connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
    connection.execute(
        text(
            f"INSERT INTO {table.name} ({', '.join(names)}) SELECT {values}"
            f" FROM {table.name} s, generate_series(1, :number) n WHERE s.{own} = :case"
        ),
        {"number": number, "case": instance_id},
    )


def _uuid(kind: str) -> str:
    return f"('00000000-0000-{kind}-8000-' || lpad(to_hex(n), 12, '0'))::uuid"
