"""Column types the area's tables add to the engine's."""

from __future__ import annotations

import enum
from decimal import Decimal
from typing import Any

from sqlalchemy import Dialect, Enum, TypeDecorator

from engine.sdk import Exact
from engine.values import Percentage


class Rate(TypeDecorator[Percentage]):
    """An exact rate, stored as people say it: 10 is ten percent."""

    impl = Exact
    cache_ok = True

    def process_bind_param(self, value: Percentage | None, dialect: Dialect) -> Decimal | None:
        return None if value is None else value.percent

    def process_result_value(self, value: Any, dialect: Dialect) -> Percentage | None:
        return None if value is None else Percentage(value)


def code_column(kind: type[enum.Enum]) -> Enum:
    """Return the type of a column that holds the codes of ``kind`` as readable text."""
    return Enum(
        kind,
        native_enum=False,
        create_constraint=False,
        length=40,
        values_callable=lambda each: [member.value for member in each],
    )
