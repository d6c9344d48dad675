"""A contract's commitment goes over to its statements: its money is held once (§2.1, §2.5)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import BigInteger, func, select, type_coerce
from sqlalchemy.orm import Session

from engine.errors import RulesBroken
from engine.model.person import Actor
from engine.sdk import announce, new_id
from engine.storage.database import Database
from engine.values import JalaliDate, Rial, local_date
from engine.values.credit import CommitmentSpared, CreditCommitted, CreditReserved
from engine.values.facts import Basis
from processes.accounting.records import LedgerEntry, LedgerLine
from processes.contractor_statement.answers import credit
from processes.contractor_statement.commands import withdraw_minute
from processes.contractor_statement.demo import demo_contract_setup
from processes.contractor_statement.records import (
    Contract,
    ContractMinute,
    CreditKind,
    CreditLine,
    ReservationState,
    Statement,
    StatementKind,
    StatementState,
)
from processes.contractor_statement.rules.acceptance import MinuteKind
from processes.contractor_statement.tests.walking import Case, contract_of_example, quantities
from processes.contractor_statement.tests.walking import Office as Works
from processes.financial_documents.answers.booking import Stamp
from processes.financial_documents.answers.credit import give_back
from processes.financial_documents.records import (
    BudgetHolding,
    BudgetLine,
    HoldingState,
    PurchaseOrder,
)
from processes.financial_documents.rules.budget import CreditType
from processes.financial_documents.tests.walking import IBAN
from processes.financial_documents.tests.walking import Office as Finance
from processes.transactions.queries.published import releases_of
from processes.transactions.tests.awarded import BN, Awarded, awarded
from processes.transactions.tests.test_flow_complaint import paper
from processes.transactions.tests.test_flow_supplement import propose
from processes.transactions.tests.walking import LINE, Office
from tests.kit.walking import codes

CONTRACTOR: Final = "14007650912"  #: whom the demonstration's contractor acts for
M: Final = 1_000_000


@dataclass
class Built:
    """A signed contract of 22 thousand million rials, and the credit of its line."""

    made: Awarded
    works: Works
    before: tuple[int, int, int]

    @property
    def since(self) -> tuple[int, int, int]:
        """What of the line is reserved, committed and paid since, in millions."""
        held = zip(_held(self.works.database), self.before, strict=True)
        reserved, committed, paid = ((now - then) // M for now, then in held)
        return reserved, committed, paid

    @property
    def contract_id(self) -> str:
        """The contract of the statements."""
        with self.works.database.reader() as session:
            number = self.made.contract().number
            return str(
                session.scalars(select(Contract.id).where(Contract.contract_no == number)).one()
            )

    def statement(self, share: int) -> Case:
        """Walk a statement over so many percent of the work to where its credit is reserved."""
        return self.measured("interim_statement", share)

    def measured(self, process: str, share: int) -> Case:
        """Walk an interim or the final statement so far."""
        case = self.works.start(process, contract_id=self.contract_id)
        done = {"150101": Decimal(40 * share), "150102": Decimal(10 * share)}
        typed = {"mobilisation_progress": Decimal(0), "site_materials": 0}
        case.do("enter", "submit", None, **typed, lines=quantities(done))
        case.do("measure", lines=quantities(done)).do("check").do("technical_review")
        return case.do("review_deductions", penalty=0)

    def reserve(self, case: Case) -> Case:
        """Reserve what a statement costs on the contract's line."""
        with self.works.database.reader() as session:
            query = select(CreditLine.id).where(CreditLine.code == LINE)
            line = session.scalars(query).one()
        return case.do("check_credit", credit_line_id=str(line))

    @property
    def books(self) -> tuple[int, int, int]:
        """What the books show of the line as reserved, committed and paid, in millions."""
        with self.works.database.reader() as session:
            reserved, committed, paid = _credit_books(session, LINE)
        return reserved.amount // M, committed.amount // M, paid.amount // M


