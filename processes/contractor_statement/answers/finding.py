"""Finding what a case is about: its statement, its contract, and the one before."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from engine.sdk import Actor, Problem, RulesBroken
from processes.contractor_statement.records import (
    ABANDONED,
    CERTIFIED,
    Contract,
    Statement,
    StatementKind,
    StatementLine,
    StatementState,
)
from processes.contractor_statement.rules import LastStatement


def statement_of(session: Session, instance_id: UUID) -> Statement:
    """Return the statement of a case with its contract, the bill and every line."""
    return session.scalars(
        select(Statement)
        .where(Statement.instance_id == instance_id)
        .options(
            joinedload(Statement.contract).selectinload(Contract.lines),
            selectinload(Statement.lines).joinedload(StatementLine.contract_line),
        )
    ).one()


def own_contract(session: Session, contract_id: object, actor: Actor) -> Contract:
    """Return a contract the actor represents the contractor of.

    Raises:
        RulesBroken: ``STM-038`` there is none, or it is another's.
    """
    contract = contract_of(session, contract_id)
    if contract is None or not represents(actor, contract):
        raise RulesBroken([Problem("STM-038", "contract_id")])
    return contract


def contract_of(session: Session, contract_id: object) -> Contract | None:
    """Return the contract of an id as a form sends it, nothing where there is none."""
    return session.get(Contract, _uuid(contract_id))


def represents(actor: Actor, contract: Contract) -> bool:
    """Tell whether the actor represents the contractor."""
    return actor.sits_at(f"CONTRACTOR@party:{contract.contractor_id}")


def own_statement(session: Session, statement_id: object, actor: Actor) -> Statement:
    """Return a statement of a contract the actor represents the contractor of.

    Raises:
        RulesBroken: ``STM-038`` there is none, or it is another's.
    """
    statement = session.get(Statement, _uuid(statement_id))
    if statement is None:
        raise RulesBroken([Problem("STM-038", "statement_id")])
    own_contract(session, statement.contract_id, actor)
    return statement


def _uuid(text: object) -> UUID | None:
    try:
        return UUID(str(text))
    except ValueError:
        return None


def last_of_kind(
    session: Session, contract_id: UUID, kind: StatementKind, before: int | None = None
) -> Statement | None:
    """Return the newest statement of a kind that was not given up, below ``before`` if given."""
    query = select(Statement).where(
        Statement.contract_id == contract_id,
        Statement.kind == kind,
        Statement.state.not_in(ABANDONED),
    )
    if before is not None:
        query = query.where(Statement.no < before)
    return session.scalar(query.order_by(Statement.no.desc()).limit(1))


def last_measured(session: Session, contract_id: UUID) -> Statement | None:
    """Return the certified statement that stands for all work to date: the final one, if any."""
    query = select(Statement).where(
        Statement.contract_id == contract_id,
        Statement.kind.in_((StatementKind.INTERIM, StatementKind.FINAL)),
        Statement.state.in_(CERTIFIED),
    )
    is_final = (Statement.kind == StatementKind.FINAL).desc()
    return session.scalar(query.order_by(is_final, Statement.no.desc()).limit(1))


def last_adjusted(session: Session, contract_id: UUID, but: UUID | None = None) -> Statement | None:
    """Return the newest certified price adjustment, other than ``but``."""
    query = select(Statement).where(
        Statement.contract_id == contract_id,
        Statement.kind == StatementKind.ADJUSTMENT,
        Statement.state.in_(CERTIFIED),
        Statement.id != but,
    )
    return session.scalar(query.order_by(Statement.no.desc()).limit(1))


def as_last(statement: Statement | None) -> LastStatement | None:
    """Return what the next statement's header is checked against.

    A statement paid on account is with the employer: it left the consultant.
    """
    if statement is None or statement.period_to is None:
        return None
    paid = statement.state is StatementState.ON_ACCOUNT_PAID
    state = StatementState.OWNER_REVIEW if paid else statement.state
    return LastStatement(statement.no, state.value, statement.period_to)


def earlier_uncertified(session: Session, statement: Statement) -> Statement | None:
    """Return an earlier measuring statement that is not certified yet."""
    last = last_of_kind(
        session,
        statement.contract_id,
        StatementKind.INTERIM,
        before=statement.no if statement.kind is StatementKind.INTERIM else None,
    )
    if last is None or last.id == statement.id or last.state in CERTIFIED:
        return None
    return last
