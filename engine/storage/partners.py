"""Partner rows: who spoke with whom, and who of them still runs."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Insert, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from engine.model.instance import InstanceState, instance_table
from engine.model.partner import partner_table

_TABLE = partner_table


def meet(session: Session, one: UUID, other: UUID, message: str, at: datetime) -> None:
    """Remember that two cases spoke; who met before stays as they met."""
    sides = [
        {"instance_id": one, "partner_id": other, "message": message, "met_at": at},
        {"instance_id": other, "partner_id": one, "message": message, "met_at": at},
    ]
    sides.sort(key=lambda side: str(side["instance_id"]))  # so that nobody waits in a circle
    session.connection().execute(_add(session.get_bind().dialect.name), sides)


def running(session: Session, instance_id: UUID, process_id: str) -> list[UUID]:
    """Return the partners of a case that are running cases of a process, as they were met."""
    found = (
        select(_TABLE.c.partner_id)
        .join(instance_table, instance_table.c.id == _TABLE.c.partner_id)
        .where(
            _TABLE.c.instance_id == instance_id,
            instance_table.c.process_id == process_id,
            instance_table.c.state == InstanceState.RUNNING.value,
        )
        .order_by(_TABLE.c.met_at, _TABLE.c.partner_id)
    )
    return list(session.scalars(found))


def _add(dialect: str) -> Insert:
    insert = sqlite_insert if dialect == "sqlite" else postgresql_insert
    return insert(_TABLE).on_conflict_do_nothing()
