"""What the contract pages show: the list, and one contract with everything around it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from engine.sdk import Actor, knows_accounts
from engine.values import JalaliDate, Percentage, Rial, local_date, normalise
from processes.contractor_statement.queries.ledger import Ledger, ledger_of
from processes.contractor_statement.queries.life import ContractLife, life_page
from processes.contractor_statement.queries.notices import notice_address
from processes.contractor_statement.queries.scope import may_see, visible_to
from processes.contractor_statement.records import (
    ABANDONED,
    CERTIFIED,
    ClearanceCertificate,
    Contract,
    ContractLine,
    ContractState,
    CreditLine,
    Guarantee,
    PayeeAccount,
    Statement,
    StatementKind,
    StatementState,
    VatRegistration,
    contract_key,
)
from processes.contractor_statement.rules.lines import LineKind

_Row = TypeVar("_Row")
PAGE_SIZE = 50
#: A guarantee this near its end is worth a word (R-STM-20).
NEAR_EXPIRY = timedelta(days=15)


@dataclass(frozen=True, slots=True)
class ContractRow:
    """One contract in the list."""

    id: UUID
    contract_no: str
    unit: str
    subject: str
    contractor_id: str
    contractor_name: str | None
    initial_amount: Rial
    certified: Rial
    statements: int
    open_statement: StatementState | None
    state: ContractState

    @property
    def progress(self) -> Percentage:
        """How much of the initial amount is certified, to a tenth of a percent."""
        return share_of(self.certified, self.initial_amount)


@dataclass(frozen=True, slots=True)
class ContractList:
    """One page of contracts."""

    rows: tuple[ContractRow, ...]
    search: str
    page: int
    has_more: bool


def contract_list(session: Session, actor: Actor, search: str = "", page: int = 1) -> ContractList:
    """Return the contracts an actor may see, newest first, found by number or subject."""
    wanted = normalise(search)[:100]
    query = select(Contract).where(visible_to(actor))
    if wanted:
        like = f"%{_escaped(wanted)}%"
        query = query.where(
            or_(
                *(
                    each.ilike(like, escape="\\")
                    for each in (Contract.contract_no, Contract.subject, Contract.contractor_name)
                ),
                Contract.contractor_id == wanted,
            )
        )
    query = query.order_by(Contract.imported_at.desc(), Contract.id)
    found = session.scalars(query.offset((page - 1) * PAGE_SIZE).limit(PAGE_SIZE + 1)).all()
    shown = found[:PAGE_SIZE]
    statements = _statements_of(session, [each.id for each in shown])
    rows = tuple(_list_row(each, statements.get(each.id, [])) for each in shown)
    return ContractList(rows, wanted, page, has_more=len(found) > PAGE_SIZE)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _statements_of(session: Session, ids: Sequence[UUID]) -> dict[UUID, list[Statement]]:
    query = select(Statement).where(Statement.contract_id.in_(ids)).order_by(Statement.created_at)
    found: dict[UUID, list[Statement]] = {}
    for each in session.scalars(query):
        found.setdefault(each.contract_id, []).append(each)
    return found


def _list_row(contract: Contract, statements: Sequence[Statement]) -> ContractRow:
    alive = [each for each in statements if each.state not in ABANDONED]
    certified = [
        each.gross
        for each in alive
        if each.state in CERTIFIED
        and each.gross is not None
        and each.kind in (StatementKind.INTERIM, StatementKind.FINAL)
    ]
    running = [each.state for each in alive if each.state not in CERTIFIED]
    return ContractRow(
        id=contract.id,
        contract_no=contract.contract_no,
        unit=contract.unit,
        subject=contract.subject,
        contractor_id=contract.contractor_id,
        contractor_name=contract.contractor_name,
        initial_amount=contract.initial_amount,
        certified=certified[-1] if certified else Rial.ZERO,
        statements=len(alive),
        open_statement=running[-1] if running else None,
        state=contract.state,
    )


def share_of(part: Rial, whole: Rial) -> Percentage:
    """Return a part as a percentage of the whole, to one decimal, for display only."""
    if whole == Rial.ZERO:
        return Percentage(0)
    return Percentage(round(Decimal(part.amount * 100) / Decimal(whole.amount), 1))


@dataclass(frozen=True, slots=True)
class StatementRow:
    """One statement in the contract's list."""

    id: UUID
    kind: StatementKind
    no: int
    state: StatementState
    instance_id: UUID | None
    period_from: date | None
    period_to: date | None
    submitted_at: datetime | None
    approved_at: datetime | None
    claimed_gross: Rial | None
    gross: Rial | None
    payable: Rial | None


@dataclass(frozen=True, slots=True)
class BillRow:
    """One line of the bill of quantities."""

    code: str
    title: str
    unit: str
    unit_price: Rial
    quantity: Decimal
    amount: Rial
    kind: LineKind


@dataclass(frozen=True, slots=True)
class Chapter:
    """One chapter of the bill, with its lines when they are shown."""

    code: str
    title: str
    count: int
    amount: Rial
    lines: tuple[BillRow, ...]


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """What had been claimed and certified by a day."""

    on: date
    value: Rial
    no: int


