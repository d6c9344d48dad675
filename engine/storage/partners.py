"""Partner rows: who spoke with whom, and who of them still runs."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Insert, and_, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from engine.model.instance import InstanceState, instance_table
from engine.model.partner import partner_table

_TABLE = partner_table
_THEIRS = partner_table.alias("theirs")


class Side(NamedTuple):
    """One of two cases that speak: the case, and which item of it does."""

    instance_id: UUID
    item: str | None = None  #: of a multi-instance activity


class Partner(NamedTuple):
    """A running case that a case has spoken with."""

    instance_id: UUID
    item: str | None  #: of it, that speaks
    our_item: str | None  #: of the case itself


def meet(session: Session, one: Side, other: Side, message: str, at: datetime) -> None:
    """Remember that two cases spoke; who met before stays as they met."""
    told = {"message": message, "met_at": at}
    sides = [
        {
            "instance_id": each.instance_id,
            "partner_id": with_.instance_id,
            "item": each.item,
            **told,
        }
        for each, with_ in sorted([(one, other), (other, one)])  # so nobody waits in a circle
    ]
    session.connection().execute(_add(session.get_bind().dialect.name), sides)


def running(session: Session, instance_id: UUID, process_id: str) -> list[Partner]:
    """Return the partners of a case that are running cases of a process, as they were met."""
    both = and_(
        _THEIRS.c.instance_id == _TABLE.c.partner_id, _THEIRS.c.partner_id == _TABLE.c.instance_id
    )
    found = (
        select(_TABLE.c.partner_id, _THEIRS.c.item, _TABLE.c.item)
        .join(_THEIRS, both)
        .join(instance_table, instance_table.c.id == _TABLE.c.partner_id)
        .where(
            _TABLE.c.instance_id == instance_id,
            instance_table.c.process_id == process_id,
            instance_table.c.state == InstanceState.RUNNING.value,
        )
        .order_by(_TABLE.c.met_at, _TABLE.c.partner_id)
    )
    return [Partner(*each) for each in session.execute(found)]


def _add(dialect: str) -> Insert:
    insert = sqlite_insert if dialect == "sqlite" else postgresql_insert
    return insert(_TABLE).on_conflict_do_nothing()
