"""Advances that were paid: what is left of each, how late it is, and what may be done (§2.8)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from engine.sdk import Actor, choice
from engine.values import local_date
from processes.financial_documents.commands import BEGINNERS, REVERSERS
from processes.financial_documents.queries.tables import (
    MOST,
    Column,
    Report,
    age_of,
    days_overdue,
    of_units,
    summed,
)
from processes.financial_documents.records import (
    UNSETTLED,
    AdvanceSettlement,
    SettlementState,
)

_CHOICES = 100


def outstanding(session: Session, actor: Actor, at: datetime) -> Report:
    """Advances and payments on account that are to be settled, the most overdue first."""
    query = (
        of_units(select(AdvanceSettlement), AdvanceSettlement.unit, actor)
        .where(AdvanceSettlement.state.in_(UNSETTLED))
        .options(joinedload(AdvanceSettlement.advance))
        .order_by(AdvanceSettlement.settle_by, AdvanceSettlement.id)
        .limit(MOST)
    )
    today = local_date(at)
    columns = (
        Column("voucher", "case"),
        Column("type", "word"),
        Column("payee"),
        Column("state", "case_word"),
        Column("settle_by", "day"),
        Column("overdue", "number"),
        Column("overdue_age", "word"),
        Column("deduct", "day"),
        Column("given", "rial"),
        Column("recovered", "rial"),
        Column("outstanding", "rial"),
    )
    rows = [
        (
            (each.advance.voucher_no, each.advance.instance_id),
            each.advance.document_type.value,
            each.advance.payee_name,
            (each.state.value, each.instance_id),
            each.settle_by,
            days := days_overdue(each.settle_by, today),
            age_of(days) if days else "NOT_DUE",
            each.deduct_since,
            each.given,
            each.recovered,
            each.outstanding,
        )
        for each in session.scalars(query)
    ]
    return summed(columns, rows)


@dataclass(frozen=True, slots=True)
class Choices:
    """What an actor may do about settlements: each an id with what it is called."""

    to_begin: Sequence[tuple[str, str]]  #: open, and without a case
    to_reverse: Sequence[tuple[str, str]]


def choices(session: Session, actor: Actor) -> Choices:
    """Return the settlements an actor may let begin again, or reverse."""
    base = (
        select(AdvanceSettlement)
        .options(joinedload(AdvanceSettlement.advance))
        .order_by(AdvanceSettlement.opened_at.desc())
        .limit(_CHOICES)
    )
    without_case = base.where(
        AdvanceSettlement.state.in_(UNSETTLED),
        AdvanceSettlement.instance_id.is_(None),
        AdvanceSettlement.unit.in_(_units(actor, BEGINNERS)),
    )
    approved = base.where(
        AdvanceSettlement.state.in_((SettlementState.SETTLED, SettlementState.EXCESS)),
        AdvanceSettlement.unit.in_(_units(actor, REVERSERS)),
    )
    return Choices(_named(session, without_case, actor), _named(session, approved, actor))


def _units(actor: Actor, roles: Sequence[str]) -> set[str]:
    return {unit for role in roles for unit in actor.units_of(role)}


def _named(
    session: Session, query: Select[AdvanceSettlement], actor: Actor
) -> Sequence[tuple[str, str]]:
    return [
        choice(actor, each.id, each.number or each.advance.voucher_no, each.given)
        for each in session.scalars(query)
    ]
