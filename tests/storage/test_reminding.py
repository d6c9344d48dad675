"""Asking after a task: by whoever waits for it, once a day."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from engine.commands import reminding, tasks
from engine.errors import NotAtThisDesk, RemindedLately, TaskAlreadyClosed
from engine.jobs import run_due
from engine.model.event import EventKind, event_table
from engine.model.notice import Notice, NoticeKind
from engine.model.person import Person
from engine.model.sign_in import Method
from engine.queries.holding import held_up
from engine.storage.database import Database
from tests.storage.conftest import CLERK, HEAD, NOON, OTHER_CLERK

pytestmark = pytest.mark.both_databases
DAY = timedelta(days=1)


@pytest.fixture
def approval(order, a_case):
    """A step that waits for the head, in a case that the clerk began."""
    instance_id, task_id = a_case()
    tasks.complete(order.unit_of_work(), task_id, {"outcome": "ok"}, actor=CLERK, at=NOON)
    run_due(order, lambda: NOON)
    with order.unit_of_work() as uow:
        [task] = uow.cases.one(instance_id).tasks
        return task


def test_who_began_the_case_reminds_those_who_have_the_step(order: Database, approval):
    reminding.remind(order.unit_of_work(), approval.id, actor=CLERK, at=NOON)

    with order.reader() as session:
        asked = select(event_table.c.actor, event_table.c.task_id, event_table.c.facts)
        told = asked.where(event_table.c.kind == EventKind.REMINDED.value)
        assert [tuple(each) for each in session.execute(told)] == [
            (CLERK.username, approval.id, {"notice": "asked", "desk": "HEAD@D07"})
        ]


def test_who_stands_in_at_the_desk_is_reminded_as_the_one_away(order, approval, away):
    away("head", "deputy")
    away("head", "third", processes=["other"])

    reminding.remind(order.unit_of_work(), approval.id, actor=CLERK, at=NOON)

    with order.reader() as session:
        told = select(Person.username).join(Notice, Notice.person_id == Person.id)
        asked = told.where(Notice.kind == NoticeKind.REMINDED.value)
        assert sorted(session.scalars(asked)) == ["deputy", "head"]


def test_one_reminder_a_day_is_enough_whoever_asks(order: Database, approval):
    reminding.remind(order.unit_of_work(), approval.id, actor=CLERK, at=NOON)

    with pytest.raises(RemindedLately):
        reminding.remind(
            order.unit_of_work(), approval.id, actor=CLERK, at=NOON + DAY - timedelta(seconds=1)
        )
    reminding.remind(order.unit_of_work(), approval.id, actor=CLERK, at=NOON + DAY)


def test_nobody_else_may_and_nobody_reminds_himself(order: Database, approval):
    with pytest.raises(NotAtThisDesk):
        reminding.remind(order.unit_of_work(), approval.id, actor=OTHER_CLERK, at=NOON)

    tasks.claim(order.unit_of_work(), approval.id, actor=HEAD, at=NOON)
    with pytest.raises(NotAtThisDesk):
        reminding.remind(order.unit_of_work(), approval.id, actor=HEAD, at=NOON)


def test_a_step_that_is_done_is_asked_after_no_more(order: Database, approval):
    tasks.claim(order.unit_of_work(), approval.id, actor=HEAD, at=NOON)
    answer = {"outcome": "ok"}
    tasks.complete(
        order.unit_of_work(), approval.id, answer, actor=HEAD, at=NOON, confirmed_by=Method.PASSWORD
    )

    with pytest.raises(TaskAlreadyClosed):
        reminding.remind(order.unit_of_work(), approval.id, actor=CLERK, at=NOON)


def test_earlier_steps_at_the_desk_and_the_last_reminder_are_told_in_one_question(
    order: Database, approval, a_case
):
    later = NOON + timedelta(hours=1)
    instance_id, task_id = a_case()
    tasks.complete(order.unit_of_work(), task_id, {"outcome": "ok"}, actor=CLERK, at=later)
    run_due(order, lambda: later)
    with order.unit_of_work() as uow:
        [second] = uow.cases.one(instance_id).tasks
    reminding.remind(order.unit_of_work(), second.id, actor=CLERK, at=later)

    with order.reader() as session:
        of_second = held_up(session, instance_id, later)[second.id]
        of_first = held_up(session, approval.instance_id, later)[approval.id]

    assert (of_second.earlier, of_second.asked_at) == (1, later)
    assert (of_first.earlier, of_first.asked_at) == (0, None)