@dataclass(frozen=True, slots=True)
class ContractPage:
    """One contract with everything around it."""

    contract: Contract
    life: ContractLife
    ledger: Ledger
    statements: tuple[StatementRow, ...]
    chapters: tuple[Chapter, ...]
    lines_total: Rial
    guarantees: tuple[Guarantee, ...]
    accounts: tuple[PayeeAccount, ...]
    credit_lines: tuple[CreditLine, ...]
    registrations: tuple[VatRegistration, ...]
    clearances: tuple[ClearanceCertificate, ...]
    notice_address: str  #: where the contractor is written to, empty where nowhere
    certified_points: tuple[CurvePoint, ...]
    claimed_points: tuple[CurvePoint, ...]

    @property
    def progress(self) -> Percentage:
        """How much of the initial amount is certified."""
        return share_of(self.ledger.certified, self.contract.initial_amount)


def contract_page(
    session: Session, actor: Actor, contract_id: UUID, at: datetime
) -> ContractPage | None:
    """Return a contract's page, or nothing when there is none for this actor."""
    contract = session.get(Contract, contract_id)
    if contract is None or not may_see(session, actor, contract_id):
        return None
    statements = session.scalars(
        select(Statement)
        .where(Statement.contract_id == contract_id)
        .order_by(Statement.created_at, Statement.no)
    ).all()
    chapters = _chapters(session, contract_id)
    party = contract.contractor_id
    year = JalaliDate.of(local_date(at)).year
    written_to = notice_address(session, contract_id)
    return ContractPage(
        contract=contract,
        life=life_page(session, contract),
        ledger=ledger_of(session, contract_id, statements),
        statements=tuple(_statement_row(each) for each in statements),
        chapters=chapters,
        lines_total=Rial.total(each.amount for each in chapters),
        guarantees=_all(session, select(Guarantee).where(Guarantee.contract_id == contract_id)),
        accounts=_all(session, select(PayeeAccount).where(PayeeAccount.party == party)),
        credit_lines=_all(
            session,
            select(CreditLine).where(
                CreditLine.unit == contract.unit, CreditLine.fiscal_year == year
            ),
        ),
        registrations=_all(session, select(VatRegistration).where(VatRegistration.party == party)),
        clearances=_all(
            session,
            select(ClearanceCertificate).where(ClearanceCertificate.contract_id == contract_id),
        ),
        notice_address="" if written_to is None else written_to.address,
        certified_points=_points(statements, certified=True),
        claimed_points=_points(statements, certified=False),
    )


def _all(session: Session, query: Select[_Row]) -> tuple[_Row, ...]:
    return tuple(session.scalars(query))


def _statement_row(statement: Statement) -> StatementRow:
    return StatementRow(
        id=statement.id,
        kind=statement.kind,
        no=statement.no,
        state=statement.state,
        instance_id=statement.instance_id,
        period_from=statement.period_from,
        period_to=statement.period_to,
        submitted_at=statement.submitted_at,
        approved_at=statement.approved_at,
        claimed_gross=statement.claimed_gross,
        gross=statement.gross,
        payable=statement.payable,
    )


def _chapters(session: Session, contract_id: UUID) -> tuple[Chapter, ...]:
    """Return the bill by chapter, in its order; amounts are before coefficients."""
    query = (
        select(ContractLine)
        .where(ContractLine.contract_id == contract_id)
        .order_by(ContractLine.position)
    )
    lines: dict[str, list[BillRow]] = {}
    titles: dict[str, str] = {}
    for each in session.scalars(query):
        titles.setdefault(each.chapter, each.chapter_title)
        lines.setdefault(each.chapter, []).append(
            BillRow(
                each.code,
                each.title,
                each.unit,
                each.unit_price,
                each.contract_quantity,
                each.unit_price.times(each.contract_quantity),
                each.kind,
            )
        )
    return tuple(
        Chapter(
            code, titles[code], len(rows), Rial.total(each.amount for each in rows), tuple(rows)
        )
        for code, rows in lines.items()
    )


def _points(statements: Sequence[Statement], *, certified: bool) -> tuple[CurvePoint, ...]:
    points = []
    for each in statements:
        if each.kind not in (StatementKind.INTERIM, StatementKind.FINAL):
            continue
        if each.state in ABANDONED or (certified and each.state not in CERTIFIED):
            continue
        value = each.gross if certified else each.claimed_gross
        moment = (each.approved_at if certified else each.submitted_at) or each.created_at
        if value is not None:
            points.append(CurvePoint(each.period_to or local_date(moment), value, each.no))
    return tuple(points)


def final_acceptance_of(session: Session, number: str) -> date | None:
    """Return the day on which the contract of a number was finally accepted, if it was.

    Where units have contracts of the same number, the last of them is waited for.
    """
    asked = select(Contract.final_acceptance_on).where(
        Contract.contract_key == contract_key(number)
    )
    days = session.scalars(asked).all()
    known = [each for each in days if each is not None]
    return max(known) if known and len(known) == len(days) else None


@knows_accounts(PayeeAccount)
def accounts_of_persons(numbers: Collection[str]) -> Select[Any]:
    """Ask for the accounts of persons who are contractors."""
    return select(PayeeAccount.iban).where(PayeeAccount.owner_id.in_(numbers))
