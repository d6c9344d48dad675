"""Values inside JSON columns, compared exactly by either database."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Column, ColumnElement, Text, and_, cast, func, literal, type_coerce
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from engine.model.base import json_text


def has_values(
    session: Session, column: Column[Any], values: Mapping[str, Any]
) -> ColumnElement[bool]:
    """Return the condition that an object in a column has all these values.

    The JSON of each is compared, so that no number becomes a float.
    """
    held = type_coerce(column, Text)
    if session.get_bind().dialect.name != "sqlite":
        return cast(held, JSONB).contains(cast(literal(json_text(dict(values)), Text), JSONB))
    return and_(
        *(held.op("->")(_path(key)) == func.json(json_text(value)) for key, value in values.items())
    )


def _path(key: str) -> str:
    return '$."{}"'.format(key.replace('"', '\\"'))
