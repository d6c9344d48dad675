"""The ledger of a contract: certified, held, recovered and paid, statement by statement."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.values import Rial, local_date
from processes.contractor_statement.records import (
    ADDED,
    CERTIFIED,
    AdvanceInstalment,
    Deduction,
    DeductionType,
    Statement,
    StatementKind,
    StatementState,
)
from processes.contractor_statement.rules.deductions import CertifiedToDate
from processes.contractor_statement.terms import certified_with

#: The columns of the ledger after gross and period, in the order of a certificate.
COLUMNS: Final = (
    DeductionType.RETENTION,
    DeductionType.ADVANCE,
    DeductionType.SSI,
    DeductionType.TAX,
    DeductionType.PENALTY,
    DeductionType.OTHER_DEBT,
    DeductionType.ON_ACCOUNT,
    DeductionType.VAT,
    DeductionType.RELEASE,
)


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One certified statement; amounts are of its period, in rials."""

    statement_id: UUID
    kind: StatementKind
    no: int
    on: date | None
    gross: Rial
    period: Rial
    amounts: Mapping[DeductionType, Rial]
    net: Rial
    is_paid: bool


@dataclass(frozen=True, slots=True)
class Ledger:
    """Every certified statement, and what they add up to."""

    rows: tuple[LedgerRow, ...]
    totals: Mapping[DeductionType, Rial]
    columns: tuple[DeductionType, ...]  #: those that are not zero everywhere, and the usual three
    certified: Rial  #: certified work to date, without price adjustment
    certified_before_tax: Rial  #: the sum of all periods, adjustments included
    net: Rial
    advance_paid: Rial
    retained: Rial  #: in all, what was kept of payments on account included
    insurance_held: Rial  #: until the social-security clearance, the same included
    advance_recovered: Rial  #: the same included

    @property
    def retention_held(self) -> Rial:
        """What is retained and not released."""
        return self.retained - self.totals.get(DeductionType.RELEASE, Rial.ZERO)

    @property
    def advance_outstanding(self) -> Rial:
        """What is left to recover."""
        return self.advance_paid - self.advance_recovered


_ALWAYS: Final = frozenset(
    {DeductionType.RETENTION, DeductionType.ADVANCE, DeductionType.SSI, DeductionType.VAT}
)
_EARNING: Final = (StatementKind.INTERIM, StatementKind.FINAL)


def ledger_of(session: Session, contract_id: UUID, statements: Sequence[Statement]) -> Ledger:
    """Return the ledger of a contract whose statements are given, oldest first."""
    certified = [
        each
        for each in statements
        if each.state in CERTIFIED or each.state is StatementState.ON_ACCOUNT_PAID
    ]
    amounts = _amounts(session, [each.id for each in certified])
    rows = tuple(_row(each, amounts[each.id]) for each in certified)
    totals: dict[DeductionType, Rial] = defaultdict(lambda: Rial.ZERO)
    for row in rows:
        for kind, amount in row.amounts.items():
            totals[kind] += amount
    used = tuple(
        each for each in COLUMNS if each in _ALWAYS or totals.get(each, Rial.ZERO) != Rial.ZERO
    )
    measuring = [row.gross for row in rows if row.kind in _EARNING]
    kept = _kept(certified)
    return Ledger(
        rows=rows,
        totals=dict(totals),
        columns=used,
        certified=measuring[-1] if measuring else Rial.ZERO,
        certified_before_tax=Rial.total(row.period for row in rows),
        net=Rial.total(row.net for row in rows),
        advance_paid=_advance_paid(session, contract_id),
        retained=Rial.total(each.retention for each in kept),
        insurance_held=Rial.total(each.social_security for each in kept),
        advance_recovered=Rial.total(each.advance for each in kept),
    )


def _kept(certified: Sequence[Statement]) -> list[CertifiedToDate]:
    """Return what the newest certificates of works and of adjustments have kept in all.

    The periods of the certificates do not add up to it where something was paid on account:
    what was kept of that stands in no certificate's period, only in its totals (R-STM-24).
    """
    standing = [each for each in certified if each.state in CERTIFIED]
    works = [each for each in standing if each.kind in _EARNING]
    adjusted = [each for each in standing if each.kind is StatementKind.ADJUSTMENT]
    works.sort(key=lambda each: (each.kind is StatementKind.FINAL, each.no))
    return [certified_with(each[-1]) for each in (works, adjusted) if each]


def _amounts(
    session: Session, statement_ids: Sequence[UUID]
) -> Mapping[UUID, Mapping[DeductionType, Rial]]:
    found: dict[UUID, dict[DeductionType, Rial]] = defaultdict(dict)
    query = select(Deduction.statement_id, Deduction.type, Deduction.amount).where(
        Deduction.statement_id.in_(statement_ids)
    )
    for statement_id, kind, amount in session.execute(query):
        shown = DeductionType.OTHER_DEBT if kind is DeductionType.CARRIED else kind
        of_statement = found[statement_id]
        of_statement[shown] = of_statement.get(shown, Rial.ZERO) + amount
    return found


def _row(statement: Statement, amounts: Mapping[DeductionType, Rial]) -> LedgerRow:
    on = local_date(statement.approved_at) if statement.approved_at else None
    return LedgerRow(
        statement_id=statement.id,
        kind=statement.kind,
        no=statement.no,
        on=on,
        gross=statement.gross or Rial.ZERO,
        period=statement.period_amount or Rial.ZERO,
        amounts=amounts,
        net=statement.payable or Rial.ZERO,
        is_paid=statement.state in (StatementState.PAYMENT_ORDERED, StatementState.PAID),
    )


def _advance_paid(session: Session, contract_id: UUID) -> Rial:
    query = select(AdvanceInstalment.amount).where(AdvanceInstalment.contract_id == contract_id)
    return Rial.total(session.scalars(query))


def sign_of(kind: DeductionType) -> int:
    """Return how a column enters the net: added or taken."""
    return 1 if kind in ADDED else -1