def _held(database: Database) -> tuple[int, int, int]:
    with database.reader() as session:
        found = session.scalars(select(BudgetLine).where(BudgetLine.code == LINE)).all()
        return (
            sum(each.reserved.amount for each in found),
            sum(each.committed.amount for each in found),
            sum(each.paid.amount for each in found),
        )


@pytest.fixture
def office(
    database: Database, actor: Callable[[str], Actor], run_jobs: Callable[..., int], clock: Any
) -> Office:
    """The people of the demonstration."""
    return Office(database, actor, run_jobs, clock)


@pytest.fixture
def built(office: Office) -> Built:
    """A contract that is signed, with a line for its statements in both areas."""
    before = _held(office.database)
    made = awarded(office, first=CONTRACTOR, published=True)
    made.signing().signed()
    works = Works(office.database, office.actor, office.run_jobs, office.clock)
    with office.database.unit_of_work() as uow:
        of = Contract.contract_no == made.contract().number
        contract = uow.session.scalars(select(Contract).where(of)).one()
        demo_contract_setup(uow.session, contract, office.clock())
        uow.commit()
    year = JalaliDate.of(local_date(office.clock())).year
    office.add(
        CreditLine(
            unit="D07", fiscal_year=year, code=LINE, title="روکش معابر", kind=CreditKind.CAPITAL,
            approved=Rial(10**15), allocated=Rial(10**15),
        )
    )  # fmt: skip
    office.clock.pass_time(timedelta(days=30))
    return Built(made, works, before)


def test_a_statement_takes_its_contracts_credit_over_and_gives_it_back(built: Built):
    assert built.since == (0, 22_000, 0)
    case = built.reserve(built.statement(10))
    assert built.since == (2_420, 19_580, 0), "a tenth of the works with its tax, held once"
    case.give_back("sign_voucher", "review_deductions", "AMOUNT")
    case.do("review_deductions", penalty=0)
    assert built.since == (2_420, 19_580, 0)
    case.do("sign_voucher").do("approve")
    assert built.since == (0, 22_000, 0)
    case.do("control")
    assert built.since == (0, 19_580, 2_420), case.incidents
    assert built.books == built.since, "and so say the books"

    propose(built.made, -BN).do("firm_agrees", "signed", firm_paper="ق/۲").do(
        "sign_supplement", "sign"
    )
    assert built.since == (0, 18_580, 2_420)
    propose(built.made, 2 * BN).do("firm_agrees", "signed", firm_paper="ق/۳").do(
        "sign_supplement", "sign"
    )
    assert built.since == (0, 20_580, 2_420)
    second = built.reserve(built.statement(20))
    second.do("sign_voucher").do("approve", "reject", reject_note="ناقص است")
    assert built.since == (0, 20_580, 2_420), second.incidents
    assert built.books == built.since


