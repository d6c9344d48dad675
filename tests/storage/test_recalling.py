"""An answer taken back: the step is open as it was, unless somebody has gone on from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from engine.catalogue.handlers import REGISTRY, TaskRecall
from engine.commands import drafts, kept, recalling, tasks
from engine.commands.recallable import NotRecallable
from engine.errors import NotAtThisDesk, NotTaskHolder
from engine.jobs import run_due
from engine.model.act import Act
from engine.model.draft import DraftField
from engine.model.event import EventKind, event_table
from engine.model.instance import HumanTask, Instance, InstanceState, TaskState
from engine.model.job import JobKind, JobState, job_table
from engine.model.person import Person
from engine.model.sign_in import Method
from engine.storage.database import Database
from tests.storage.conftest import CLERK, HEAD, NOON, OTHER_CLERK, _person

pytestmark = pytest.mark.both_databases

OTHER_HEAD = _person("other_head", "HEAD@D07")

Start = Callable[..., tuple[UUID, UUID]]


@pytest.fixture
def pure(handlers: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pricing has no effect outside, and says so."""
    monkeypatch.setattr(REGISTRY, "replaced", {"price"})


def _case(database: Database, instance_id: UUID) -> Instance:
    with database.unit_of_work() as uow:
        return uow.cases.one(instance_id)


def _task(database: Database, task_id: UUID) -> HumanTask:
    with database.unit_of_work() as uow:
        return uow.cases.of_task(task_id)[1]


def _kinds(database: Database, instance_id: UUID) -> list[EventKind]:
    with database.reader() as session:
        rows = select(event_table.c.kind).where(event_table.c.instance_id == instance_id)
        return [EventKind(each) for each in session.scalars(rows.order_by(event_table.c.seq))]


def _answer(database: Database, task_id: UUID, **values: object) -> None:
    tasks.complete(database.unit_of_work(), task_id, values, actor=CLERK, at=NOON)


def _to_approval(database: Database, start: Start) -> tuple[UUID, UUID, UUID]:
    """Answer the first step and have the price computed; return case, first and second task."""
    instance_id, task_id = start()
    _answer(database, task_id, amount=7, note="فوری")
    run_due(database, lambda: NOON)
    [approve] = _case(database, instance_id).tasks
    return instance_id, task_id, approve.id


def test_the_step_is_its_answerers_again_with_the_answer_as_draft(order, a_case, pure):
    instance_id, task_id, approve = _to_approval(order, a_case)

    recalling.recall(order.unit_of_work(), task_id, actor=CLERK, at=NOON)

    case, task = _case(order, instance_id), _task(order, task_id)
    assert (task.state, task.holder, task.closed_by, task.outcome) == (
        TaskState.CLAIMED,
        "clerk",
        None,
        None,
    )
    assert [each.id for each in case.tasks] == [task_id]
    assert _task(order, approve).state is TaskState.WITHDRAWN
    assert case.variables == {"amount": 5}
    with order.reader() as session:
        typed = dict(session.execute(select(DraftField.path, DraftField.typed)).all())
    assert typed == {"amount": "7", "note": "فوری"}
    assert EventKind.TASK_RECALLED in _kinds(order, instance_id)


def test_answering_again_goes_on_as_if_it_were_the_first_time(order, a_case, pure):
    instance_id, task_id, _ = _to_approval(order, a_case)
    recalling.recall(order.unit_of_work(), task_id, actor=CLERK, at=NOON)

    _answer(order, task_id, amount=9)
    run_due(order, lambda: NOON)

    case = _case(order, instance_id)
    assert [each.element_id for each in case.tasks] == ["approve"]
    assert case.variables == {"amount": 9, "price": 18}


def test_jobs_nobody_has_begun_are_dropped_and_what_waited_beside_waits_again(order, a_case):
    instance_id, task_id = a_case()
    _answer(order, task_id)

    recalling.recall(order.unit_of_work(), task_id, actor=CLERK, at=NOON)

    with order.reader() as session:
        rows = session.execute(
            select(job_table.c.kind, job_table.c.state).where(
                job_table.c.instance_id == instance_id
            )
        )
        jobs = [(JobKind(kind), JobState(state)) for kind, state in rows]
    assert jobs.count((JobKind.SERVICE, JobState.CANCELLED)) == 1
    assert {state for kind, state in jobs if kind is JobKind.NOTICE} == {JobState.READY}
    assert run_due(order, lambda: NOON) == 0


