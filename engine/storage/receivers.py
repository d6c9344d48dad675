"""What receivers outside are told of a case: that something happened, never what was said."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.model.event import event_table
from engine.model.instance import instance_table


def what_happened(session: Session, instance_id: UUID, numbers: Sequence[int]) -> dict[str, Any]:
    """Return a case and some of its events by their numbers, as plain data."""
    case, event = instance_table.c, event_table.c
    of = session.execute(
        select(case.process_id, case.business_key, case.unit, case.state).where(
            case.id == instance_id
        )
    ).one()
    rows = session.execute(
        select(event.seq, event.at, event.kind, event.element_id, event.task_id, event.actor)
        .where(event.instance_id == instance_id, event.seq.in_(numbers))
        .order_by(event.seq)
    )
    return {
        "case": {
            "id": str(instance_id),
            "process": of.process_id,
            "business_key": of.business_key,
            "unit": of.unit,
            "state": of.state,
        },
        "events": [
            {
                "number": row.seq,
                "at": row.at.isoformat(),
                "kind": row.kind,
                "element": row.element_id,
                "task": str(row.task_id) if row.task_id else None,
                "actor": row.actor,
            }
            for row in rows
        ],
    }
