"""Rows of data stores: the engine's own table, or one of an area's; within one transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Column, insert, select, update
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm import Session

from engine.errors import Contended
from engine.model.base import Exact, JsonText, Moment, Money
from engine.model.data_store import StoreRow, StoreTable
from engine.values import Rial

Row = Mapping[str, Any]


class RowRefused(ValueError):
    """A row cannot be read from a data store or written to it as it is asked for."""


def read_own(
    session: Session, area: str, store: str, key: object, *, held: bool = False
) -> Row | None:
    """Return a row of the engine's own table.

    Args:
        held: nobody else changes it before the transaction ends.
    """
    found = session.get(StoreRow, (area, store, _text(key)), with_for_update=held or None)
    return None if found is None else dict(found.content)


def write_own(session: Session, area: str, store: str, key: object, row: Row, at: datetime) -> None:
    """Add a row to the engine's own table, or put it in the place of the one with its key."""
    session.merge(
        StoreRow(area=area, store=store, key=_text(key), content=dict(row), changed_at=at)
    )
    session.flush()  # who adds it at the same time is found out here, and the step taken again


def read_table(
    session: Session, mapped: StoreTable, key: object, *, held: bool = False
) -> Row | None:
    """Return the columns of an area's row that may be read.

    Args:
        held: nobody else changes it before the transaction ends.

    Raises:
        RowRefused: the key is none of this table.
    """
    columns = [mapped.table.c[each] for each in dict.fromkeys(mapped.columns)]
    named = mapped.table.c[mapped.key] == _into(mapped.table.c[mapped.key], key)
    asked = select(*columns).where(named)
    found = session.execute(asked.with_for_update() if held else asked).mappings().first()
    return None if found is None else {name: _out_of(each) for name, each in found.items()}


def write_table(session: Session, mapped: StoreTable, row: Row) -> None:
    """Change an area's row, or add it where that is allowed.

    Raises:
        RowRefused: it has no key or no such row, or names a column that is not to be written.
        Contended: somebody else added it at the same time.
    """
    refused = row.keys() - mapped.writable - {mapped.key}
    if refused:
        raise RowRefused(f"{', '.join(sorted(refused))} is not to be written")
    table = mapped.table
    values = {name: _into(table.c[name], each) for name, each in row.items()}
    key = values.pop(mapped.key, None)
    if key is None:
        raise RowRefused(f"the row has no {mapped.key}")
    try:
        with session.begin_nested():
            _change(session, mapped, key, values)
    except (IntegrityError, DataError, OverflowError) as failure:
        raise RowRefused(f"the table does not take the row {key!r}") from failure


def _change(session: Session, mapped: StoreTable, key: object, values: Row) -> None:
    is_there = _is_there(session, mapped, key)
    if is_there and values:
        named = mapped.table.c[mapped.key] == key
        session.execute(update(mapped.table).where(named).values(dict(values)))
    elif not is_there and mapped.adds:
        _add(session, mapped, key, values)
    elif not is_there:
        raise RowRefused(f"there is no row {key!r}")


def _is_there(session: Session, mapped: StoreTable, key: object) -> bool:
    column = mapped.table.c[mapped.key]
    return session.execute(select(column).where(column == key)).first() is not None


def _add(session: Session, mapped: StoreTable, key: object, values: Row) -> None:
    try:
        with session.begin_nested():
            session.execute(insert(mapped.table).values({**values, mapped.key: key}))
    except IntegrityError as failure:
        if _is_there(session, mapped, key):
            raise Contended(f"{mapped.table.name} {key!r}") from failure
        raise


def _text(key: object) -> str:
    if isinstance(key, bool) or not isinstance(key, str | int | Decimal) or key == "":
        raise RowRefused(f"{key!r} is no key: a text or a number is")
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


def _into(column: Column[Any], value: Any) -> object:
    if value is None:
        return None
    kind = _kind_of(column)
    takes = _TAKES.get(kind, (str,))
    is_right = isinstance(value, takes) and (bool in takes or not isinstance(value, bool))
    try:
        if is_right:
            return _INTO[kind](value)
    except (KeyError, ValueError) as failure:
        raise RowRefused(f"{value!r} is no {column.name}") from failure
    raise RowRefused(f"{value!r} is no {column.name}")


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
