"""Budget lines that are kept, reserved and looked at."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from engine.sdk import Database, new_id
from engine.values import Rial
from processes.financial_documents.answers import credit
from processes.financial_documents.answers.booking import Stamp
from processes.financial_documents.answers.credit import Subject
from processes.financial_documents.records import BudgetLine
from processes.financial_documents.rules.budget import CreditType

NOON = datetime(2026, 8, 1, 8, 30, tzinfo=UTC)  #: 1405/05/10
YEAR = 1405
BN = 1_000_000_000


def budget_line(database: Database, **other: object) -> UUID:
    """Store a line, by default with room for one million."""
    values: dict[str, object] = {
        "unit": "D07",
        "fiscal_year": YEAR,
        "code": "220105-7",
        "title": "مواد و لوازم مصرفی",
        "credit_type": CreditType.CURRENT,
        "approved": Rial(1_000_000),
        "allocated": Rial(1_000_000),
    }
    uow = database.unit_of_work()
    with uow:
        line = BudgetLine(**(values | other))
        uow.session.add(line)
        uow.commit()
        return line.id


def reserve(
    database: Database, line_id: UUID, amount: int, subject: UUID | None = None, at: datetime = NOON
) -> list[tuple[str, str | None]]:
    """Reserve as a voucher would; return what is wrong."""
    uow = database.unit_of_work()
    with uow:
        whose = Subject(subject or new_id(), "D07-1405-000001")
        problems = credit.reserve(
            uow.session, line_id, whose, Rial(amount), Stamp(at, "x"), unit="D07"
        )
        if not problems:
            uow.commit()
        return [(each.code, each.params.get("exceeded")) for each in problems]


def figures(database: Database, line_id: UUID) -> tuple[int, int, int]:
    with database.reader() as session:
        line = session.get_one(BudgetLine, line_id)
        return line.reserved.amount, line.committed.amount, line.paid.amount
