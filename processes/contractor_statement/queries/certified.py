"""What was certified before, and which number comes next."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from processes.contractor_statement.records import (
    ABANDONED,
    CERTIFIED,
    AdvanceInstalment,
    ContractLine,
    Statement,
    StatementKind,
    StatementLine,
)
from processes.contractor_statement.rules.advance import Instalment
from processes.contractor_statement.rules.deductions import CertifiedToDate
from processes.contractor_statement.terms import PARTIES, certified_with, instalments_of

#: The kinds that measure the works; each builds on the one before.
MEASURING = (StatementKind.INTERIM, StatementKind.FINAL)


def last_certified(session: Session, statement: Statement) -> Statement | None:
    """Return the latest certified statement before this one, as of now (R-STM-18)."""
    query = (
        select(Statement)
        .where(
            Statement.contract_id == statement.contract_id,
            Statement.kind.in_(MEASURING),
            Statement.state.in_(CERTIFIED),
            Statement.id != statement.id,
        )
        .order_by(Statement.approved_at.desc(), Statement.no.desc())
        .limit(1)
    )
    if statement.kind is StatementKind.INTERIM:
        query = query.where(Statement.kind == StatementKind.INTERIM, Statement.no < statement.no)
    return session.scalar(query)


def certified_before(session: Session, statement: Statement) -> CertifiedToDate:
    """Return the cumulative amounts this statement starts from; zero before the first.

    Read at the moment of the finance step, so that a later change of the statement
    before re-bases this one (R-STM-18).
    """
    previous = last_certified(session, statement)
    return CertifiedToDate() if previous is None else certified_with(previous)


def quantities_certified(session: Session, previous: Statement | None) -> dict[str, Decimal]:
    """Return the approved cumulative quantities of a statement by line code."""
    if previous is None:
        return {}
    said = [getattr(StatementLine, party) for party in reversed(PARTIES)]
    query = (
        select(ContractLine.code, func.coalesce(*said))
        .join(ContractLine, ContractLine.id == StatementLine.contract_line_id)
        .where(StatementLine.statement_id == previous.id)
    )
    found = session.execute(query)
    return {code: quantity for code, quantity in found if quantity is not None}


def advance_paid(session: Session, contract_id: UUID) -> tuple[Instalment, ...]:
    """Return the instalments of the advance paid so far."""
    query = (
        select(AdvanceInstalment)
        .where(AdvanceInstalment.contract_id == contract_id)
        .order_by(AdvanceInstalment.paid_on, AdvanceInstalment.id)
    )
    return instalments_of(session.scalars(query).all())


def next_statement_no(session: Session, contract_id: UUID, kind: StatementKind) -> int:
    """Return the number a new statement of this kind gets: no gaps, abandoned ones reused."""
    last = session.scalar(
        select(func.max(Statement.no)).where(
            Statement.contract_id == contract_id,
            Statement.kind == kind,
            Statement.state.not_in(ABANDONED),
        )
    )
    return (last or 0) + 1
