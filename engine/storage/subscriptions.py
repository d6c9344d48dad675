"""Subscription rows: opened and ended with the steps of cases, found by what arrives."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, delete, exists, insert, or_, select
from sqlalchemy.orm import Session

from engine.model.definition import Definition
from engine.model.subscription import Listens, Subscription, subscription_table

_FIELDS = tuple(field.name for field in dataclasses.fields(Subscription))
_TABLE = subscription_table
_ADD = insert(_TABLE)


def add(session: Session, subscriptions: Iterable[Subscription]) -> None:
    """Keep the subscriptions of start events; those of cases are saved with them."""
    rows = [_values(each) for each in subscriptions]
    if rows:
        session.connection().execute(_ADD, rows)


def end_starts(session: Session, process_id: str) -> None:
    """Drop what the start events of a process's definitions listen for."""
    definitions = select(Definition.id).where(Definition.process_id == process_id)
    session.connection().execute(delete(_TABLE).where(_TABLE.c.definition_id.in_(definitions)))


def of_token(session: Session, instance_id: UUID, token: str) -> Subscription | None:
    """Return what one token of a case listens for, if it still does."""
    found = _select(session, _TABLE.c.instance_id == instance_id, _TABLE.c.token == token)
    return found[0] if found else None


def of_case(
    session: Session, instance_id: UUID, name: str, item: str | None = None
) -> Subscription | None:
    """Return what in one case has waited longest for a message without a key.

    Args:
        item: of a multi-instance activity: what waits in it, else outside of all items.
    """
    wanted = [
        _TABLE.c.instance_id == instance_id,
        _TABLE.c.kind == Listens.MESSAGE.value,
        _TABLE.c.name == name,
        _TABLE.c.correlation == "",
    ]
    if item is not None:
        wanted.append(or_(_TABLE.c.item.is_(None), _TABLE.c.item == item))
    found = _select(session, *wanted)
    return next((each for each in found if each.item == item), found[0] if found else None)


def waiting_case(
    session: Session, name: str, correlation: str, process_id: str | None = None
) -> tuple[Subscription | None, bool]:
    """Return who waits longest for a message, and whether another case does, too.

    Two looks into an index, however many cases wait for messages of this name.

    Args:
        process_id: only in this process.
    """
    other = _TABLE.alias("other")
    same = [
        [
            table.c.kind == Listens.MESSAGE.value,
            table.c.name == name,
            table.c.correlation == correlation,
            table.c.instance_id.is_not(None),
            *([] if process_id is None else [table.c.process_id == process_id]),
        ]
        for table in (_TABLE, other)
    ]
    contested = exists().where(*same[1], other.c.instance_id != _TABLE.c.instance_id)
    columns = [_TABLE.c[name] for name in _FIELDS]
    statement = select(*columns, contested).where(*same[0]).order_by(_TABLE.c.id).limit(1)
    row = session.connection().execute(statement).one_or_none()
    if row is None:
        return None, False
    *values, is_contested = row
    return _subscription(dict(zip(_FIELDS, values, strict=True))), is_contested


def starts_by_message(session: Session, name: str) -> list[Subscription]:
    """Return the start events of newest definitions that a message sets off."""
    return _select(
        session,
        _TABLE.c.kind == Listens.MESSAGE.value,
        _TABLE.c.name == name,
        _TABLE.c.correlation == "",  # a start event has none: the index leaves cases out
        _TABLE.c.definition_id.is_not(None),
    )


def for_signal(
    session: Session,
    name: str,
    *,
    until: datetime,
    after: UUID | None,
    but: UUID | None,
    limit: int,
) -> list[Subscription]:
    """Return one portion of who listens for a signal, oldest first.

    Args:
        until: the moment of the signal: who began to listen later does not hear it.
        after: the last one of the portion before.
        but: the case that threw it; its own catchers were served there.
    """
    wanted = [
        _TABLE.c.kind == Listens.SIGNAL.value,
        _TABLE.c.name == name,
        _TABLE.c.correlation == "",  # signals have none: the index gives them in order
        _TABLE.c.created_at <= until,
    ]
    if after is not None:
        wanted.append(_TABLE.c.id > after)
    if but is not None:
        wanted.append(_TABLE.c.instance_id.is_distinct_from(but))
    return _select(session, *wanted, limit=limit)


def of_instance(session: Session, instance_id: UUID) -> list[Subscription]:
    """Return everything a case listens for, oldest first."""
    return _select(session, _TABLE.c.instance_id == instance_id)


def _select(session: Session, *wanted: Any, limit: int | None = None) -> list[Subscription]:
    statement = select(_TABLE).where(*wanted).order_by(_TABLE.c.id).limit(limit)
    rows: Sequence[RowMapping] = session.connection().execute(statement).mappings().all()
    return [_subscription(row) for row in rows]


def _values(subscription: Subscription) -> dict[str, Any]:
    values = {name: getattr(subscription, name) for name in _FIELDS}
    return values | {"kind": subscription.kind.value}


def _subscription(row: Mapping[Any, Any]) -> Subscription:
    return Subscription(**{**row, "kind": Listens(row["kind"])})
