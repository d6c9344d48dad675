"""Tables that data stores of diagrams may mean: an area's, as it allows, or the engine's own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Table
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base


class StoreRow(Base):
    """One row of a data store of an area; whoever wrote last is told by the cases' history."""

    __tablename__ = "data_store_row"

    area: Mapped[str] = mapped_column(primary_key=True)
    store: Mapped[str] = mapped_column(primary_key=True)  #: as ``process.toml`` names it
    key: Mapped[str] = mapped_column(primary_key=True)
    content: Mapped[Mapping[str, Any]]
    changed_at: Mapped[datetime]


@dataclass(frozen=True, slots=True)
class StoreTable:
    """A table of an area that data stores may mean."""

    table: Table
    key: str
    columns: tuple[str, ...]  #: that are read, the key among them
    writable: frozenset[str] = frozenset()
    adds: bool = False  #: a row that is not there may be added

    def __post_init__(self) -> None:
        """Refuse columns that the table does not have."""
        unknown = {self.key, *self.columns, *self.writable} - set(self.table.c.keys())
        if unknown:
            raise ValueError(f"{self.table.name} has no {', '.join(sorted(unknown))}")


def store_table(
    model: Any,
    *,
    key: str,
    columns: Iterable[str],
    writable: Iterable[str] = (),
    adds: bool = False,
) -> StoreTable:
    """Return what may be reached of a table.

    Raises:
        ValueError: it has no such column.
    """
    table: Table = getattr(model, "__table__", model)
    return StoreTable(table, key, (key, *columns), frozenset(writable), adds)
