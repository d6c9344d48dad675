"""What a step cancels is what it names, and nothing else of its case."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from engine.model.base import new_id
from engine.model.job import Job, JobKind, job_table
from engine.model.subscription import subscription_table
from tests.storage.conftest import NOON

pytestmark = pytest.mark.both_databases


def test_only_the_jobs_and_subscriptions_of_the_tokens_named_are_dropped(order, a_case):
    instance_id, _ = a_case()
    jobs = [
        Job(new_id(), instance_id, JobKind.TIMER, token, token, "late", None, NOON, NOON)
        for token in ("one", "two")
    ]
    with order.unit_of_work() as uow:
        uow.cases.save(uow.cases.one(instance_id), [], jobs)
        uow.commit()
    with order.reader() as session:
        [listening] = session.execute(select(subscription_table.c.token)).scalars()

    with order.unit_of_work() as uow:
        uow.cases.save(uow.cases.one(instance_id), [], (), ["one"], ceased=["one"])
        uow.commit()

    with order.reader() as session:
        columns = select(job_table.c.token, job_table.c.state)
        rows = session.execute(columns.where(job_table.c.kind == JobKind.TIMER.value))
        states = {row.token: row.state for row in rows}
        listens = list(session.execute(select(subscription_table.c.token)).scalars())
    assert states == {"one": "cancelled", "two": "ready"}
    assert listens == [listening]
