"""Budget lines: figures of the guide, and money that nobody gets twice (`domain.md` §2.5)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from engine.sdk import Database, RulesBroken, announce, new_id
from engine.values import Rial
from engine.values.credit import CreditCommitted, CreditPaid, CreditReleased, CreditReserved
from engine.values.facts import Basis
from processes.financial_documents.answers import credit
from processes.financial_documents.answers.booking import Stamp
from processes.financial_documents.records import (
    BudgetEntry,
    BudgetHolding,
    ClosedYear,
    EntryKind,
    HoldingState,
)
from processes.financial_documents.rules.budget import (
    Credit,
    CreditType,
    check_pay,
    check_reserve,
    check_transfer,
)
from processes.financial_documents.tests.budgeting import (
    BN,
    NOON,
    YEAR,
    budget_line,
    figures,
    reserve,
)
from tests.kit.credit import must_agree


def example(**other: object) -> Credit:
    """The line of §2.5."""
    figures = {"approved": 50, "allocated": 30, "reserved": 4, "committed": 12, "paid": 10}
    return Credit(**{name: Rial(each * BN) for name, each in figures.items()}, **other)  # type: ignore[arg-type]


class TestTheExampleOfTheGuide:
    def test_what_is_free(self):
        assert example().free == Rial(4 * BN)
        assert example(strict=False).free == Rial(24 * BN)
        assert example().payable == Rial(20 * BN)

    def test_five_thousand_million_pass_the_allocation_by_one(self):
        [problem] = check_reserve(example(), Rial(5 * BN))
        assert (problem.code, problem.params) == ("BUD-002", {"exceeded": str(BN)})
        assert check_reserve(example(strict=False), Rial(5 * BN)) == []

    def test_more_than_approved_is_refused_in_either_mode(self):
        for strict in (True, False):
            [problem] = check_reserve(example(strict=strict), Rial(25 * BN))
            assert (problem.code, problem.params) == ("BUD-001", {"exceeded": str(BN)})

    def test_nobody_is_paid_what_is_not_allocated(self):
        assert check_pay(example(), Rial(20 * BN)) == []
        [problem] = check_pay(example(), Rial(20 * BN + 1))
        assert (problem.code, problem.params) == ("BUD-002", {"exceeded": "1"})

    def test_only_the_council_moves_money_between_current_and_capital(self):
        current, capital = CreditType.CURRENT, CreditType.CAPITAL
        assert check_transfer(current, current, None) == []
        assert check_transfer(current, capital, "م/۱۴") == []
        assert [each.code for each in check_transfer(current, capital, None)] == ["BUD-006"]


@pytest.mark.both_databases
def test_a_hundred_who_ask_at_once_never_get_more_than_there_is(database: Database):
    line_id = budget_line(database)

    with ThreadPoolExecutor(8) as people:
        told = list(people.map(lambda _: reserve(database, line_id, 30_000), range(100)))

    assert told.count([]) == 33
    assert {each[0][0] for each in told if each} == {"BUD-001"}
    assert figures(database, line_id) == (990_000, 0, 0)
    with database.reader() as session:
        entered = session.scalar(select(func.count()).select_from(BudgetEntry))
        must_agree(session)
    assert entered == 33


@pytest.mark.both_databases
def test_of_two_who_ask_for_the_last_money_one_gets_it(database: Database):
    for number in range(5):
        line_id = budget_line(database, code=f"220105-{number}")
        with ThreadPoolExecutor(2) as people:
            told = list(people.map(lambda _, to=line_id: reserve(database, to, 1_000_000), (1, 2)))
        assert sorted(told) == [[], [("BUD-001", "1000000")]]


@pytest.mark.both_databases
def test_money_goes_from_reserved_over_committed_to_paid_and_back(database: Database):
    line_id, subject = budget_line(database), new_id()
    reserve(database, line_id, 400_000, subject)
    steps = [
        (credit.commit, (0, 400_000, 0)),
        (credit.uncommit, (400_000, 0, 0)),
        (credit.commit, (0, 400_000, 0)),
        (credit.pay, (0, 0, 400_000)),
        (credit.refund, (0, 0, 0)),
    ]
    for step, expected in steps:
        uow = database.unit_of_work()
        with uow:
            held = uow.session.scalars(select(BudgetHolding)).one()
            step(uow.session, held, Stamp(NOON, "x"))
            uow.commit()
        assert figures(database, line_id) == expected


def test_a_step_that_was_done_is_not_done_twice(database: Database):
    line_id, subject = budget_line(database), new_id()
    reserve(database, line_id, 400_000, subject)
    uow = database.unit_of_work()
    with uow:
        held = uow.session.scalars(select(BudgetHolding)).one()
        stamp = Stamp(NOON, "x")
        assert credit.commit(uow.session, held, stamp)
        assert not credit.commit(uow.session, held, stamp)
        assert credit.pay(uow.session, held, stamp) == []
        assert [each.code for each in credit.pay(uow.session, held, stamp)] == ["BUD-005"]
        credit.give_back(uow.session, held, stamp)
        uow.commit()
    assert figures(database, line_id) == (0, 0, 400_000)


def test_reserving_again_takes_the_place_of_what_was_reserved(database: Database):
    line_id, subject = budget_line(database), new_id()
    assert reserve(database, line_id, 900_000, subject) == []
    assert reserve(database, line_id, 800_000, subject) == []
    assert figures(database, line_id) == (800_000, 0, 0)
    assert reserve(database, line_id, 1_000_001, subject) == [("BUD-001", "1")]
    assert figures(database, line_id) == (800_000, 0, 0)


def test_a_line_of_another_unit_or_year_or_of_a_closed_year_gives_nothing(database: Database):
    other = budget_line(database, unit="D15")
    assert reserve(database, other, 1) == [("BUD-004", None)]
    assert reserve(database, new_id(), 1) == [("BUD-004", None)]
    before = budget_line(database, fiscal_year=YEAR - 1)
    assert reserve(database, before, 1) == [("FIN-012", None)]
    closed = budget_line(database)
    uow = database.unit_of_work()
    with uow:
        uow.session.add(ClosedYear(unit="D07", fiscal_year=YEAR, closed_at=NOON, closed_by="x"))
        uow.commit()
    assert reserve(database, closed, 1) == [("FIN-012", None)]


def test_what_is_reserved_too_long_is_free_again_for_who_asks_next(database: Database):
    line_id = budget_line(database)
    assert reserve(database, line_id, 900_000) == []
    on_the_last_day = NOON + timedelta(days=90)
    assert reserve(database, line_id, 900_000, at=on_the_last_day) == [("BUD-001", "800000")]
    assert reserve(database, line_id, 900_000, at=on_the_last_day + timedelta(days=1)) == []
    with database.reader() as session:
        states = {each.state for each in session.scalars(select(BudgetHolding))}
        kinds = [each.kind for each in session.scalars(select(BudgetEntry))]
    assert states == {HoldingState.EXPIRED, HoldingState.RESERVED}
    assert sorted(each.value for each in kinds) == ["EXPIRE", "RESERVE", "RESERVE"]


def test_a_payment_is_no_more_than_allocated(database: Database):
    line_id = budget_line(database, allocated=Rial(300_000), strict=False)
    reserve(database, line_id, 400_000)
    uow = database.unit_of_work()
    with uow:
        held = uow.session.scalars(select(BudgetHolding)).one()
        credit.commit(uow.session, held, Stamp(NOON, "x"))
        [problem] = credit.pay(uow.session, held, Stamp(NOON, "x"))
        uow.commit()
    assert (problem.code, problem.params["exceeded"]) == ("BUD-002", "100000")
    assert figures(database, line_id) == (0, 400_000, 0)


@given(
    asked=st.lists(
        st.tuples(st.sampled_from(["reserve", "commit", "pay", "return"]), st.integers(1, 500)),
        max_size=30,
    ),
    allocated=st.integers(0, 1_000),
    strict=st.booleans(),
)
def test_whatever_is_asked_no_limit_is_passed(
    asked: list[tuple[str, int]], allocated: int, strict: bool
):
    line = Credit(Rial(1_000), Rial(allocated), strict=strict)
    for what, number in asked:
        amount = Rial(number)
        if what == "reserve" and not check_reserve(line, amount):
            line = _with(line, reserved=line.reserved + amount)
        elif what == "commit":
            moved = min(amount, line.reserved)
            line = _with(line, reserved=line.reserved - moved, committed=line.committed + moved)
        elif what == "pay" and not check_pay(line, moved := min(amount, line.committed)):
            line = _with(line, committed=line.committed - moved, paid=line.paid + moved)
        elif what == "return":
            line = _with(line, reserved=line.reserved - min(amount, line.reserved))
        assert line.used <= (min(line.approved, line.allocated) if strict else line.approved)
        assert line.paid <= line.allocated


def _with(line: Credit, **changed: Rial) -> Credit:
    kept = {name: getattr(line, name) for name in ("reserved", "committed", "paid")}
    return Credit(line.approved, line.allocated, **(kept | changed), strict=line.strict)


class TestOtherAreas:
    """A statement's credit comes out of a line that is kept here."""

    def fact(self, kind: type, subject: UUID, amount: int = 600_000, **other: object):
        basis = Basis("contractor_statement", "statement", subject, "7/3")
        known = {"unit": "D07", "basis": basis, "at": NOON, "by": "budget_officer"}
        of_line = {"year": YEAR, "line": "220105-7", "amount": Rial(amount)}
        return kind(**(known | of_line | other))

    def tell(self, database: Database, *facts: object) -> None:
        uow = database.unit_of_work()
        with uow:
            for each in facts:
                announce(uow.session, each)  # type: ignore[arg-type]
            uow.commit()

    def test_it_is_reserved_committed_and_paid_as_they_tell(self, database: Database):
        line_id, subject = budget_line(database), new_id()
        told = [(CreditReserved, (600_000, 0, 0)), (CreditCommitted, (0, 600_000, 0))]
        told.append((CreditPaid, (0, 0, 600_000)))
        for kind, expected in told:
            self.tell(database, self.fact(kind, subject))
            assert figures(database, line_id) == expected

    def test_it_is_given_back(self, database: Database):
        line_id, subject = budget_line(database), new_id()
        self.tell(
            database, *(self.fact(each, subject) for each in (CreditReserved, CreditReleased))
        )
        assert figures(database, line_id) == (0, 0, 0)

    def test_a_payment_on_account_is_booked_at_once(self, database: Database):
        line_id = budget_line(database)
        self.tell(database, self.fact(CreditPaid, new_id()))
        assert figures(database, line_id) == (0, 0, 600_000)

    def test_the_whole_act_is_refused_where_the_line_has_too_little(self, database: Database):
        budget_line(database)
        with pytest.raises(RulesBroken) as refused:
            self.tell(database, self.fact(CreditReserved, new_id(), 1_000_001))
        assert refused.value.code == "BUD-001"

    def test_a_line_that_is_not_kept_here_is_nothing_to_us(self, database: Database):
        line_id = budget_line(database)
        for kind in (CreditReserved, CreditCommitted, CreditPaid, CreditReleased):
            self.tell(database, self.fact(kind, new_id(), line="other"))
        assert figures(database, line_id) == (0, 0, 0)


def test_figures_of_a_line_are_the_sums_of_its_entries(database: Database):
    line_id = budget_line(database)
    reserve(database, line_id, 10_000)
    reserve(database, line_id, 20_000)
    uow = database.unit_of_work()
    with uow:
        first, second = uow.session.scalars(select(BudgetHolding).order_by(BudgetHolding.amount))
        credit.commit(uow.session, first, Stamp(NOON))
        credit.pay(uow.session, first, Stamp(NOON))
        credit.give_back(uow.session, second, Stamp(NOON))
        uow.commit()
    with database.reader() as session:
        sums = {EntryKind(kind): total for kind, total in _sums(session)}
    assert figures(database, line_id) == (
        sums[EntryKind.RESERVE] - sums[EntryKind.RELEASE] - sums[EntryKind.COMMIT],
        sums[EntryKind.COMMIT] - sums[EntryKind.PAY],
        sums[EntryKind.PAY],
    )


def _sums(session):
    rows = session.scalars(select(BudgetEntry))
    found: dict[EntryKind, int] = {}
    for each in rows:
        found[each.kind] = found.get(each.kind, 0) + each.amount.amount
    return found.items()
