"""Whose books an actor may read: those of his units, an auditor's everywhere."""

from __future__ import annotations

from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.sdk import Actor, Unit
from processes.accounting.records import LedgerEntry

READERS: Final = frozenset(
    {"FIN_EXPERT", "FIN_HEAD", "TREASURER", "BUDGET_OFFICER", "UNIT_HEAD", "AUDITOR", "COMMITTEE"}
)
_ANYWHERE: Final = "*"


def readable_units(session: Session, actor: Actor) -> dict[str, dict[str, str]]:
    """Return the units whose books the actor may read, with their names by language.

    Who reads everywhere gets those that have books.
    """
    places = {place for role in READERS & actor.roles for place in actor.units_of(role)}
    wanted = Unit.code.in_(places)
    if _ANYWHERE in places:
        wanted = Unit.code.in_(select(LedgerEntry.unit).distinct())
    found = session.execute(
        select(Unit.code, Unit.title_fa, Unit.title_en).where(wanted).order_by(Unit.code)
    )
    return {code: {"fa": name_fa, "en": name_en} for code, name_fa, name_en in found}
