"""Rows of data stores: the engine's own table, or one of an area's; within one transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Column, insert, select, update
from sqlalchemy.orm import Session

from engine.errors import RuleBroken
from engine.model.base import Exact, JsonText, Moment, Money
from engine.model.data_store import StoreRow, StoreTable
from engine.values import Rial

Row = Mapping[str, Any]


class StoreRefused(RuleBroken):
    """A row cannot be read from a data store or written to it as the diagram asks."""

    code = "GEN-STORE"

    def __init__(self, store: str, reason: str) -> None:
        super().__init__(f"data store {store}: {reason}")
        self.store = store
        self.reason = reason


def read_own(session: Session, area: str, store: str, key: object) -> Row | None:
    """Return a row of the engine's own table."""
    found = session.get(StoreRow, (area, store, _text(store, key)))
    return None if found is None else dict(found.content)


def write_own(session: Session, area: str, store: str, key: object, row: Row, at: datetime) -> None:
    """Add a row to the engine's own table, or put it in the place of the one with its key."""
    session.merge(
        StoreRow(area=area, store=store, key=_text(store, key), content=dict(row), changed_at=at)
    )


def read_table(session: Session, store: str, mapped: StoreTable, key: object) -> Row | None:
    """Return the columns of an area's row that may be read.

    Raises:
        StoreRefused: the key is none of this table.
    """
    columns = [mapped.table.c[each] for each in dict.fromkeys(mapped.columns)]
    named = mapped.table.c[mapped.key] == _into(store, mapped.table.c[mapped.key], key)
    found = session.execute(select(*columns).where(named)).mappings().first()
    return None if found is None else {name: _out_of(each) for name, each in found.items()}


def write_table(session: Session, store: str, mapped: StoreTable, row: Row) -> None:
    """Change an area's row, or add it where that is allowed.

    Raises:
        StoreRefused: it has no key or no such row, or names a column that is not to be written.
    """
    refused = row.keys() - mapped.writable - {mapped.key}
    if refused:
        raise StoreRefused(store, f"{', '.join(sorted(refused))} is not to be written")
    table = mapped.table
    values = {name: _into(store, table.c[name], each) for name, each in row.items()}
    key = values.pop(mapped.key, None)
    if key is None:
        raise StoreRefused(store, f"the row has no {mapped.key}")
    named = table.c[mapped.key] == key
    is_there = session.execute(select(table.c[mapped.key]).where(named)).first() is not None
    if is_there and values:
        session.execute(update(table).where(named).values(values))
    elif not is_there and mapped.adds:
        session.execute(insert(table).values({**values, mapped.key: key}))
    elif not is_there:
        raise StoreRefused(store, f"there is no row {key!r}")


def _text(store: str, key: object) -> str:
    if isinstance(key, bool) or not isinstance(key, str | int | Decimal) or key == "":
        raise StoreRefused(store, f"{key!r} is no key: a text or a number is")
    return str(key)


#: our own column types, whose Python type SQLAlchemy does not know
_OURS: Final[Mapping[type, type]] = {Money: Rial, Exact: Decimal, Moment: datetime, JsonText: dict}
#: how a value of a case becomes one of a column, by the Python type of the column
_INTO: Final[Mapping[type, Callable[[Any], object]]] = {
    Rial: lambda value: Rial(int(value)),
    Decimal: lambda value: Decimal(str(value)),
    datetime: datetime.fromisoformat,
    date: date.fromisoformat,
    UUID: UUID,
    int: int,
    str: str,
    bool: bool,
}
#: what a value of a case may be for it
_TAKES: Final[Mapping[type, tuple[type, ...]]] = {
    Rial: (int,),
    Decimal: (int, Decimal),
    int: (int,),
    bool: (bool,),
}


def _into(store: str, column: Column[Any], value: Any) -> object:
    if value is None:
        return None
    kind = _kind_of(column)
    takes = _TAKES.get(kind, (str,))
    is_right = isinstance(value, takes) and (bool in takes or not isinstance(value, bool))
    try:
        if is_right:
            return _INTO[kind](value)
    except (KeyError, ValueError) as failure:
        raise StoreRefused(store, f"{value!r} is no {column.name}") from failure
    raise StoreRefused(store, f"{value!r} is no {column.name}")


def _kind_of(column: Column[Any]) -> type:
    ours = next((each for each in _OURS if isinstance(column.type, each)), None)
    return column.type.python_type if ours is None else _OURS[ours]


def _out_of(value: Any) -> Any:
    match value:
        case Rial():
            return value.amount
        case date():
            return value.isoformat()
        case UUID():
            return str(value)
    return value
