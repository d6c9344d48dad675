"""Rights on PostgreSQL: one role owns and migrates, the application's cannot rewrite history.

What happened is only ever added to. The application role may read and add events and acts;
it may neither change nor delete them, so that not even a fault in the product, or somebody
who has its password, rewrites the trail.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from sqlalchemy import Connection, text

from engine.storage.database import Database

#: tables that are only added to, and the columns that may change all the same
APPEND_ONLY: Final[Mapping[str, tuple[str, ...]]] = {
    "admin_event": (),
    "event": (),
    "journal_admin": (),
    "journal_batch": (),
    "signature": ("voided_at",),
    "act": ("voided_at",),  # an approval undone by a return: when, not what
}

_TABLES = text(
    """SELECT c.relname AS name,
              (SELECT r.relname FROM pg_class r
               WHERE r.oid = coalesce(pg_partition_root(c.oid)::oid, c.oid)) AS root
       FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p') ORDER BY 1"""
)


def grant_to_application(database: Database, role: str) -> int:
    """Give an existing role what the application needs, and no more; return the tables granted.

    Runs as the owner of the tables, after each migration: tables it made are not open to
    the role before.

    Raises:
        ValueError: the database is not PostgreSQL, or has no such role.
    """
    if database.is_sqlite:
        raise ValueError("SQLite has no roles; whoever may read the file may change it")
    with database.engine.begin() as connection:
        _refuse_unknown(connection, role)
        quoted = connection.dialect.identifier_preparer.quote_identifier
        tables = [(each.name, each.root) for each in connection.execute(_TABLES)]
        schema = quoted(str(connection.scalar(text("SELECT current_schema()"))))
        for statement in _grants(schema, role, tables, quoted):
            connection.execute(text(statement))
    return len(tables)


def rights_to_rewrite(database: Database) -> tuple[str, ...]:
    """Return what the role that is connected may do to history: ``DELETE on event`` …"""
    if database.is_sqlite:
        return ()
    asked = text("SELECT has_table_privilege(to_regclass(:table), :right)")
    with database.engine.connect() as connection:
        return tuple(
            f"{right} on {table}"
            for table in APPEND_ONLY
            for right in ("UPDATE", "DELETE", "TRUNCATE")
            if connection.scalar(asked, {"table": table, "right": right})
        )


def _refuse_unknown(connection: Connection, role: str) -> None:
    found = connection.scalar(text("SELECT 1 FROM pg_roles WHERE rolname = :role"), {"role": role})
    if found is None:
        raise ValueError(f"there is no role {role}; CREATE ROLE makes it, with its password")


def _grants(
    schema: str, role: str, tables: list[tuple[str, str]], quoted: Callable[[str], str]
) -> Iterator[str]:
    to = quoted(role)
    yield f"REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM {to}"
    yield f"GRANT USAGE ON SCHEMA {schema} TO {to}"
    yield f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA {schema} TO {to}"
    for name, root in tables:
        table = quoted(name)
        if name == "alembic_version":
            yield f"GRANT SELECT ON {table} TO {to}"
        elif root in APPEND_ONLY:
            yield f"GRANT SELECT, INSERT ON {table} TO {to}"
            for column in APPEND_ONLY[root]:
                yield f"GRANT UPDATE ({quoted(column)}) ON {table} TO {to}"
        else:
            yield f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO {to}"
