"""What the statement pages and documents show: claimed beside certified, and who agreed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from engine.sdk import Act, Actor, Person, acts_of, task_table
from engine.values import Percentage, Rial
from processes.contractor_statement.queries.certified import last_certified
from processes.contractor_statement.queries.scope import may_see
from processes.contractor_statement.records import (
    Contract,
    ContractLine,
    CreditLine,
    Deduction,
    DeductionType,
    PaymentOrder,
    Statement,
    StatementLine,
)
from processes.contractor_statement.terms import PARTIES, Party, figures_by

#: Figures in the order of a certificate: name and whether it stands in the claim too.
FIGURES: Final = ("lines_total", "works", "mobilisation", "site_materials", "gross")


@dataclass(frozen=True, slots=True)
class FigureRow:
    """One cumulative amount: as claimed, as certified."""

    name: str
    claimed: Rial | None
    certified: Rial | None

    @property
    def change(self) -> Rial | None:
        """What the reviewers changed."""
        if self.claimed is None or self.certified is None:
            return None
        return self.certified - self.claimed


@dataclass(frozen=True, slots=True)
class DeductionRow:
    """One deduction or addition of the certificate."""

    type: DeductionType
    basis: Rial | None
    rate: Percentage | None
    amount: Rial
    cumulative: Rial | None
    legal_ref: str | None
    is_added: bool


@dataclass(frozen=True, slots=True)
class Approval:
    """One act of approval: who, for which desk, when."""

    element_id: str
    step: str  #: the step's name in the model's language
    name_fa: str
    name_en: str
    role: str
    unit: str
    outcome: str | None
    at: datetime
    is_voided: bool
    for_fa: str | None = None  #: the name of whom this person stood in for
    for_en: str | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """One change of one reviewer to one line."""

    code: str
    title: str
    unit: str
    party: Party
    before: Decimal
    after: Decimal
    reason: str | None
    note: str | None
    amount: Rial  #: what the change is worth, before coefficients


@dataclass(frozen=True, slots=True)
class CertifiedLine:
    """One line of the certificate."""

    code: str
    chapter: str
    chapter_title: str
    title: str
    unit: str
    unit_price: Rial
    claimed: Decimal | None
    previous: Decimal
    approved: Decimal
    amount: Rial  #: cumulative, before coefficients


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """The payment order of a statement."""

    id: UUID
    order_no: str
    payee_id: str
    payee_name: str
    payee_iban: str
    amount: Rial
    amount_in_words: str
    purpose_code: str
    debit_account: str
    credit_title: str | None
    issued_at: datetime
    state: str
    bank_reference: str | None
    paid_on: date | None
    returned_on: date | None
    return_reason: str | None


@dataclass(frozen=True, slots=True)
class StatementPage:
    """One statement with its certificate."""

    statement: Statement
    contract: Contract
    figures: tuple[FigureRow, ...]
    period: Rial | None
    deductions: tuple[DeductionRow, ...]
    net: Rial | None
    payable: Rial | None
    previous_no: int | None
    previous_gross: Rial
    approvals: tuple[Approval, ...]
    differences: tuple[Difference, ...]
    orders: tuple[OrderFacts, ...]

    @property
    def is_certified(self) -> bool:
        """Tell whether there is a certificate to print."""
        return self.statement.figures is not None


def statement_page(session: Session, actor: Actor, statement_id: UUID) -> StatementPage | None:
    """Return a statement's page, or nothing when there is none for this actor."""
    statement = _statement(session, statement_id)
    if statement is None or not may_see(session, actor, statement.contract_id):
        return None
    return _page(session, statement)


def printed_statement(session: Session, instance_id: UUID) -> StatementPage:
    """Return the statement of a case as its papers tell it, whoever asked for them."""
    found = statement_id_of(session, instance_id)
    statement = _statement(session, found) if found else None
    assert statement is not None, instance_id
    return _page(session, statement)


def _page(session: Session, statement: Statement) -> StatementPage:
    previous = _previous(session, statement)
    return StatementPage(
        statement=statement,
        contract=statement.contract,
        figures=_figures(statement),
        period=statement.period_amount,
        deductions=tuple(_deduction(each) for each in statement.deductions),
        net=statement.net,
        payable=statement.payable,
        previous_no=None if previous is None else previous.no,
        previous_gross=(previous.gross if previous else None) or Rial.ZERO,
        approvals=_approvals(session, statement.instance_id),
        differences=_differences(statement),
        orders=_orders(session, statement.id),
    )


def certificate_lines(session: Session, statement_id: UUID) -> tuple[CertifiedLine, ...]:
    """Return the lines with a quantity, in the order of the bill, for the certificate."""
    statement = _statement(session, statement_id)
    if statement is None:
        return ()
    previous = _previous(session, statement)
    before = {each.contract_line_id: each.approved for each in previous.lines} if previous else {}
    lines = sorted(statement.lines, key=lambda each: each.contract_line.position)
    return tuple(
        _certified_line(each, before.get(each.contract_line_id) or Decimal(0))
        for each in lines
        if each.approved is not None
    )


