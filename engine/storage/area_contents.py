"""Areas whose own rows name contents of the document store, which are then not swept away."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

from sqlalchemy import Table, inspect, select
from sqlalchemy.orm import InstrumentedAttribute, Session

_HOLDING: Final[dict[str, InstrumentedAttribute[str]]] = {}


def holds_contents(*columns: InstrumentedAttribute[str]) -> None:
    """Register columns of an area's records that name contents by their hash."""
    _HOLDING.update({str(each): each for each in columns})


def held_by_areas(session: Session, hashes: Collection[str]) -> set[str]:
    """Return those of some hashes that rows of areas name.

    An area whose tables are not in the database names nothing there.
    """
    if not _HOLDING:
        return set()
    there = set(inspect(session.connection()).get_table_names())
    asked = list(hashes)
    found: set[str] = set()
    for column in _HOLDING.values():
        if _table_of(column).name in there:
            found |= set(session.scalars(select(column).where(column.in_(asked))))
    return found


def _table_of(column: InstrumentedAttribute[Any]) -> Table:
    table = column.property.columns[0].table
    assert isinstance(table, Table)
    return table
