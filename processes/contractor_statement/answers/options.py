"""What the selects of forms offer to an actor."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session

from engine.sdk import Actor, option_source
from processes.contractor_statement.answers.opening import FINISHED, TITLES
from processes.contractor_statement.records import (
    ABANDONED,
    CERTIFIED,
    Contract,
    CreditLine,
    Statement,
    StatementKind,
)

_MEASURING = (StatementKind.INTERIM, StatementKind.FINAL)


@option_source("contracts_of_actor")
def contracts_of_actor(session: Session, actor: Actor) -> list[tuple[str, str]]:
    """Return the contracts of the contractors the actor represents, newest first."""
    query = select(Contract).where(Contract.contractor_id.in_(actor.parties_as("CONTRACTOR")))
    return _contracts(session, query)


@option_source("contracts_for_final")
def contracts_for_final(session: Session, actor: Actor) -> list[tuple[str, str]]:
    """Return the contracts the actor represents, or is the consultant of once they are done."""
    units = actor.units_of("CONSULTANT")
    consulted: ColumnElement[bool] = Contract.state.in_(FINISHED)
    if "*" not in units:
        consulted = and_(consulted, Contract.unit.in_(units))
    own = Contract.contractor_id.in_(actor.parties_as("CONTRACTOR"))
    return _contracts(session, select(Contract).where(or_(own, consulted) if units else own))


def _contracts(session: Session, query: Select[Any]) -> list[tuple[str, str]]:
    found: Iterable[Contract] = session.scalars(
        query.order_by(Contract.imported_at.desc()).limit(500)
    )
    return [(str(each.id), f"{each.contract_no} · {each.subject}") for each in found]


@option_source("adjustable_statements_of_actor")
def adjustable_statements(session: Session, actor: Actor) -> list[tuple[str, str]]:
    """Return the certified interim statements of adjustable contracts."""
    found = _statements(
        session,
        actor,
        Statement.kind == StatementKind.INTERIM,
        Statement.state.in_(CERTIFIED),
        Contract.adjustable,
    )
    return [_option(each) for each in found]


@option_source("reviewed_statements_of_actor")
def reviewed_statements(session: Session, actor: Actor) -> list[tuple[str, str]]:
    """Return the statements a supervisor has corrected, open to objection."""
    found = _statements(
        session,
        actor,
        Statement.kind.in_(_MEASURING),
        Statement.supervised_at.is_not(None),
        Statement.state.not_in(ABANDONED),
    )
    return [_option(each) for each in found]


@option_source("credit_lines_of_actor")
def credit_lines_of_actor(session: Session, actor: Actor) -> list[tuple[str, str]]:
    """Return the credit lines of the units whose credit the actor keeps, newest year first."""
    units = actor.units_of("BUDGET_OFFICER")
    query = select(CreditLine)
    if "*" not in units:
        query = query.where(CreditLine.unit.in_(units))
    found = session.scalars(
        query.order_by(CreditLine.fiscal_year.desc(), CreditLine.code).limit(500)
    )
    return [(str(each.id), f"{each.code} · {each.title}") for each in found]


def _statements(session: Session, actor: Actor, *conditions: Any) -> Iterable[Statement]:
    query = (
        select(Statement)
        .join(Contract, Contract.id == Statement.contract_id)
        .where(Contract.contractor_id.in_(actor.parties_as("CONTRACTOR")), *conditions)
        .order_by(Statement.created_at.desc())
        .limit(200)
    )
    return session.scalars(query)


def _option(statement: Statement) -> tuple[str, str]:
    title = (
        f"{TITLES[statement.kind]} {statement.no} · \u2066{statement.contract.contract_no}\u2069"
    )
    return str(statement.id), title
