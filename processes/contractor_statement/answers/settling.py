"""When nothing more is paid of a contract's price, and that it is told (`domain.md` §1.15)."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import select

from engine.sdk import Session, announce
from engine.values import local_date
from engine.values.contracting import ContractEnded
from engine.values.facts import Basis
from processes.contractor_statement.records import (
    Contract,
    ContractState,
    Statement,
    StatementKind,
    StatementState,
)
from processes.contractor_statement.telling import AREA

_OVER: Final = (ContractState.FINALLY_ACCEPTED, ContractState.TERMINATED)
_ORDERED: Final = (StatementState.PAYMENT_ORDERED, StatementState.PAID)


def is_settled(session: Session, contract: Contract) -> bool:
    """Tell whether a contract is accepted or terminated and its final statement is ordered paid.

    The retention that is released later was certified, and so was paid out of its credit, before.
    """
    if contract.state not in _OVER:
        return False
    session.flush()
    final = select(Statement.id).where(
        Statement.contract_id == contract.id,
        Statement.kind == StatementKind.FINAL,
        Statement.state.in_(_ORDERED),
    )
    return session.scalar(final.limit(1)) is not None


def tell_if_settled(session: Session, contract: Contract, at: datetime) -> None:
    """Tell that a contract has ended, once both have come about: the account and the minute."""
    if not is_settled(session, contract):
        return
    announce(
        session,
        ContractEnded(
            unit=contract.unit,
            basis=Basis(AREA, "contract", contract.id, contract.contract_no),
            at=at,
            contract_no=contract.contract_no,
            on=local_date(at),
            is_terminated=contract.state is ContractState.TERMINATED,
        ),
    )
