"""The units, and the people in them, that somebody may choose among."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.model.person import Actor, Grant, Person, Unit


def unit_choices(session: Session, actor: Actor, *roles: str) -> list[tuple[str, str]]:
    """Return the units in which a person holds one of these roles, each with its name."""
    mine = {unit for role in roles for unit in actor.units_of(role)}
    found = session.scalars(select(Unit).where(Unit.code.in_(mine)).order_by(Unit.code))
    return [(each.code, f"{each.code} · {each.title_fa}") for each in found]


def people_choices(session: Session, actor: Actor, role: str) -> list[tuple[str, str]]:
    """Return who has a role in a unit that a person works in: user name, and name.

    Whether it is held on a day is not asked here: whoever takes the choice looks at that.
    """
    found = session.scalars(
        select(Person)
        .join(Grant, Grant.person_id == Person.id)
        .where(
            Grant.role == role,
            Grant.unit_code.in_(actor.units),
            Person.disabled.is_(False),
            Person.id != actor.person_id,
        )
        .order_by(Person.name_fa, Person.username)
        .distinct()
    )
    return [(each.username, each.name_fa) for each in found]
