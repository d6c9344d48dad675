"""Which contracts an actor may see: those of his units, and those of whom he represents."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, false, or_, select, true
from sqlalchemy.orm import Session

from engine.sdk import Actor, task_table
from processes.contractor_statement.records import Contract, Statement

#: Roles that read the contracts of their unit; an administrator has no business powers (§0.8).
READERS: Final = frozenset(
    {
        "SUPERVISOR",
        "CONSULTANT",
        "TECH_OFFICE",
        "PROJECT_MANAGER",
        "UNIT_HEAD",
        "BUDGET_OFFICER",
        "FIN_EXPERT",
        "FIN_HEAD",
        "TREASURER",
        "RECORDS",
        "AUDITOR",
        "COMMITTEE",
    }
)
_ANYWHERE: Final = "*"


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """Return the condition on contracts that this actor may see in lists."""
    units = {place for role in READERS & actor.roles for place in actor.units_of(role)}
    if _ANYWHERE in units:
        return true()
    represented = actor.parties_as("CONTRACTOR")
    if not units and not represented:
        return false()
    return or_(Contract.unit.in_(units), Contract.contractor_id.in_(represented))


def may_see(session: Session, actor: Actor, contract_id: UUID) -> bool:
    """Tell whether the actor may open this contract.

    Besides the contracts of his lists these are the ones he has work in, such as a
    central review for another unit.
    """
    listed = select(Contract.id).where(Contract.id == contract_id, visible_to(actor))
    if session.scalar(listed) is not None:
        return True
    return session.scalar(_has_work(actor, contract_id)) is not None


def _has_work(actor: Actor, contract_id: UUID) -> Any:
    tasks = task_table
    return (
        select(tasks.c.id)
        .join(Statement, Statement.instance_id == tasks.c.instance_id)
        .where(Statement.contract_id == contract_id, tasks.c.desk.in_(actor.desks))
        .limit(1)
    )
