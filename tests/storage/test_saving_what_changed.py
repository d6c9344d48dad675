"""A case is saved as far as it is not in its rows yet, whatever was saved of it before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

import pytest
from sqlalchemy import event

from engine.commands import tasks
from engine.model.base import new_id
from engine.model.instance import HumanTask
from engine.storage.database import Database
from tests.storage.conftest import CLERK, NOON

ACase = Callable[..., tuple[UUID, UUID]]


def _task(database: Database, task_id: UUID) -> HumanTask:
    with database.unit_of_work() as uow:
        return uow.cases.of_task(task_id)[1]


def test_what_is_saved_twice_in_one_transaction_ends_as_it_was_saved_last(
    order: Database, a_case: ACase
):
    _, task_id = a_case()
    before = _task(order, task_id)

    with order.unit_of_work() as uow:
        case, task = uow.cases.of_task(task_id)
        opened = replace(task, id=new_id(), token=f"{task.token}0")
        task.priority, task.desk = 90, "BUYER@D15"
        case.tasks.append(opened)
        uow.cases.save(case, [])
        task.priority = before.priority
        opened.priority = 70
        uow.cases.save(case, [])
        uow.commit()

    after = _task(order, task_id)
    assert (after.priority, after.desk) == (before.priority, "BUYER@D15")
    assert _task(order, opened.id) == opened


# PostgreSQL has one statement for all, and no line of writers
@pytest.mark.only_on("sqlite")
def test_sqlite_is_told_no_column_that_stays_as_it_is(order: Database, a_case: ACase):
    _, task_id = a_case()
    sent: list[str] = []
    listener = (order.engine, "before_cursor_execute", lambda *given: sent.append(given[2]))
    event.listen(*listener)
    try:
        answer = {"outcome": "left"}
        tasks.complete(order.unit_of_work(), task_id, answer, actor=CLERK, at=NOON)
    finally:
        event.remove(*listener)

    [of_task] = [each for each in sent if each.startswith("UPDATE human_task ")]
    assert "closed_at=?" in of_task
    assert not [name for name in ("due_at=?", "desk=?", "priority=?") if name in of_task]


@pytest.mark.only_on("sqlite")
def test_who_writes_may_enter_again_and_the_next_has_the_connection_kept(order: Database):
    with order.writer() as first:
        first.commit()
        with order.writer() as other:
            assert other is not first
    assert [first.closed, other.closed].count(True) == 1
    with order.writer() as following:
        assert following in (first, other)
        assert not following.closed
