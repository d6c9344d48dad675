"""The units, and the people in them, that somebody may choose among."""

from __future__ import annotations

from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from engine.model.person import Actor, Grant, Person, Unit


def unit_choices(session: Session, actor: Actor, *roles: str) -> list[tuple[str, str]]:
    """Return the units in which a person holds one of these roles, named in his language."""
    mine = {unit for role in roles for unit in actor.units_of(role)}
    found = session.scalars(select(Unit).where(Unit.code.in_(mine)).order_by(Unit.code))
    return [(each.code, f"{each.code} · {each.title(actor.locale)}") for each in found]


def units_with(session: Session, role: str, on: date) -> list[str]:
    """Return the open units in which somebody holds a role on a day, by code."""
    found = session.scalars(
        select(Unit.code)
        .join(Grant, Grant.unit_code == Unit.code)
        .join(Person, Person.id == Grant.person_id)
        .where(
            Grant.role == role,
            or_(Grant.valid_from.is_(None), Grant.valid_from <= on),
            or_(Grant.valid_to.is_(None), Grant.valid_to >= on),
            Person.disabled.is_(False),
            Unit.closed_on.is_(None),
        )
        .distinct()
        .order_by(Unit.code)
    )
    return list(found)


def people_choices(session: Session, actor: Actor, role: str) -> list[tuple[str, str]]:
    """Return who has a role in a unit that a person works in: user name, and name.

    Whether it is held on a day is not asked here: whoever takes the choice looks at that.
    """
    name = Person.name_fa if actor.locale == "fa" else Person.name_en
    found = session.scalars(
        select(Person)
        .join(Grant, Grant.person_id == Person.id)
        .where(
            Grant.role == role,
            Grant.unit_code.in_(actor.units),
            Person.disabled.is_(False),
            Person.id != actor.person_id,
        )
        .order_by(name, Person.username)
        .distinct()
    )
    return [(each.username, each.names[actor.locale]) for each in found]
