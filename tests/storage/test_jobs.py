"""Service tasks, timers and notices: rows that a worker runs, once each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from engine.catalogue.bundle import Bundle
from engine.catalogue.handlers import REGISTRY
from engine.commands import deployments, instances, jobs, tasks
from engine.errors import LeaseLost, NotFound, StaleVersion
from engine.jobs import Worker, run, run_due
from engine.model.base import new_id
from engine.model.event import event_table
from engine.model.incident import LONGEST_CAUSE, Incident
from engine.model.job import BACKOFF, Job, JobState, job_table
from engine.model.sign_in import Method
from engine.queries.incidents import incident_groups, open_incidents
from engine.settings import Settings
from engine.storage.cases import CaseStore
from engine.storage.database import Database
from engine.storage.leases import LEASE
from tests.storage.conftest import CLERK, CONFIG, HEAD, NOON, ORDER
from webapp.incidents import listed, tried_again
from webapp.wiring import Site

pytestmark = pytest.mark.both_databases


def _jobs(database, **wanted):
    with database.reader() as session:
        rows = session.execute(select(job_table)).mappings()
        return [each for each in rows if all(each[key] == value for key, value in wanted.items())]


def _claim(database: Database, at: datetime = NOON) -> Job:
    job = jobs.claim(database.unit_of_work(), at)
    assert job is not None
    return job


def _at(moment: datetime) -> Callable[[], datetime]:
    return lambda: moment


def _events(database, kind):
    with database.reader() as session:
        return (
            session.execute(select(event_table).where(event_table.c.kind == kind)).mappings().all()
        )


@pytest.fixture
def priced(order, a_case):
    """A case whose service task is ready to run."""

    def prepare(amount=5):
        instance_id, task_id = a_case(amount)
        tasks.complete(order.unit_of_work(), task_id, {}, actor=CLERK, at=NOON)
        return instance_id

    return prepare


def test_a_job_is_leased_to_one_worker_only(order, priced):
    priced()

    first = _claim(order)
    second = jobs.claim(order.unit_of_work(), NOON)

    assert (first.topic, first.attempts, second) == ("price", 1, None)


def test_a_lease_that_ran_out_goes_to_another_worker_and_fences_the_first(order, priced):
    instance_id = priced()
    dead = _claim(order)
    later = NOON + LEASE + timedelta(seconds=1)

    taken = _claim(order, later)
    jobs.answer_service(order.unit_of_work(), taken, {"price": 10}, later)

    assert (taken.id, taken.fence) == (dead.id, dead.fence + 1)
    with pytest.raises(LeaseLost):
        jobs.answer_service(order.unit_of_work(), dead, {"price": 99}, later)
    with order.unit_of_work() as uow:
        assert uow.cases.one(instance_id).variables["price"] == 10


def test_a_case_that_moved_on_leaves_the_job_of_a_step_as_it_was(order, priced):
    instance_id = priced()
    leased = _claim(order)
    uow = order.unit_of_work()
    with order.reader() as session:
        seen = CaseStore(session.connection()).one(instance_id)
    with uow:
        uow.cases.save(uow.cases.one(instance_id), [])
        uow.commit()

    with uow:
        uow.cases.save(seen, [], finishes=leased, last=True)
        with pytest.raises(StaleVersion):
            uow.commit()

    [job] = _jobs(order, id=leased.id)
    assert (job["state"], job["fence"]) == ("leased", leased.fence)


def test_a_step_ends_its_job_and_drops_the_others_of_its_token(order, priced):
    instance_id = priced()
    leased = _claim(order)
    uow = order.unit_of_work()
    other = replace(leased, id=new_id(), idem_key="other", state=JobState.READY)
    with uow:
        uow.plan([other])
        uow.commit()

    with uow:
        case = uow.cases.one(instance_id)
        uow.cases.save(case, [], (), [leased.token], finishes=leased, last=True)
        uow.commit()

    [ended], [dropped] = _jobs(order, id=leased.id), _jobs(order, id=other.id)
    assert (ended["state"], dropped["state"]) == ("done", "cancelled")


def test_a_failing_service_is_tried_again_and_becomes_an_incident(order, priced):
    priced(13)
    at = NOON
    for wait in (*BACKOFF, timedelta()):
        assert run_due(order, _at(at)) == 1
        at += wait

    with order.reader() as session:
        [incident] = session.scalars(select(Incident))
    assert "the price list does not answer" in incident.cause
    assert "Traceback" in incident.trace
    assert "raise ConnectionError" in incident.trace
    assert [each["state"] for each in _jobs(order, topic="price")] == ["incident"]
    assert len(_events(order, "incident")) == 1


def test_a_failure_whose_words_no_database_takes_is_kept_as_far_as_it_can_be(
    order, priced, monkeypatch
):
    def garble(answers):
        raise ValueError("half \ud800 a\0b " + "x" * 1_000_000)

    monkeypatch.setitem(REGISTRY.services, "price", garble)
    priced()

    assert run_due(order, _at(NOON)) == 1

    [job] = _jobs(order, topic="price")
    assert (job["state"], job["last_error"][:19]) == ("ready", "ValueError: half ? ")
    assert len(job["last_error"]) <= LONGEST_CAUSE


def test_a_step_is_tried_as_often_and_as_late_as_its_folder_says(database, monkeypatch):
    timed = CONFIG + '[order.tasks.price]\nretries = "PT7S,PT70S"\npriority = 80\nlease = 900\n'
    _deploy(database, ORDER, timed)
    _price_of(database, 13)
    [job] = _jobs(database, topic="price")
    assert (job["priority"], job["lease_seconds"], job["max_attempts"]) == (80, 900, 3)

    moments = []
    at = NOON
    while (state := _jobs(database, topic="price")[0])["state"] == "ready":
        moments.append((state["run_at"] - NOON).total_seconds())
        at = state["run_at"]
        run_due(database, _at(at))

    assert moments == [0, 7, 77]
    assert state["state"] == "incident"


def test_a_diagram_may_say_the_retries_in_the_words_of_camunda(database):
    said = ORDER.replace(
        '<zeebe:taskDefinition type="price"/>',
        '<zeebe:taskDefinition type="price"/>'
        '<camunda:failedJobRetryTimeCycle xmlns:camunda="http://camunda.org/schema/1.0/bpmn">'
        "R2/PT10S</camunda:failedJobRetryTimeCycle>",
    )
    _deploy(database, said, CONFIG)
    _price_of(database, 13)

    assert [each["max_attempts"] for each in _jobs(database, topic="price")] == [2]
    assert [each["retries"] for each in _jobs(database, topic="price")] == ["R2/PT10S"]


def test_incidents_of_one_cause_are_one_group_and_are_tried_again_together(
    order, priced, monkeypatch, tmp_path
):
    ids = [priced(13) for _ in range(3)]
    other = priced(14)
    monkeypatch.setitem(REGISTRY.services, "price", _fails)
    for hours in range(5):
        run_due(order, _at(NOON + timedelta(hours=hours)))

    with order.reader() as session:
        many, one = incident_groups(session)
        assert {each.instance_id for each in open_incidents(session, many.fingerprint)} == set(ids)
        assert [each.instance_id for each in open_incidents(session, one.fingerprint)] == [other]

    assert (many.count, many.element_id, one.count) == (3, "price", 1)

    site = Site(Settings(home=tmp_path), order, ())
    assert tried_again(site, many.fingerprint, NOON) == 3
    assert [line.split("\t")[0] for line in listed(site)] == [one.fingerprint, ""]
    assert tried_again(site, "all", NOON) == 1
    with pytest.raises(NotFound):
        tried_again(site, "all", NOON)


def _fails(answers):
    if answers["amount"] == 13:
        raise ConnectionError(f"no answer to '{new_id()}' after {answers.at.hour} hours")
    raise KeyError("another cause")


def _deploy(database, diagram: str, config: str) -> None:
    bundle = Bundle({"order.bpmn": diagram.encode(), "process.toml": config.encode()})
    deployments.deploy(database.unit_of_work(), bundle, at=NOON)


def _price_of(database, amount: int) -> None:
    uow = database.unit_of_work()
    started = instances.start(uow, "order", {"amount": amount}, actor=CLERK, at=NOON)
    tasks.claim(uow, started.opened[0], actor=CLERK, at=NOON)
    tasks.complete(uow, started.opened[0], {}, actor=CLERK, at=NOON)


def test_an_incident_is_repaired_by_a_retry(order, priced, monkeypatch):
    instance_id = priced(13)
    for hours in range(5):
        run_due(order, _at(NOON + timedelta(hours=hours)))
    [job] = _jobs(order, topic="price")
    monkeypatch.setitem(REGISTRY.services, "price", lambda answers: {"price": 1})

    jobs.retry(order.unit_of_work(), job["id"], by="admin", at=NOON)
    run_due(order, lambda: NOON)

    with order.unit_of_work() as uow:
        assert uow.cases.one(instance_id).tasks[0].element_id == "approve"
    with order.reader() as session:
        assert session.scalar(select(Incident.resolved_at)) == NOON
    with pytest.raises(NotFound):
        jobs.retry(order.unit_of_work(), new_id(), by="admin", at=NOON)


def test_a_broken_rule_goes_to_the_error_boundary_of_the_diagram(order, priced):
    instance_id = priced(-1)

    run_due(order, lambda: NOON)

    with order.unit_of_work() as uow:
        instance = uow.cases.one(instance_id)
        assert instance.tasks[0].element_id == "prepare"
        assert instance.variables["error_code"] == "ORD-001"


def test_a_timer_fires_when_due_and_the_record_task_it_leads_to_runs_once(order, priced):
    instance_id = priced()
    run_due(order, lambda: NOON)

    before = run_due(order, lambda: NOON + timedelta(days=1))
    due = NOON + timedelta(days=2, seconds=1)
    run_due(order, lambda: due)
    again = run_due(order, lambda: due)

    with order.unit_of_work() as uow:
        instance = uow.cases.one(instance_id)
        assert instance.variables["noted"] is True
        assert instance.tasks[0].element_id == "approve"
    assert (before, again) == (0, 0)


def test_a_timer_whose_step_is_done_never_fires(order, priced):
    instance_id = priced()
    run_due(order, lambda: NOON)
    uow = order.unit_of_work()
    with uow:
        task_id = uow.cases.one(instance_id).tasks[0].id
    tasks.claim(uow, task_id, actor=HEAD, at=NOON)
    tasks.complete(uow, task_id, {}, actor=HEAD, at=NOON, confirmed_by=Method.PASSWORD)

    assert run_due(order, lambda: NOON + timedelta(days=9)) == 0
    assert {each["state"] for each in _jobs(order, kind="timer")} == {"cancelled"}


def test_what_a_record_task_writes_is_gone_when_its_step_fails(order, priced, monkeypatch):
    def half_done(records, answers):
        records.session.add(
            Incident(
                instance_id=records.instance_id,
                job_id=_jobs(order, kind="timer")[0]["id"],
                element_id="half",
                code="X",
                fingerprint="x",
                cause="written and then failed",
                opened_at=records.at,
                resolved_at=None,
            )
        )
        records.session.flush()
        raise RuntimeError("after writing")

    monkeypatch.setitem(REGISTRY.records, "note", half_done)
    priced()
    run_due(order, lambda: NOON)
    run_due(order, lambda: NOON + timedelta(days=2, seconds=1))

    with order.reader() as session:
        assert session.scalars(select(Incident).where(Incident.element_id == "half")).all() == []


def test_a_slow_step_is_reminded_of_and_then_escalated(order, a_case):
    instance_id, task_id = a_case()

    run_due(order, lambda: NOON + timedelta(days=8))
    reminded = len(_events(order, "reminded"))
    run_due(order, lambda: NOON + timedelta(days=11))

    assert reminded == 1
    [escalated] = _events(order, "escalated")
    assert escalated["facts"]["desk"] == "HEAD@D07"
    with order.unit_of_work() as uow:
        task = uow.cases.of_task(task_id)[1]
        assert (task.holder, task.escalated_at is not None) == ("clerk", True)
    assert instance_id is not None


def test_a_result_for_a_case_that_went_another_way_is_dropped(order, priced):
    priced()
    job = _claim(order)
    jobs.answer_service(order.unit_of_work(), job, {"price": 1}, NOON)

    run(order, job, lambda: NOON)  # a stale worker runs it a second time

    [done] = _events(order, "service_done")
    assert done["name"] == "قیمت"


def test_the_embedded_worker_runs_what_a_commit_made_ready(order, a_case):
    instance_id, task_id = a_case()
    worker = Worker(order)
    worker.start()
    try:
        tasks.complete(order.unit_of_work(), task_id, {}, actor=CLERK, at=NOON)
        for _ in range(500):
            with order.unit_of_work() as uow:
                if uow.cases.one(instance_id).variables.get("price") == 10:
                    break
        else:
            pytest.fail("the worker did not run the service task")
    finally:
        worker.stop()
