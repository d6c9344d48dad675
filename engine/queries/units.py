"""The units that somebody may choose among."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.model.person import Actor, Unit


def unit_choices(session: Session, actor: Actor, *roles: str) -> list[tuple[str, str]]:
    """Return the units in which a person holds one of these roles, each with its name."""
    mine = {unit for role in roles for unit in actor.units_of(role)}
    found = session.scalars(select(Unit).where(Unit.code.in_(mine)).order_by(Unit.code))
    return [(each.code, f"{each.code} · {each.title_fa}") for each in found]