def test_a_suspended_contract_is_not_paid_and_an_ended_one_holds_nothing(built: Built):
    made, works = built.made, built.works
    waits = built.reserve(built.statement(10)).do("sign_voucher").do("approve")
    today = str(JalaliDate.of(local_date(works.clock())))
    complaint = paper(made, today).do("answer_complaint", "reject", answer_text="نه")
    complaint.do("decide_complaint", "suspend", suspension_note="تا رأی")
    with pytest.raises(RulesBroken) as refused:
        waits.do("control")
    assert codes(refused) == [("STM-058", None)]
    with pytest.raises(RulesBroken) as refused:
        built.statement(20)
    assert codes(refused) == [("STM-058", "contract_id")]
    complaint.do("decide_complaint", "reject", decision_text="وارد نیست")
    waits.do("control")
    assert built.since == (0, 19_580, 2_420)

    works.minute(built.contract_id, on=today)
    final = built.reserve(built.measured("final_statement", 80))
    final.do("sign_voucher").do("approve").do("control")
    assert built.since == (0, 2_640, 19_360), final.incidents
    assert made.contract().state.value == "SIGNED", "not before it is accepted at last"
    works.minute(built.contract_id, MinuteKind.FINAL_ACCEPTANCE, today)
    ended = made.contract()
    assert (ended.state.value, ended.ended_at) == ("ENDED", works.clock())
    assert built.since == (0, 0, 19_360)
    assert built.books == built.since
    with works.database.reader() as session:
        minute = session.scalars(
            select(ContractMinute.id).where(ContractMinute.kind == MinuteKind.FINAL_ACCEPTANCE)
        ).one()
        request = made.request.request.request_no
        tags = [each["tag"] for each in releases_of(session, f"ocds-xxxxxx-{request}")]
    assert tags[-1] == ["contractTermination"]
    with pytest.raises(RulesBroken) as refused:
        withdraw_minute(
            works.database.unit_of_work(), UUID(built.contract_id), str(minute),
            because="اشتباه", actor=works.actor("project_manager"), at=works.clock(),
        )  # fmt: skip
    assert codes(refused) == [("CON-040", None)]


def test_a_supplement_takes_the_credit_of_the_year_it_is_signed_in(built: Built):
    case = propose(built.made, 2 * BN).do("firm_agrees", "signed", firm_paper="ق/۲")
    built.works.clock.pass_time(timedelta(days=330))
    with pytest.raises(RulesBroken) as refused:
        case.do("sign_supplement", "sign")
    assert codes(refused) == [("BUD-004", "outcome")], "that year has no such line yet"
    year = JalaliDate.of(local_date(built.works.clock())).year
    built.works.add(
        BudgetLine(
            unit="D07", fiscal_year=year, code=LINE, title="روکش معابر",
            credit_type=CreditType.CURRENT, approved=Rial(2 * BN), allocated=Rial(2 * BN),
        )
    )  # fmt: skip
    case.do("sign_supplement", "sign")
    assert built.made.contract().worth == Rial(24 * BN)
    with built.works.database.reader() as session:
        of_year = BudgetLine.fiscal_year == year
        line = session.scalars(select(BudgetLine).where(of_year)).one()
        assert (line.reserved, line.committed) == (Rial.ZERO, Rial(2 * BN))
    assert built.since == (0, 24_000, 0)


def test_a_suspended_order_is_not_paid_until_the_board_decides(office: Office):
    finance = Finance(office.database, office.actor, office.run_jobs, office.clock)
    made = awarded(office, "GOODS", prices=(19 * BN, 20 * BN))
    signing = made.signing().take()
    line = {**signing.variables["bill"][0], "quantity": "100", "unit_price": 190_000_000}
    signing.draft(bill=[line]).firm_signed().do("sign_contract", "sign")
    with office.database.reader() as session:
        number = made.contract().number
        order = session.scalars(select(PurchaseOrder).where(PurchaseOrder.order_no == number)).one()
        _ = order.lines
        session.expunge_all()
    finance.receive(order.id, 100)
    finance.payee(order.payee_id, name=order.payee_name, iban=IBAN)
    invoice = finance.invoice(order.id, 50, 190_000_000, payee_id=order.payee_id)
    voucher = finance.start("INVOICE", invoice_id=invoice)
    voucher.prepare(finance.line(code="220105-9"), payee_id=None, gross=None)
    voucher.do("check").do("approve_unit_head")

    today = str(JalaliDate.of(local_date(office.clock())))
    complaint = paper(made, today).do("answer_complaint", "reject", answer_text="نه")
    complaint.do("decide_complaint", "suspend", suspension_note="تا رأی")
    with pytest.raises(RulesBroken) as refused:
        voucher.do("control")
    assert codes(refused) == [("FIN-026", None)]
    complaint.do("decide_complaint", "reject", decision_text="وارد نیست")
    assert voucher.do("control").state() == "ORDERED", voucher.incidents


