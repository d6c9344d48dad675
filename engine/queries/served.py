"""In which units an actor serves or watches cases that are not his to work on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, true

from engine.errors import Forbidden
from engine.model.person import ANYWHERE, Actor


def units_where(actor: Actor, roles: Iterable[str]) -> frozenset[str] | None:
    """Return the units in which the actor holds one of these roles; ``None``: in all of them.

    Raises:
        Forbidden: in none.
    """
    wanted = tuple(roles)
    units = frozenset[str]().union(*(actor.units_of(each) for each in wanted))
    if not units:
        raise Forbidden(f"not held: {', '.join(sorted(wanted))}")
    return None if ANYWHERE in units else units


def is_in(units: frozenset[str] | None, column: Any) -> ColumnElement[bool]:
    """Return the condition that a column names one of these units."""
    return true() if units is None else column.in_(sorted(units))
