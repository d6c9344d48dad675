"""Repairs of a case: what each would do is told first, and nothing of that is kept."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import delete, func, select, update

from engine import bpmn
from engine.commands import instances, jobs, messages, tasks
from engine.commands.repairs import (
    Cancel,
    CaseWentOn,
    ChangeDue,
    Correlate,
    EditValues,
    Fire,
    HoldJob,
    LetJobGo,
    MoveTokens,
    OwnRepair,
    Reassign,
    RepairDecided,
    Restart,
    Resume,
    Retry,
    SendSignal,
    Suspend,
    ask,
    carry_out,
    confirm,
    preview,
    read,
    refuse,
    written,
)
from engine.commands.repairs.doing import OtherCase
from engine.commands.restarting import CaseRuns
from engine.errors import NotAtThisDesk, NotFound, RulesBroken
from engine.jobs import run_due
from engine.model.admin_event import AdminEvent, AdminEventKind
from engine.model.event import EventKind, event_table
from engine.model.instance import InstanceState, task_table
from engine.model.job import MAX_ATTEMPTS, JobKind, JobState, job_table
from engine.model.person import Actor
from engine.model.subscription import subscription_table
from engine.queries.instance_page import near_misses
from engine.storage.case_state import case_state
from engine.storage.stranded import is_stranded
from tests.storage.conftest import CLERK, HEAD, NOON
from tests.storage.events import heard

pytestmark = pytest.mark.both_databases

ADMIN = Actor(uuid4(), "admin", "admin", "admin", desks=frozenset({"ADMIN@*"}))
SECOND = Actor(uuid4(), "second", "second", "second", desks=frozenset({"ADMIN@*"}))


def _state(database, case):
    with database.reader() as session:
        return case_state(session, case)


def _seen(database, case, repair):
    """Preview a repair and show that nothing of it was kept."""
    before, events = _state(database, case), _counts(database)
    effect = preview(database, case, repair, actor=ADMIN, at=NOON)
    assert _state(database, case) == before
    assert _counts(database) == events
    return effect


def _counts(database):
    with database.reader() as session:
        return [
            session.scalar(select(func.count()).select_from(each))
            for each in (event_table, AdminEvent.__table__)
        ]


def _do(database, case, repair, **more):
    return carry_out(database, case, repair, "so it goes on", actor=ADMIN, at=NOON, **more)


def _journal(database):
    with database.reader() as session:
        rows = session.scalars(select(AdminEvent).order_by(AdminEvent.number))
        return [(AdminEventKind(each.kind), each.actor, each.person, each.facts) for each in rows]


def _clock(hours):
    return lambda: NOON + timedelta(hours=hours)


def _at_approval(database, a_case):
    case, task = a_case()
    tasks.complete(database.unit_of_work(), task, {"amount": 5}, actor=CLERK, at=NOON)
    run_due(database, lambda: NOON)
    return case


def test_what_is_looked_at_is_what_is_done_and_stands_in_the_journal_with_before_and_after(
    order, a_case
):
    case, _ = a_case()
    move = MoveTokens((bpmn.CancelAll("prepare"), bpmn.StartBefore("approve")))

    seen = _seen(order, case, move)
    done = _do(order, case, move, version=seen.version)

    assert [each.element_id for each in seen.closed] == ["prepare"]
    assert [each.element_id for each in seen.opened] == ["approve"]
    assert [each.element_id for each in done.opened] == ["approve"]
    assert [each.element_id for each in _state(order, case).tasks] == ["approve"]
    [(kind, who, _, facts)] = _journal(order)
    assert (kind, who) == (AdminEventKind.CASE_REPAIRED, "admin")
    assert (facts["repair"], facts["reason"]) == ("move_tokens", "so it goes on")
    assert (facts["before"]["tasks"], facts["after"]["tasks"]) == (["prepare"], ["approve"])


def test_a_case_that_went_on_since_it_was_looked_at_is_left_alone(order, a_case):
    case, task = a_case()
    seen = _seen(order, case, Cancel())
    tasks.unclaim(order.unit_of_work(), task, actor=CLERK, at=NOON)

    with pytest.raises(CaseWentOn):
        _do(order, case, Cancel(), version=seen.version)

    assert _state(order, case).state is InstanceState.RUNNING
    assert _journal(order) == []


def test_a_move_that_leaves_nothing_to_do_is_refused_and_nothing_is_half_done(order, a_case):
    case, _ = a_case()

    with pytest.raises(bpmn.ModificationRefused, match="nothing would be left to do"):
        _do(order, case, MoveTokens((bpmn.CancelAll("prepare"),)))

    assert [each.element_id for each in _state(order, case).tasks] == ["prepare"]
    assert _journal(order) == []


def test_jobs_that_gave_up_are_tried_again_together(order, a_case):
    case, task = a_case(amount=13)
    tasks.complete(order.unit_of_work(), task, {"amount": 13}, actor=CLERK, at=NOON)
    for hours in range(MAX_ATTEMPTS + 1):
        run_due(order, _clock(hours))
    [job] = _state(order, case).jobs
    values = EditValues({"amount": 4})
    _do(order, case, values)

    [tried] = _seen(order, case, Retry((job.id,))).jobs
    _do(order, case, Retry((job.id,)))
    run_due(order, lambda: NOON)

    assert (tried.before.state.value, tried.after.state.value) == ("incident", "ready")
    assert _state(order, case).variables["price"] == 8


def test_values_are_edited_and_both_stand_in_the_journal(order, a_case):
    case, _ = a_case()

    seen = _seen(order, case, EditValues({"amount": 7, "note": "x"}))
    _do(order, case, EditValues({"amount": 7, "note": "x"}))

    assert (seen.values["amount"].before, seen.values["amount"].after) == (5, 7)
    assert seen.values["note"].before is None
    assert _journal(order)[0][3]["before"] == {"values": {"amount": 5, "note": None}}


def test_a_deadline_moves_with_what_reminds_of_it(order, a_case):
    case, task = a_case()
    later = NOON + timedelta(days=40)

    [seen] = _seen(order, case, ChangeDue(task, later)).tasks
    _do(order, case, ChangeDue(task, later))

    assert seen.after.due_at == later
    notices = [each.run_at for each in _state(order, case).jobs if each.kind is JobKind.NOTICE]
    assert later in notices
    assert len(notices) == 3
    _do(order, case, ChangeDue(task, None))
    assert _state(order, case).jobs == ()


def test_a_timer_comes_when_it_is_told_to_and_not_twice(order, a_case):
    case = _at_approval(order, a_case)
    [timer] = [each for each in _state(order, case).jobs if each.kind is JobKind.TIMER]

    seen = _seen(order, case, Fire(timer.id))
    _do(order, case, Fire(timer.id))

    assert [each.element_id for each in seen.new_jobs] == ["note"]
    assert timer.id in [each.id for each in seen.ended_jobs]
    with pytest.raises(NotFound):
        _do(order, case, Fire(timer.id))


def test_a_job_is_held_alone_and_comes_at_its_moment_once_it_is_let_go(order, a_case):
    case = _at_approval(order, a_case)
    [timer] = [each for each in _state(order, case).jobs if each.kind is JobKind.TIMER]

    [seen] = _seen(order, case, HoldJob(timer.id)).jobs
    _do(order, case, HoldJob(timer.id))
    run_due(order, _clock(24 * 90))
    [held] = [each for each in _state(order, case).jobs if each.id == timer.id]
    with pytest.raises(NotFound):
        _do(order, case, Fire(timer.id))
    [going] = _seen(order, case, LetJobGo(timer.id)).jobs
    _do(order, case, LetJobGo(timer.id))
    run_due(order, _clock(24 * 90))

    assert (seen.after.state, held.state, going.after.state) == (
        JobState.HELD,
        JobState.HELD,
        JobState.READY,
    )
    assert timer.id not in [each.id for each in _state(order, case).jobs], "its time had come"
    [told] = heard(order, "job_held", instance_id=case)
    assert (told.element_id, told.actor) == (timer.element_id, "admin")
    assert told.facts == {"reason": "so it goes on"}
    with pytest.raises(NotFound):
        _do(order, case, HoldJob(timer.id))


def test_who_gives_a_job_another_priority_stands_in_its_cases_trail(order, a_case):
    case = _at_approval(order, a_case)
    [timer] = [each for each in _state(order, case).jobs if each.kind is JobKind.TIMER]

    with pytest.raises(NotAtThisDesk):
        jobs.set_priority(order.unit_of_work(), timer.id, 90, actor=CLERK, at=NOON)
    jobs.set_priority(order.unit_of_work(), timer.id, 90, actor=ADMIN, at=NOON)

    with order.reader() as session:
        asked = select(job_table.c.priority).where(job_table.c.id == timer.id)
        assert session.scalar(asked) == 90
    [told] = heard(order, "job_preferred", instance_id=case)
    assert (told.element_id, told.actor, told.facts) == (
        timer.element_id,
        "admin",
        {"priority": 90},
    )


def test_who_says_how_often_a_job_is_tried_stands_in_its_cases_trail(order, a_case):
    case = _at_approval(order, a_case)
    [timer] = [each for each in _state(order, case).jobs if each.kind is JobKind.TIMER]
    uow = order.unit_of_work()

    jobs.set_retries(uow, timer.id, 9, "a long night", actor=ADMIN, at=NOON)
    with order.unit_of_work() as given_up:
        of_timer = job_table.c.id == timer.id
        given_up.session.execute(update(job_table).where(of_timer).values(state="incident"))
        given_up.commit()
    jobs.set_retries(uow, timer.id, 3, "once more", actor=ADMIN, at=NOON)

    [said] = heard(order, "retries_set", instance_id=case)
    [again] = heard(order, "retried", instance_id=case)
    assert (said.element_id, said.actor) == (again.element_id, again.actor)
    assert (said.element_id, said.actor) == (timer.element_id, "admin")
    assert said.facts == {"retries": 9, "reason": "a long night"}
    assert again.facts == {"retries": 3, "reason": "once more"}


@pytest.mark.parametrize(
    ("state", "nothing_moves_it"), [("held", False), ("suspended", False), ("cancelled", True)]
)
def test_a_case_whose_only_job_somebody_holds_is_not_stranded(
    order, a_case, state, nothing_moves_it
):
    case = _at_approval(order, a_case)
    with order.unit_of_work() as uow:
        of_case = (job_table.c.instance_id == case, job_table.c.kind != JobKind.NOTICE.value)
        uow.session.execute(update(job_table).where(*of_case).values(state=state))
        uow.session.execute(
            update(task_table).where(task_table.c.instance_id == case).values(closed_at=NOON)
        )
        uow.session.execute(
            delete(subscription_table).where(subscription_table.c.instance_id == case)
        )
        uow.commit()

    with order.reader() as session:
        assert is_stranded(session, case) is nothing_moves_it


def test_a_task_is_given_to_who_may_do_it(order, a_case, people):
    case, task = a_case()

    tasks.unclaim(order.unit_of_work(), task, actor=CLERK, at=NOON)
    [seen] = _seen(order, case, Reassign(task, "clerk")).tasks
    _do(order, case, Reassign(task, "clerk"))

    assert seen.after.holder == "clerk"
    assert _state(order, case).tasks[0].holder == "clerk"


def test_a_message_reaches_the_token_that_waits_for_it(order, a_case):
    case, _ = a_case()
    [waits] = _state(order, case).listens

    seen = _seen(order, case, Correlate(waits.token))
    _do(order, case, Correlate(waits.token))

    assert seen.state.after is InstanceState.FINISHED
    assert _state(order, case).state is InstanceState.FINISHED


def test_a_message_with_another_key_is_said_not_to_match(order, a_case):
    case, _ = a_case()
    messages.publish(order.unit_of_work(), "withdraw", "12", {}, at=NOON)

    with order.reader() as session:
        [missed] = near_misses(session, case_state(session, case).listens)

    assert (missed.came_with, missed.waited_for, missed.taken_by) == ("12", ("",), None)


def test_a_signal_nobody_listens_for_is_said_to_reach_nobody(order, a_case):
    case, _ = a_case()

    seen = _seen(order, case, SendSignal("stop"))

    assert seen.listeners == 0
    assert seen.is_nothing


def test_a_case_is_held_and_let_go_on(order, a_case):
    case, _ = a_case()

    _do(order, case, Suspend())
    held = _state(order, case).state
    _do(order, case, Resume())

    assert held is InstanceState.SUSPENDED
    assert _state(order, case).state is InstanceState.RUNNING


def test_a_case_that_has_ended_goes_on_as_a_new_one_with_its_values(order, a_case):
    case = _at_approval(order, a_case)
    with pytest.raises(CaseRuns):
        _do(order, case, Restart(("approve",)))
    instances.cancel(order.unit_of_work(), case, "by mistake", actor=ADMIN, at=NOON)

    seen = _seen(order, case, Restart(("approve",)))
    done = _do(order, case, Restart(("approve",)))

    begun = _state(order, done.new_case)
    assert seen.new_case is not None
    assert begun.variables == {"amount": 5, "price": 10}
    assert [each.element_id for each in begun.tasks] == ["approve"]
    with order.reader() as session:
        told = session.execute(
            select(event_table.c.facts).where(event_table.c.kind == EventKind.RESTARTED.value)
        ).scalar_one()
    assert told["case"] == str(done.new_case)


def test_a_restart_at_no_such_element_is_refused(order, a_case):
    case, _ = a_case()
    instances.cancel(order.unit_of_work(), case, "by mistake", actor=ADMIN, at=NOON)

    with pytest.raises(bpmn.ModificationRefused):
        _do(order, case, Restart(("nowhere",)))


def test_what_belongs_to_another_case_is_not_touched_from_this_one(order, a_case):
    case, _ = a_case()
    _, other_task = a_case()

    with pytest.raises(OtherCase):
        _do(order, case, ChangeDue(other_task, None))


@pytest.mark.parametrize("actor", [CLERK, HEAD])
def test_only_administrators_repair_and_only_with_a_reason(order, a_case, actor):
    case, _ = a_case()

    with pytest.raises(NotAtThisDesk):
        preview(order, case, Cancel(), actor=actor, at=NOON)
    with pytest.raises(RulesBroken):
        carry_out(order, case, Cancel(), "  ", actor=ADMIN, at=NOON)


def test_a_second_person_confirms_what_the_first_has_asked_for(order, a_case):
    case, _ = a_case()
    uow = order.unit_of_work()
    version = _state(order, case).version
    asked = ask(uow, case, Cancel(), "no money", version=version, actor=ADMIN, at=NOON)
    assert _state(order, case).state is InstanceState.RUNNING

    with pytest.raises(OwnRepair):
        confirm(order, asked, "", actor=ADMIN, at=NOON)
    confirm(order, asked, "agreed", actor=SECOND, at=NOON)

    assert _state(order, case).state is InstanceState.CANCELLED
    with pytest.raises(RepairDecided):
        confirm(order, asked, "", actor=SECOND, at=NOON)
    assert [each[:3] for each in _journal(order)] == [
        (AdminEventKind.REPAIR_ASKED, "admin", None),
        (AdminEventKind.CASE_REPAIRED, "second", "admin"),
    ]


def test_a_repair_is_refused_or_asked_for_anew_when_the_case_went_on(order, a_case):
    case, task = a_case()
    uow = order.unit_of_work()
    version = _state(order, case).version
    asked = ask(uow, case, Cancel(), "no money", version=version, actor=ADMIN, at=NOON)
    tasks.unclaim(order.unit_of_work(), task, actor=CLERK, at=NOON)

    with pytest.raises(CaseWentOn):
        confirm(order, asked, "", actor=SECOND, at=NOON)
    refuse(uow, asked, "too late", actor=SECOND, at=NOON)

    assert _state(order, case).state is InstanceState.RUNNING
    with pytest.raises(RepairDecided):
        refuse(uow, asked, "again", actor=SECOND, at=NOON)


def test_every_repair_is_read_as_it_was_written():
    for each in (
        Retry((uuid4(),)),
        ChangeDue(uuid4(), NOON),
        ChangeDue(uuid4(), None),
        MoveTokens((bpmn.CancelToken("a-1"), bpmn.StartAfter("x"))),
        EditValues({"a": [1, {"b": None}]}),
        Restart(("x", "y")),
        Cancel(),
    ):
        assert read(written(each)) == each
