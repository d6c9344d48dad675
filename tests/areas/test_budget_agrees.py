"""What the budget holds for a statement is what the statement's own line says, always."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.model.person import Actor
from engine.sdk import new_id
from engine.storage.database import Database
from engine.values import Rial
from processes.contractor_statement.answers import credit
from processes.contractor_statement.records import (
    Contract,
    CreditLine,
    ReservationState,
    Statement,
    StatementKind,
    StatementState,
)
from processes.contractor_statement.tests.walking import Office, contract_of_example
from processes.financial_documents.records import BudgetHolding, BudgetLine, HoldingState
from processes.financial_documents.rules.budget import CreditType

ALLOCATED: Final = Rial(1_000)


@pytest.fixture
def office(
    database: Database, actor: Callable[[str], Actor], run_jobs: Callable[..., int], clock: Any
) -> Office:
    """The people of the demonstration."""
    return Office(database, actor, run_jobs, clock)


@dataclass
class Spent:
    """A statement that takes credit of a line which the budget keeps as well."""

    session: Session
    statement: Statement
    line: CreditLine
    kept: BudgetLine
    at: datetime

    @classmethod
    def begun(cls, session: Session, contract_id: UUID, at: datetime) -> Spent:
        """Return a statement of a contract, and its line newly allocated in both areas."""
        line = session.scalars(select(CreditLine).where(CreditLine.unit == "D07")).one()
        line.approved = line.allocated = ALLOCATED
        kept = BudgetLine(
            unit=line.unit,
            fiscal_year=line.fiscal_year,
            code=line.code,
            title=line.title,
            credit_type=CreditType.CAPITAL,
            approved=ALLOCATED,
            allocated=ALLOCATED,
        )
        statement = Statement(
            contract=session.get_one(Contract, contract_id),
            kind=StatementKind.INTERIM,
            no=1,
            instance_id=new_id(),
            state=StatementState.FINANCE_REVIEW,
            created_at=at,
        )
        session.add_all([kept, statement])
        session.flush()
        return cls(session, statement, line, kept, at)

    def do(self, move: str, amount: Rial) -> None:
        """Make one move, where the statement's own area lets it be made."""
        held = credit.reservation_of(self.session, self.statement)
        if move == "reserve" and (held is None or held.state is ReservationState.RESERVED):
            credit.reserve(self.session, self.statement, self.line.id, amount, self.at)
        elif move == "adjust":
            credit.adjust(self.session, self.statement, amount, self.at)
        elif move == "commit":
            credit.commit(self.session, self.statement, self.at)
        elif move == "uncommit":
            credit.uncommit(self.session, self.statement, self.at)
        elif move == "pay" and held is not None and held.state is ReservationState.COMMITTED:
            credit.pay(self.session, self.statement, self.at)
        elif move == "pay_at_once":
            credit.pay_at_once(self.session, self.statement, self.line, amount, self.at)
        elif move == "give_back" and held is not None:
            credit.give_back(self.session, held, self.at)
        self.session.flush()

    def must_agree(self) -> None:
        """Compare what both areas say."""
        line, kept = self.line, self.kept
        self.session.refresh(kept)
        said = (line.reserved, line.committed, line.paid)
        assert (kept.reserved, kept.committed, kept.paid) == said
        assert tuple(self._holds(each) for each in _HOLD) == said
        assert min(said) >= Rial.ZERO
        assert Rial.total(said) <= ALLOCATED

    def _holds(self, state: HoldingState) -> Rial:
        query = select(BudgetHolding.amount).where(
            BudgetHolding.subject_id == self.statement.id, BudgetHolding.state == state
        )
        return Rial.total(self.session.scalars(query))


_HOLD: Final = (HoldingState.RESERVED, HoldingState.COMMITTED, HoldingState.PAID)
_MOVES: Final = ("reserve", "adjust", "commit", "uncommit", "pay", "pay_at_once", "give_back")
_WALK: Final = st.lists(st.tuples(st.sampled_from(_MOVES), st.integers(1, 700)), max_size=12)


@pytest.fixture
def begin(office: Office) -> Callable[[], Iterator[Spent]]:
    """Return what begins a statement whose acts are never kept."""
    contract_id = UUID(contract_of_example(office, advance_paid=False))

    def begun() -> Iterator[Spent]:
        with office.database.unit_of_work() as uow:
            yield Spent.begun(uow.session, contract_id, office.clock())

    return begun


@pytest.mark.parametrize(
    "walk",
    [
        pytest.param([("reserve", 500), ("adjust", 600)], id="a little more is certified"),
        pytest.param([("reserve", 500), ("adjust", 400)], id="a little less is certified"),
        pytest.param(
            [("reserve", 500), ("commit", 1), ("adjust", 600), ("adjust", 550), ("pay", 1)],
            id="more and less after it was committed",
        ),
        pytest.param(
            [("reserve", 500), ("pay_at_once", 200), ("commit", 1), ("pay", 1)],
            id="a payment on account beside the reservation",
        ),
    ],
)
def test_what_changes_is_told_and_booked_as_a_change(
    begin: Callable[[], Iterator[Spent]], walk: list[tuple[str, int]]
):
    for spent in begin():
        for move, amount in walk:
            spent.do(move, Rial(amount))
            spent.must_agree()


def test_whatever_a_statement_does_the_budget_holds_the_same(
    begin: Callable[[], Iterator[Spent]],
):
    @settings(
        max_examples=40,
        phases=[Phase.explicit, Phase.generate],
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=[HealthCheck.too_slow],
    )
    @given(_WALK)
    def walk(moves: list[tuple[str, int]]) -> None:
        for spent in begin():
            for move, amount in moves:
                spent.do(move, Rial(amount))
                spent.must_agree()

    walk()
