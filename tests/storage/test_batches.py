"""Batches: one act over many, in turns, each thing once."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from engine import bpmn
from engine.commands import batch_kinds, batches, jobs, migrations, tasks
from engine.commands.admins import CONSOLE
from engine.errors import NotAtThisDesk, RulesBroken
from engine.jobs.run import run_due, run_next
from engine.model.admin_event import AdminEvent
from engine.model.batch import Batch, BatchOver, Wish, batch_item_table
from engine.model.instance import instance_table
from engine.model.job import Job, JobKind, job_table
from engine.model.person import Grant, Person
from engine.storage.actors import by_username
from engine.storage.bundles import deployed
from engine.storage.database import Database
from engine.storage.moved import running_of
from tests.storage.conftest import CLERK, NOON
from tests.storage.events import heard

pytestmark = pytest.mark.both_databases


def _begin(database, kind, chosen, facts=None, actor=CONSOLE):
    wish = Wish(kind, "wrongly opened", facts or {})
    return batches.begin(database.unit_of_work(), wish, chosen, actor=actor, at=NOON)


def _batch(database, batch_id):
    with database.reader() as session:
        return session.get_one(Batch, batch_id)


def _states(database, ids):
    with database.reader() as session:
        rows = session.execute(select(instance_table.c.id, instance_table.c.state)).all()
    return [dict(tuple(each) for each in rows)[one] for one in ids]


def _items(database, batch_id):
    with database.reader() as session:
        item = batch_item_table.c
        asked = select(item.state, item.code).where(item.batch_id == batch_id)
        return [tuple(each) for each in session.execute(asked.order_by(item.number))]


def test_a_batch_does_its_act_to_each_case_and_each_history_says_why(order, a_case):
    cases = [a_case()[0] for _ in range(3)]

    batch_id = _begin(order, "cancel", cases)
    run_due(order, lambda: NOON)

    batch = _batch(order, batch_id)
    assert (batch.state, batch.total, batch.done, batch.failed) == ("done", 3, 3, 0)
    assert _states(order, cases) == ["cancelled"] * 3
    [event] = heard(order, "cancelled", instance_id=cases[0])
    assert event.facts["reason"] == "wrongly opened"


def test_what_is_done_over_a_query_is_written_down_when_it_begins(order, a_case):
    first, _ = a_case()
    [definition_id] = _definitions(order)

    batch_id = _begin(order, "cancel", running_of(definition_id))
    later, _ = a_case()
    run_due(order, lambda: NOON)

    assert _batch(order, batch_id).total == 1
    assert _states(order, [first, later]) == ["cancelled", "running"]


def _definitions(database):
    with database.reader() as session:
        return list(session.scalars(select(instance_table.c.definition_id).distinct()))


def test_what_cannot_be_done_is_listed_with_its_reason_and_the_rest_goes_on(order, a_case):
    over, running = a_case()[0], a_case()[0]
    _begin(order, "cancel", [over])
    run_due(order, lambda: NOON)

    batch_id = _begin(order, "cancel", [over, running, uuid4()])
    run_due(order, lambda: NOON)

    batch = _batch(order, batch_id)
    assert (batch.state, batch.done, batch.failed) == ("done", 1, 2)
    assert sorted(_items(order, batch_id), key=str) == [
        ("done", None),
        ("failed", "GEN-404"),
        ("failed", "GEN-ENDED"),
    ]


def test_a_paused_batch_is_left_alone_and_taken_up_again_where_it_stood(order, a_case, monkeypatch):
    monkeypatch.setattr(batches, "PORTION", 1)
    cases = [a_case()[0] for _ in range(3)]
    batch_id = _begin(order, "cancel", cases)
    run_next(order, lambda: NOON)

    batches.pause(order.unit_of_work(), batch_id, actor=CONSOLE, at=NOON)
    run_due(order, lambda: NOON)
    assert _states(order, sorted(cases)) == ["cancelled", "running", "running"]

    batches.resume(order.unit_of_work(), batch_id, actor=CONSOLE, at=NOON)
    run_due(order, lambda: NOON)
    assert _states(order, cases) == ["cancelled"] * 3
    assert _batch(order, batch_id).done == 3


def test_a_batch_paused_during_a_turn_does_no_more_of_it(order, a_case, monkeypatch):
    cases = [a_case()[0] for _ in range(3)]
    batch_id = _begin(order, "cancel", cases)
    act = batch_kinds.KINDS["cancel"].act

    def pause_then_act(uow, *rest):
        if _batch(order, batch_id).is_running:
            batches.pause(order.unit_of_work(), batch_id, actor=CONSOLE, at=NOON)
        return act(uow, *rest)

    kind = batch_kinds.Kind("cancel", batch_kinds.Over.CASES, pause_then_act)
    monkeypatch.setitem(batch_kinds.KINDS, "cancel", kind)
    run_due(order, lambda: NOON)

    assert _states(order, cases) == ["running"] * 3
    assert _batch(order, batch_id).state == "paused"


def test_a_cancelled_batch_keeps_what_was_done_and_does_no_more(order, a_case, monkeypatch):
    monkeypatch.setattr(batches, "PORTION", 1)
    cases = [a_case()[0] for _ in range(2)]
    batch_id = _begin(order, "cancel", cases)
    run_next(order, lambda: NOON)

    batches.cancel(order.unit_of_work(), batch_id, actor=CONSOLE, at=NOON)
    run_due(order, lambda: NOON)

    assert _states(order, sorted(cases)) == ["cancelled", "running"]
    with pytest.raises(BatchOver):
        batches.resume(order.unit_of_work(), batch_id, actor=CONSOLE, at=NOON)


def _claimed(database: Database, at: datetime) -> Job:
    job = jobs.claim(database.unit_of_work(), at)
    assert job is not None
    return job


def test_a_worker_that_dies_during_a_turn_leaves_the_rest_to_the_next_one(
    order, a_case, monkeypatch
):
    cases = sorted(a_case()[0] for _ in range(3))
    batch_id = _begin(order, "set_variables", cases, {"values": {"checked": True}})
    dead = _claimed(order, NOON)
    act = batch_kinds.KINDS["set_variables"].act
    told: list[UUID] = []

    def die_at_the_second(uow, case_id, *rest):
        if len(told) == 1:
            raise KeyboardInterrupt  # nothing in the process goes on after it
        told.append(case_id)
        return act(uow, case_id, *rest)

    with monkeypatch.context() as patch:
        kind = batch_kinds.Kind("set_variables", batch_kinds.Over.CASES, die_at_the_second)
        patch.setitem(batch_kinds.KINDS, "set_variables", kind)
        with pytest.raises(KeyboardInterrupt):
            batches.run(order, dead, lambda: NOON)
    run_due(order, lambda: NOON + timedelta(minutes=1))

    changes = [len(heard(order, "modified", instance_id=each)) for each in cases]
    batch = _batch(order, batch_id)
    assert (changes, batch.state, batch.done) == ([1, 1, 1], "done", 3)


def test_a_turn_that_was_thought_dead_does_nothing_a_second_time(order, a_case):
    cases = [a_case()[0] for _ in range(2)]
    batch_id = _begin(order, "set_variables", cases, {"values": {"checked": True}})
    first = _claimed(order, NOON)
    second = _claimed(order, NOON + timedelta(minutes=5))

    batches.run(order, second, lambda: NOON)
    with pytest.raises(Exception, match="fence"):
        batches.run(order, first, lambda: NOON)

    assert _batch(order, batch_id).done == 2
    assert len(heard(order, "modified", instance_id=cases[0])) == 1


def test_what_failed_can_be_tried_again(order, a_case):
    instance_id, task_id = a_case(13)
    tasks.complete(order.unit_of_work(), task_id, {}, actor=CLERK, at=NOON)
    batch_id = _begin(order, "retry", _jobs(order, "price"))
    run_due(order, lambda: NOON)
    assert _batch(order, batch_id).failed == 1

    for hours in range(1, 5):  # until it gives up
        at = NOON + timedelta(hours=hours)
        run_due(order, partial(_moment, at))
    count = batches.try_again(order.unit_of_work(), batch_id, actor=CONSOLE, at=NOON)
    run_due(order, lambda: NOON)

    batch = _batch(order, batch_id)
    assert (count, batch.state, batch.done, batch.failed) == (1, "done", 1, 0)
    assert len(heard(order, "retried", instance_id=instance_id)) == 1


def _moment(at: datetime) -> datetime:
    return at


def _jobs(database, topic):
    with database.reader() as session:
        return list(session.scalars(select(job_table.c.id).where(job_table.c.topic == topic)))


def test_a_look_at_a_migration_keeps_nothing_and_tells_who_cannot_go(order, a_case):
    for _ in range(2):
        a_case()
    [definition_id] = _definitions(order)
    plan = bpmn.Plan({"order": {}})
    with order.reader() as session:
        wish = migrations.wish(
            deployed(session, definition_id),
            deployed(session, definition_id),
            plan,
            "a look",
            only_try=True,
        )

    batch_id = batches.begin(
        order.unit_of_work(), wish, running_of(definition_id), actor=CONSOLE, at=NOON
    )
    run_due(order, lambda: NOON)

    batch = _batch(order, batch_id)
    assert (batch.state, batch.failed, batch.done) == ("done", 2, 0)
    assert heard(order, "migrated") == []


def test_a_batch_stops_when_who_asked_for_it_may_sign_in_no_more(order, a_case):
    instance_id, _ = a_case()
    with order.unit_of_work() as uow:
        person = Person(username="admin", name_fa="م", name_en="A", password_hash="x", locale="fa")
        uow.session.add(person)
        uow.session.flush()
        uow.session.add(Grant(person_id=person.id, role="ADMIN", unit_code="*"))
        uow.commit()
    with order.reader() as session:
        admin = by_username(session, "admin", NOON)
    assert admin is not None
    batch_id = _begin(order, "cancel", [instance_id], actor=admin)
    with order.unit_of_work() as uow:
        uow.session.get_one(Person, admin.person_id).disabled = True
        uow.commit()

    run_due(order, lambda: NOON)

    assert _batch(order, batch_id).state == "paused"
    assert _states(order, [instance_id]) == ["running"]


def test_batches_are_for_administrators_with_a_reason_and_something_to_do(order, a_case):
    instance_id, _ = a_case()

    with pytest.raises(NotAtThisDesk):
        _begin(order, "cancel", [instance_id], actor=CLERK)
    with pytest.raises(RulesBroken, match="GEN-NOTHING-CHOSEN"):
        _begin(order, "cancel", [])
    with pytest.raises(RulesBroken, match="GEN-REQUIRED reason"):
        batches.begin(
            order.unit_of_work(), Wish("cancel", " ", {}), [instance_id], actor=CONSOLE, at=NOON
        )
    with order.reader() as session:
        assert list(session.scalars(select(Batch))) == []


def test_the_journal_tells_of_a_batch_from_its_begin_to_its_end(order, a_case):
    batch_id = _begin(order, "cancel", [a_case()[0]])
    run_due(order, lambda: NOON)

    with order.reader() as session:
        told = list(session.scalars(select(AdminEvent).order_by(AdminEvent.number)))
    assert [each.kind for each in told] == ["batch_begun", "batch_ended"]
    assert (told[1].facts["batch"], told[1].facts["done"]) == (str(batch_id), 1)


def test_the_work_of_cases_goes_before_that_of_batches(order, a_case):
    _, task_id = a_case()
    _begin(order, "cancel", [a_case()[0]])
    tasks.complete(order.unit_of_work(), task_id, {}, actor=CLERK, at=NOON)

    assert _claimed(order, NOON).kind is JobKind.SERVICE
