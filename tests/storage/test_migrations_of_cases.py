"""Running cases go on in another version, one or many; tokens moved by hand."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from engine import bpmn
from engine.commands import batches, drafts, migrations, modifications, tasks
from engine.commands.admins import CONSOLE
from engine.errors import AlreadyThere, DutiesNotSeparate, NotAtThisDesk
from engine.jobs import run_due
from engine.model.batch import Batch, batch_item_table
from engine.model.draft import DraftField
from engine.model.instance import instance_table, task_table
from engine.model.job import job_table
from engine.model.migration import InstanceMigration
from engine.storage.bundles import deployed
from engine.storage.moved import running_of
from tests.storage.conftest import BOTH, CLERK, HEAD, NOON
from tests.storage.migrating import (
    ADMIN,
    LONGER,
    PLAN,
    RENAMED,
    RENAMED_CONFIG,
    deploy,
    events_of,
    jobs_of,
    latest_model,
    open_task,
    renamed,
    rows_of,
)

pytestmark = pytest.mark.both_databases


def test_an_open_task_stays_with_its_holder_its_draft_and_its_due_date(order, a_case):
    instance_id, task_id = a_case()
    before = open_task(order, instance_id)
    drafts.save(order.unit_of_work(), task_id, {"note": "نیمه"}, actor=CLERK, at=NOON)

    renamed(order, instance_id)

    after = open_task(order, instance_id)
    with order.reader() as session:
        [draft] = session.scalars(select(DraftField).where(DraftField.task_id == task_id))
    kept = ("id", "token", "holder", "state", "due_at", "created_at", "priority")
    assert [after[each] for each in kept] == [before[each] for each in kept]
    assert draft.typed == "نیمه"
    assert (after["element_id"], after["name"], after["desk"]) == ("draw_up", "تنظیم", "HEAD@D07")


def test_a_task_whose_lane_is_the_same_stays_on_the_desk_it_lies_on(order, a_case):
    instance_id, task_id = a_case()
    with order.unit_of_work() as uow:
        elsewhere = update(task_table).where(task_table.c.id == task_id).values(desk="CLERK@D15")
        uow.session.execute(elsewhere)
        uow.commit()
    old, to = latest_model(order), deploy(order, LONGER)
    plan = bpmn.propose(old, latest_model(order))

    migrations.migrate(order.unit_of_work(), instance_id, to, plan, actor=ADMIN, at=NOON)

    assert open_task(order, instance_id)["desk"] == "CLERK@D15"
    assert events_of(order, instance_id, "task_moved") == []


def test_steps_that_were_done_still_keep_people_apart_under_their_other_names(order, a_case):
    instance_id, task_id = a_case(by=BOTH)
    tasks.complete(order.unit_of_work(), task_id, {}, actor=BOTH, at=NOON)
    run_due(order, lambda: NOON)
    to = deploy(order, RENAMED, RENAMED_CONFIG)
    same = {each: each for each in ("approve", "late", "note")}
    plan = bpmn.Plan({"order": {"prepare": "draw_up", **same}})

    migrations.migrate(order.unit_of_work(), instance_id, to, plan, actor=ADMIN, at=NOON)
    approve = open_task(order, instance_id)["id"]
    with pytest.raises(DutiesNotSeparate):
        tasks.claim(order.unit_of_work(), approve, actor=BOTH, at=NOON)
    migrations.undo(order.unit_of_work(), instance_id, actor=ADMIN, at=NOON)

    assert rows_of(order, task_table, id=task_id)[0]["element_id"] == "prepare"
    with pytest.raises(DutiesNotSeparate):
        tasks.claim(order.unit_of_work(), approve, actor=BOTH, at=NOON)


def test_the_history_says_who_migrated_what_with_which_plan(order, a_case):
    instance_id, task_id = a_case()

    renamed(order, instance_id)

    [event] = events_of(order, instance_id, "migrated")
    [moved] = events_of(order, instance_id, "task_moved")
    assert (event["actor"], event["facts"]["from"], event["facts"]["to"]) == ("admin", 1, 2)
    assert event["facts"]["plan"]["elements"] == PLAN["elements"]
    assert (moved["task_id"], moved["desk"]) == (task_id, "HEAD@D07")
    assert moved["facts"]["was"]["desk"] == "CLERK@D07"


def test_the_case_goes_on_in_the_other_version(order, a_case):
    instance_id, task_id = a_case()
    renamed(order, instance_id)

    with pytest.raises(NotAtThisDesk):
        tasks.complete(order.unit_of_work(), task_id, {}, actor=CLERK, at=NOON)
    tasks.unclaim(order.unit_of_work(), task_id, actor=CLERK, at=NOON)
    tasks.claim(order.unit_of_work(), task_id, actor=HEAD, at=NOON)
    tasks.complete(order.unit_of_work(), task_id, {}, actor=HEAD, at=NOON)

    assert [each["element_id"] for each in jobs_of(order, instance_id, kind="service")] == ["price"]


def test_jobs_of_what_goes_on_continue_and_new_events_begin_to_wait(order, a_case):
    instance_id, _ = a_case()
    notices = {(each["id"], each["run_at"]) for each in jobs_of(order, instance_id, kind="notice")}

    migrated = renamed(order, instance_id)

    after = jobs_of(order, instance_id, kind="notice", state="ready")
    [timer] = jobs_of(order, instance_id, kind="timer")
    assert {(each["id"], each["run_at"]) for each in after} == notices
    assert {each["element_id"] for each in after} == {"draw_up"}
    assert (timer["element_id"], timer["run_at"]) == ("slow", NOON + timedelta(days=10))
    assert migrated.opened == ("slow",)


def test_a_timer_that_runs_keeps_its_moment_and_one_that_is_gone_is_cancelled(order, a_case):
    instance_id, task_id = a_case()
    tasks.complete(order.unit_of_work(), task_id, {}, actor=CLERK, at=NOON)
    run_due(order, lambda: NOON)
    [timer] = jobs_of(order, instance_id, kind="timer")
    old = latest_model(order)

    longer = deploy(order, LONGER)
    migrations.migrate(
        order.unit_of_work(), instance_id, longer, bpmn.propose(old, latest_model(order)),
        actor=ADMIN, at=NOON + timedelta(days=1),
    )  # fmt: skip
    assert jobs_of(order, instance_id, kind="timer") == [timer]

    cut = LONGER.replace('<boundaryEvent id="late" attachedToRef="approve" cancelActivity="false">',
                         '<boundaryEvent id="tardy" attachedToRef="approve">').replace(
                         'sourceRef="late"', 'sourceRef="tardy"')  # fmt: skip
    old, other = latest_model(order), deploy(order, cut)
    migrations.migrate(
        order.unit_of_work(), instance_id, other, bpmn.propose(old, latest_model(order)),
        actor=ADMIN, at=NOON + timedelta(days=1),
    )  # fmt: skip

    states = {
        each["element_id"]: each["state"] for each in jobs_of(order, instance_id, kind="timer")
    }
    assert states == {"late": "cancelled", "tardy": "ready"}


def test_a_dry_run_tells_and_changes_nothing(order, a_case):
    instance_id, _ = a_case()
    before = rows_of(order, instance_table), rows_of(order, task_table), rows_of(order, job_table)

    migrated = renamed(order, instance_id, dry_run=True)

    assert (
        rows_of(order, instance_table),
        rows_of(order, task_table),
        rows_of(order, job_table),
    ) == before
    assert migrated.waiting == ("draw_up", "withdrawal", "slow")
    assert rows_of(order, InstanceMigration.__table__) == []


def test_a_refused_migration_changes_nothing_and_names_the_step(order, a_case):
    instance_id, _ = a_case()
    to = deploy(order, RENAMED, RENAMED_CONFIG)
    before = rows_of(order, instance_table)

    with pytest.raises(bpmn.MigrationRefused) as refused:
        migrations.migrate(
            order.unit_of_work(), instance_id, to, bpmn.Plan({}), actor=ADMIN, at=NOON
        )

    assert {each.element_id for each in refused.value.obstacles} == {"prepare", "withdrawal"}
    assert rows_of(order, instance_table) == before


def test_only_an_administrator_moves_cases(order, a_case):
    instance_id, _ = a_case()

    with pytest.raises(NotAtThisDesk):
        renamed(order, instance_id, actor=HEAD)
    with pytest.raises(NotAtThisDesk):
        migrations.undo(order.unit_of_work(), instance_id, actor=HEAD, at=NOON)
    with pytest.raises(NotAtThisDesk):
        modifications.modify(order.unit_of_work(), instance_id, [], "no", actor=HEAD, at=NOON)


def test_a_case_is_not_migrated_to_where_it_is(order, a_case):
    instance_id, _ = a_case()
    [case] = rows_of(order, instance_table)

    with pytest.raises(AlreadyThere):
        migrations.migrate(
            order.unit_of_work(), instance_id, case["definition_id"], bpmn.Plan({}),
            actor=ADMIN, at=NOON,
        )  # fmt: skip


def test_a_batch_migrates_every_case_it_can_and_reports_the_others(order, a_case):
    ready, _ = a_case()
    elsewhere, task_id = a_case()
    tasks.complete(order.unit_of_work(), task_id, {}, actor=CLERK, at=NOON)
    run_due(order, lambda: NOON)
    [old] = {each["definition_id"] for each in rows_of(order, instance_table)}
    to = deploy(order, RENAMED, RENAMED_CONFIG)

    batch_id = _take_all(order, old, to)
    run_due(order, lambda: NOON)

    cases = {each["id"]: each["definition_id"] for each in rows_of(order, instance_table)}
    with order.reader() as session:
        batch = session.get_one(Batch, batch_id)
    [failed] = rows_of(order, batch_item_table, state="failed")
    assert (batch.total, batch.done, cases) == (2, 1, {ready: to, elsewhere: old})
    assert (failed["target_id"], failed["code"]) == (elsewhere, "GEN-MIGRATE")
    assert "approve" in failed["cause"]
    [event] = events_of(order, ready, "migrated")
    assert (event["actor"], event["facts"]["reason"]) == ("console", "clearer names")


def test_a_case_of_a_batch_that_went_elsewhere_meanwhile_is_left_alone(order, a_case):
    instance_id, _ = a_case()
    old, of_old = latest_model(order), rows_of(order, instance_table)[0]["definition_id"]
    meant = deploy(order, RENAMED, RENAMED_CONFIG)
    _take_all(order, of_old, meant)
    other = deploy(order, LONGER)
    plan = bpmn.propose(old, latest_model(order))
    migrations.migrate(order.unit_of_work(), instance_id, other, plan, actor=ADMIN, at=NOON)

    run_due(order, lambda: NOON)

    assert rows_of(order, instance_table)[0]["definition_id"] == other
    assert [each["state"] for each in rows_of(order, batch_item_table)] == ["failed"]


def _take_all(database, old, new):
    with database.reader() as session:
        plan = bpmn.read_plan(PLAN)
        wish = migrations.wish(
            deployed(session, old), deployed(session, new), plan, "clearer names"
        )
    asked = running_of(old)
    return batches.begin(database.unit_of_work(), wish, asked, actor=CONSOLE, at=NOON)


def test_new_versions_are_for_new_cases_only(order, a_case):
    a_case()
    [before] = rows_of(order, instance_table)

    to = deploy(order, LONGER)
    younger, _ = a_case()

    cases = {each["id"]: each for each in rows_of(order, instance_table)}
    assert cases.pop(younger)["definition_id"] == to
    assert list(cases.values()) == [before]


def test_an_administrator_moves_a_case_ahead_and_the_history_says_why(order, a_case):
    instance_id, task_id = a_case()

    waiting = modifications.modify(
        order.unit_of_work(),
        instance_id,
        [bpmn.SetVariables({"price": 7}), bpmn.StartBefore("approve"), bpmn.CancelAll("prepare")],
        "the price list is down",
        actor=ADMIN,
        at=NOON,
    )

    [event] = events_of(order, instance_id, "modified")
    [withdrawn] = rows_of(order, task_table, id=task_id)
    assert waiting == ("approve", "late")
    assert open_task(order, instance_id)["element_id"] == "approve"
    assert withdrawn["state"] == "withdrawn"
    assert {each["state"] for each in jobs_of(order, instance_id, kind="notice")} == {"cancelled"}
    assert rows_of(order, instance_table)[0]["variables"] == {"amount": 5, "price": 7}
    assert (event["actor"], event["facts"]["reason"]) == ("admin", "the price list is down")
    assert event["facts"]["instructions"][1] == {"do": "StartBefore", "element_id": "approve"}


def test_a_modification_is_all_or_nothing(order, a_case):
    instance_id, _ = a_case()
    before = rows_of(order, instance_table), rows_of(order, task_table)
    instructions: list[bpmn.Instruction] = [bpmn.StartBefore("approve"), bpmn.CancelAll("note")]

    with pytest.raises(bpmn.ModificationRefused):
        modifications.modify(
            order.unit_of_work(), instance_id, instructions, "x", actor=ADMIN, at=NOON
        )
    modifications.modify(
        order.unit_of_work(), instance_id, instructions[:1], "x", actor=ADMIN, at=NOON, dry_run=True
    )

    assert (rows_of(order, instance_table), rows_of(order, task_table)) == before