@dataclass
class Promised:
    """A contract's commitment and its statements, as their areas tell of them; never kept."""

    session: Session
    contract: Contract
    line: CreditLine
    kept: BudgetLine
    at: datetime
    statements: list[Statement] = field(default_factory=list)
    ended: bool = False

    @property
    def basis(self) -> Basis:
        """The request whose credit it is."""
        assert self.contract.credit_id is not None
        return Basis("elsewhere", "request", self.contract.credit_id, "1")

    def do(self, move: str, amount: int) -> None:
        """Make one move, where the statement's own area lets it be made; refusals undo it all."""
        try:
            with self.session.begin_nested():
                getattr(self, f"_{move}")(Rial(amount))
        except RulesBroken as refused:
            if refused.code not in {"BUD-001", "BUD-002"}:
                raise
        self.session.expire_all()

    def _tell(self, kind: Any, amount: Rial) -> None:
        of_line = {"year": self.line.fiscal_year, "line": self.line.code, "amount": amount}
        announce(self.session, kind(unit="D07", basis=self.basis, at=self.at, **of_line))

    def _supplement(self, amount: Rial) -> None:
        if not self.ended:
            self._tell(CreditReserved, amount)
            self._tell(CreditCommitted, amount)

    def _lapsed_supplement(self, amount: Rial) -> None:
        if self.ended:
            return
        self._tell(CreditReserved, amount)
        query = select(BudgetHolding).where(
            BudgetHolding.subject_id == self.basis.id, BudgetHolding.state == HoldingState.RESERVED
        )
        for lapsed in self.session.scalars(query).all():
            give_back(self.session, lapsed, Stamp(self.at))  # as its ninety days would
        self._tell(CreditCommitted, amount)

    def _reduce(self, amount: Rial) -> None:
        fact = CommitmentSpared(unit="D07", basis=self.basis, at=self.at, amount=amount)
        announce(self.session, fact)

    def _end(self, _: Rial) -> None:
        announce(self.session, CommitmentSpared(unit="D07", basis=self.basis, at=self.at))
        self.ended = True

    def _statement(self, amount: Rial) -> None:
        if self.ended:
            return
        statement = Statement(
            contract=self.contract,
            kind=StatementKind.INTERIM,
            no=len(self.statements) + 1,
            instance_id=new_id(),
            state=StatementState.FINANCE_REVIEW,
            created_at=self.at,
        )
        self.session.add(statement)
        self.session.flush()
        assert credit.reserve(self.session, statement, self.line.id, amount, self.at) == []
        self.statements.append(statement)

    def _newest(self) -> tuple[Statement, Any] | None:
        for each in reversed(self.statements):
            held = credit.reservation_of(self.session, each)
            if held is not None:
                return each, held
        return None

    def _adjust(self, amount: Rial) -> None:
        if found := self._newest():
            assert credit.adjust(self.session, found[0], amount, self.at) == []

    def _commit(self, _: Rial) -> None:
        if found := self._newest():
            credit.commit(self.session, found[0], self.at)

    def _uncommit(self, _: Rial) -> None:
        if found := self._newest():
            credit.uncommit(self.session, found[0], self.at)

    def _pay(self, _: Rial) -> None:
        found = self._newest()
        if found and found[1].state is ReservationState.COMMITTED:
            credit.pay(self.session, found[0], self.at)

    def _on_account(self, amount: Rial) -> None:
        if found := self._newest():
            credit.pay_at_once(self.session, found[0], self.line, amount, self.at)

    def _withdraw(self, _: Rial) -> None:
        if found := self._newest():
            credit.give_back(self.session, found[1], self.at)

    def must_agree(self) -> None:
        """Nothing is held twice, and never more than the line has."""
        self.session.flush()
        kept = self.session.get_one(BudgetLine, self.kept.id, populate_existing=True)
        said = (kept.reserved, kept.committed, kept.paid)
        live = (HoldingState.RESERVED, HoldingState.COMMITTED, HoldingState.PAID)
        holds = {state: self._sum(BudgetHolding.state == state) for state in live}
        assert tuple(holds.values()) == said, "figures of the line are what is held of it"
        assert min(said) >= Rial.ZERO
        assert Rial.total(said) <= Rial(1_000)
        taken = self._sum(BudgetHolding.taken_by.is_not(None))
        mine = self._sum(BudgetHolding.subject_id.in_([each.id for each in self.statements]), live)
        assert taken <= mine, "what went over is held by who took it"
        books = _credit_books(self.session, self.line.code)
        assert books == said, "and so say the books"
        if self.ended:
            open_ = (HoldingState.RESERVED, HoldingState.COMMITTED)
            of_contract = self._sum(BudgetHolding.subject_id == self.basis.id, open_)
            assert of_contract == Rial.ZERO, "whatever becomes of its statements then"

    def _sum(self, asked: Any, states: Any = None) -> Rial:
        query = select(BudgetHolding.amount).where(BudgetHolding.line_id == self.kept.id, asked)
        if states is not None:
            query = query.where(BudgetHolding.state.in_(states))
        return Rial.total(self.session.scalars(query))


