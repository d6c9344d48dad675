"""A contract's commitment, and the statements that take it over."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from engine.sdk import announce, new_id
from engine.values import Rial
from engine.values.credit import CommitmentSpared, CreditCommitted, CreditReserved
from engine.values.facts import Basis
from processes.contractor_statement.answers import credit as of_statements
from processes.contractor_statement.records import (
    Contract,
    ReservationState,
    Statement,
    StatementKind,
    StatementState,
)
from processes.financial_documents.answers import credit
from processes.financial_documents.records import BudgetHolding, HoldingState
from tests.areas.credit_acts import UNIT, Acts, refuse


@dataclass
class ContractActs(Acts):
    """What a contract commits, and what its statements take of that."""

    contract: Contract
    statements: list[Statement] = field(default_factory=list, kw_only=True)
    ended: bool = field(default=False, kw_only=True)

    @property
    def basis(self) -> Basis:
        """The request whose credit the contract's is."""
        assert self.contract.credit_id is not None
        return Basis("elsewhere", "request", self.contract.credit_id, "1")

    def _supplement(self, amount: Rial) -> None:
        if not self.ended:
            self._tell(CreditReserved, amount, self.basis)
            self._tell(CreditCommitted, amount, self.basis)

    def _lapsed_supplement(self, amount: Rial) -> None:
        if self.ended:
            return
        self._tell(CreditReserved, amount, self.basis)
        query = select(BudgetHolding).where(
            BudgetHolding.subject_id == self.basis.id, BudgetHolding.state == HoldingState.RESERVED
        )
        for lapsed in self.session.scalars(query).all():
            credit.give_back(self.session, lapsed, self.stamp)  # as its ninety days would
        self._tell(CreditCommitted, amount, self.basis)

    def _reduce(self, amount: Rial) -> None:
        fact = CommitmentSpared(unit=UNIT, basis=self.basis, at=self.at, amount=amount)
        announce(self.session, fact)

    def _end(self, _: Rial) -> None:
        announce(self.session, CommitmentSpared(unit=UNIT, basis=self.basis, at=self.at))
        self.ended = True

    def _statement(self, amount: Rial) -> None:
        if self.ended:
            return
        statement = Statement(
            contract=self.contract,
            kind=StatementKind.INTERIM,
            no=len(self.statements) + 1,
            instance_id=new_id(),
            state=StatementState.FINANCE_REVIEW,
            created_at=self.at,
        )
        self.session.add(statement)
        self.session.flush()
        refuse(of_statements.reserve(self.session, statement, self.line.id, amount, self.at))
        self.statements.append(statement)

    def _newest(self) -> tuple[Statement, Any] | None:
        for each in reversed(self.statements):
            held = of_statements.reservation_of(self.session, each)
            if held is not None:
                return each, held
        return None

    def _adjust(self, amount: Rial) -> None:
        if found := self._newest():
            refuse(of_statements.adjust(self.session, found[0], amount, self.at))

    def _commit(self, _: Rial) -> None:
        if found := self._newest():
            of_statements.commit(self.session, found[0], self.at)

    def _uncommit(self, _: Rial) -> None:
        if found := self._newest():
            of_statements.uncommit(self.session, found[0], self.at)

    def _pay(self, _: Rial) -> None:
        found = self._newest()
        if found and found[1].state is ReservationState.COMMITTED:
            of_statements.pay(self.session, found[0], self.at)

    def _on_account(self, amount: Rial) -> None:
        if found := self._newest():
            of_statements.pay_at_once(self.session, found[0], self.line, amount, self.at)

    def _withdraw(self, _: Rial) -> None:
        if found := self._newest():
            of_statements.give_back(self.session, found[1], self.at)
