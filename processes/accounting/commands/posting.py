"""Entries are posted and reversed; nothing else ever happens to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from engine.errors import Problem, RulesBroken
from engine.sdk import next_number
from engine.values import JalaliDate, Rial
from engine.values.bookkeeping import JournalLine
from engine.values.facts import Basis, Fact
from processes.accounting.chart import chart, templates
from processes.accounting.records import ClosedMonth, LedgerEntry, LedgerLine
from processes.accounting.rules.balance import entry_problems
from processes.accounting.rules.posting import lines_of, reversed_lines, unknown_parts


@dataclass(frozen=True, slots=True)
class Happened:
    """What an entry is about, beside its lines."""

    unit: str
    kind: str
    on: date
    description: str
    basis: Basis
    at: datetime
    by: str | None = None
    contract: str | None = None

    @classmethod
    def told(
        cls, fact: Fact, kind: str, on: date, description: str, contract: str | None = None
    ) -> Happened:
        """Return what another area told, as an entry is about it."""
        return cls(fact.unit, kind, on, description, fact.basis, fact.at, fact.by, contract)


def post(
    session: Session,
    happened: Happened,
    amounts: Mapping[str, Rial],
    *,
    party: str | None = None,
    budget_line: str | None = None,
) -> LedgerEntry | None:
    """Post an event by the template of its kind; nothing where no part has money in it.

    Raises:
        RulesBroken: ``ACC-001`` there is no template or no account for a part; ``FIN-010``,
            ``FIN-012`` as in `post_lines`.
    """
    template = templates().get(happened.kind)
    if template is None:
        raise RulesBroken([Problem("ACC-001", None, {"kind": happened.kind, "part": ""})])
    if unknown := unknown_parts(template, amounts):
        told = [Problem("ACC-001", None, {"kind": happened.kind, "part": each}) for each in unknown]
        raise RulesBroken(told)
    lines = lines_of(template, amounts, party=party, budget_line=budget_line)
    return post_lines(session, happened, lines) if lines else None


def post_lines(session: Session, happened: Happened, lines: tuple[JournalLine, ...]) -> LedgerEntry:
    """Post an entry whose accounts are known.

    Raises:
        RulesBroken: ``FIN-010`` it does not balance; ``ACC-002`` an account is not in the
            chart; ``FIN-012`` the month is closed.
    """
    number = _number(session, happened)
    problems = entry_problems(lines, chart()) + _closed(session, happened.unit, happened.on)
    if problems:
        raise RulesBroken(problems)
    return _write(session, happened, number, lines, None)


def reverse_last(session: Session, happened: Happened) -> LedgerEntry:
    """Reverse what was posted last of a kind for one record, by an entry the other way round.

    Raises:
        RulesBroken: ``ACC-003`` nothing of the kind stands; ``FIN-012`` the month is closed.
    """
    number = _number(session, happened)
    reversal = aliased(LedgerEntry)
    standing = session.scalar(
        select(LedgerEntry)
        .outerjoin(reversal, reversal.reverses_id == LedgerEntry.id)
        .where(
            LedgerEntry.basis_id == happened.basis.id,
            LedgerEntry.kind == happened.kind,
            LedgerEntry.reverses_id.is_(None),
            reversal.id.is_(None),
        )
        .order_by(LedgerEntry.posted_at.desc(), LedgerEntry.number.desc())
        .limit(1)
    )
    if standing is None:
        told = {"kind": happened.kind, "number": happened.basis.number}
        raise RulesBroken([Problem("ACC-003", None, told)])
    return _reverse(session, happened, number, standing)


def reverse(session: Session, happened: Happened, standing: LedgerEntry) -> LedgerEntry:
    """Reverse one entry, once.

    Raises:
        RulesBroken: ``ACC-003`` it is reversed; ``FIN-012`` the month is closed.
    """
    number = _number(session, happened)
    known = select(LedgerEntry.id).where(LedgerEntry.reverses_id == standing.id)
    if session.scalar(known) is not None:
        told = {"kind": standing.kind, "number": str(standing.number)}
        raise RulesBroken([Problem("ACC-003", None, told)])
    return _reverse(session, happened, number, standing)


def _reverse(
    session: Session, happened: Happened, number: int, standing: LedgerEntry
) -> LedgerEntry:
    if closed := _closed(session, happened.unit, happened.on):
        raise RulesBroken(closed)
    return _write(session, happened, number, reversed_lines(_lines(standing)), standing)


def _lines(entry: LedgerEntry) -> tuple[JournalLine, ...]:
    return tuple(
        JournalLine(each.account, each.debit, each.credit, each.party, each.budget_line)
        for each in entry.lines
    )


def _number(session: Session, happened: Happened) -> int:
    """Draw the entry's number, before it is asked whether the month is closed.

    The row of the numbers is what a closing waits for, and what waits for a closing.
    """
    return next_number(session, numbers_of(happened.unit, JalaliDate.of(happened.on).year))


def numbers_of(unit: str, year: int) -> str:
    """Return the series that numbers a unit's entries of a year."""
    return f"ledger_entry/{unit}/{year}"


def _closed(session: Session, unit: str, on: date) -> list[Problem]:
    day = JalaliDate.of(on)
    closed = session.scalar(
        select(ClosedMonth.id).where(
            ClosedMonth.unit == unit,
            ClosedMonth.year == day.year,
            ClosedMonth.month == day.month,
            ClosedMonth.reopened_at.is_(None),
        )
    )
    month = f"{day.year}/{day.month:02d}"
    return [] if closed is None else [Problem("FIN-012", "on", {"month": month, "unit": unit})]


def _write(
    session: Session,
    happened: Happened,
    number: int,
    lines: tuple[JournalLine, ...],
    undone: LedgerEntry | None,
) -> LedgerEntry:
    year = JalaliDate.of(happened.on).year
    basis = happened.basis
    entry = LedgerEntry(
        unit=happened.unit,
        year=year,
        number=number,
        on=happened.on,
        kind=happened.kind,
        description=happened.description,
        contract=happened.contract if undone is None else undone.contract,
        basis_area=basis.area,
        basis_kind=basis.kind,
        basis_id=basis.id,
        basis_number=basis.number,
        instance_id=basis.instance_id,
        reverses_id=None if undone is None else undone.id,
        total=Rial.total(each.debit for each in lines),
        posted_at=happened.at,
        posted_by=happened.by,
        lines=[
            LedgerLine(
                position=position,
                account=each.account,
                debit=each.debit,
                credit=each.credit,
                party=each.party,
                budget_line=each.budget_line,
            )
            for position, each in enumerate(lines, 1)
        ],
    )
    session.add(entry)
    session.flush()
    return entry
