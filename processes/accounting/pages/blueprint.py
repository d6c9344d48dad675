"""The area's blueprint, its entry on the rail, and which books are asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from flask import request

from engine.sdk import Actor, Session, desk_of
from engine.values import JalaliDate, local_date
from processes.accounting.queries import READERS, readable_units
from processes.accounting.texts import AreaTexts
from webapp.sdk import area_blueprint, lazy_gettext, nav_entry, not_found, now

_l = lazy_gettext

bp = area_blueprint("accounting", "processes.accounting", AreaTexts)
_YEARS: Final = (1300, 1600)


def reads_books(actor: Actor) -> bool:
    """Tell whether the actor reads the books of some unit."""
    return bool(actor.roles & READERS)


def sits(actor: Actor, unit: str, roles: Iterable[str]) -> bool:
    """Tell whether the actor has one of some roles in a unit."""
    return any(actor.sits_at(desk_of(role, unit)) for role in roles)


nav_entry("accounting.balance", _l("Accounting"), is_for=reads_books)


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose books of which year are asked for."""

    unit: str
    year: int
    page: int
    units: Mapping[str, Mapping[str, str]]  #: that may be asked for, with their names


def asked(session: Session, actor: Actor) -> Asked:
    """Return what the address asks for; 404 where the actor may not read it.

    Without a unit it is the first he may read, without a year this one.
    """
    units = readable_units(session, actor)
    unit = request.args.get("unit") or next(iter(units), "")
    if not reads_books(actor) or (unit and unit not in units):
        not_found()
    this_year = JalaliDate.of(local_date(now())).year
    year = request.args.get("year", this_year, type=int)
    page = request.args.get("page", 1, type=int)
    first, last = _YEARS
    return Asked(unit, min(max(year, first), last), min(max(page, 1), 100_000), units)
