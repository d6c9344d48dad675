"""Column types of the area's tables."""

from __future__ import annotations

import enum

from sqlalchemy import Enum


def code_column(kind: type[enum.Enum]) -> Enum:
    """Return the type of a column that holds the codes of ``kind`` as readable text."""
    return Enum(
        kind,
        native_enum=False,
        create_constraint=False,
        length=40,
        values_callable=lambda each: [member.value for member in each],
    )
