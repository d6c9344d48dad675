"""Claiming and completing tasks, as everybody at a desk meets it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.exc import OperationalError

from engine.commands import drafts, instances, tasks
from engine.errors import (
    ConfirmationMissing,
    DutiesNotSeparate,
    NotAtThisDesk,
    NothingWaits,
    NotTaskHolder,
    RulesBroken,
    StaleVersion,
    TaskAlreadyClaimed,
    TaskAlreadyClosed,
    TaskNotFound,
)
from engine.jobs import run_due
from engine.model.act import Act
from engine.model.base import new_id
from engine.model.draft import DraftField
from engine.model.event import EventKind, event_table
from engine.model.instance import InstanceState
from engine.model.person import Person
from engine.model.sign_in import Method
from engine.storage.database import Database
from tests.storage.conftest import BOTH, CLERK, HEAD, NOON, OTHER_CLERK, STRANGER

pytestmark = pytest.mark.both_databases


def _open_task(database: Database, instance_id: UUID) -> tuple[UUID, str]:
    with database.unit_of_work() as uow:
        [task] = uow.cases.one(instance_id).tasks
        return task.id, task.element_id


def _kinds(database: Database, instance_id: UUID) -> list[str]:
    with database.reader() as session:
        rows = select(event_table.c.kind).where(event_table.c.instance_id == instance_id)
        return list(session.scalars(rows.order_by(event_table.c.seq)))


def test_completing_a_task_runs_the_service_and_opens_the_next_lane(order, a_case):
    instance_id, task_id = a_case()

    tasks.complete(order.unit_of_work(), task_id, {"outcome": "ok"}, actor=CLERK, at=NOON)
    run_due(order, lambda: NOON)

    with order.unit_of_work() as uow:
        instance = uow.cases.one(instance_id)
        [task] = instance.tasks
        assert (task.element_id, task.desk) == ("approve", "HEAD@D07")
        assert instance.variables["price"] == 10


def test_a_task_must_be_claimed_before_it_is_completed(order):
    uow = order.unit_of_work()
    started = instances.start(uow, "order", {"amount": 1}, actor=CLERK, at=NOON)

    with pytest.raises(NotTaskHolder):
        tasks.complete(uow, started.opened[0], {}, actor=CLERK, at=NOON)


def test_the_second_of_two_people_learns_who_was_first(order, a_case):
    _, task_id = a_case()
    uow = order.unit_of_work()

    with pytest.raises(TaskAlreadyClaimed) as claimed:
        tasks.claim(uow, task_id, actor=OTHER_CLERK, at=NOON)
    tasks.complete(uow, task_id, {}, actor=CLERK, at=NOON)
    with pytest.raises(TaskAlreadyClosed) as closed:
        tasks.complete(uow, task_id, {}, actor=CLERK, at=NOON)

    assert (claimed.value.holder, closed.value.closed_by) == ("clerk", "clerk")


def test_a_task_put_back_may_be_claimed_by_somebody_else(order, a_case):
    _, task_id = a_case()
    uow = order.unit_of_work()

    tasks.unclaim(uow, task_id, actor=CLERK, at=NOON)
    tasks.claim(uow, task_id, actor=OTHER_CLERK, at=NOON)

    with uow:
        assert uow.cases.of_task(task_id)[1].holder == "other_clerk"


def test_nobody_acts_at_a_desk_of_another_unit(order, a_case):
    _, task_id = a_case()

    with pytest.raises(NotAtThisDesk):
        tasks.claim(order.unit_of_work(), task_id, actor=STRANGER, at=NOON)


def test_an_unknown_task_is_not_found(order):
    with pytest.raises(TaskNotFound):
        tasks.claim(order.unit_of_work(), new_id(), actor=CLERK, at=NOON)


def test_four_eyes_block_the_claim_already_and_leave_nothing_changed(order, a_case):
    instance_id, task_id = a_case(by=BOTH)
    uow = order.unit_of_work()
    tasks.complete(uow, task_id, {}, actor=BOTH, at=NOON)
    run_due(order, lambda: NOON)
    approve, _ = _open_task(order, instance_id)

    with pytest.raises(DutiesNotSeparate) as refused:
        tasks.claim(uow, approve, actor=BOTH, at=NOON)

    assert (refused.value.code, refused.value.done_element_id) == ("SOD-001", "prepare")
    with uow:
        assert uow.cases.of_task(approve)[1].holder is None


def test_an_approval_needs_the_password_and_leaves_an_intact_act(order, a_case):
    instance_id, task_id = a_case()
    uow = order.unit_of_work()
    tasks.complete(uow, task_id, {}, actor=CLERK, at=NOON)
    run_due(order, lambda: NOON)
    approve, _ = _open_task(order, instance_id)
    tasks.claim(uow, approve, actor=HEAD, at=NOON)

    with pytest.raises(ConfirmationMissing):
        tasks.complete(uow, approve, {"outcome": "approve"}, actor=HEAD, at=NOON)
    tasks.complete(
        uow, approve, {"outcome": "approve"}, actor=HEAD, at=NOON, confirmed_by=Method.PASSWORD
    )

    with order.reader() as session:
        [act] = session.scalars(select(Act))
        assert (act.actor, act.outcome, act.is_intact) == ("head", "approve", True)
        act.content = act.content.replace("approve", "refuse")
        assert not act.is_intact


def test_a_finished_case_tells_its_whole_history_in_order(order, a_case):
    instance_id, task_id = a_case()
    uow = order.unit_of_work()
    tasks.complete(uow, task_id, {}, actor=CLERK, at=NOON)
    run_due(order, lambda: NOON)
    approve, _ = _open_task(order, instance_id)
    tasks.claim(uow, approve, actor=HEAD, at=NOON)
    tasks.complete(uow, approve, {}, actor=HEAD, at=NOON, confirmed_by=Method.PASSWORD)

    with uow:
        assert uow.cases.one(instance_id).state is InstanceState.FINISHED
    assert _kinds(order, instance_id) == [
        "started", "passed", "task_opened", "task_claimed", "task_completed", "service_done",
        "task_opened", "task_claimed", "task_completed", "passed", "finished",
    ]  # fmt: skip


def test_a_message_takes_the_case_another_way_until_the_step_is_done(order, a_case):
    instance_id, task_id = a_case()
    uow = order.unit_of_work()

    instances.send(uow, instance_id, "withdraw", {"reason": "changed"}, actor=CLERK, at=NOON)

    with uow:
        assert uow.cases.one(instance_id).end_id == "withdrawn"
    with pytest.raises(TaskAlreadyClosed):
        tasks.complete(uow, task_id, {}, actor=CLERK, at=NOON)
    other, other_task = a_case()
    tasks.complete(uow, other_task, {}, actor=CLERK, at=NOON)
    with pytest.raises(NothingWaits):
        instances.send(uow, other, "withdraw", {}, actor=CLERK, at=NOON)


def test_a_message_is_refused_from_people_outside_its_lane(order, a_case):
    instance_id, _ = a_case()

    with pytest.raises(NotAtThisDesk):
        instances.send(order.unit_of_work(), instance_id, "withdraw", {}, actor=STRANGER, at=NOON)


def test_drafts_keep_what_was_typed_even_when_it_is_no_answer(order, a_case):
    _, task_id = a_case()
    uow = order.unit_of_work()

    drafts.save(uow, task_id, {"lines/1/q": "12.3456", "note": "نیمه"}, actor=CLERK, at=NOON)
    drafts.save(uow, task_id, {"lines/1/q": "12.", "note": None}, actor=CLERK, at=NOON)

    with order.reader() as session:
        typed = {each.path: each.typed for each in session.scalars(select(DraftField))}
    assert typed == {"lines/1/q": "12."}


def test_only_the_holder_writes_a_draft_and_completing_ends_it(order, a_case):
    _, task_id = a_case()
    uow = order.unit_of_work()

    with pytest.raises(NotTaskHolder):
        drafts.save(uow, task_id, {"note": "x"}, actor=OTHER_CLERK, at=NOON)
    drafts.save(uow, task_id, {"note": "x"}, actor=CLERK, at=NOON)
    tasks.complete(uow, task_id, {}, actor=CLERK, at=NOON)

    with order.reader() as session:
        assert session.scalar(select(func.count()).select_from(DraftField)) == 0
    with pytest.raises(TaskAlreadyClosed):
        drafts.save(uow, task_id, {"note": "y"}, actor=CLERK, at=NOON)


def test_saving_a_case_that_moved_on_meanwhile_writes_nothing(order, a_case):
    instance_id, _ = a_case()
    with order.unit_of_work() as first:
        mine = first.cases.one(instance_id)
        first.session.rollback()
        with order.unit_of_work() as second:
            theirs = second.cases.one(instance_id)
            second.cases.save(theirs, [])
            second.commit()
        with pytest.raises(StaleVersion):
            first.cases.save(mine, [])


def test_leaving_a_unit_of_work_without_commit_changes_nothing(order, a_case):
    instance_id, _ = a_case()
    with order.unit_of_work() as uow:
        instance = uow.cases.one(instance_id)
        instance.cancel(NOON)
        uow.cases.save(instance, [])

    with order.unit_of_work() as uow:
        assert uow.cases.one(instance_id).state is InstanceState.RUNNING


def test_a_deadline_counts_from_the_day_after_and_ends_at_midnight_in_tehran(order, a_case):
    _, task_id = a_case()

    with order.unit_of_work() as uow:
        due = uow.cases.of_task(task_id)[1].due_at

    assert due is not None
    assert due - NOON > timedelta(days=10)
    assert due.isoformat() == "2026-12-01T20:30:00+00:00"


def test_the_event_numbers_of_a_case_have_no_gaps(order, a_case):
    instance_id, task_id = a_case()
    tasks.complete(order.unit_of_work(), task_id, {}, actor=CLERK, at=NOON)
    run_due(order, lambda: NOON)

    with order.reader() as session:
        rows = select(event_table.c.seq).where(event_table.c.instance_id == instance_id)
        numbers = list(session.scalars(rows.order_by(event_table.c.seq)))
    assert numbers == list(range(1, len(numbers) + 1))
    assert EventKind.SERVICE_DONE.value in _kinds(order, instance_id)


def test_a_draft_saved_while_its_task_is_completed_leaves_nothing_behind(order, a_case):
    _, task_id = a_case()

    def type_on(_: int) -> None:
        with suppress(TaskAlreadyClosed):
            drafts.save(order.unit_of_work(), task_id, {"note": "x"}, actor=CLERK, at=NOON)

    with ThreadPoolExecutor(4) as tabs:
        typing = tabs.map(type_on, range(40))
        tasks.complete(order.unit_of_work(), task_id, {}, actor=CLERK, at=NOON)
        list(typing)

    with order.reader() as session:
        assert session.scalar(select(func.count()).select_from(DraftField)) == 0


def test_completing_a_task_with_a_deadline_and_four_eyes_takes_nine_statements(order, a_case):
    _, task_id = a_case()
    sent = []
    listener = (order.engine, "before_cursor_execute", lambda *given: sent.append(given[2]))
    event.listen(*listener)

    tasks.complete(order.unit_of_work(), task_id, {}, actor=CLERK, at=NOON)

    event.remove(*listener)
    asked = [each for each in sent if not each.startswith(("BEGIN", "PRAGMA"))]
    # case with tasks, four-eyes; then case, task, events, the service's job, notices, drafts,
    # and the message that is no longer listened for
    assert len(asked) <= 9, "\n".join(asked)


def test_who_administers_the_site_claims_no_approval_in_whatever_role(order, a_case):
    instance_id, task_id = a_case()
    tasks.complete(order.unit_of_work(), task_id, {"amount": 5}, actor=CLERK, at=NOON)
    run_due(order, lambda: NOON)
    approval, _ = _open_task(order, instance_id)
    admin = replace(HEAD, desks=HEAD.desks | {"ADMIN@*"})

    with pytest.raises(DutiesNotSeparate) as refused:
        tasks.claim(order.unit_of_work(), approval, actor=admin, at=NOON)

    assert refused.value.code == "SOD-014"
    tasks.claim(order.unit_of_work(), approval, actor=HEAD, at=NOON)


def test_two_accounts_of_one_person_are_one_pair_of_eyes(order, a_case):
    instance_id, task_id = a_case()
    uow = order.unit_of_work()
    with uow:
        uow.session.add(
            Person(username="clerk", name_fa="ک", name_en="C", national_code="0013542419")
        )
        uow.commit()
    tasks.complete(uow, task_id, {}, actor=CLERK, at=NOON)
    run_due(order, lambda: NOON)
    approve, _ = _open_task(order, instance_id)
    twin = replace(HEAD, national_code="0013542419")

    with pytest.raises(DutiesNotSeparate) as refused:
        tasks.claim(uow, approve, actor=twin, at=NOON)

    assert (refused.value.by, refused.value.done_element_id) == ("clerk", "prepare")


def test_who_has_the_role_no_longer_only_puts_the_task_back(order, a_case):
    _, task_id = a_case()
    former = replace(CLERK, desks=frozenset())
    uow = order.unit_of_work()

    with pytest.raises(NotAtThisDesk):
        tasks.complete(uow, task_id, {}, actor=former, at=NOON)

    tasks.unclaim(uow, task_id, actor=former, at=NOON)
    tasks.claim(uow, task_id, actor=OTHER_CLERK, at=NOON)


def test_a_commit_of_unknown_outcome_is_not_taken_again(order):
    tried = []

    def lose_connection(_):
        tried.append(1)
        raise OperationalError("COMMIT", {}, Exception("connection lost"))

    event.listen(order.engine, "commit", lose_connection)
    with pytest.raises(OperationalError):
        instances.start(order.unit_of_work(), "order", {"amount": 1}, actor=CLERK, at=NOON)
    event.remove(order.engine, "commit", lose_connection)

    assert tried == [1]


def test_a_message_carries_no_book(order, a_case):
    instance_id, _ = a_case()
    reason = {"reason": "x" * 1_001}

    with pytest.raises(RulesBroken):
        instances.send(order.unit_of_work(), instance_id, "withdraw", reason, actor=CLERK, at=NOON)


def test_a_draft_leaves_out_what_no_database_holds(order, a_case):
    _, task_id = a_case()

    drafts.save(order.unit_of_work(), task_id, {"note": "a\0b"}, actor=CLERK, at=NOON)

    with order.reader() as session:
        assert session.scalar(select(DraftField.typed)) == "ab"
