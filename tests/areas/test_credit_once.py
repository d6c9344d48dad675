"""In any order of acts credit is held once, never beyond its line, and the books say the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from engine.model.person import Actor
from engine.storage.database import Database
from processes.contractor_statement.tests.walking import Office, contract_of_example
from tests.areas.credit_stories import MOVES, Story


@pytest.mark.both_databases
def test_in_any_order_of_acts_credit_is_held_once_and_the_books_agree(
    database: Database, actor: Callable[[str], Actor], run_jobs: Callable[..., int], clock: Any
):
    office = Office(database, actor, run_jobs, clock)
    contract_id = UUID(contract_of_example(office, advance_paid=False))
    on_sqlite = database.engine.dialect.name == "sqlite"

    @settings(
        max_examples=40 if on_sqlite else 6,
        phases=[Phase.explicit, Phase.generate],
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=[HealthCheck.too_slow],
    )
    @given(st.lists(st.tuples(st.sampled_from(MOVES), st.integers(1, 400)), max_size=18))
    @example([("statement", 200), ("end", 1), ("withdraw", 1)])
    @example([("lapsed_supplement", 90), ("statement", 400), ("commit", 1), ("pay", 1), ("end", 1)])
    @example([("order", 100), ("invoice", 110), ("approve", 1), ("pay_voucher", 1)])
    @example([("order", 100), ("invoice", 60), ("wait", 1), ("close_year", 1), ("invoice", 50)])
    @example([("advance", 90), ("approve", 1), ("pay_voucher", 1), ("cash_back", 30)])
    @example([("expense", 90), ("wait", 1), ("approve", 1), ("close_year", 1), ("pay_voucher", 1)])
    def story(moves: list[tuple[str, int]]) -> None:
        with database.unit_of_work() as uow:  # never committed: each story begins anew
            told = Story.begun(uow.session, contract_id, clock())
            told.do("supplement", 300)
            for move, amount in moves:
                told.do(move, amount)
                told.must_agree()

    story()
