"""Acts of anybody who holds credit of one line, in any order, as their areas tell of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.sdk import new_id
from engine.values import TEHRAN, JalaliDate, Rial, local_date
from processes.contractor_statement.records import Contract
from processes.financial_documents.answers import credit, year_end
from processes.financial_documents.answers.booking import Stamp
from processes.financial_documents.records import BudgetHolding, HoldingState
from tests.areas.contract_acts import ContractActs
from tests.areas.credit_acts import LIMIT, UNIT, line_of
from tests.areas.voucher_acts import VoucherActs
from tests.kit.credit import must_agree

HELD: Final = (HoldingState.RESERVED, HoldingState.COMMITTED)
MOVES: Final = (
    "supplement", "lapsed_supplement", "reduce", "end",
    "statement", "statement", "adjust", "commit", "uncommit", "pay", "on_account", "withdraw",
    "order", "invoice", "invoice", "expense", "advance", "approve", "approve", "send_back",
    "pay_voucher", "pay_voucher", "let_go", "cash_back", "wait", "close_year",
)  # fmt: skip


@dataclass
class Story(ContractActs, VoucherActs):
    """One line in two years, and whoever takes credit of it."""

    @classmethod
    def begun(cls, session: Session, contract_id: UUID, at: datetime) -> Story:
        """Return a line in two years, with a contract that may commit of it."""
        first = JalaliDate.of(local_date(at)).year
        contract = session.get_one(Contract, contract_id)
        contract.credit_area, contract.credit_id = "elsewhere", new_id()
        story = cls(session, [line_of(session, first + each) for each in (0, 1)], at, 0, contract)
        session.flush()
        return story

    def _wait(self, _: Rial) -> None:
        """Let a hundred days pass for whoever asks next for credit of the line."""
        credit.expire(self.session, self.kept.id, self.at + timedelta(days=100))

    def _close_year(self, _: Rial) -> None:
        if self.years_closed:
            return
        year = self.line.fiscal_year
        new_year = JalaliDate(year + 1, 1, 10).gregorian()
        at = datetime.combine(new_year, time(9), TEHRAN)
        year_end.close(self.session, UNIT, year, Stamp(at, "x"))
        self.at, self.years_closed = at, 1

    def must_agree(self) -> None:
        """Nothing is held twice, never more than a line has, and the books say the same."""
        lines = must_agree(self.session)
        for _, kept in self.lines:
            figures = lines[UNIT, kept.code, kept.fiscal_year]
            assert min(figures) >= 0
            assert sum(figures) <= LIMIT.amount
        taken = self._sum(BudgetHolding.taken_by.is_not(None))
        takers = [*(each.id for each in self.statements), *(each.id for each in self.vouchers)]
        mine = self._sum(
            BudgetHolding.subject_id.in_(takers),
            BudgetHolding.state.in_((*HELD, HoldingState.PAID)),
        )
        assert taken <= mine, "what went over is held by who took it"
        if self.ended:
            of_contract = self._sum(
                BudgetHolding.subject_id == self.basis.id, BudgetHolding.state.in_(HELD)
            )
            assert of_contract == Rial.ZERO, "whatever becomes of its statements then"

    def _sum(self, *asked: Any) -> Rial:
        query = select(BudgetHolding.amount).where(*asked)
        return Rial.total(self.session.scalars(query))
