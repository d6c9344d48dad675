"""The books: posted by template, in balance, never changed, closed month by month."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Executable, delete, event, select, text, update
from sqlalchemy.exc import DatabaseError

import processes.accounting.hearing  # noqa: F401 - it registers
from engine.errors import NotAtThisDesk, RulesBroken
from engine.model.counter import Counter
from engine.model.person import Actor, Unit
from engine.sdk import announce
from engine.storage import personal
from engine.storage.database import Database
from engine.values import JalaliDate, Rial, local_date
from engine.values.bookkeeping import (
    AccountingEvent,
    AccountingEventUndone,
    JournalEntry,
    JournalLine,
)
from engine.values.facts import Basis
from engine.values.likeness import Likeness
from processes.accounting.chart import templates
from processes.accounting.commands import close_month, reopen_month
from processes.accounting.queries import trial_balance
from processes.accounting.records import ClosedMonth, LedgerEntry, LedgerLine
from processes.accounting.rules.posting import lines_of
from tests.storage.conftest import NOON

pytestmark = pytest.mark.both_databases
TODAY = local_date(NOON)
YEAR = JalaliDate.of(TODAY).year
HEAD = Actor(uuid4(), "head", "head", "head", None, desks=frozenset({"FIN_HEAD@D07"}))
PAID = AccountingEvent(
    unit="D07",
    basis=Basis("payments", "payment_order", uuid4(), "D07-1405-000001"),
    at=NOON,
    kind="debt_entered",
    on=TODAY,
    amounts={"debt": Rial(7)},
    description="نامهٔ ۱۲",
)


@pytest.fixture
def books(migrated_database: Database) -> Database:
    """Empty books of one unit."""
    with migrated_database.unit_of_work() as uow:
        for code in ("D07", "D08"):
            unit = Unit(code=code, title_fa=code, title_en=code, parent_code=None, closed_on=None)
            uow.session.add(unit)
        uow.commit()
    return migrated_database


def _told(books: Database, *facts: AccountingEvent | AccountingEventUndone | JournalEntry) -> None:
    for fact in facts:
        with books.unit_of_work() as uow:
            announce(uow.session, fact)
            uow.commit()


def _balances(books: Database, unit: str = "D07") -> dict[str, int]:
    with books.reader() as session:
        found = trial_balance(session, unit, YEAR)
        assert found.debit == found.credit
        assert found.closing_debit == found.closing_credit
        return {each.account.code: each.closing.amount for each in found.rows}


def test_an_event_is_posted_by_the_template_of_its_kind(books: Database):
    _told(books, PAID, replace(PAID, amounts={"debt": Rial(-2)}))

    assert _balances(books) == {"1204": 5, "4102": -5}
    with books.reader() as session:
        entries = session.scalars(select(LedgerEntry).order_by(LedgerEntry.number)).all()
        assert [(each.number, each.total) for each in entries] == [(1, Rial(7)), (2, Rial(2))]


@pytest.mark.parametrize("kind", sorted(templates()))
def test_every_template_balances_when_its_event_does(kind: str):
    """The part that makes up the difference is the last that stands on one side only."""
    template = templates()[kind]
    amounts = {part: Rial(10**position) for position, part in enumerate(sorted(template.parts))}
    if kind == "journal":
        assert lines_of(template, {}) == ()
        return
    lines = lines_of(template, amounts)
    off = sum(each.debit.amount - each.credit.amount for each in lines)
    closing = next((each for each in ("payable", "price") if each in template.parts), "net")
    if off:
        amounts[closing] += Rial(off)
    lines = lines_of(template, amounts)
    assert sum(each.debit.amount - each.credit.amount for each in lines) == 0


def test_what_is_taken_back_is_reversed_and_stays_to_be_read(books: Database):
    undone = AccountingEventUndone(
        unit="D07", basis=PAID.basis, at=NOON, kind=PAID.kind, on=TODAY, reason="اشتباه"
    )
    _told(books, PAID, undone, replace(PAID, amounts={"debt": Rial(9)}))

    assert _balances(books) == {"1204": 9, "4102": -9}
    with books.reader() as session:
        first, reversal, again = session.scalars(select(LedgerEntry).order_by(LedgerEntry.number))
        assert (first.reverses_id, reversal.reverses_id, again.reverses_id) == (
            None,
            first.id,
            None,
        )
    _told(books, undone)
    with pytest.raises(RulesBroken) as refused:
        _told(books, undone)
    assert refused.value.code == "ACC-003"


def _entry(*lines: JournalLine) -> JournalEntry:
    return JournalEntry(
        unit="D07", basis=PAID.basis, at=NOON, on=TODAY, description="اصلاح", lines=lines
    )


@pytest.mark.parametrize(
    ("lines", "codes"),
    [
        pytest.param(
            (JournalLine("1101", debit=Rial(5)), JournalLine("2101", credit=Rial(4))),
            ["FIN-010"],
            id="sides differ",
        ),
        pytest.param((), ["FIN-010"], id="no lines"),
        pytest.param(
            (
                JournalLine("1101", debit=Rial(5), credit=Rial(5)),
                JournalLine("2101", debit=Rial(-1), credit=Rial(-1)),
            ),
            ["FIN-010", "FIN-010"],
            id="lines on both sides",
        ),
        pytest.param(
            (JournalLine("1101", debit=Rial(5)), JournalLine("7777", credit=Rial(5))),
            ["ACC-002"],
            id="no such account",
        ),
    ],
)
def test_an_entry_that_does_not_stand_is_refused_with_all_that_is_wrong(
    books: Database, lines: tuple[JournalLine, ...], codes: list[str]
):
    with pytest.raises(RulesBroken) as refused:
        _told(books, _entry(*lines))

    assert [each.code for each in refused.value.problems] == codes
    assert _balances(books) == {}


def test_an_entry_that_names_its_accounts_is_posted_as_it_stands(books: Database):
    _told(
        books,
        _entry(JournalLine("1101", debit=Rial(5)), JournalLine("3101", credit=Rial(5))),
    )

    assert _balances(books) == {"1101": 5, "3101": -5}


@pytest.mark.parametrize(
    "fact",
    [
        pytest.param(replace(PAID, kind="lottery"), id="kind"),
        pytest.param(replace(PAID, amounts={"prize": Rial(1)}), id="part"),
    ],
)
def test_an_event_without_accounts_is_refused(books: Database, fact: AccountingEvent):
    with pytest.raises(RulesBroken) as refused:
        _told(books, fact)

    assert refused.value.code == "ACC-001"


LINE_MORE = text(
    "INSERT INTO ledger_line (id, entry_id, position, account, debit, credit)"
    " SELECT entry_id, entry_id, 3, account, 1, 0 FROM ledger_line WHERE position = 1"
)


@pytest.mark.parametrize(
    "statement",
    [
        pytest.param(update(LedgerEntry).values(total=Rial(8)), id="an entry changed"),
        pytest.param(update(LedgerLine).values(account="1101"), id="a line changed"),
        pytest.param(delete(LedgerLine), id="lines deleted"),
        pytest.param(LINE_MORE, id="a line added"),
    ],
)
def test_the_database_itself_refuses_to_change_the_books(books: Database, statement: Executable):
    _told(books, PAID)

    with pytest.raises(DatabaseError):
        _done(books, statement)

    assert _balances(books) == {"1204": 7, "4102": -7}


def _done(books: Database, statement: Executable) -> None:
    with books.engine.begin() as connection:
        connection.execute(statement)


def test_whoever_is_made_anonymous_stays_in_the_books_alone(
    books: Database,
):
    with books.unit_of_work() as uow:
        announce(uow.session, replace(PAID, by="head"))
        month = ClosedMonth(unit="D07", year=YEAR, month=1, closed_at=NOON, closed_by="head")
        uow.session.add(month)
        uow.commit()

    with books.unit_of_work() as uow:
        personal.replace_elsewhere(uow.session, Likeness("anon-1", "head"))
        uow.commit()

    with books.reader() as session:
        assert session.scalars(select(LedgerEntry.posted_by)).all() == ["head"]
        assert session.scalars(select(ClosedMonth.closed_by)).all() == ["anon-1"]


def test_a_closed_month_takes_nothing_until_it_is_reopened_with_a_reason(books: Database):
    day = JalaliDate.of(TODAY)
    later = NOON + timedelta(days=40)
    month = (books.unit_of_work(), "D07", day.year, day.month)
    with pytest.raises(RulesBroken) as early:
        close_month(*month, actor=HEAD, at=NOON)
    assert early.value.code == "ACC-004"
    close_month(*month, actor=HEAD, at=later)
    with pytest.raises(RulesBroken) as twice:
        close_month(*month, actor=HEAD, at=later)
    assert twice.value.code == "ACC-005"

    with pytest.raises(RulesBroken) as refused:
        _told(books, PAID)
    assert refused.value.code == "FIN-012"
    _told(books, replace(PAID, unit="D08"), replace(PAID, on=local_date(later)))

    with pytest.raises(RulesBroken):
        reopen_month(*month, " ", actor=HEAD, at=later)
    reopen_month(*month, "سند جامانده", actor=HEAD, at=later)
    with pytest.raises(RulesBroken) as open_already:
        reopen_month(*month, "سند جامانده", actor=HEAD, at=later)
    assert open_already.value.code == "ACC-006"
    _told(books, PAID)
    with books.reader() as session:
        [kept] = session.scalars(select(ClosedMonth))
        assert (kept.closed_by, kept.reopened_by, kept.reason) == ("head", "head", "سند جامانده")


def test_posting_and_closing_wait_for_each_other_before_they_look_at_the_month(books: Database):
    """What takes the row of the numbers first sees a month that nobody closes meanwhile."""
    day = JalaliDate.of(TODAY)
    later = NOON + timedelta(days=40)
    undo = AccountingEventUndone(
        unit="D07", basis=PAID.basis, at=NOON, kind=PAID.kind, on=TODAY, reason="1"
    )
    acts: list[Callable[[], None]] = [
        lambda: _told(books, PAID),
        lambda: _told(books, undo),
        lambda: close_month(books.unit_of_work(), "D07", day.year, day.month, actor=HEAD, at=later),
    ]
    sent: list[str] = []

    def look(_: Any, __: Any, statement: str, *___: Any) -> None:
        sent.append(statement)

    event.listen(books.engine, "before_cursor_execute", look)
    try:
        for act in acts:
            sent.clear()
            act()
            asked = [each for each in sent if "counter" in each or "FROM closed_month" in each]
            assert asked[0].startswith("INSERT INTO counter")
            assert "FROM closed_month" in asked[1]
    finally:
        event.remove(books.engine, "before_cursor_execute", look)
    with books.reader() as session:
        assert session.scalar(select(Counter.last)) == 2  # closing draws no number


def test_only_the_head_of_finance_of_the_unit_closes_its_books(books: Database):
    with pytest.raises(NotAtThisDesk):
        close_month(books.unit_of_work(), "D08", 1404, 1, actor=HEAD, at=NOON)


def test_balances_go_over_into_the_next_year(books: Database):
    last_year = date(TODAY.year - 1, TODAY.month, TODAY.day)
    _told(books, replace(PAID, on=last_year), PAID)

    with books.reader() as session:
        found = trial_balance(session, "D07", YEAR)
    assert {each.account.code: (each.opening, each.debit) for each in found.rows} == {
        "1204": (Rial(7), Rial(7)),
        "4102": (Rial(-7), Rial.ZERO),
    }
    assert found.years == (YEAR, YEAR - 1)
