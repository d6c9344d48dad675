"""Everything that a database holds, as text: what an erasure must have left nothing in."""

from __future__ import annotations

from sqlalchemy import MetaData, select

from engine.storage.database import Database


def everything(database: Database, *, without: str = "") -> str:
    """Return all rows of all tables as text.

    Args:
        without: a table that is left out.
    """
    found = MetaData()
    found.reflect(database.engine)
    with database.reader() as session:
        return "".join(
            str([tuple(row) for row in session.execute(select(each))])
            for each in found.sorted_tables
            if each.name != without
        )
