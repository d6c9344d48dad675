"""Keep budget lines: enter, allocate, transfer; close a year and open it again (§2.5)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import NotFound, Problem, RulesBroken
from engine.sdk import Actor, Entered, UnitOfWork, is_one_of, tell_act, unit_of
from engine.values import JalaliDate, Rial, local_date
from processes.financial_documents.answers import credit, year_end
from processes.financial_documents.answers.booking import Stamp, book_on_line
from processes.financial_documents.answers.credit import AREA
from processes.financial_documents.records import (
    BudgetLine,
    ClosedYear,
    EntryKind,
    FloatState,
    PettyCashFloat,
)
from processes.financial_documents.rules.budget import CreditType, check_transfer

KEEPERS: Final = ("BUDGET_OFFICER",)
REOPENERS: Final = ("FIN_HEAD",)
CLOSERS: Final = (*REOPENERS, *KEEPERS)


def add_line(uow: UnitOfWork, typed: Mapping[str, str], *, actor: Actor, at: datetime) -> None:
    """Keep a budget line of the actor's unit for this fiscal year.

    Raises:
        RulesBroken: ``GEN-REQUIRED``, ``MON-001``, ``BUD-003`` the code is known, ``BUD-007``
            more is allocated than approved, ``GEN-CHOICE`` no such kind of credit.
    """
    entered, unit = Entered(), unit_of(actor, *KEEPERS, named=typed.get("unit", ""))
    year = JalaliDate.of(local_date(at)).year
    code = entered.text("code", typed.get("code", ""))
    title = entered.text("title", typed.get("title", ""))
    approved = entered.money("approved", typed.get("approved", ""))
    allocated = entered.money("allocated", typed.get("allocated", ""))
    chosen = typed.get("credit_type", "CURRENT")
    credit_type = entered.choice("credit_type", CreditType, chosen, CreditType.CURRENT)
    if allocated > approved:
        entered.problems.append(Problem("BUD-007", "allocated"))
    with uow:
        if credit.line_by_code(uow.session, unit, year, code) is not None:
            entered.problems.append(Problem("BUD-003", "code"))
        entered.must_be_right()
        line = BudgetLine(
            unit=unit,
            fiscal_year=year,
            code=code,
            title=title,
            credit_type=credit_type,
            approved=Rial.ZERO,
            allocated=Rial.ZERO,
            strict=typed.get("strict", "yes") == "yes",
        )
        uow.session.add(line)
        uow.session.flush()
        stamp = Stamp(at, actor.username)
        book_on_line(uow.session, line.id, EntryKind.APPROVE, approved, stamp)
        book_on_line(uow.session, line.id, EntryKind.ALLOCATE, allocated, stamp)
        facts = _named(line) | {
            "title": title,
            "credit_type": credit_type.value,
            "strict": line.strict,
            **_figures(line),
        }
        tell_act(uow.session, AREA, "budget_line_added", facts, actor=actor, at=at)
        uow.commit()


def allocate(uow: UnitOfWork, typed: Mapping[str, str], *, actor: Actor, at: datetime) -> None:
    """Release more of a line's approved credit.

    Raises:
        RulesBroken: ``BUD-007`` more than approved, ``FIN-012`` the year is closed.
    """
    entered = Entered()
    amount = entered.money("amount", typed.get("amount", ""))
    with uow:
        line = _line(uow.session, typed.get("line_id", ""), actor)
        entered.problems += _closed(uow.session, line, "line_id")
        if line.allocated + amount > line.approved:
            entered.problems.append(Problem("BUD-007", "amount"))
        entered.must_be_right()
        before, stamp = _figures(line), Stamp(at, actor.username)
        book_on_line(uow.session, line.id, EntryKind.ALLOCATE, amount, stamp)
        changed = {"amount": str(amount.amount), "before": before, "after": _figures(line)}
        facts = _named(line) | changed
        tell_act(uow.session, AREA, "credit_allocated", facts, actor=actor, at=at)
        uow.commit()


def transfer(uow: UnitOfWork, typed: Mapping[str, str], *, actor: Actor, at: datetime) -> None:
    """Move approved and allocated credit from one line to another.

    Raises:
        RulesBroken: ``BUD-006`` between current and capital without the council's minute,
            ``BUD-008`` the line would have less than is promised on it, ``BUD-011`` the lines
            are of two years, ``FIN-012`` their year is closed.
    """
    entered = Entered()
    amount = entered.money("transfer_amount", typed.get("transfer_amount", ""))
    minute = typed.get("council_minute", "").strip() or None
    with uow:
        ends = (typed.get("source_id", ""), typed.get("target_id", ""))
        # everybody takes lines in one order, so that of two transfers none waits for ever
        taken = {each: _line(uow.session, each, actor) for each in sorted(set(ends))}
        source, target = (taken[each] for each in ends)
        if source.fiscal_year != target.fiscal_year:
            entered.problems.append(Problem("BUD-011", "target_id"))
        entered.problems += _closed(uow.session, source, "source_id")
        entered.problems += check_transfer(source.credit_type, target.credit_type, minute)
        short = source.credit.used + amount - min(source.approved, source.allocated)
        if short > Rial.ZERO:
            params = {"exceeded": str(short.amount)}
            entered.problems.append(Problem("BUD-008", "transfer_amount", params))
        entered.must_be_right()
        before = [_figures(each) for each in (source, target)]
        stamp = Stamp(at, actor.username, minute)
        for line, moved in ((source, -amount), (target, amount)):
            for kind in (EntryKind.APPROVE, EntryKind.ALLOCATE):
                book_on_line(uow.session, line.id, kind, moved, stamp)
        facts = _named(source) | {
            "amount": str(amount.amount),
            "before": before[0],
            "after": _figures(source),
            "to": _named(target) | {"before": before[1], "after": _figures(target)},
        }
        if minute is not None:
            facts["minute"] = minute
        tell_act(uow.session, AREA, "credit_transferred", facts, actor=actor, at=at)
        uow.commit()


def close_year(uow: UnitOfWork, year: int, *, actor: Actor, at: datetime, unit: str = "") -> None:
    """Close a fiscal year of a unit of the actor's (R-BUD-06).

    What was only reserved lapses; a commitment goes to the line of its code in the new year
    where there is one, else it is settled from its own.

    Raises:
        RulesBroken: ``BUD-009`` the year is not over, ``BUD-010`` it is closed, ``PCH-016``
            floats of petty cash are not settled; ``BUD-012`` for each record that lapses and whose
            order or contract finds no credit on its line any more: nothing is closed then.
    """
    unit = unit_of(actor, *CLOSERS, named=unit)
    stamp = Stamp(at, actor.username)
    with uow:
        session = uow.session
        if year >= JalaliDate.of(local_date(at)).year:
            raise RulesBroken([Problem("BUD-009", "year", {"year": str(year)})])
        if credit.closed_year(session, unit, year):
            raise RulesBroken([Problem("BUD-010", "year", {"year": str(year)})])
        _petty_cash_is_settled(session, unit, year)
        lapsed, carried = year_end.close(session, unit, year, stamp)
        facts = _of_year(unit, year) | {"lapsed": lapsed, "carried": carried}
        tell_act(session, AREA, "budget_year_closed", facts, actor=actor, at=at)
        uow.commit()


def _petty_cash_is_settled(session: Session, unit: str, year: int) -> None:
    """Refuse to close a year with floats open in it (§2.7): ``PCH-016``."""
    opened = session.scalars(
        select(PettyCashFloat.opened_on).where(
            PettyCashFloat.unit == unit, PettyCashFloat.state == FloatState.OPEN
        )
    )
    count = sum(on is not None and JalaliDate.of(on).year <= year for on in opened)
    if count:
        raise RulesBroken([Problem("PCH-016", "year", {"count": str(count)})])


def reopen_year(
    uow: UnitOfWork, year: int, because: str, *, actor: Actor, at: datetime, unit: str = ""
) -> None:
    """Let a closed year take postings again; auditors see who did it and why.

    Raises:
        RulesBroken: ``GEN-REQUIRED`` no reason, ``FIN-019`` who closed it does not reopen it.
    """
    entered, unit = Entered(), unit_of(actor, *REOPENERS, named=unit)
    said = entered.text("because", because)
    with uow:
        closed = uow.session.scalar(
            select(ClosedYear).where(
                ClosedYear.unit == unit,
                ClosedYear.fiscal_year == year,
                ClosedYear.reopened_at.is_(None),
            )
        )
        if closed is None:
            raise NotFound(f"{unit} has not closed {year}")
        if is_one_of(uow.session, actor, [closed.closed_by]):
            entered.problems.append(Problem("FIN-019", "because"))
        entered.must_be_right()
        closed.reopened_at, closed.reopened_by = at, actor.username
        closed.reopened_because = said
        facts = _of_year(unit, year) | {"reason": said, "closed_by": closed.closed_by}
        tell_act(uow.session, AREA, "budget_year_reopened", facts, actor=actor, at=at)
        uow.commit()


def _of_year(unit: str, year: int) -> dict[str, Any]:
    return {"number": str(year), "unit": unit, "year": year}


def _named(line: BudgetLine) -> dict[str, Any]:
    """Return how the journal names a line."""
    return {"number": line.code, "unit": line.unit, "year": line.fiscal_year}


def _figures(line: BudgetLine) -> dict[str, str]:
    """Return what is approved and allocated on a line as it stands, in rials."""
    return {"approved": str(line.approved.amount), "allocated": str(line.allocated.amount)}


def _closed(session: Session, line: BudgetLine, field: str) -> list[Problem]:
    if not credit.closed_year(session, line.unit, line.fiscal_year):
        return []
    return [Problem("FIN-012", field, {"year": str(line.fiscal_year)})]


def _line(session: Session, line_id: str, actor: Actor) -> BudgetLine:
    """Return a line of a unit the actor keeps, as it stands and locked."""
    try:
        line = session.get(BudgetLine, UUID(line_id), with_for_update=True, populate_existing=True)
    except ValueError:
        line = None
    if line is None or not any(actor.sits_at(f"{role}@{line.unit}") for role in KEEPERS):
        raise NotFound(f"no budget line {line_id}")
    return line
