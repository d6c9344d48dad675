"""A month of a unit's books closes, and may be reopened where everybody sees it (R-BUD-06)."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import Select, select

from engine.errors import NotAtThisDesk, Problem, RulesBroken
from engine.sdk import Actor, UnitOfWork, desk_of, hold_numbers
from engine.values import InvalidValue, JalaliDate, local_date, month_length, normalise
from processes.accounting.commands.posting import numbers_of
from processes.accounting.records import ClosedMonth

KEEPERS: Final = ("FIN_HEAD",)  #: who closes and reopens, in the unit


def close_month(
    uow: UnitOfWork, unit: str, year: int, month: int, *, actor: Actor, at: datetime
) -> None:
    """Close a month that is over; nothing is posted in it from now on.

    Raises:
        RulesBroken: ``ACC-004`` it is not over or is no month, ``ACC-005`` it is closed.
        Forbidden: the actor does not keep the books of the unit.
    """
    _must_keep(actor, unit)
    with uow:
        if not _is_over(year, month, at):
            raise RulesBroken([Problem("ACC-004", "month", {"month": f"{year}/{month:02d}"})])
        hold_numbers(uow.session, numbers_of(unit, year))  # what is being posted comes first
        if uow.session.scalar(_standing(unit, year, month)) is not None:
            raise RulesBroken([Problem("ACC-005", "month", {"month": f"{year}/{month:02d}"})])
        uow.session.add(
            ClosedMonth(unit=unit, year=year, month=month, closed_at=at, closed_by=actor.username)
        )
        uow.commit()


def reopen_month(
    uow: UnitOfWork, unit: str, year: int, month: int, reason: str, *, actor: Actor, at: datetime
) -> None:
    """Reopen a closed month; who did it, when and why stays to be read.

    Raises:
        RulesBroken: ``GEN-REQUIRED`` no reason, ``ACC-006`` it is not closed.
        Forbidden: the actor does not keep the books of the unit.
    """
    _must_keep(actor, unit)
    said = normalise(reason)
    with uow:
        if not said:
            raise RulesBroken([Problem("GEN-REQUIRED", "reason")])
        closed = uow.session.scalar(_standing(unit, year, month).with_for_update())
        if closed is None:
            raise RulesBroken([Problem("ACC-006", "month", {"month": f"{year}/{month:02d}"})])
        closed.reopened_at, closed.reopened_by, closed.reason = at, actor.username, said
        uow.commit()


def _must_keep(actor: Actor, unit: str) -> None:
    desks = [desk_of(role, unit) for role in KEEPERS]
    if not any(actor.sits_at(each) for each in desks):
        raise NotAtThisDesk(desks[0])


def _is_over(year: int, month: int, at: datetime) -> bool:
    try:
        last = JalaliDate(year, month, month_length(year, month)).gregorian()
    except (InvalidValue, ValueError):
        return False
    return last < local_date(at)


def _standing(unit: str, year: int, month: int) -> Select[ClosedMonth]:
    return select(ClosedMonth).where(
        ClosedMonth.unit == unit,
        ClosedMonth.year == year,
        ClosedMonth.month == month,
        ClosedMonth.reopened_at.is_(None),
    )
