"""One case is held: nothing of it goes on, nothing of it is lost, and then it goes on."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from engine.commands import case_suspension, instances, messages, tasks
from engine.commands.case_suspension import CaseAtWork
from engine.commands.jobs import claim
from engine.errors import CaseNotSuspended, CaseSuspended, NotAtThisDesk, RulesBroken
from engine.jobs import run_due
from engine.model.instance import InstanceState
from engine.model.job import JobState, job_table
from engine.model.message import MessageState
from engine.model.person import Actor
from engine.queries.invariants import broken
from tests.storage.conftest import CLERK, NOON

pytestmark = pytest.mark.both_databases

ADMIN = Actor(uuid4(), "admin", "admin", "admin", desks=frozenset({"ADMIN@*"}))
LATER = NOON + timedelta(days=30)


def _hold(database, case, at=NOON):
    case_suspension.suspend(database.unit_of_work(), case, "asked by court", actor=ADMIN, at=at)


def _let_go(database, case, at=LATER):
    case_suspension.resume(database.unit_of_work(), case, "court agreed", actor=ADMIN, at=at)


def _case(database, case):
    with database.unit_of_work() as uow:
        return uow.cases.one(case)


def _job_states(database, case):
    with database.reader() as session:
        found = select(job_table.c.state).where(job_table.c.instance_id == case)
        return set(session.scalars(found))


def test_nobody_answers_a_task_of_a_case_that_is_held_until_it_goes_on(order, a_case):
    case, task = a_case()
    _hold(order, case)

    with pytest.raises(CaseSuspended):
        tasks.complete(order.unit_of_work(), task, {"amount": 5}, actor=CLERK, at=NOON)
    with pytest.raises(CaseSuspended):
        instances.set_variables(order.unit_of_work(), case, {"amount": 6}, at=NOON)
    _let_go(order, case)
    tasks.complete(order.unit_of_work(), task, {"amount": 5}, actor=CLERK, at=LATER)

    run_due(order, lambda: LATER)
    assert [each.element_id for each in _case(order, case).tasks] == ["approve"]


def test_what_falls_due_while_a_case_is_held_happens_when_it_goes_on(order, a_case):
    case, _ = a_case()
    _hold(order, case)

    assert run_due(order, lambda: LATER) == 0
    assert _job_states(order, case) == {JobState.SUSPENDED.value}
    with order.reader() as session:
        assert broken(session) == ()
    _let_go(order, case)

    assert run_due(order, lambda: LATER) > 0
    assert _case(order, case).tasks[0].escalated_at == LATER


def test_a_message_to_a_case_that_is_held_waits_for_it(order, a_case):
    case, _ = a_case()
    _hold(order, case)
    sent = messages.publish(order.unit_of_work(), "withdraw", None, {}, at=NOON)
    assert sent.state is MessageState.BUFFERED

    _let_go(order, case, NOON + timedelta(hours=1))
    run_due(order, lambda: NOON + timedelta(hours=1))

    assert _case(order, case).end_id == "withdrawn"


def test_a_case_that_a_worker_is_at_is_not_held(order, a_case):
    case, task = a_case()
    tasks.complete(order.unit_of_work(), task, {"amount": 5}, actor=CLERK, at=NOON)
    assert claim(order.unit_of_work(), NOON) is not None

    with pytest.raises(CaseAtWork):
        _hold(order, case)

    assert _case(order, case).state is InstanceState.RUNNING


def test_a_case_that_is_held_can_be_cancelled_and_not_held_twice(order, a_case):
    case, _ = a_case()
    _hold(order, case)

    with pytest.raises(CaseSuspended):
        _hold(order, case)
    instances.cancel(order.unit_of_work(), case, "over", actor=ADMIN, at=NOON)

    assert _case(order, case).state is InstanceState.CANCELLED
    assert _job_states(order, case) == {JobState.CANCELLED.value}
    with pytest.raises(CaseNotSuspended):
        _let_go(order, case)


def test_only_an_administrator_with_a_reason_holds_a_case(order, a_case):
    case, _ = a_case()

    with pytest.raises(NotAtThisDesk):
        case_suspension.suspend(order.unit_of_work(), case, "why", actor=CLERK, at=NOON)
    with pytest.raises(RulesBroken):
        case_suspension.suspend(order.unit_of_work(), case, " ", actor=ADMIN, at=NOON)
