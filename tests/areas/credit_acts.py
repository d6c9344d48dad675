"""Whoever acts on the credit of one line, in a transaction that is never kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from engine.errors import RulesBroken
from engine.sdk import Problem, announce
from engine.values import Rial
from engine.values.facts import Basis
from processes.contractor_statement.records import CreditKind, CreditLine
from processes.financial_documents.answers.booking import Stamp
from processes.financial_documents.records import BudgetLine
from processes.financial_documents.rules.budget import CreditType

UNIT: Final = "D07"
LIMIT: Final = Rial(1_000)  #: of the line of each of the two years
#: the line has no more, it is another year's, or the year is closed; nothing of the act is kept
_REFUSALS: Final = frozenset({"BUD-001", "BUD-002", "BUD-005", "BUD-012", "FIN-012"})


@dataclass
class Acts:
    """One line in two years, and the moment at which somebody acts on it."""

    session: Session
    lines: Sequence[tuple[CreditLine, BudgetLine]]  #: by year
    at: datetime
    years_closed: int

    @property
    def line(self) -> CreditLine:
        """The statements' own line of this year."""
        return self.lines[self.years_closed][0]

    @property
    def kept(self) -> BudgetLine:
        """The budget's line of this year."""
        return self.lines[self.years_closed][1]

    @property
    def stamp(self) -> Stamp:
        """When it is booked."""
        return Stamp(self.at, "x")

    def do(self, move: str, amount: int) -> None:
        """Make one move, where its own area lets it be made; refusals undo it all."""
        try:
            with self.session.begin_nested():
                getattr(self, f"_{move}")(Rial(amount))
        except RulesBroken as refused:
            if refused.code not in _REFUSALS:
                raise
        self.session.expire_all()

    def _tell(self, kind: Any, amount: Rial, basis: Basis) -> None:
        of_line = {"year": self.line.fiscal_year, "line": self.line.code, "amount": amount}
        announce(self.session, kind(unit=UNIT, basis=basis, at=self.at, **of_line))


def line_of(session: Session, year: int) -> tuple[CreditLine, BudgetLine]:
    """Keep a line of a year, as statements and as the budget know it."""
    of_line = {"unit": UNIT, "fiscal_year": year, "code": "C-1", "title": "x"}
    line = CreditLine(
        kind=CreditKind.CAPITAL, approved=Rial(10**9), allocated=Rial(10**9), **of_line
    )
    kept = BudgetLine(credit_type=CreditType.CAPITAL, approved=LIMIT, allocated=LIMIT, **of_line)
    session.add_all([line, kept])
    return line, kept


def refuse(problems: list[Problem]) -> None:
    """Refuse an act when something is wrong."""
    if problems:
        raise RulesBroken(problems)