def test_a_job_whose_effect_is_not_known_to_be_replaced_keeps_the_answer(order, a_case):
    _, task_id, approve = _to_approval(order, a_case)

    with pytest.raises(NotRecallable) as refused:
        recalling.recall(order.unit_of_work(), task_id, actor=CLERK, at=NOON)

    assert (refused.value.why, refused.value.element_id) == ("sent", "price")
    assert _task(order, approve).state is TaskState.OPEN


def test_who_has_taken_the_next_step_keeps_the_answer(order, a_case, pure):
    _, task_id, approve = _to_approval(order, a_case)
    uow = order.unit_of_work()
    tasks.claim(uow, approve, actor=HEAD, at=NOON)

    with pytest.raises(NotRecallable) as refused:
        recalling.recall(uow, task_id, actor=CLERK, at=NOON)

    assert (refused.value.why, refused.value.element_id, refused.value.who) == (
        "taken",
        "approve",
        "head",
    )


def test_a_step_put_back_as_it_was_is_untouched_again(order, a_case, pure):
    _, task_id, approve = _to_approval(order, a_case)
    uow = order.unit_of_work()
    tasks.claim(uow, approve, actor=HEAD, at=NOON)
    tasks.unclaim(uow, approve, actor=HEAD, at=NOON)

    recalling.recall(uow, task_id, actor=CLERK, at=NOON)

    assert _task(order, task_id).state is TaskState.CLAIMED


def test_a_step_that_a_colleague_only_has_open_is_untouched(order, a_case, pure):
    _, task_id, approve = _to_approval(order, a_case)
    uow = order.unit_of_work()
    with uow:
        uow.session.add(Person(id=HEAD.person_id, username="head", name_fa="سر", name_en="Head"))
        uow.commit()
    kept.is_here(uow, approve, actor=HEAD, at=NOON)

    recalling.recall(uow, task_id, actor=CLERK, at=NOON)

    assert _task(order, approve).state is TaskState.WITHDRAWN


def test_what_was_answered_since_keeps_the_answer(order, a_case, pure):
    _, task_id, approve = _to_approval(order, a_case)
    uow = order.unit_of_work()
    tasks.claim(uow, approve, actor=HEAD, at=NOON)
    tasks.complete(uow, approve, {}, actor=HEAD, at=NOON, confirmed_by=Method.PASSWORD)

    with pytest.raises(NotRecallable) as refused:
        recalling.recall(uow, task_id, actor=CLERK, at=NOON)

    assert (refused.value.why, refused.value.who) == ("gone", "head")


def test_only_who_answered_takes_it_back(order, a_case, pure):
    _, task_id, _ = _to_approval(order, a_case)

    with pytest.raises(NotTaskHolder):
        recalling.recall(order.unit_of_work(), task_id, actor=OTHER_CLERK, at=NOON)


def test_who_may_do_the_step_no_longer_does_not_take_its_answer_back(order, a_case, pure):
    _, task_id, _ = _to_approval(order, a_case)
    gone = replace(CLERK, desks=frozenset())  # a role ended, or a substitution

    with pytest.raises(NotAtThisDesk):
        recalling.recall(order.unit_of_work(), task_id, actor=gone, at=NOON)

    assert _task(order, task_id).state is TaskState.COMPLETED


