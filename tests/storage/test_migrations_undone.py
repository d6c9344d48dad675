"""A case that was migrated is taken back: what it was, what it waited for, and who touched it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine import bpmn
from engine.commands import migrations, tasks
from engine.errors import NothingToUndo, TouchedSince
from engine.jobs import run_due
from engine.model.instance import instance_table
from tests.storage.conftest import CLERK, CONFIG, NOON, ORDER
from tests.storage.migrating import (
    ADMIN,
    deploy,
    events_of,
    jobs_of,
    latest_model,
    listens_of,
    lives_of,
    open_task,
    renamed,
    rows_of,
)

pytestmark = pytest.mark.both_databases


def test_a_migration_is_undone_to_the_letter(order, a_case):
    instance_id, _ = a_case()
    [case], task = rows_of(order, instance_table), open_task(order, instance_id)
    jobs, listens = jobs_of(order, instance_id), listens_of(order, instance_id)
    renamed(order, instance_id)

    migrations.undo(order.unit_of_work(), instance_id, actor=ADMIN, at=NOON + timedelta(days=2))

    [after] = rows_of(order, instance_table)
    counted = ("version", "event_count", "snapshot")
    assert {k: v for k, v in after.items() if k not in counted} == {
        k: v for k, v in case.items() if k not in counted
    }
    assert lives_of(after) == lives_of(case)
    assert open_task(order, instance_id) == task
    assert listens_of(order, instance_id) == listens
    known = {each["id"] for each in jobs}
    assert [each for each in jobs_of(order, instance_id) if each["id"] in known] == jobs
    assert {each["state"] for each in jobs_of(order, instance_id) if each["id"] not in known} == {
        "cancelled"
    }
    with pytest.raises(NothingToUndo):
        migrations.undo(order.unit_of_work(), instance_id, actor=ADMIN, at=NOON)


def test_an_undo_brings_back_a_timer_the_migration_dropped(order, a_case):
    instance_id, task_id = a_case()
    tasks.complete(order.unit_of_work(), task_id, {}, actor=CLERK, at=NOON)
    run_due(order, lambda: NOON)
    cut = ORDER.replace('<boundaryEvent id="late"', '<boundaryEvent id="tardy"').replace(
        'sourceRef="late"', 'sourceRef="tardy"'
    )
    old, other = latest_model(order), deploy(order, cut)
    plan = bpmn.propose(old, latest_model(order))
    migrations.migrate(order.unit_of_work(), instance_id, other, plan, actor=ADMIN, at=NOON)

    migrations.undo(order.unit_of_work(), instance_id, actor=ADMIN, at=NOON)

    states = {
        each["element_id"]: each["state"] for each in jobs_of(order, instance_id, kind="timer")
    }
    assert states == {"late": "ready", "tardy": "cancelled"}
    run_due(order, lambda: NOON + timedelta(days=3))
    assert [each["element_id"] for each in events_of(order, instance_id, "service_done")] == [
        "price",
        "note",
    ]


def test_a_message_is_awaited_under_its_other_name_and_again_after_an_undo(order, a_case):
    instance_id, _ = a_case()
    before = listens_of(order, instance_id)
    old = latest_model(order)
    other = deploy(order, ORDER.replace('name="withdraw"', 'name="call_off"'),
                    CONFIG.replace("messages.withdraw", "messages.call_off"))  # fmt: skip
    plan = bpmn.propose(old, latest_model(order))
    migrations.migrate(order.unit_of_work(), instance_id, other, plan, actor=ADMIN, at=NOON)
    [(_, name, _)] = listens_of(order, instance_id)
    migrations.undo(order.unit_of_work(), instance_id, actor=ADMIN, at=NOON)

    assert name == "call_off"
    assert listens_of(order, instance_id) == before

    without = bpmn.Plan({"order": {**plan.elements["order"], "withdrawal": None}})
    migrations.migrate(order.unit_of_work(), instance_id, other, without, actor=ADMIN, at=NOON)
    assert listens_of(order, instance_id) == set()
    migrations.undo(order.unit_of_work(), instance_id, actor=ADMIN, at=NOON)

    assert listens_of(order, instance_id) == before


def test_a_case_that_was_touched_is_not_taken_back(order, a_case):
    instance_id, task_id = a_case()
    renamed(order, instance_id)
    tasks.unclaim(order.unit_of_work(), task_id, actor=CLERK, at=NOON)

    with pytest.raises(TouchedSince):
        migrations.undo(order.unit_of_work(), instance_id, actor=ADMIN, at=NOON)


def test_ids_given_out_before_an_undo_are_not_given_again(order, a_case):
    instance_id, task_id = a_case()
    renamed(order, instance_id)
    [of_new] = {each["token"] for each in jobs_of(order, instance_id, element_id="slow")}

    migrations.undo(order.unit_of_work(), instance_id, actor=ADMIN, at=NOON)
    tasks.complete(order.unit_of_work(), task_id, {}, actor=CLERK, at=NOON)

    [price] = jobs_of(order, instance_id, topic="price")
    assert price["token"] != of_new
