"""A month of a unit's books closes, and may be reopened where everybody sees it (R-BUD-06)."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from engine.errors import NotAtThisDesk, Problem, RulesBroken
from engine.sdk import Actor, UnitOfWork, desk_of, hold_numbers, new_id, tell_act
from engine.values import InvalidValue, JalaliDate, local_date, month_length, normalise
from engine.values.facts import Basis
from processes.accounting.commands.posting import Happened, numbers_of, post_lines
from processes.accounting.queries import trial_balance
from processes.accounting.records import ClosedMonth, LedgerEntry
from processes.accounting.rules.result import result_lines

KEEPERS: Final = ("FIN_HEAD",)  #: who closes and reopens, in the unit
RESULT: Final = "3102"  #: the accumulated result, in the chart
_AREA: Final = "accounting"
_MONTHS: Final = 12


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
        facts = {"number": f"{year}/{month:02d}", "unit": unit}
        tell_act(uow.session, _AREA, "month_closed", facts, actor=actor, at=at)
        uow.commit()


def close_year(uow: UnitOfWork, unit: str, year: int, *, actor: Actor, at: datetime) -> None:
    """Close income and expenses of a year into the accumulated result, and its last month.

    The entry counts for the year's last day. All other accounts go over: what the next year
    opens with are their balances. Where the last month is reopened and something is posted in it,
    the year is closed once more, by an entry about the rest.

    Raises:
        RulesBroken: ``ACC-004`` the year is not over, ``ACC-005`` its last month is closed,
            ``ACC-011`` a month before that is open.
        Forbidden: the actor does not keep the books of the unit.
    """
    _must_keep(actor, unit)
    last = {"month": f"{year}/{_MONTHS:02d}"}
    with uow:
        if not _is_over(year, _MONTHS, at):
            raise RulesBroken([Problem("ACC-004", "month", last)])
        hold_numbers(uow.session, numbers_of(unit, year))  # what is being posted comes first
        closed = set(uow.session.scalars(_closed_months(unit, year)))
        if _MONTHS in closed:
            raise RulesBroken([Problem("ACC-005", "month", last)])
        if missing := sorted(set(range(1, _MONTHS)) - closed):
            told = {"months": ", ".join(map(str, missing))}
            raise RulesBroken([Problem("ACC-011", "month", told)])
        entry = _post_result(uow.session, unit, year, actor, at)
        uow.session.add(
            ClosedMonth(unit=unit, year=year, month=_MONTHS, closed_at=at, closed_by=actor.username)
        )
        facts = {"number": str(year), "unit": unit}
        if entry is not None:
            facts |= {"entry": str(entry.number), "amount": str(entry.total.amount)}
        tell_act(uow.session, _AREA, "year_closed", facts, actor=actor, at=at)
        uow.commit()


def _post_result(
    session: Session, unit: str, year: int, actor: Actor, at: datetime
) -> LedgerEntry | None:
    """Bring every account of income and expense to nothing; none of them stands: no entry."""
    lines = result_lines(
        {each.account.code: each.closing for each in trial_balance(session, unit, year).rows
         if each.account.is_result},
        RESULT,
    )  # fmt: skip
    if not lines:
        return None
    on = JalaliDate(year, _MONTHS, month_length(year, _MONTHS)).gregorian()
    basis = Basis("accounting", "year", new_id(), f"{unit}/{year}")
    happened = Happened(unit, "year_result", on, f"{unit}/{year}", basis, at, actor.username)
    return post_lines(session, happened, lines)


def _closed_months(unit: str, year: int) -> Select[int]:
    return select(ClosedMonth.month).where(
        ClosedMonth.unit == unit, ClosedMonth.year == year, ClosedMonth.reopened_at.is_(None)
    )


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
        facts = {
            "number": f"{year}/{month:02d}",
            "unit": unit,
            "closed_at": closed.closed_at.isoformat(),
            "reason": said,
        }
        tell_act(uow.session, _AREA, "month_reopened", facts, actor=actor, at=at)
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
