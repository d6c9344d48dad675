"""Keep the credit lines that contracts are paid from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from engine.errors import Problem
from engine.sdk import Actor, Entered, UnitOfWork
from engine.values import JalaliDate, local_date
from processes.contractor_statement.commands.desks import CREDIT, contract_for
from processes.contractor_statement.commands.journal import tell
from processes.contractor_statement.records import CreditKind, CreditLine


@dataclass(frozen=True, slots=True)
class NewCreditLine:
    """A budget line as somebody enters it."""

    code: str
    title: str
    kind: CreditKind
    approved: str
    allocated: str


def add_credit_line(
    uow: UnitOfWork, contract_id: UUID, new: NewCreditLine, *, actor: Actor, at: datetime
) -> None:
    """Keep a credit line of the contract's unit for this fiscal year (`domain.md` §2.5).

    Raises:
        RulesBroken: ``MON-001``, ``GEN-REQUIRED``; ``BUD-007`` more is allocated than
            approved; ``BUD-003`` the code is known this year.
    """
    entered = Entered()
    code = entered.text("code", new.code)
    title = entered.text("title", new.title)
    approved = entered.money("approved", new.approved)
    allocated = entered.money("allocated", new.allocated)
    year = JalaliDate.of(local_date(at)).year
    with uow:
        contract = contract_for(uow.session, contract_id, actor, CREDIT)
        if allocated > approved:
            entered.problems.append(Problem("BUD-007", "allocated"))
        same = select(CreditLine.id).where(
            CreditLine.unit == contract.unit,
            CreditLine.fiscal_year == year,
            CreditLine.code == code,
        )
        if uow.session.scalar(same) is not None:
            entered.problems.append(Problem("BUD-003", "code", {"code": code}))
        entered.must_be_right()
        uow.session.add(
            CreditLine(
                unit=contract.unit,
                fiscal_year=year,
                code=code,
                title=title,
                kind=new.kind,
                approved=approved,
                allocated=allocated,
            )
        )
        facts = {
            "number": code,  # the line is the unit's, the contract only where it was entered
            "contract": contract.contract_no,
            "year": year,
            "kind": new.kind.value,
            "approved": str(approved.amount),
            "allocated": str(allocated.amount),
        }
        tell(uow.session, contract, "credit_line_added", facts, actor=actor, at=at)
        uow.commit()
