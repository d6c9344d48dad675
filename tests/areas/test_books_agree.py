"""The books say what the ledgers of the statements say, at any moment of any story."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import BigInteger, event, func, select, type_coerce
from sqlalchemy.orm import Session

from engine.catalogue.facts import HEARERS
from engine.model.person import Actor
from engine.sdk import Answers, Records, new_id
from engine.storage.database import Database
from engine.values import Rial, local_date
from engine.values.payment import PaymentOrdered
from processes.accounting.records import LedgerEntry, LedgerLine
from processes.contractor_statement import commands
from processes.contractor_statement.answers import credit
from processes.contractor_statement.answers.certifying import (
    certify,
    charge_of,
    paid_on_account,
)
from processes.contractor_statement.answers.releasing import computed, due_half
from processes.contractor_statement.answers.signing import mark_approved, mark_unapproved
from processes.contractor_statement.handlers.paying import (
    order_certificate,
    order_release,
    pay_advance,
    pay_on_account,
)
from processes.contractor_statement.queries import next_statement_no
from processes.contractor_statement.queries.ledger import ledger_of
from processes.contractor_statement.records import (
    CERTIFIED,
    Contract,
    CreditLine,
    Debt,
    DeductionType,
    PaymentOrder,
    Statement,
    StatementKind,
    StatementLine,
    StatementState,
)
from processes.contractor_statement.telling import tell_of_contract
from processes.contractor_statement.tests.rule_examples import quantities as example_quantities
from processes.contractor_statement.tests.rule_examples import rows
from processes.contractor_statement.tests.walking import (
    Office,
    contract_of_example,
    example_approved,
    example_claim,
    quantities,
)

NO: Final = "1404-D07-0123"
WORKS, VAT, RETENTION, INSURANCE, TAX = "1401", "1301", "2201", "2202", "2203"
ADVANCES, ON_ACCOUNT, CARRIED, OTHER = "1201", "1202", "1203", "1204"
OWED, ORDERED, PENALTIES = "2101", "2109", "4101"


@pytest.fixture
def office(
    database: Database, actor: Callable[[str], Actor], run_jobs: Callable[..., int], clock: Any
) -> Office:
    """The people of the demonstration."""
    return Office(database, actor, run_jobs, clock)


@dataclass
class Works:
    """A contract whose statements are certified, taken back and paid in one transaction."""

    session: Session
    contract: Contract
    line: CreditLine
    at: datetime
    cases: dict[UUID, Any] = field(default_factory=dict)  #: what the case of each has kept

    def do(self, move: str, share: int) -> None:
        """Make one move of a story, where it can be made."""
        getattr(self, move)(share)
        self.session.flush()

    def certify(self, share: int, kind: StatementKind = StatementKind.INTERIM) -> None:
        """Certify a statement of a share of every quantity, in percent."""
        if self._newest(StatementKind.FINAL) is None:
            self._certify(self._opened(kind, share), {})

    def take_back(self, share: int) -> None:
        """Take the approval of the newest statement back and certify other quantities."""
        newest = self._newest(StatementKind.FINAL) or self._newest(StatementKind.INTERIM)
        if newest is None or newest.state is not StatementState.APPROVED:
            return
        mark_unapproved(self.session, newest, self.at)
        newest.state = StatementState.FINANCE_REVIEW
        self._measure(newest, share)
        certify(self.session, newest, self.cases[newest.id], local_date(self.at))
        assert credit.adjust(self.session, newest, charge_of(newest), self.at) == []
        mark_approved(self.session, newest, self.at)

    def pay(self, _: int) -> None:
        """Order whatever is approved."""
        for each in self.statements():
            if each.state is StatementState.APPROVED:
                order_certificate(self.session, each, self.at)

    def pay_early(self, share: int) -> None:
        """Pay a statement on account, and certify it afterwards."""
        if self._newest(StatementKind.FINAL) is not None:
            return
        statement = self._opened(StatementKind.INTERIM, share)
        statement.state = StatementState.OWNER_REVIEW
        newest = self._newest(StatementKind.INTERIM)
        before = Rial.ZERO if newest is None else newest.gross or Rial.ZERO
        statement.claimed_gross = (before + Rial(10**9)).times(Decimal(2))
        if paid_on_account(self.session, statement, local_date(self.at)).payable <= Rial.ZERO:
            statement.state = StatementState.WITHDRAWN
            return
        paid = pay_on_account(self._records(statement), Answers({}, self.at))
        self._certify(statement, paid)

    def lend(self, share: int) -> None:
        """Pay an instalment of the advance."""
        statement = self._opened(StatementKind.ADVANCE, share)
        statement.net = statement.payable = Rial(share * 10**7 + 1)
        self._reserve(statement, statement.payable)
        mark_approved(self.session, statement, self.at)
        pay_advance(self._records(statement), Answers({}, self.at))

    def charge(self, share: int) -> None:
        """Enter a debt from elsewhere."""
        amount = Rial(share * 10**6 + 1)
        debt = Debt(id=new_id(), contract_id=self.contract.id, source="OTHER", amount=amount)
        self.session.add(debt)
        record = ("debt", debt.id, "1")
        tell_of_contract(
            self.session, self.contract, "debt_entered", record, {"debt": amount}, self.at
        )

    def finish(self, share: int) -> None:
        """Certify and pay the final statement."""
        self.certify(share, StatementKind.FINAL)
        self.pay(0)

    def release(self, _: int) -> None:
        """Give the half of the retention back that comes next."""
        final = self._newest(StatementKind.FINAL)
        half = due_half(self.session, self.contract)
        if final is None or final.state is StatementState.APPROVED:
            return
        statement = self._opened(StatementKind.RETENTION_RELEASE, 0)
        if computed(self.session, statement, half).amount == Rial.ZERO:
            statement.state = StatementState.WITHDRAWN
            return
        mark_approved(self.session, statement, self.at)
        order_release(self.session, statement, half, self.at)

    def statements(self) -> list[Statement]:
        """Return every statement of the contract, oldest first."""
        query = select(Statement).where(Statement.contract_id == self.contract.id)
        return list(self.session.scalars(query.order_by(Statement.created_at, Statement.no)))

    def _certify(self, statement: Statement, values: Any) -> None:
        self.cases[statement.id] = values
        certify(self.session, statement, values, local_date(self.at))
        self._reserve(statement, charge_of(statement))
        mark_approved(self.session, statement, self.at)

    def _reserve(self, statement: Statement, amount: Rial) -> None:
        assert credit.reserve(self.session, statement, self.line.id, amount, self.at) == []

    def _opened(self, kind: StatementKind, share: int) -> Statement:
        statement = Statement(
            contract=self.contract,
            kind=kind,
            no=next_statement_no(self.session, self.contract.id, kind),
            instance_id=new_id(),
            state=StatementState.FINANCE_REVIEW,
            created_at=self.at,
        )
        self.session.add(statement)
        self._measure(statement, share)
        self.session.flush()
        return statement

    def _measure(self, statement: Statement, share: int) -> None:
        for position, each in enumerate(self.contract.lines):
            quantity = each.contract_quantity * share / 100 + Decimal("0.001") * position
            known = next((e for e in statement.lines if e.contract_line is each), None)
            if known is None:
                statement.lines.append(StatementLine(contract_line=each, claimed=quantity))
            else:
                known.claimed = quantity
        statement.penalty = Rial(share * 1_000_003 if share % 3 == 0 else 0)
        statement.mobilisation_progress = Decimal(share) / 100

    def _newest(self, kind: StatementKind) -> Statement | None:
        mine = [e for e in self.statements() if e.kind is kind and e.state in CERTIFIED]
        return max(mine, key=lambda each: each.no, default=None)

    def _records(self, statement: Statement) -> Records:
        assert statement.instance_id is not None
        return Records(self.session, statement.instance_id, "", None, "D07", self.at)


def must_agree(works: Works) -> None:
    """Compare every account of the books with what the area itself keeps."""
    session, contract_id = works.session, works.contract.id
    ledger = ledger_of(session, contract_id, works.statements())
    kept = {kind: ledger.totals.get(kind, Rial.ZERO).amount for kind in DeductionType}
    unpaid = (
        each.payable or Rial.ZERO
        for each in works.statements()
        if each.state is StatementState.APPROVED
    )
    ordered = session.scalars(
        select(PaymentOrder.amount).join(Statement).where(Statement.contract_id == contract_id)
    )
    expected = {
        WORKS: ledger.certified_before_tax.amount,
        VAT: kept[DeductionType.VAT],
        RETENTION: -ledger.retention_held.amount,
        INSURANCE: -ledger.insurance_held.amount,
        TAX: -kept[DeductionType.TAX],
        PENALTIES: -kept[DeductionType.PENALTY],
        ADVANCES: ledger.advance_outstanding.amount,
        CARRIED: _open_debts(session, contract_id, "CARRIED"),
        OTHER: _open_debts(session, contract_id, "OTHER"),
        OWED: -Rial.total(unpaid).amount,
        "9101": works.line.reserved.amount,
        "9102": works.line.committed.amount,
        "9103": works.line.paid.amount,
    }
    books = balances(session)
    assert {code: books.get(code, 0) for code in expected} == expected
    assert books.get(ON_ACCOUNT, 0) == 0
    assert -books.get(ORDERED, 0) == Rial.total(ordered).amount
    assert sum(books.values()) == 0


def _open_debts(session: Session, contract_id: UUID, source: str) -> int:
    query = select(Debt.amount).where(
        Debt.contract_id == contract_id, Debt.source == source, Debt.settled_by_id.is_(None)
    )
    return Rial.total(session.scalars(query)).amount


def balances(session: Session) -> dict[str, int]:
    """Return what every account of the contract and of credit in D07 stands at."""
    moved = type_coerce(LedgerLine.debit - LedgerLine.credit, BigInteger)
    ours = (LedgerEntry.basis_number.startswith(NO)) & (LedgerEntry.unit == "D07")
    found = session.execute(
        select(LedgerLine.account, func.sum(moved))
        .join(LedgerEntry, LedgerEntry.id == LedgerLine.entry_id)
        .where(ours)
        .group_by(LedgerLine.account)
    )
    return {account: int(amount) for account, amount in found}


MOVES: Final = ("certify", "take_back", "pay", "pay_early", "lend", "charge", "finish", "release")
STORY = st.lists(st.tuples(st.sampled_from(MOVES), st.integers(0, 95)), min_size=1, max_size=9)


def test_whatever_happens_to_statements_the_books_agree_with_their_ledgers(office: Office):
    contract_id = UUID(contract_of_example(office, advance_paid=False))

    @settings(
        max_examples=25,
        phases=[Phase.explicit, Phase.generate],
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=[HealthCheck.too_slow],
    )
    @given(STORY)
    def story(moves: list[tuple[str, int]]) -> None:
        with office.database.unit_of_work() as uow:  # never committed: each story begins anew
            contract = uow.session.get_one(Contract, contract_id)
            line = uow.session.scalars(select(CreditLine).where(CreditLine.unit == "D07")).one()
            works = Works(uow.session, contract, line, office.clock())
            for move, share in moves:
                works.do(move, share)
                must_agree(works)

    story()


@pytest.fixture
def ordered(monkeypatch: pytest.MonkeyPatch) -> list[PaymentOrdered]:
    """Every order that is told of, beside those who hear it."""
    told: list[PaymentOrdered] = []
    heard = dict(HEARERS._of[PaymentOrdered])
    heard["zz"] = lambda _, fact: told.append(fact)
    monkeypatch.setitem(HEARERS._of, PaymentOrdered, heard)
    return told


@pytest.fixture
def floats_sent(database: Database) -> Iterator[list[str]]:
    """Every statement that has sent the database a float."""
    found: list[str] = []

    def look(_: Any, __: Any, statement: str, sent: Any, *___: Any) -> None:
        if _has_float(sent):
            found.append(statement)

    event.listen(database.engine, "before_cursor_execute", look)
    yield found
    event.remove(database.engine, "before_cursor_execute", look)


def _has_float(sent: Any) -> bool:
    if isinstance(sent, dict):
        return any(map(_has_float, sent.values()))
    if isinstance(sent, list | tuple):
        return any(map(_has_float, sent))
    return isinstance(sent, float)


def test_the_worked_example_stands_in_the_books_to_the_rial(
    office: Office, ordered: list[PaymentOrdered], floats_sent: list[str]
):
    """Three statements of `domain.md` §1.6 and the final one; each order whole (R-PAY-09)."""
    contract_id = contract_of_example(office, advance_paid=False)
    with office.database.unit_of_work() as uow:
        contract = uow.session.get_one(Contract, UUID(contract_id))
        commands.importing._pay_advance(uow.session, contract, office.clock())
        uow.commit()
    expected = rows("certificates_example_a.csv")[:3]
    for number, row in enumerate(expected, 1):
        case = office.start("interim_statement", contract_id=contract_id)
        case.do("enter", "submit", **example_claim(number))
        case.do("measure", lines=example_approved(number)).do("check")
        case.review(int(row["penalty"])).sign()
        legs = Rial.total(each.amount for each in ordered[-1].legs)
        figures = office.statement(case).figures or {}
        assert legs == Rial(figures["period"] + figures["vat"])

    stands = {
        WORKS: 109_689_148_299,
        VAT: 10_968_914_830,
        RETENTION: -10_968_914_830,
        INSURANCE: -5_484_457_415,
        PENALTIES: -150_000_000,
        ADVANCES: 158_188_750,
        ORDERED: -82_116_861_224,
        OWED: 0,
    }
    assert _stands(office, stands) == stands
    _finish(office, contract_id)
    stands |= {
        WORKS: 109_576_918_974,
        VAT: 10_957_691_897,
        RETENTION: -5_478_845_948,
        INSURANCE: -5_478_845_949,
        ADVANCES: 0,
        ORDERED: -82_116_861_224 - 5_214_039_340,
    }
    assert _stands(office, stands) == stands
    assert floats_sent == []


def _stands(office: Office, accounts: Iterable[str]) -> dict[str, int]:
    with office.database.reader() as session:
        found = balances(session)
    return {code: found.get(code, 0) for code in accounts}


def _finish(office: Office, contract_id: str) -> None:
    office.minute(contract_id)
    case = office.start("final_statement", contract_id=contract_id)
    case.do(
        "enter",
        "submit",
        mobilisation_progress=Decimal(1),
        site_materials=0,
        lines=quantities(example_quantities("claimed_3")),
    )
    approved = quantities(example_quantities("approved_final"), "MEASURE")
    case.do("measure", lines=approved).do("check").review().sign()
