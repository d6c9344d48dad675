"""The declarative base, naming of constraints, and the column types all tables share."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from decimal import Decimal
from itertools import count
from typing import Any, Final, TypeAlias
from uuid import UUID

import uuid_utils.compat
from sqlalchemy import (
    BigInteger,
    DateTime,
    Dialect,
    Integer,
    MetaData,
    Numeric,
    Text,
    TypeDecorator,
    Uuid,
)
from sqlalchemy.orm import DeclarativeBase

from engine.values import Rial, exact_json

Json: TypeAlias = "str | int | bool | Decimal | list[Json] | dict[str, Json] | None"


_told: Final[ContextVar[Iterator[UUID] | None]] = ContextVar("ids", default=None)


def new_id() -> UUID:
    """Return a UUIDv7: one id in database, pages, REST and logs, sortable by birth."""
    told = _told.get()
    return uuid_utils.compat.uuid7() if told is None else next(told)


@contextmanager
def ids_in_order(series: int) -> Iterator[None]:
    """Let what this thread makes meanwhile have the same ids each time: for a database apart.

    What is made in one series never has an id of another, nor one that is made otherwise.
    """
    first = (series << 80) | (7 << 76) | (0b10 << 62)  # a moment of 1970, and version and variant
    token = _told.set(UUID(int=first + number) for number in count(1))
    try:
        yield
    finally:
        _told.reset(token)


class Moment(TypeDecorator[datetime]):
    """An aware UTC moment; SQLite keeps it as naive UTC and gets the zone back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any]:
        """Return what turns a moment into what the driver takes."""
        return _moment_as_text if dialect.name == "sqlite" else _utc

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any]:
        """Return what makes a moment of what the driver gives."""
        return _moment_of_text if dialect.name == "sqlite" else _utc


def _utc(moment: datetime | None) -> datetime | None:
    if moment is None or moment.tzinfo is UTC:
        return moment
    if moment.tzinfo is None:
        raise TypeError("a moment without a time zone")
    return moment.astimezone(UTC)


def _moment_as_text(moment: datetime | None) -> str | None:
    in_utc = _utc(moment)
    return None if in_utc is None else in_utc.isoformat(" ", "microseconds")[:_TO_MICROSECONDS]


def _moment_of_text(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text).replace(tzinfo=UTC)


_TO_MICROSECONDS: Final = len("2026-03-21 08:30:00.000000")


class JsonText(TypeDecorator[Any]):
    """JSON kept as text, so that numbers come back as ``int`` or ``Decimal``, never float."""

    impl = Text
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any]:
        """Return what turns plain data into text."""
        return _json_or_none

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any]:
        """Return what reads the text."""
        return _read_json


def _json_or_none(value: object) -> str | None:
    return None if value is None else json_text(value)


def _read_json(text: str | None) -> Any:
    return None if text is None else exact_json.read(text)


class Money(TypeDecorator[Rial]):
    """Integer rials in a 64-bit column (the range of R-MON-04 fits)."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Rial | None, dialect: Dialect) -> int | None:
        return None if value is None else value.amount

    def process_result_value(self, value: int | None, dialect: Dialect) -> Rial | None:
        return None if value is None else Rial(value)


class Exact(TypeDecorator[Decimal]):
    """An exact decimal: ``numeric`` on PostgreSQL, text on SQLite, which has only floats."""

    impl = Numeric
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else Numeric())

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Any:
        return value if value is None or dialect.name != "sqlite" else format(value, "f")

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(value)


#: compared byte by byte, as `engine.values.sorting` makes it
Sortable = Text().with_variant(Text(collation="C"), "postgresql")


def json_text(value: object) -> str:
    """Return ``value`` as compact JSON with exact numbers and unescaped Persian."""
    return exact_json.written(value)


#: SQLite numbers rows only in INTEGER columns
RowNumber = BigInteger().with_variant(Integer, "sqlite")


class Base(DeclarativeBase):
    """The base of every table, the engine's and the areas'."""

    metadata = MetaData(
        naming_convention={
            "pk": "pk_%(table_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
        }
    )
    type_annotation_map = {
        UUID: Uuid(),
        datetime: Moment(),
        Rial: Money(),
        Decimal: Exact(),
        Mapping[str, Any]: JsonText(),
        str: Text(),
    }