def _credit_books(session: Session, line: str) -> tuple[Rial, Rial, Rial]:
    moved = type_coerce(LedgerLine.debit - LedgerLine.credit, BigInteger)
    query = (
        select(LedgerLine.account, func.sum(moved))
        .join(LedgerEntry, LedgerEntry.id == LedgerLine.entry_id)
        .where(LedgerEntry.unit == "D07", LedgerLine.budget_line == line)
        .group_by(LedgerLine.account)
    )
    found = {account: Rial(int(amount)) for account, amount in session.execute(query)}
    reserved, committed, paid = (found.get(each, Rial.ZERO) for each in ("9101", "9102", "9103"))
    return reserved, committed, paid


_MOVES: Final = (
    "supplement", "lapsed_supplement", "reduce", "statement", "statement", "adjust", "commit",
    "uncommit", "pay", "on_account", "withdraw", "end",
)  # fmt: skip


def test_in_any_order_of_acts_a_contracts_credit_is_held_once_and_ends(office: Office):
    works = Works(office.database, office.actor, office.run_jobs, office.clock)
    contract_id = UUID(contract_of_example(works, advance_paid=False))

    @settings(
        max_examples=60,
        phases=[Phase.explicit, Phase.generate],
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=[HealthCheck.too_slow],
    )
    @given(st.lists(st.tuples(st.sampled_from(_MOVES), st.integers(1, 500)), max_size=14))
    @example([("statement", 200), ("end", 1), ("withdraw", 1)])
    @example([("lapsed_supplement", 90), ("statement", 400), ("commit", 1), ("pay", 1), ("end", 1)])
    def story(moves: list[tuple[str, int]]) -> None:
        with office.database.unit_of_work() as uow:  # never committed: each story begins anew
            promised = _promised(uow.session, contract_id, office.clock())
            promised.do("supplement", 300)
            for move, amount in moves:
                promised.do(move, amount)
                promised.must_agree()

    story()


def _promised(session: Session, contract_id: UUID, at: datetime) -> Promised:
    year = JalaliDate.of(local_date(at)).year
    of_line = {"unit": "D07", "fiscal_year": year, "code": "C-1", "title": "x"}
    line = CreditLine(
        kind=CreditKind.CAPITAL, approved=Rial(10**9), allocated=Rial(10**9), **of_line
    )
    kept = BudgetLine(
        credit_type=CreditType.CAPITAL, approved=Rial(1_000), allocated=Rial(1_000), **of_line
    )
    session.add_all([line, kept])
    contract = session.get_one(Contract, contract_id)
    contract.credit_area, contract.credit_id = "elsewhere", new_id()
    session.flush()
    return Promised(session, contract, line, kept, at)
