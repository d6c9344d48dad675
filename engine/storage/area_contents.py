"""What areas say of contents of the document store: which their own rows name, so that they are
not swept away, and which of a case's file are kept from somebody.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Table, inspect, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from engine.model.instance import instance_table as instance
from engine.model.person import Actor

#: returns the hashes of contents in a case's file that somebody may not read, though the case
KeepsBack = Callable[[Session, UUID, Actor], Collection[str]]

_KEEPING: Final[dict[str, KeepsBack]] = {}
_HOLDING: Final[dict[str, InstrumentedAttribute[str]]] = {}


def holds_contents(*columns: InstrumentedAttribute[str]) -> None:
    """Register columns of an area's records that name contents by their hash."""
    _HOLDING.update({str(each): each for each in columns})


def keeps_back(process_id: str) -> Callable[[KeepsBack], KeepsBack]:
    """Register what says which contents in the files of a process's cases are kept from whom."""

    def registered(rule: KeepsBack) -> KeepsBack:
        _KEEPING[process_id] = rule
        return rule

    return registered


def kept_from(session: Session, instance_id: UUID, actor: Actor) -> frozenset[str]:
    """Return the hashes of contents in a case's file that somebody may not read."""
    asked = select(instance.c.process_id).where(instance.c.id == instance_id)
    rule = _KEEPING.get(session.scalar(asked) or "")
    return frozenset(rule(session, instance_id, actor)) if rule else frozenset()


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
