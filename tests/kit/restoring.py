"""Used copies of a PostgreSQL template, brought back to what the template holds.

A new copy takes PostgreSQL a tenth of a second of processor time, and bringing one back a
twentieth of that. Only rows are brought back: a copy whose tables, rights or statistics a test
has changed, that has grown or that somebody still uses is to be thrown away.
"""

from __future__ import annotations

import time
from typing import Any, Final, LiteralString

import psycopg
from psycopg import sql

Connection = psycopg.Connection[Any]

MOST_GROWN: Final = 2 * 2**20  #: bytes; what was deleted still takes place, and moves plans
LEAVING: Final = 0.2  #: seconds that a connection just closed may take to be gone

_TABLES: Final = """SELECT oid::regclass::text FROM pg_class
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY oid"""
_SIZE: Final = """SELECT sum(pg_table_size(oid)) FROM pg_class
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"""
_SEQUENCES: Final = """SELECT schemaname, sequencename, last_value
    FROM pg_sequences ORDER BY 1, 2"""
_OTHERS: Final = """SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
        AND backend_type LIKE 'client%'"""
#: whatever is made, changed or removed but rows leaves another number or a younger row in one
_CATALOGUES: Final[dict[LiteralString, LiteralString]] = {
    "pg_attrdef": "oid",
    "pg_attribute": "attrelid",
    "pg_class": "oid",
    "pg_constraint": "oid",
    "pg_default_acl": "oid",
    "pg_extension": "oid",
    "pg_index": "indexrelid",
    "pg_policy": "oid",
    "pg_proc": "oid",
    "pg_rewrite": "oid",
    "pg_statistic": "starelid",
    "pg_trigger": "oid",
    "pg_type": "oid",
}
_OURS: Final = "16384"  #: PostgreSQL's own things have lower numbers
_CATALOGUE: Final[LiteralString] = " UNION ALL ".join(
    [
        f"SELECT count(*), max(xmin::text::bigint) FROM {catalogue} WHERE {number} >= {_OURS}"
        for catalogue, number in _CATALOGUES.items()
    ]
    + [
        "SELECT count(*), max(xmin::text::bigint) FROM pg_namespace",
        "SELECT count(*), 0 FROM pg_db_role_setting",
    ]
)
_EMPTY: Final = """DO $$ DECLARE each text; BEGIN
    FOREACH each IN ARRAY {tables}::text[] LOOP
        IF pg_relation_size(each::regclass) > 0 THEN
            EXECUTE format('DELETE FROM %s', each);
        END IF;
    END LOOP; END $$"""


class Template:
    """What a copy holds before anybody has used it."""

    def __init__(self, connection: Connection) -> None:
        tables = _column(connection, _TABLES)
        rows = {each: _rows(connection, each) for each in tables}
        nothing = min(map(len, rows.values()))  # a header and an end
        self._rows = {each: content for each, content in rows.items() if len(content) > nothing}
        self._empty = [each for each in tables if each not in self._rows]
        self._sequences = connection.execute(_SEQUENCES).fetchall()
        self._catalogue = connection.execute(_CATALOGUE).fetchall()
        self._size = _column(connection, _SIZE)[0]

    def restore(self, connection: Connection) -> bool:
        """Bring a used copy back; ``False``: it is not to be used again."""
        if not self._may_be_restored(connection):
            return False
        with connection.transaction():
            connection.execute("SET LOCAL session_replication_role = replica")  # in any order
            connection.execute(sql.SQL(_EMPTY).format(tables=sql.Literal(self._empty)))
            for table, content in self._rows.items():
                if _rows(connection, table) != content:
                    connection.execute(sql.SQL("DELETE FROM {}").format(sql.SQL(table)))
                    _fill(connection, table, content)
            for schema, name, last in self._sequences:
                sequence = sql.Identifier(schema, name).as_string(connection)
                asked = [sequence, last or 1, last is not None]
                connection.execute("SELECT setval(%s, %s, %s)", asked)
        return True

    def _may_be_restored(self, connection: Connection) -> bool:
        last = time.monotonic() + LEAVING
        while _column(connection, _OTHERS) != [0]:
            if time.monotonic() > last:
                return False
            time.sleep(0.01)
        return (
            connection.execute(_CATALOGUE).fetchall() == self._catalogue
            and _column(connection, _SIZE)[0] <= self._size + MOST_GROWN
        )


def _column(connection: Connection, question: LiteralString) -> list[Any]:
    return [value for (value,) in connection.execute(question)]


def _rows(connection: Connection, table: LiteralString) -> bytes:
    asked = sql.SQL("COPY {} TO STDOUT (FORMAT binary)").format(sql.SQL(table))
    with connection.cursor().copy(asked) as copy:
        return b"".join(map(bytes, copy))


def _fill(connection: Connection, table: LiteralString, content: bytes) -> None:
    told = sql.SQL("COPY {} FROM STDIN (FORMAT binary)").format(sql.SQL(table))
    with connection.cursor().copy(told) as copy:
        copy.write(content)
