"""Subscriptions: what a case, or the start of a process, listens for.

A row is kept for every token that waits for a message, a signal or a condition, and for
every start event of a process's newest definition that listens for one, so that what
arrives finds its receiver by an index and not by opening cases.
"""

from __future__ import annotations

import enum
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Column, ForeignKey, Index, Table, Text, Uuid

from engine.model.base import Base, Moment, json_text
from engine.model.partner import addressed_to
from engine.values.digits import normalise

LONGEST_CORRELATION: Final = 200  #: characters kept as they are; a longer key is kept as its hash


class Listens(enum.Enum):
    """What a subscription listens for."""

    MESSAGE = "message"
    SIGNAL = "signal"
    CONDITION = "condition"  #: served by the case's own variables; the row makes it visible


@dataclass(frozen=True, slots=True)
class Subscription:
    """One token of a case, or one start event of a definition, that listens."""

    id: UUID  #: grows with birth: the oldest is served first
    instance_id: UUID | None  #: ``None``: a start event, and then ``definition_id`` is set
    definition_id: UUID | None
    kind: Listens
    name: str  #: of the message or signal; a condition's is its element's id
    correlation: str  #: see `correlation_text`; empty when the receiver names no key
    token: str | None  #: the visit that waits
    process_id: str  #: the process the element stands in (a called one, perhaps)
    element_id: str
    created_at: datetime
    item: str | None = None  #: of a multi-instance activity: it hears what is for this item

    @property
    def keys(self) -> tuple[str, ...]:
        """The correlations of messages it may take: who names no key hears those for its case."""
        if self.correlation or self.instance_id is None:
            return (self.correlation,)
        return ("", addressed_to(self.instance_id))


subscription_table = Table(
    "subscription",
    Base.metadata,
    Column("id", Uuid, primary_key=True),
    Column("instance_id", Uuid, ForeignKey("instance.id")),
    Column("definition_id", Uuid, ForeignKey("definition.id")),
    Column("kind", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("correlation", Text, nullable=False),
    Column("token", Text),
    Column("process_id", Text, nullable=False),
    Column("element_id", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("item", Text),
    Index("ix_subscription_match", "kind", "name", "correlation", "id"),
    Index("ix_subscription_instance", "instance_id", "token", unique=True),
    Index("ix_subscription_definition", "definition_id"),
)


def correlation_of(keys: Mapping[str, Any]) -> str:
    """Return what a message's evaluated correlation keys are matched by; empty for none."""
    if not keys:
        return ""
    if len(keys) == 1:
        [only] = keys.values()
        return correlation_text(only)
    return correlation_text(dict(keys))


def correlation_text(key: object) -> str:
    """Return the one text of a correlation key, however its sender wrote it.

    Text is compared as Divan stores text (R-TXT-01), so that a number typed in Persian
    digits finds the case; a number and the text of it are the same key. What is longer
    than `LONGEST_CORRELATION` is replaced by its hash.

    >>> correlation_text("قرارداد ١٢") == correlation_text("قرارداد ۱۲")
    True
    >>> [correlation_text(each) for each in (12, "12", Decimal("12.00"))]
    ['12', '12', '12']
    """
    text = _text(key)
    if len(text) <= LONGEST_CORRELATION:
        return text
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def _text(key: object) -> str:
    match key:
        case str():
            return normalise(key)
        case bool() | None:
            return json_text(key)
        case int():
            return str(key)
        case Decimal():
            return format(key.normalize(), "f") if key else "0"
        case Mapping():
            parts = sorted((normalise(str(name)), _text(each)) for name, each in key.items())
            return json_text(parts)
        case list() | tuple():
            return json_text([_text(each) for each in key])
    raise TypeError(f"{type(key).__name__} is no correlation key")
