"""Whose a step is: conditions on open steps, for lists of work."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, exists, or_

from engine.model.instance import instance_table as instance
from engine.model.instance import task_table as task
from engine.model.person import Actor
from engine.queries.scope import at_desks, stands_in_at


def mine(actor: Actor) -> ColumnElement[bool]:
    """Return the condition on an open step, joined to its case, that it waits for the actor."""
    at_mine = or_(at_desks(actor), stands_in_at(actor))
    return or_(held(actor), and_(at_mine, task.c.holder.is_(None)))


def held(actor: Actor) -> ColumnElement[bool]:
    """Return the condition that the actor has a step, or who has it is away meanwhile."""
    ways = [task.c.holder == actor.username]
    for each in actor.stands_in:
        covered = [task.c.holder == each.username, task.c.desk.in_(sorted(each.desks))]
        if each.processes is not None:
            one = instance.alias("one")
            is_covered = one.c.process_id.in_(sorted(each.processes))
            case = exists().where(one.c.id == task.c.instance_id, is_covered)
            covered.append(case.correlate(task))
        ways.append(and_(*covered))
    return or_(*ways)


def told(actor: Actor) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions on a step that it is late at others and the actor was told."""
    others = or_(task.c.holder.is_(None), task.c.holder != actor.username)
    return (task.c.escalated_at.is_not(None), others, at_desks(actor, task.c.escalation_desk))
