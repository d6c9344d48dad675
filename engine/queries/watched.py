"""Whose cases somebody watches: the condition that every figure about many cases carries."""

from __future__ import annotations

from sqlalchemy import ColumnElement, false, or_, true

from engine.errors import Forbidden
from engine.model.instance import instance_table as instance
from engine.model.person import ANYWHERE, Actor
from engine.queries.case_list import WATCHERS, may_watch
from engine.queries.scope import visible_cases


def watched_units_of(actor: Actor) -> frozenset[str] | None:
    """Return the codes of the units whose cases an actor watches; ``None``: all of them."""
    units = frozenset[str]().union(*(actor.units_of(each) for each in WATCHERS))
    return None if ANYWHERE in units else units


def watched_cases(actor: Actor) -> ColumnElement[bool]:
    """Return the condition on ``instance`` for the cases an actor watches."""
    units = watched_units_of(actor)
    if units is None:
        return true()
    return instance.c.unit.in_(sorted(units)) if units else false()


def seen_cases(actor: Actor) -> ColumnElement[bool]:
    """Return the condition on ``instance`` for the cases an actor may see, or watches."""
    return or_(visible_cases(actor), watched_cases(actor))


def must_watch(actor: Actor) -> None:
    """Refuse who watches no cases.

    Raises:
        Forbidden: the actor is no administrator, auditor or member of the committee.
    """
    if not may_watch(actor):
        raise Forbidden("who watches no cases has no figures about them")
