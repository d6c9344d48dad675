"""What workers do for each other: signs of life, the round, cases that nothing moves."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import Uuid, bindparam, select, text

from engine.commands import jobs, tasks, upkeep
from engine.errors import LeaseLost
from engine.jobs import run_due
from engine.model.event import event_table
from engine.model.incident import Incident
from engine.model.job import job_table
from engine.model.sign_in import Method
from engine.model.worker import WorkerRow
from engine.storage.database import Database
from engine.storage.leases import LEASE, Claimant
from tests.storage.conftest import CLERK, HEAD, NOON

pytestmark = pytest.mark.both_databases

ONE = Claimant("one")


@pytest.fixture
def pricing(order, a_case):
    """A case whose service task is ready to run."""
    instance_id, task_id = a_case()
    tasks.complete(order.unit_of_work(), task_id, {}, actor=CLERK, at=NOON)
    return instance_id


def _worker(name: str = "one") -> WorkerRow:
    return WorkerRow(name=name, host="h", pid=1, started_at=NOON, beat_at=NOON, stopping=False)


def test_a_sign_of_life_lengthens_the_lease(order, pricing):
    [job] = jobs.claim_some(order.unit_of_work(), NOON, ONE)
    nearly = NOON + LEASE - timedelta(seconds=1)

    lost = upkeep.give_sign(order.unit_of_work(), _worker(), [job], nearly + LEASE)
    assert upkeep.make_round(order, NOON + LEASE + timedelta(seconds=1))

    assert lost == []
    assert jobs.claim(order.unit_of_work(), nearly) is None
    with order.reader() as session:
        assert session.get(WorkerRow, "one") is not None


def test_a_silent_worker_is_told_which_jobs_it_has_lost(order, pricing):
    [job] = jobs.claim_some(order.unit_of_work(), NOON, ONE)
    later = NOON + LEASE + timedelta(seconds=1)
    upkeep.make_round(order, later)
    assert jobs.claim(order.unit_of_work(), later, Claimant("two")) is not None

    assert upkeep.give_sign(order.unit_of_work(), _worker(), [job], later + LEASE) == [job]
    with pytest.raises(LeaseLost):
        jobs.answer_service(order.unit_of_work(), job, {"price": 1}, later)


def test_one_worker_makes_the_round_for_all(order):
    assert upkeep.is_round_due(order, NOON)
    made = [upkeep.make_round(order, NOON) for _ in range(3)]

    assert made == [True, False, False]
    assert not upkeep.is_round_due(order, NOON + timedelta(seconds=4))
    assert upkeep.make_round(order, NOON + timedelta(seconds=5))


def test_a_worker_long_silent_is_forgotten_and_one_that_left_at_once(order):
    upkeep.give_sign(order.unit_of_work(), _worker("dead"), [], NOON)
    upkeep.give_sign(order.unit_of_work(), _worker("left"), [], NOON)
    upkeep.leave(order.unit_of_work(), "left")
    with order.reader() as session:
        assert set(session.scalars(select(WorkerRow.name))) == {"dead"}

    upkeep.make_round(order, NOON + timedelta(hours=2))

    with order.reader() as session:
        assert list(session.scalars(select(WorkerRow.name))) == []


def test_jobs_whose_ring_nobody_heard_are_found(order, pricing):
    assert upkeep.ready_unheard(order, NOON - timedelta(seconds=10), 9) == []

    [found] = upkeep.ready_unheard(order, NOON, 9)

    with order.reader() as session:
        assert session.scalar(select(job_table.c.id).where(job_table.c.topic == "price")) == found


# Ways to strand a case: where it stands, and what an accident does to its rows.
PREPARING = {
    "the task is gone": "DELETE FROM human_task WHERE instance_id = :case",
    "the task is closed without a step": "UPDATE human_task SET state = 'completed',"
    " closed_at = created_at WHERE instance_id = :case",
    "the task is withdrawn without a step": "UPDATE human_task SET state = 'withdrawn',"
    " closed_at = created_at WHERE instance_id = :case",
    "the task went to another case": "UPDATE human_task SET instance_id = :other"
    " WHERE instance_id = :case",
}
#: a case that may still be withdrawn by a message is not stranded yet
NOT_LISTENING = "DELETE FROM subscription WHERE instance_id = :case"
PRICING = {
    "the job is gone": "DELETE FROM job WHERE instance_id = :case AND topic = 'price'",
    "the job is done without a step": "UPDATE job SET state = 'done'"
    " WHERE instance_id = :case AND topic = 'price'",
    "the job is cancelled": "UPDATE job SET state = 'cancelled'"
    " WHERE instance_id = :case AND topic = 'price'",
    "the job gave up and nobody was told": "UPDATE job SET state = 'incident'"
    " WHERE instance_id = :case AND topic = 'price'",
    "the job is in a state nobody knows": "UPDATE job SET state = 'parked'"
    " WHERE instance_id = :case AND topic = 'price'",
    "the job went to another case": "UPDATE job SET instance_id = :other"
    " WHERE instance_id = :case AND topic = 'price'",
    "the job is a notice now": "UPDATE job SET kind = 'notice'"
    " WHERE instance_id = :case AND topic = 'price'",
}
FINISHED = {
    "the case runs again after its end": "UPDATE instance SET state = 'running' WHERE id = :case",
}


@pytest.mark.parametrize("way", [*PREPARING, *PRICING, *FINISHED])
def test_a_case_that_nothing_moves_is_an_incident_within_one_round(order, a_case, way):
    well, _ = a_case()
    case, task_id = a_case()
    if way not in PREPARING:
        tasks.complete(order.unit_of_work(), task_id, {}, actor=CLERK, at=NOON)
    if way in FINISHED:
        _finish(order, case)
    upkeep.make_round(order, NOON)
    assert _incidents(order) == []

    if way in PREPARING:
        _do(order, NOT_LISTENING, case, well)
    _do(order, {**PREPARING, **PRICING, **FINISHED}[way], case, well)
    upkeep.make_round(order, NOON + timedelta(minutes=1))
    upkeep.make_round(order, NOON + timedelta(minutes=2))  # and it is told only once

    [found] = _incidents(order)
    assert (found.instance_id, found.code, found.job_id) == (case, upkeep.STRANDED, None)
    with order.reader() as session:
        told = session.scalars(select(event_table.c.kind).where(event_table.c.instance_id == case))
        assert "incident" in set(told)


def test_an_incident_that_was_closed_without_repair_is_opened_again(order, pricing):
    _do(order, PRICING["the job is gone"], pricing, pricing)
    upkeep.make_round(order, NOON)
    _do(order, "UPDATE incident SET resolved_at = opened_at", pricing, pricing)

    upkeep.make_round(order, NOON + timedelta(minutes=1))

    assert [each.resolved_at for each in _incidents(order)] == [NOON, None]


def test_the_look_at_all_cases_goes_on_where_the_last_round_ended(order, a_case, monkeypatch):
    monkeypatch.setattr(upkeep, "PORTION", 2)
    cases = [a_case()[0] for _ in range(5)]
    _do(order, NOT_LISTENING, cases[4], cases[0])
    _do(order, PREPARING["the task is gone"], cases[4], cases[0])

    found = []
    for each in range(3):
        upkeep.make_round(order, NOON + timedelta(seconds=5 * each))
        found.append(len(_incidents(order)))

    assert found == [0, 0, 1]


def _finish(order: Database, case: UUID) -> None:
    run_due(order, lambda: NOON)
    uow = order.unit_of_work()
    with uow:
        task_id = uow.cases.one(case).tasks[0].id
    tasks.claim(uow, task_id, actor=HEAD, at=NOON)
    tasks.complete(uow, task_id, {}, actor=HEAD, at=NOON, confirmed_by=Method.PASSWORD)


def _do(order: Database, statement: str, case: UUID, other: UUID) -> None:
    named = [bindparam(each, type_=Uuid()) for each in ("case", "other") if f":{each}" in statement]
    given = {"case": case, "other": other}
    with order.engine.begin() as connection:
        connection.execute(
            text(statement).bindparams(*named), {each.key: given[each.key] for each in named}
        )


def _incidents(order: Database) -> list[Incident]:
    with order.reader() as session:
        return list(session.scalars(select(Incident).order_by(Incident.opened_at)))
