"""Entries one by one, the lines of an account, and the closed months."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, Select, func, select, type_coerce
from sqlalchemy.orm import Session, aliased

from engine.values import JalaliDate, Rial
from processes.accounting.chart import Account, chart, templates
from processes.accounting.records import ClosedMonth, LedgerEntry, LedgerLine

PAGE: Final = 100  #: entries or lines of a page


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One entry in a list."""

    id: UUID
    number: int
    on: date
    kind: str
    kind_names: Mapping[str, str]
    description: str
    contract: str | None
    total: Rial
    reverses: bool
    is_reversed: bool


@dataclass(frozen=True, slots=True)
class JournalPage:
    """A page of the entries of a unit and year, newest first."""

    rows: tuple[EntryRow, ...]
    page: int
    has_more: bool


@dataclass(frozen=True, slots=True)
class AccountRow:
    """One line of an account, and what the account stands at after it."""

    entry_id: UUID
    number: int
    on: date
    kind_names: Mapping[str, str]
    description: str
    party: str | None
    budget_line: str | None
    debit: Rial
    credit: Rial
    balance: Rial  #: debit above nothing, credit below


@dataclass(frozen=True, slots=True)
class AccountPage:
    """A page of an account's lines in the order they were posted."""

    account: Account
    before: Rial  #: what it stands at before the first of the page
    rows: tuple[AccountRow, ...]
    page: int
    has_more: bool


@dataclass(frozen=True, slots=True)
class EntryLine:
    """One line of an entry."""

    account: Account
    debit: Rial
    credit: Rial
    party: str | None
    budget_line: str | None


@dataclass(frozen=True, slots=True)
class EntryPage:
    """One entry whole."""

    entry: LedgerEntry
    kind_names: Mapping[str, str]
    lines: tuple[EntryLine, ...]
    reverses: EntryRow | None
    reversed_by: EntryRow | None


@dataclass(frozen=True, slots=True)
class MonthRow:
    """A month of the year, and whether it is closed."""

    month: int
    is_closed: bool
    is_over: bool
    closed_at: datetime | None
    closed_by: str | None
    reopened: tuple[ClosedMonth, ...]  #: with who and why, oldest first


def journal_page(session: Session, unit: str, year: int, page: int) -> JournalPage:
    """Return a page of a unit's entries of a year."""
    asked = _rows().where(LedgerEntry.unit == unit, LedgerEntry.year == year)
    found = session.execute(
        asked.order_by(LedgerEntry.number.desc()).offset((page - 1) * PAGE).limit(PAGE + 1)
    ).all()
    rows = tuple(_row(*each) for each in found[:PAGE])
    return JournalPage(rows, page, len(found) > PAGE)


def entry_page(session: Session, entry_id: UUID) -> EntryPage | None:
    """Return one entry; ``None``: there is none."""
    entry = session.get(LedgerEntry, entry_id)
    if entry is None:
        return None
    lines = tuple(
        EntryLine(chart()[each.account], each.debit, each.credit, each.party, each.budget_line)
        for each in entry.lines
    )
    return EntryPage(
        entry,
        names_of(entry.kind),
        lines,
        _one(session, LedgerEntry.id == entry.reverses_id) if entry.reverses_id else None,
        _one(session, LedgerEntry.reverses_id == entry.id),
    )


def account_page(
    session: Session, unit: str, year: int, account: Account, page: int
) -> AccountPage:
    """Return a page of an account's lines in a year, each with the balance after it."""
    first = (page - 1) * PAGE
    lines = (
        select(LedgerLine, LedgerEntry)
        .join(LedgerEntry, LedgerEntry.id == LedgerLine.entry_id)
        .where(
            LedgerLine.account == account.code,
            LedgerEntry.unit == unit,
            LedgerEntry.year == year,
        )
        .order_by(LedgerEntry.number, LedgerLine.position)
    )
    found = session.execute(lines.offset(first).limit(PAGE + 1)).all()
    balance = before = _balance_before(session, unit, year, account.code, first)
    rows = []
    for line, entry in found[:PAGE]:
        balance = balance + line.debit - line.credit
        rows.append(
            AccountRow(
                entry.id,
                entry.number,
                entry.on,
                names_of(entry.kind),
                entry.description,
                line.party,
                line.budget_line,
                line.debit,
                line.credit,
                balance,
            )
        )
    return AccountPage(account, before, tuple(rows), page, len(found) > PAGE)


def months(session: Session, unit: str, year: int, today: date) -> tuple[MonthRow, ...]:
    """Return the months of a year with who closed and reopened them."""
    kept = session.scalars(
        select(ClosedMonth)
        .where(ClosedMonth.unit == unit, ClosedMonth.year == year)
        .order_by(ClosedMonth.closed_at)
    ).all()
    now = JalaliDate.of(today)
    rows = []
    for month in range(1, 13):
        mine = [each for each in kept if each.month == month]
        standing = next((each for each in mine if each.reopened_at is None), None)
        rows.append(
            MonthRow(
                month,
                standing is not None,
                (year, month) < (now.year, now.month),
                standing.closed_at if standing else None,
                standing.closed_by if standing else None,
                tuple(each for each in mine if each.reopened_at is not None),
            )
        )
    return tuple(rows)


def names_of(kind: str) -> Mapping[str, str]:
    """Return what a kind of entry is called, by language; its code where it is not known."""
    template = templates().get(kind)
    return {"fa": kind, "en": kind} if template is None else template.names


def _rows() -> Select[LedgerEntry, bool]:
    undone = aliased(LedgerEntry)
    reversal = select(undone.id).where(undone.reverses_id == LedgerEntry.id).exists()
    return select(LedgerEntry, reversal)


def _row(entry: LedgerEntry, is_reversed: bool) -> EntryRow:
    return EntryRow(
        entry.id,
        entry.number,
        entry.on,
        entry.kind,
        names_of(entry.kind),
        entry.description,
        entry.contract,
        entry.total,
        entry.reverses_id is not None,
        is_reversed,
    )


def _one(session: Session, wanted: ColumnElement[bool]) -> EntryRow | None:
    found = session.execute(_rows().where(wanted)).first()
    return None if found is None else _row(*found)


def _balance_before(session: Session, unit: str, year: int, account: str, lines: int) -> Rial:
    """Return what an account stood at before the year and after its first lines of it."""
    moved = type_coerce(LedgerLine.debit - LedgerLine.credit, BigInteger)
    of_account = (
        select(moved.label("moved"))
        .join(LedgerEntry, LedgerEntry.id == LedgerLine.entry_id)
        .where(LedgerLine.account == account, LedgerEntry.unit == unit)
    )
    earlier = of_account.where(LedgerEntry.year < year).subquery()
    first = (
        of_account.where(LedgerEntry.year == year)
        .order_by(LedgerEntry.number, LedgerLine.position)
        .limit(lines)
        .subquery()
    )
    sums = [session.scalar(select(func.sum(each.c.moved))) for each in (earlier, first)]
    return Rial(sum(int(each or 0) for each in sums))


def all_lines(session: Session, unit: str, year: int) -> Iterator[tuple[LedgerEntry, LedgerLine]]:
    """Yield every line of a unit's year with its entry, in the order of the journal."""
    found = session.execute(
        select(LedgerEntry, LedgerLine)
        .join(LedgerLine, LedgerLine.entry_id == LedgerEntry.id)
        .where(LedgerEntry.unit == unit, LedgerEntry.year == year)
        .order_by(LedgerEntry.number, LedgerLine.position)
        .execution_options(yield_per=1_000)
    )
    yield from ((entry, line) for entry, line in found)
