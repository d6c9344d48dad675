"""The monthly samples of a unit begin with its first direct purchase, from 1406 on (§3.13)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from engine.model.instance import instance_table
from engine.values import JalaliDate, Rial, local_date
from processes.financial_documents.records import BudgetLine
from processes.financial_documents.rules.budget import CreditType
from processes.transactions.tests.walking import LINE, Office

M = 1_000_000


def test_the_first_direct_purchase_begins_the_samples_and_the_next_ones_change_nothing(
    office: Office,
):
    _buy(office, 1_100)
    assert _samples(office) == [], "until 1405 it is the auditor who begins them"

    days = (JalaliDate(1406, 2, 10).gregorian() - local_date(office.clock())).days
    office.clock.pass_time(timedelta(days=days))
    office.add(
        BudgetLine(
            unit="D07", fiscal_year=1406, code=LINE, title="لوازم", approved=Rial(40_000 * M),
            allocated=Rial(40_000 * M), credit_type=CreditType.CURRENT,
        )
    )  # fmt: skip
    assert [_buy(office, each) for each in (900, 400)] == ["ORDERED", "ORDERED"]
    [(month, variables)] = _samples(office)
    assert (month, variables["unit_code"]) == ("1406/03", "D07"), "whose seed is told before it"

    office.run_jobs(office.clock() + timedelta(days=40))
    assert [each for each, _ in _samples(office)] == ["1406/03", "1406/04"], "as one begun by hand"


def _buy(office: Office, amount: int) -> str:
    request = office.approved(amount * M, item_group=f"G{amount}")
    buying = office.buy("direct_purchase", request)
    buying.find(amount * M, office.firm(f"فروشگاه {amount}"))
    office.run_jobs()
    assert buying.incidents == []
    return buying.state()


def _samples(office: Office) -> list[tuple[str, Any]]:
    with office.database.reader() as session:
        query = select(instance_table.c.variables).where(
            instance_table.c.process_id == "purchase_sample"
        )
        found = [dict(each) for each in session.scalars(query)]
    return sorted((each["month"], each) for each in found)
