"""Partners: cases that speak with one another, so that an answer finds the very case that asked."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from sqlalchemy import Column, ForeignKey, Table, Text, Uuid

from engine.model.base import Base, Moment

#: two rows for each pair, one seen from either side
partner_table = Table(
    "partner",
    Base.metadata,
    Column("instance_id", Uuid, ForeignKey("instance.id"), primary_key=True),
    Column("partner_id", Uuid, ForeignKey("instance.id"), primary_key=True),
    Column("message", Text, nullable=False),  #: the name of the one they met by
    Column("met_at", Moment, nullable=False),
    Column("item", Text),  #: of a multi-instance activity of the case: what of it speaks
)


_CASE: Final = "case:"


def addressed_to(instance_id: UUID) -> str:
    """Return the correlation of a message that is for one case and no other.

    >>> addressed_to(UUID(int=12))
    'case:00000000-0000-0000-0000-00000000000c'
    """
    return f"{_CASE}{instance_id}"


def addressee_of(correlation: str) -> UUID | None:
    """Return the one case a message with this correlation is for, if it is for one."""
    if not correlation.startswith(_CASE):
        return None
    try:
        return UUID(correlation.removeprefix(_CASE))
    except ValueError:
        return None