def test_the_answer_that_ended_a_case_is_taken_back_and_its_confirmation_voided(
    order, a_case, pure
):
    instance_id, _, approve = _to_approval(order, a_case)
    uow = order.unit_of_work()
    tasks.claim(uow, approve, actor=HEAD, at=NOON)
    tasks.complete(
        uow, approve, {"outcome": "approve"}, actor=HEAD, at=NOON, confirmed_by=Method.PASSWORD
    )
    assert _case(order, instance_id).state is InstanceState.FINISHED
    later = NOON + timedelta(seconds=5)

    recalling.recall(uow, approve, actor=HEAD, at=later)

    case = _case(order, instance_id)
    assert (case.state, case.finished_at, case.end_id) == (InstanceState.RUNNING, None, None)
    with order.reader() as session:
        [act] = session.scalars(select(Act))
        assert (act.voided_at, act.is_intact) == (later, False)
    tasks.complete(
        uow, approve, {"outcome": "approve"}, actor=HEAD, at=later, confirmed_by=Method.PASSWORD
    )
    assert _case(order, instance_id).state is InstanceState.FINISHED


def test_the_timer_beside_a_recalled_step_still_comes_at_its_moment(order, a_case, pure):
    instance_id, _, approve = _to_approval(order, a_case)
    uow = order.unit_of_work()
    tasks.claim(uow, approve, actor=HEAD, at=NOON)
    tasks.complete(uow, approve, {}, actor=HEAD, at=NOON, confirmed_by=Method.PASSWORD)
    recalling.recall(uow, approve, actor=HEAD, at=NOON)

    run_due(order, lambda: NOON + timedelta(days=3))

    assert EventKind.TIMER_FIRED in _kinds(order, instance_id)
    assert _case(order, instance_id).variables["noted"] is True


def test_what_somebody_typed_into_the_next_step_keeps_the_answer_also_when_it_is_put_back(
    order, a_case, pure
):
    _, task_id, approve = _to_approval(order, a_case)
    uow, later = order.unit_of_work(), NOON + timedelta(minutes=1)
    tasks.claim(uow, approve, actor=HEAD, at=NOON)
    drafts.save(uow, approve, {"note": "x"}, actor=HEAD, at=later)
    tasks.unclaim(uow, approve, actor=HEAD, at=later)

    with pytest.raises(NotRecallable) as refused:
        recalling.recall(uow, task_id, actor=CLERK, at=later)

    told = refused.value
    assert (told.why, told.element_id, told.who, told.at) == ("typed", "approve", "head", later)


def test_what_may_be_taken_back_is_told_beforehand_with_the_reason(order, a_case, pure):
    _, task_id, approve = _to_approval(order, a_case)
    uow = order.unit_of_work()

    assert recalling.refusal(uow, task_id, actor=CLERK, at=NOON) is None
    tasks.claim(uow, approve, actor=HEAD, at=NOON)
    refused = recalling.refusal(uow, task_id, actor=CLERK, at=NOON)

    assert isinstance(refused, NotRecallable)
    assert (refused.why, refused.who) == ("taken", "head")


def test_an_area_that_says_nothing_of_its_records_keeps_the_answer(
    order, a_case, pure, monkeypatch
):
    monkeypatch.setitem(REGISTRY.answers, ("order", "prepare"), lambda request: {"amount": 7})
    _, task_id, _ = _to_approval(order, a_case)

    with pytest.raises(NotRecallable) as refused:
        recalling.recall(order.unit_of_work(), task_id, actor=CLERK, at=NOON)

    assert (refused.value.why, refused.value.element_id) == ("area", "prepare")


def test_an_area_takes_its_records_back_and_says_what_had_been_typed(
    order, a_case, pure, monkeypatch
):
    undone: list[Mapping[str, Any]] = []

    def undo(request: TaskRecall) -> Mapping[str, str]:
        undone.append(request.answer)
        return {"lines/1/quantity": "۲"}

    monkeypatch.setitem(REGISTRY.answers, ("order", "prepare"), lambda request: {"amount": 7})
    monkeypatch.setitem(REGISTRY.recalls, ("order", "prepare"), undo)
    _, task_id, _ = _to_approval(order, a_case)

    recalling.recall(order.unit_of_work(), task_id, actor=CLERK, at=NOON)

    assert undone == [{"outcome": None, "amount": 7}]
    with order.reader() as session:
        typed = dict(session.execute(select(DraftField.path, DraftField.typed)).all())
    assert typed == {"amount": "7", "lines/1/quantity": "۲"}
