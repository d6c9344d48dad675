"""Entries by hand: entered by one, posted by another, reversed, never changed; the year's end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, time
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from engine.errors import NotAtThisDesk, RulesBroken
from engine.model.admin_event import AdminEvent
from engine.model.person import Actor, Unit
from engine.storage.database import Database
from engine.values import TEHRAN, JalaliDate, Rial, local_date
from processes.accounting.chart import chart, templates
from processes.accounting.commands import (
    close_month,
    close_year,
    post_proposed,
    propose,
    propose_reversal,
    refuse_proposed,
    reopen_month,
)
from processes.accounting.queries import trial_balance
from processes.accounting.records import LedgerEntry, ProposedEntry
from processes.accounting.rules.result import result_lines
from tests.storage.conftest import NOON

pytestmark = pytest.mark.both_databases
REQUIRED = "GEN-REQUIRED"
YEAR = JalaliDate.of(local_date(NOON)).year
EXPERT = Actor(
    uuid4(), "expert", "expert", "expert", "0013542419", desks=frozenset({"FIN_EXPERT@D07"})
)
HEAD = Actor(uuid4(), "head", "head", "head", "0499370899", desks=frozenset({"FIN_HEAD@D07"}))
RENT = {
    "description": "اجارهٔ انبار",
    "on": f"{YEAR}/01/15",
    "lines": "5101; 900; 0\n۱۱۰۱؛ ۰؛ ۹۰۰",
}


@pytest.fixture
def books(migrated_database: Database) -> Database:
    """Empty books of one unit."""
    with migrated_database.unit_of_work() as uow:
        uow.session.add(Unit(code="D07", title_fa="D07", title_en="D07"))
        uow.commit()
    return migrated_database


def entered(books: Database, typed: Mapping[str, str] = RENT, actor: Actor = EXPERT) -> UUID:
    return propose(books.unit_of_work(), "D07", typed, actor=actor, at=NOON)


def posted(books: Database, typed: Mapping[str, str] = RENT) -> UUID:
    return post_proposed(books.unit_of_work(), entered(books, typed), actor=HEAD, at=NOON)


def balances(books: Database, year: int = YEAR) -> dict[str, int]:
    with books.reader() as session:
        shown = trial_balance(session, "D07", year)
    assert shown.debit == shown.credit
    return {each.account.code: each.closing.amount for each in shown.rows if each.closing.amount}


def codes(refused: pytest.ExceptionInfo[RulesBroken]) -> list[tuple[str, str | None]]:
    return [(each.code, each.field) for each in refused.value.problems]


def test_what_one_enters_another_posts(books: Database):
    kept = entered(books)
    assert balances(books) == {}

    post_proposed(books.unit_of_work(), kept, actor=HEAD, at=NOON)

    assert balances(books) == {"5101": 900, "1101": -900}


def test_who_entered_it_does_not_post_it_under_another_account_either(books: Database):
    other = replace(HEAD, username="head2", national_code=EXPERT.national_code)
    for first, second in ((HEAD, HEAD), (EXPERT, other)):
        kept = entered(books, actor=first)
        with pytest.raises(RulesBroken) as refused:
            post_proposed(books.unit_of_work(), kept, actor=second, at=NOON)
        assert codes(refused) == [("SOD-001", None)]
    assert balances(books) == {}


WRONG: Sequence[tuple[Mapping[str, str], list[tuple[str, str]]]] = (
    ({"lines": "5101; 900; 0\n1101; 0; 800"}, [("FIN-010", "lines")]),
    ({"lines": "5101; 900; 900"}, [("FIN-010", "lines")]),
    ({"lines": "5101; 900"}, [("ACC-008", "lines")]),
    ({"lines": "5101; نهصد; 0\n1101; 0; 900"}, [("MON-001", "lines")]),
    ({"lines": "7777; 900; 0\n1101; 0; 900"}, [("ACC-002", "lines")]),
    ({"lines": "2101; 900; 0\n1101; 0; 900"}, [("ACC-007", "lines")]),
    ({"lines": "9101; 900; 0\n9901; 0; 900"}, [("ACC-007", "lines")] * 2),
    ({"lines": "", "description": " "}, [(REQUIRED, "description"), (REQUIRED, "lines")]),
    ({"on": f"{YEAR}/13/01"}, [("CAL-001", "on")]),
    ({"on": f"{YEAR}/12/01"}, [("FIN-012", "on")]),
)


def test_what_is_wrong_is_told_beside_its_field_and_nothing_is_kept(books: Database):
    for other, found in WRONG:
        with pytest.raises(RulesBroken) as refused:
            entered(books, {**RENT, **other})
        assert codes(refused) == found
    with books.reader() as session:
        assert session.query(ProposedEntry).count() == 0


def test_an_entry_by_hand_is_reversed_by_two_people_once_and_stays(books: Database):
    entry = posted(books)
    asked = propose_reversal(books.unit_of_work(), entry, "دوبار ثبت شد", actor=EXPERT, at=NOON)
    with pytest.raises(RulesBroken) as twice:
        propose_reversal(books.unit_of_work(), entry, "باز", actor=EXPERT, at=NOON)

    undone = post_proposed(books.unit_of_work(), asked, actor=HEAD, at=NOON)

    assert codes(twice) == [("ACC-003", "reason")]
    assert balances(books) == {}
    with books.reader() as session:
        assert session.get_one(LedgerEntry, undone).reverses_id == entry
        assert session.query(LedgerEntry).count() == 2
    for again in (entry, undone):
        with pytest.raises(RulesBroken):
            propose_reversal(books.unit_of_work(), again, "باز", actor=EXPERT, at=NOON)


def test_what_is_refused_is_kept_and_not_posted_any_more(books: Database):
    kept = entered(books)

    refuse_proposed(books.unit_of_work(), kept, "سند ندارد", actor=HEAD, at=NOON)

    with pytest.raises(RulesBroken) as late:
        post_proposed(books.unit_of_work(), kept, actor=HEAD, at=NOON)
    assert codes(late) == [("ACC-010", None)]
    stranger = replace(HEAD, username="other", desks=frozenset({"FIN_HEAD@D08"}))
    with pytest.raises(NotAtThisDesk):
        post_proposed(books.unit_of_work(), entered(books), actor=stranger, at=NOON)


def test_a_year_closes_into_its_result_and_what_is_left_opens_the_next(books: Database):
    posted(books)
    posted(books, {**RENT, "lines": "1101; 1500; 0\n4102; 0; 1500"})
    over = datetime.combine(JalaliDate(YEAR + 1, 1, 5).gregorian(), time(9), TEHRAN)
    with pytest.raises(RulesBroken) as early:
        close_year(books.unit_of_work(), "D07", YEAR, actor=HEAD, at=NOON)
    with pytest.raises(RulesBroken) as still_open:
        close_year(books.unit_of_work(), "D07", YEAR, actor=HEAD, at=over)
    for month in range(1, 12):
        close_month(books.unit_of_work(), "D07", YEAR, month, actor=HEAD, at=over)

    close_year(books.unit_of_work(), "D07", YEAR, actor=HEAD, at=over)

    assert [codes(each)[0][0] for each in (early, still_open)] == ["ACC-004", "ACC-011"]
    assert balances(books) == {"1101": 600, "3102": -600}
    with books.reader() as session:
        following = trial_balance(session, "D07", YEAR + 1)
    assert {
        each.account.code: each.opening.amount for each in following.rows if each.opening.amount
    } == {
        "1101": 600,
        "3102": -600,
    }
    with pytest.raises(RulesBroken) as again:
        close_year(books.unit_of_work(), "D07", YEAR, actor=HEAD, at=over)
    assert codes(again)[0][0] == "ACC-005"


def test_a_year_that_was_opened_again_is_closed_by_an_entry_about_the_rest(books: Database):
    posted(books)
    over = datetime.combine(JalaliDate(YEAR + 1, 1, 5).gregorian(), time(9), TEHRAN)
    for month in range(1, 12):
        close_month(books.unit_of_work(), "D07", YEAR, month, actor=HEAD, at=over)
    close_year(books.unit_of_work(), "D07", YEAR, actor=HEAD, at=over)
    reopen_month(books.unit_of_work(), "D07", YEAR, 12, "قبض برق", actor=HEAD, at=over)
    late = {**RENT, "on": f"{YEAR}/12/20", "lines": "5101; 50; 0\n1101; 0; 50"}
    kept = propose(books.unit_of_work(), "D07", late, actor=EXPERT, at=over)
    post_proposed(books.unit_of_work(), kept, actor=HEAD, at=over)

    close_year(books.unit_of_work(), "D07", YEAR, actor=HEAD, at=over)

    assert balances(books) == {"1101": -950, "3102": 950}


def told(books: Database) -> list[tuple[str, str, dict[str, object]]]:
    """Return who did what, by the journal, and the facts of it."""
    with books.reader() as session:
        of_area = select(AdminEvent).where(AdminEvent.kind == "area_act")
        found = session.scalars(of_area.order_by(AdminEvent.number)).all()
    assert {each.facts["area"] for each in found} == {"accounting"}
    return [(each.actor, each.facts["act"], each.facts["told"]) for each in found]


def test_whatever_is_done_to_the_books_by_hand_stands_in_the_journal_once(books: Database):
    over = datetime.combine(JalaliDate(YEAR + 1, 1, 5).gregorian(), time(9), TEHRAN)
    entry = posted(books)
    asked = propose_reversal(books.unit_of_work(), entry, "دوبار ثبت شد", actor=EXPERT, at=NOON)
    refuse_proposed(books.unit_of_work(), asked, "درست است", actor=HEAD, at=NOON)
    refuse_proposed(books.unit_of_work(), entered(books), "اشتباه", actor=EXPERT, at=NOON)
    for month in range(1, 12):
        close_month(books.unit_of_work(), "D07", YEAR, month, actor=HEAD, at=over)
        with pytest.raises(RulesBroken):
            close_month(books.unit_of_work(), "D07", YEAR, month, actor=HEAD, at=over)
    close_year(books.unit_of_work(), "D07", YEAR, actor=HEAD, at=over)
    reopen_month(books.unit_of_work(), "D07", YEAR, 12, "قبض برق", actor=HEAD, at=over)
    close_year(books.unit_of_work(), "D07", YEAR, actor=HEAD, at=over)  # nothing is left to post

    acts = told(books)

    assert [(who, act) for who, act, _ in acts] == [
        ("expert", "entry_proposed"),
        ("head", "proposed_entry_posted"),
        ("expert", "reversal_proposed"),
        ("head", "proposed_entry_refused"),
        ("expert", "entry_proposed"),
        ("expert", "proposed_entry_taken_back"),
        *[("head", "month_closed")] * 11,
        ("head", "year_closed"),
        ("head", "month_reopened"),
        ("head", "year_closed"),
    ]
    facts = [each for _, _, each in acts]
    rent = {
        "proposal": facts[0]["proposal"],
        "unit": "D07",
        "on": JalaliDate(YEAR, 1, 15).gregorian().isoformat(),
        "description": RENT["description"],
        "amount": "900",
        "accounts": ["1101", "5101"],
    }
    assert facts[:2] == [rent, {**rent, "number": f"{YEAR}/1"}]
    assert (facts[2]["number"], facts[2]["description"]) == (f"{YEAR}/1", "دوبار ثبت شد")
    assert (facts[3]["proposal"], facts[3]["reason"]) == (str(asked), "درست است")
    assert facts[6] == {"number": f"{YEAR}/01", "unit": "D07"}
    year = {"number": str(YEAR), "unit": "D07"}
    assert facts[-3] == {**year, "entry": "2", "amount": "900"}
    assert (facts[-2]["number"], facts[-2]["reason"]) == (f"{YEAR}/12", "قبض برق")
    assert facts[-1] == year


@settings(deadline=None, suppress_health_check=list(HealthCheck))
@given(st.dictionaries(st.sampled_from(["4101", "4102", "5101"]), st.integers(-(10**15), 10**15)))
def test_whatever_a_year_brought_its_result_takes_to_the_rial(amounts: dict[str, int]):
    lines = result_lines({code: Rial(each) for code, each in amounts.items()}, "3102")

    after = dict(amounts)
    for each in lines:
        moved = each.debit.amount - each.credit.amount
        after[each.account] = after.get(each.account, 0) + moved
    result = after.pop("3102", 0)
    assert set(after.values()) <= {0}
    assert result == sum(amounts.values())
    assert sum(each.debit.amount for each in lines) == sum(each.credit.amount for each in lines)


def test_every_account_of_income_and_expense_is_closed_and_nobody_posts_to_a_ledgers_by_hand():
    """What other areas post to, but for the bank and the accounts of a year, they keep."""
    posted_to = {leg.account for each in templates().values() for leg in each.legs}
    for code, account in chart().items():
        assert account.is_result is code.startswith(("4", "5")), code
        if code in posted_to - {"1101", "3101"}:
            assert account.is_kept or account.is_memo or account.is_result, code
