"""A signed contract for works whose statements are walked, and what its line says meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import select

from engine.storage.database import Database
from engine.values import JalaliDate, Rial, local_date
from processes.contractor_statement.demo import demo_contract_setup
from processes.contractor_statement.records import Contract, CreditKind, CreditLine
from processes.contractor_statement.tests.walking import Case, quantities
from processes.contractor_statement.tests.walking import Office as Works
from processes.transactions.tests.awarded import awarded
from processes.transactions.tests.walking import LINE, Office
from tests.kit import credit

CONTRACTOR: Final = "14007650912"  #: whom the demonstration's contractor acts for
M: Final = 1_000_000


@dataclass
class Built:
    """A signed contract of 22 thousand million rials, and the credit of its line."""

    made: Any  #: what was awarded, or called off: it has a contract
    works: Works
    before: tuple[int, int, int]

    @property
    def since(self) -> tuple[int, int, int]:
        """What of the line is reserved, committed and paid since, in millions."""
        found = zip(held(self.works.database), self.before, strict=True)
        reserved, committed, paid = ((now - then) // M for now, then in found)
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
            reserved, committed, paid = credit.in_books(session)["D07", LINE]
        return reserved // M, committed // M, paid // M


def held(database: Database) -> tuple[int, int, int]:
    """Return what of the line is reserved, committed and paid, in rials."""
    with database.reader() as session:
        return credit.over_years(credit.of_lines(session))["D07", LINE]


def signed(office: Office) -> Built:
    """Sign a contract that is signed, with a line for its statements in both areas."""
    before = held(office.database)
    made = awarded(office, first=CONTRACTOR, published=True)
    made.signing().signed()
    works = Works(office.database, office.actor, office.run_jobs, office.clock)
    with_line(office, made.contract().number)
    office.clock.pass_time(timedelta(days=30))
    return Built(made, works, before)


def with_line(office: Office, number: str) -> None:
    """Let a contract be set up for its statements, with a line for them."""
    with office.database.unit_of_work() as uow:
        of = Contract.contract_no == number
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
