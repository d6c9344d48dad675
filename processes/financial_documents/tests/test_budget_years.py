"""A year is closed, and opened again: what lapses, what goes on, and what waits for it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from engine.model.admin_event import AdminEvent
from engine.sdk import Actor, Database, RulesBroken, new_id
from engine.values import Rial
from processes.financial_documents import commands
from processes.financial_documents.answers import credit
from processes.financial_documents.answers.booking import Stamp
from processes.financial_documents.records import ClosedYear
from processes.financial_documents.tests.budgeting import YEAR, budget_line, figures, reserve
from tests.kit.credit import must_agree

NEXT_YEAR = datetime(2027, 4, 10, 8, 30, tzinfo=UTC)  #: 1406/01/21


@pytest.mark.both_databases
class TestYears:
    def close(self, database: Database, who: Actor, year: int = YEAR) -> None:
        commands.close_year(database.unit_of_work(), year, actor=who, at=NEXT_YEAR)

    def reopen(self, database: Database, who: Actor) -> None:
        uow = database.unit_of_work()
        commands.reopen_year(uow, YEAR, "اصلاح سند", actor=who, at=NEXT_YEAR)

    def test_a_year_that_was_reopened_is_closed_once_more(
        self, database: Database, actor: Callable[[str], Actor]
    ):
        keeper, head = actor("budget_officer"), actor("fin_head")
        self.close(database, keeper)
        with pytest.raises(RulesBroken) as refused:
            self.close(database, head)
        assert refused.value.code == "BUD-010"
        self.reopen(database, head)
        self.close(database, head)
        with database.reader() as session:
            kept = session.scalars(select(ClosedYear).order_by(ClosedYear.reopened_at.is_(None)))
            assert [(each.closed_by, each.reopened_by) for each in kept] == [
                ("budget_officer", "fin_head"),
                ("fin_head", None),
            ]

    def test_a_year_that_runs_is_not_closed(
        self, database: Database, actor: Callable[[str], Actor]
    ):
        with pytest.raises(RulesBroken) as refused:
            self.close(database, actor("fin_head"), YEAR + 1)
        assert refused.value.code == "BUD-009"

    def test_nothing_is_allocated_or_transferred_in_a_closed_year_or_between_years(
        self, database: Database, actor: Callable[[str], Actor]
    ):
        who = actor("budget_officer")
        first, second = (
            budget_line(database, code=code, allocated=Rial(500_000)) for code in ("1", "2")
        )
        later = budget_line(database, code="1", fiscal_year=YEAR + 1)
        assert self.refused(database, commands.transfer, who, first, later) == ["BUD-011"]
        assert self.refused(database, commands.transfer, who, second, first) == []
        self.close(database, who)
        assert self.refused(database, commands.transfer, who, first, second) == ["FIN-012"]
        assert self.refused(database, commands.allocate, who, first, first) == ["FIN-012"]

    def test_the_journal_says_how_much_lapsed_and_how_much_went_to_the_new_year(
        self, database: Database, actor: Callable[[str], Actor]
    ):
        old, committed = budget_line(database), new_id()
        budget_line(database, fiscal_year=YEAR + 1)
        reserve(database, old, 400_000, committed)
        self.step(database, committed, credit.commit)
        reserve(database, old, 100_000)
        self.close(database, actor("budget_officer"))
        with database.reader() as session:
            of_area = select(AdminEvent.facts).where(AdminEvent.kind == "area_act")
            [facts] = session.scalars(of_area)
        told = {"number": str(YEAR), "unit": "D07", "year": YEAR, "lapsed": 1, "carried": 1}
        assert (facts["act"], facts["told"]) == ("budget_year_closed", told)

    def test_what_is_paid_while_its_year_is_closed_is_paid_once_of_the_line_it_went_to(
        self, database: Database, actor: Callable[[str], Actor], monkeypatch: pytest.MonkeyPatch
    ):
        old, subject = budget_line(database), new_id()
        new = budget_line(database, fiscal_year=YEAR + 1)
        reserve(database, old, 400_000, subject)
        self.step(database, subject, credit.commit)
        carry = credit.carry
        with ThreadPoolExecutor(1) as treasurer:
            paid: list[Future[None]] = []

            def interrupted(*told: Any) -> bool:
                paid.append(treasurer.submit(self.step, database, subject, credit.pay))
                wait(paid, timeout=1)  # who pays waits until the year is closed
                return carry(*told)

            monkeypatch.setattr(credit, "carry", interrupted)
            self.close(database, actor("budget_officer"))
            paid[0].result()
        assert [figures(database, each) for each in (old, new)] == [(0, 0, 0), (0, 0, 400_000)]
        with database.reader() as session:
            must_agree(session)

    def step(self, database: Database, subject: UUID, act: Any) -> None:
        uow = database.unit_of_work()
        with uow:
            held = credit.holding_of(uow.session, subject)
            assert held is not None
            assert not act(uow.session, held, Stamp(NEXT_YEAR, "x")) or act is credit.commit
            uow.commit()

    def refused(
        self, database: Database, act: Any, who: Actor, source: UUID, target: UUID
    ) -> list[str]:
        typed = {"source_id": str(source), "target_id": str(target), "transfer_amount": "100"}
        typed |= {"line_id": str(source), "amount": "100"}
        try:
            act(database.unit_of_work(), typed, actor=who, at=NEXT_YEAR)
        except RulesBroken as refused:
            return [each.code for each in refused.problems]
        return []
