"""What an actor may see: conditions every query about cases and tasks carries."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from functools import lru_cache
from typing import Final

from sqlalchemy import ColumnElement, and_, exists, false, or_, true

from engine.model.instance import instance_table as instance
from engine.model.instance import task_table as task
from engine.model.person import ANYWHERE, Actor, desk_of, role_of

#: what an actor may see is worked out once for so many of them: most of what it costs to ask
ACTORS: Final = 500


def sees_all(actor: Actor) -> bool:
    """Tell whether every case is open to the actor: auditors and the council everywhere."""
    return actor.sees_all


@lru_cache(maxsize=ACTORS)
def visible_cases(actor: Actor) -> ColumnElement[bool]:
    """Return the condition on ``instance`` for the cases an actor may see.

    Those of a unit he has a desk in, of an organisation he represents, those he started,
    and those with a step at one of his desks (a central office works on other units'
    cases). Auditors and committee members that are granted everywhere see all.
    """
    if sees_all(actor):
        return true()
    ways: list[ColumnElement[bool]] = [instance.c.started_by == actor.username]
    if actor.units:
        ways.append(instance.c.unit.in_(sorted(actor.units)))
    if actor.parties:
        ways.append(instance.c.party.in_(sorted(actor.parties)))
    at_a_desk = (task.c.instance_id == instance.c.id) & (
        at_desks(actor) | (task.c.holder == actor.username) | stands_in_at(actor)
    )
    ways.append(exists().where(at_a_desk).correlate(instance))
    return or_(*ways)


def at_desks(actor: Actor, desk: ColumnElement[str] = task.c.desk) -> ColumnElement[bool]:
    """Return the condition on ``human_task`` for work at the actor's desks.

    Args:
        desk: the column that says whose it is; ``escalation_desk`` is told when it is late.
    """
    ways: list[ColumnElement[bool]] = [desk.in_(desks_of(actor))]
    ways += [desk.startswith(f"{role}@", autoescape=True) for role in roles_everywhere(actor)]
    return or_(*ways)


def stands_in_at(actor: Actor) -> ColumnElement[bool]:
    """Return the condition on ``human_task`` and ``instance`` for work done for others.

    A limit of the amount is not asked here: what is above it is seen, and refused in words.
    """
    ways = [
        _at(each.desks)
        if each.processes is None
        else and_(instance.c.process_id.in_(sorted(each.processes)), _at(each.desks))
        for each in actor.stands_in
    ]
    return or_(false(), *ways)


def _at(desks: AbstractSet[str]) -> ColumnElement[bool]:
    """Return the condition for work on any of these desks, as `is_among` has it."""
    roles = {role_of(each) for each in desks}
    named = sorted({*desks, *(desk_of(each, ANYWHERE) for each in roles)})
    everywhere = sorted(role_of(each) for each in desks if each.endswith(f"@{ANYWHERE}"))
    ways = [task.c.desk.startswith(f"{role}@", autoescape=True) for role in everywhere]
    return or_(task.c.desk.in_(named), *ways)


def desks_of(actor: Actor) -> list[str]:
    """Return the desks whose work is the actor's by name, those of his roles anywhere included."""
    return sorted({*actor.desks, *(desk_of(role, ANYWHERE) for role in actor.roles)})


def roles_everywhere(actor: Actor) -> list[str]:
    """Return the roles whose work is the actor's wherever it lies."""
    return sorted(role_of(each) for each in actor.desks if each.endswith(f"@{ANYWHERE}"))
