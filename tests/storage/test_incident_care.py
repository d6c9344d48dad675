"""Causes of incidents: taken on, noted, put off, tried again together, told of once; what ages."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from engine.commands import incident_care, instances, jobs, tasks
from engine.errors import NotAtThisDesk, RulesBroken
from engine.model.admin_event import AdminEvent
from engine.model.incident import IncidentNotFound
from engine.model.notice import Notice
from engine.model.person import Actor, Grant, Person
from engine.queries import incidents
from engine.queries.ageing import ageing
from engine.storage.actors import by_username
from engine.storage.database import Database
from tests.storage.conftest import CLERK, NOON

pytestmark = pytest.mark.both_databases


@pytest.fixture
def admin(order: Database) -> Actor:
    """An administrator, one of two."""
    with order.unit_of_work() as uow:
        for name in ("admin", "admin2"):
            person = Person(username=name, name_fa=name, name_en=name, password_hash="x")
            uow.session.add(person)
            uow.session.flush()
            uow.session.add(Grant(person_id=person.id, role="ADMIN", unit_code="*"))
        uow.commit()
    with order.reader() as session:
        found = by_username(session, "admin", NOON)
    assert found is not None
    return found


@pytest.fixture
def stopped(order, a_case):
    """Two cases that one cause stops; its fingerprint."""
    for _ in range(2):
        _, task_id = a_case(13)
        tasks.complete(order.unit_of_work(), task_id, {}, actor=CLERK, at=NOON)
        job = jobs.claim(order.unit_of_work(), NOON)
        assert job is not None
        job.attempts = job.max_attempts
        error = ConnectionError("the price list does not answer")
        jobs.fail(order.unit_of_work(), job, error, NOON)
    with order.reader() as session:
        [group] = incidents.incident_groups(session)
    assert group.count == 2
    return group.fingerprint


def test_administrators_are_told_once_of_a_new_cause(admin, stopped, order):
    with order.reader() as session:
        told = list(session.scalars(select(Notice)))

    assert sorted(each.kind for each in told) == ["incident", "incident"]  # one to each of two
    assert {each.facts["fingerprint"] for each in told} == {stopped}


def test_a_cause_is_taken_on_noted_and_the_journal_says_so(order, admin, stopped):
    uow = order.unit_of_work()
    incident_care.assign(uow, stopped, "admin2", actor=admin, at=NOON)
    incident_care.note(uow, stopped, "their certificate ran out", actor=admin, at=NOON)

    with order.reader() as session:
        cause = incidents.cause(session, stopped, admin)
        kinds = list(session.scalars(select(AdminEvent.kind).order_by(AdminEvent.number)))
    assert cause.cared.assignee == "admin2"
    assert [each.text for each in cause.notes] == ["their certificate ran out"]
    assert cause.is_of_jobs
    assert kinds == ["incident_assigned", "incident_noted"]


def test_a_cause_that_is_put_off_comes_back_at_its_moment(order, admin, stopped):
    until = NOON + timedelta(days=1)

    incident_care.snooze(order.unit_of_work(), stopped, until, actor=admin, at=NOON)

    with order.reader() as session:
        assert incidents.causes(session, admin, NOON, snoozed=False) == []
        assert len(incidents.causes(session, admin, NOON, snoozed=True)) == 1
        assert len(incidents.causes(session, admin, until, snoozed=False)) == 1


def test_only_administrators_do_so_with_what_is_open(order, admin, stopped):
    uow = order.unit_of_work()
    with pytest.raises(NotAtThisDesk):
        incident_care.note(uow, stopped, "hello", actor=CLERK, at=NOON)
    with pytest.raises(IncidentNotFound):
        incident_care.note(uow, "none", "hello", actor=admin, at=NOON)
    with pytest.raises(RulesBroken, match="GEN-REQUIRED"):
        incident_care.note(uow, stopped, " ", actor=admin, at=NOON)
    with pytest.raises(RulesBroken, match="GEN-CHOICE"):
        incident_care.assign(uow, stopped, "clerk", actor=admin, at=NOON)
    with pytest.raises(RulesBroken, match="GEN-PASSED"):
        incident_care.snooze(uow, stopped, NOON, actor=admin, at=NOON)


def test_a_task_older_than_nine_of_ten_of_its_step_is_told(order, admin):
    for _ in range(5):
        started = instances.start(
            order.unit_of_work(), "order", {"amount": 1}, actor=CLERK, at=NOON
        )
        [task_id] = started.opened
        tasks.claim(order.unit_of_work(), task_id, actor=CLERK, at=NOON)
        later = NOON + timedelta(hours=2)
        tasks.complete(order.unit_of_work(), task_id, {}, actor=CLERK, at=later)
    slow = instances.start(order.unit_of_work(), "order", {"amount": 1}, actor=CLERK, at=NOON)

    with order.reader() as session:
        early = ageing(session, admin, NOON + timedelta(hours=1))
        late = ageing(session, admin, NOON + timedelta(hours=3))

    assert early == ()
    assert [(each.instance_id, each.element_id) for each in late] == [(slow.instance_id, "prepare")]
    assert late[0].long == timedelta(hours=2)
