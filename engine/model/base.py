"""The declarative base, naming of constraints, and the column types all tables share."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, TypeAlias
from uuid import UUID

import simplejson
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

from engine.values import Rial

Json: TypeAlias = "str | int | bool | Decimal | list[Json] | dict[str, Json] | None"


# made once: making one costs more than using it
_ENCODER = simplejson.JSONEncoder(use_decimal=True, ensure_ascii=False, separators=(",", ":"))
_DECODER = simplejson.JSONDecoder(parse_float=Decimal)


def new_id() -> UUID:
    """Return a UUIDv7: one id in database, pages, REST and logs, sortable by birth."""
    return uuid_utils.compat.uuid7()


class Moment(TypeDecorator[datetime]):
    """An aware UTC moment; SQLite keeps it as naive UTC and gets the zone back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise TypeError("a moment without a time zone")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class JsonText(TypeDecorator[Any]):
    """JSON kept as text, so that numbers come back as ``int`` or ``Decimal``, never float."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else json_text(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        return None if value is None else _DECODER.decode(value)


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


def json_text(value: object) -> str:
    """Return ``value`` as compact JSON with exact numbers and unescaped Persian."""
    return str(_ENCODER.encode(value))


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
