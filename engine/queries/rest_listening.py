"""Who waits for a message: the cases that a correlation of Camunda 7 can mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from engine.model.instance import instance_table as instance
from engine.model.subscription import Listens
from engine.model.subscription import subscription_table as subscription
from engine.queries.served import is_in
from engine.storage.json_values import has_values

MOST = 100  #: cases that one message is told at once


@dataclass(frozen=True, slots=True)
class Listener:
    """A case that waits for a message."""

    instance_id: UUID
    correlation: str  #: the text of the key it waits with; empty when it names none


@dataclass(frozen=True, slots=True)
class Sought:
    """Which of those who wait are meant; what is ``None`` asks nothing."""

    instance_id: UUID | None = None
    business_key: str | None = None
    values: Mapping[str, Any] | None = None  #: variables of the case, all equal


def listeners(
    session: Session, name: str, sought: Sought, units: frozenset[str] | None
) -> list[Listener]:
    """Return the cases that wait for a message and are meant, longest waiting first.

    Args:
        units: whose cases may be told; ``None``: all.
    """
    wanted: list[ColumnElement[bool]] = [
        subscription.c.kind == Listens.MESSAGE.value,
        subscription.c.name == name,
        is_in(units, instance.c.unit),
    ]
    if sought.instance_id is not None:
        wanted.append(instance.c.id == sought.instance_id)
    if sought.business_key is not None:
        wanted.append(instance.c.business_key == sought.business_key)
    if sought.values:
        wanted.append(has_values(session, instance.c.variables, sought.values))
    found = session.execute(
        select(
            instance.c.id,
            subscription.c.correlation,
        )
        .join(instance, instance.c.id == subscription.c.instance_id)
        .where(*wanted)
        .order_by(subscription.c.id)
        .limit(MOST + 1)
    )
    return [Listener(*each) for each in found]
