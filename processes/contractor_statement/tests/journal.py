"""What the journal was told of acts on pages of this area."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from engine.model.admin_event import AdminEvent
from engine.sdk import Database


def acts(database: Database) -> list[tuple[str, str, Any]]:
    """Return who did what, with the facts told, in order."""
    with database.reader() as session:
        of_area = select(AdminEvent).where(AdminEvent.kind == "area_act")
        told = session.scalars(of_area.order_by(AdminEvent.number)).all()
        return [(each.actor, each.facts["act"], each.facts["told"]) for each in told]