def statement_id_of(session: Session, instance_id: UUID) -> UUID | None:
    """Return the statement a case is about."""
    return session.scalar(select(Statement.id).where(Statement.instance_id == instance_id))


def statement_of_case(session: Session, instance_id: UUID) -> Statement | None:
    """Return the statement a case is about, with its contract."""
    return session.scalar(
        select(Statement)
        .where(Statement.instance_id == instance_id)
        .options(joinedload(Statement.contract))
    )


def _statement(session: Session, statement_id: UUID) -> Statement | None:
    return session.get(
        Statement,
        statement_id,
        options=[
            joinedload(Statement.contract).selectinload(Contract.lines),
        ],
    )


def _previous(session: Session, statement: Statement) -> Statement | None:
    """Return the statement the certificate was based on, or would be now."""
    if statement.previous_id is not None:
        return session.get(Statement, statement.previous_id)
    return last_certified(session, statement)


def _figures(statement: Statement) -> tuple[FigureRow, ...]:
    if not statement.lines:
        return ()
    claimed = figures_by(statement, "claimed")
    certified: Mapping[str, int] = statement.figures or {}
    return tuple(
        FigureRow(
            name,
            getattr(claimed, name),
            Rial(certified[name]) if name in certified else None,
        )
        for name in FIGURES
    )


def _deduction(row: Deduction) -> DeductionRow:
    return DeductionRow(
        row.type, row.basis, row.rate, row.amount, row.cumulative, row.legal_ref, row.is_added
    )


def _approvals(session: Session, instance_id: UUID | None) -> tuple[Approval, ...]:
    if instance_id is None:
        return ()
    acts = acts_of(session, instance_id)
    if not acts:
        return ()
    known = {act.actor for act in acts} | {act.done_for for act in acts if act.done_for}
    people = {
        each.username: each
        for each in session.scalars(select(Person).where(Person.username.in_(known)))
    }
    names = dict(
        session.execute(
            select(task_table.c.id, task_table.c.name).where(
                task_table.c.id.in_({act.task_id for act in acts})
            )
        ).all()
    )
    return tuple(_approval(act, people, names) for act in acts)


def _approval(act: Act, people: Mapping[str, Person], names: Mapping[UUID, str]) -> Approval:
    role, _, unit = act.desk.partition("@")
    person, away = people.get(act.actor), people.get(act.done_for or "")
    return Approval(
        element_id=act.element_id,
        step=names.get(act.task_id, act.element_id),
        name_fa=person.name_fa if person else act.actor,
        name_en=person.name_en if person else act.actor,
        role=role,
        unit=unit,
        outcome=act.outcome,
        at=act.at,
        is_voided=act.voided_at is not None,
        for_fa=away.name_fa if away else act.done_for,
        for_en=away.name_en if away else act.done_for,
    )


def _differences(statement: Statement) -> tuple[Difference, ...]:
    found = []
    lines = {each.contract_line_id: each for each in statement.lines}
    for line in statement.contract.lines:
        said = lines.get(line.id)
        if said is not None:
            found += _changes(said, line)
    return tuple(found)


def _changes(said: StatementLine, line: ContractLine) -> list[Difference]:
    """Return what each reviewer changed of the party before."""
    changes = []
    before = said.claimed or Decimal(0)
    for party in PARTIES[1:]:
        after: Decimal | None = getattr(said, party)
        if after is None or after == before:
            continue
        changes.append(
            Difference(
                line.code,
                line.title,
                line.unit,
                party,
                before,
                after,
                getattr(said, f"reason_{party}"),
                getattr(said, f"note_{party}"),
                line.unit_price.times(after) - line.unit_price.times(before),
            )
        )
        before = after
    return changes


def _certified_line(said: StatementLine, previous: Decimal) -> CertifiedLine:
    line = said.contract_line
    approved = said.approved or Decimal(0)
    return CertifiedLine(
        line.code,
        line.chapter,
        line.chapter_title,
        line.title,
        line.unit,
        line.unit_price,
        said.claimed,
        previous,
        approved,
        line.unit_price.times(approved),
    )


def _orders(session: Session, statement_id: UUID) -> tuple[OrderFacts, ...]:
    query = (
        select(PaymentOrder, CreditLine.title)
        .outerjoin(CreditLine, CreditLine.id == PaymentOrder.credit_line_id)
        .where(PaymentOrder.statement_id == statement_id)
        .order_by(PaymentOrder.issued_at)
    )
    return tuple(
        OrderFacts(
            id=order.id,
            order_no=order.order_no,
            payee_id=order.payee_id,
            payee_name=order.payee_name,
            payee_iban=order.payee_iban,
            amount=order.amount,
            amount_in_words=order.amount_in_words,
            purpose_code=order.purpose_code,
            debit_account=order.debit_account,
            credit_title=title,
            issued_at=order.issued_at,
            state=order.state.value,
            bank_reference=order.bank_reference,
            paid_on=order.paid_on,
            returned_on=order.returned_on,
            return_reason=order.return_reason,
        )
        for order, title in session.execute(query)
    )
