"""Whose payments an actor may see: those of his units."""

from __future__ import annotations

from typing import Final

from sqlalchemy import ColumnElement, false, true
from sqlalchemy.orm import InstrumentedAttribute

from engine.sdk import Actor

#: Roles that read the payments of their unit (`domain.md` §12).
READERS: Final = frozenset(
    {"FIN_EXPERT", "FIN_HEAD", "TREASURER", "UNIT_HEAD", "AUDITOR", "COMMITTEE"}
)
#: Roles that reconcile with the bank; who pays does not (SOD-008).
RECONCILERS: Final = frozenset({"FIN_EXPERT"})
#: Roles that may look at the reconciliation.
LOOKERS: Final = RECONCILERS | {"FIN_HEAD", "AUDITOR"}
_ANYWHERE: Final = "*"


def in_units_of(
    actor: Actor, column: InstrumentedAttribute[str], roles: frozenset[str] = READERS
) -> ColumnElement[bool]:
    """Return the condition on rows of units in which the actor holds one of the roles."""
    units = {place for role in roles & actor.roles for place in actor.units_of(role)}
    if _ANYWHERE in units:
        return true()
    return column.in_(units) if units else false()


def works_in(actor: Actor, unit: str, roles: frozenset[str]) -> bool:
    """Tell whether the actor holds one of the roles in a unit."""
    return any(actor.sits_at(f"{each}@{unit}") for each in roles)
