"""Rows that contradict one another are told of by rule, also those of several cases."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from sqlalchemy import delete, update
from sqlalchemy.sql.dml import Delete, Update

from engine.model.instance import instance_table
from engine.model.job import job_table
from engine.model.partner import partner_table
from engine.queries.invariants import broken
from engine.storage import partners
from engine.storage.database import Database
from engine.storage.partners import Side
from tests.storage.calling import INNER, OUTER, child_of, deploy, run
from tests.storage.events import NOON, begin, cancel, jobs

pytestmark = pytest.mark.both_databases

_CASES = instance_table.c


def _told(database: Database) -> set[str]:
    with database.reader() as session:
        return {each.rule for each in broken(session)}


@pytest.mark.parametrize(
    ("breaking", "rule"),
    [
        pytest.param(
            lambda outer: (
                update(instance_table)
                .where(_CASES.id == outer)
                .values(state="finished", finished_at=NOON)
            ),
            "called cases that run on though their caller is over",
            id="caller over",
        ),
        pytest.param(
            lambda _: (
                update(instance_table)
                .where(_CASES.called_by.is_not(None))
                .values(called_by=UUID(int=7))
            ),
            "cases whose caller there is not",
            id="no caller",
        ),
        pytest.param(
            lambda outer: delete(partner_table).where(partner_table.c.instance_id == outer),
            "partners of whom only one knows the other",
            id="one-sided",
        ),
        pytest.param(
            lambda outer: (
                update(job_table)
                .where(job_table.c.kind == "call")
                .values(state="ready", instance_id=outer)
            ),
            "cases that are over with a job to do",
            id="call left",
        ),
    ],
)
def test_what_cannot_be_of_several_cases_is_told(
    database: Database, breaking: Callable[[UUID], Update | Delete], rule: str
):
    deploy(database, "one", OUTER)
    deploy(database, "two", INNER)
    outer, over = begin(database, "outer", contract="12"), begin(database, "outer", contract="7")
    run(database)
    with database.unit_of_work() as uow:
        inner = child_of(database, outer).id
        partners.meet(uow.session, Side(outer), Side(inner), "paid", NOON)
        uow.commit()
    cancel(database, over)
    run(database)
    assert _told(database) == set()

    with database.unit_of_work() as uow:
        uow.session.execute(breaking(over if "job" in rule else outer))
        uow.commit()

    assert rule in _told(database)


def test_a_called_case_that_is_about_to_be_ended_breaks_no_rule(database: Database):
    deploy(database, "one", OUTER)
    deploy(database, "two", INNER)
    outer = begin(database, "outer", contract="12")
    run(database)

    cancel(database, outer)

    assert [each.kind for each in jobs(database, state="ready")] == ["abandon"]
    assert _told(database) == set()
