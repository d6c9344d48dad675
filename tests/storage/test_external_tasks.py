"""External tasks: fetched, locked, finished or failed by workers outside, once each."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from engine.commands import external, jobs
from engine.commands.external import ExternalTask, Topic
from engine.errors import NotFound, NotLocked
from engine.jobs import run_due
from engine.storage.database import Database
from tests.kit import paying
from tests.kit.paying import NOON
from tests.storage.events import heard

pytestmark = pytest.mark.both_databases

LOCK = timedelta(minutes=1)
TRANSFER = Topic("transfer", LOCK)


@pytest.fixture
def database(bare_database: Database) -> Database:
    """A database in which a process waits for workers outside."""
    paying.deploy(bare_database, paying.LANES)
    return bare_database


def _fetch(database, worker="w", *, topics=(TRANSFER,), at=NOON, **how) -> list[ExternalTask]:
    return external.fetch(database.unit_of_work(), worker, list(topics), at=at, **how)


def _one(database, worker="w", at=NOON) -> ExternalTask:
    [found] = _fetch(database, worker, at=at)
    return found


def test_a_worker_gets_a_task_with_the_cases_variables_and_completes_it(database):
    case = paying.start(database, 5)

    task = _one(database)
    external.complete(database.unit_of_work(), task.id, "w", {"receipt": 7}, at=NOON)

    assert (task.topic, task.instance_id, task.process_id) == ("transfer", case, "payment")
    assert (dict(task.variables), task.locked_until) == ({"amount": 5}, NOON + LOCK)
    assert paying.variables(database, case)["receipt"] == 7
    assert paying.at_look(database, case)


def test_our_own_workers_leave_external_tasks_alone(database):
    paying.start(database, 5)

    assert run_due(database, lambda: NOON) == 0
    assert len(_fetch(database)) == 1


def test_a_locked_task_is_fetched_by_nobody_else_until_the_lock_runs_out(database):
    paying.start(database, 5)
    task = _one(database, "first")

    assert _fetch(database, "second", at=NOON + LOCK) == []
    assert _one(database, "second", NOON + LOCK + timedelta(seconds=1)).id == task.id


def test_a_stale_workers_result_is_refused_once_another_has_the_task(database):
    case = paying.start(database, 5)
    task = _one(database, "stale")
    later = NOON + LOCK + timedelta(seconds=1)
    _one(database, "fresh", later)

    with pytest.raises(NotLocked):
        external.complete(database.unit_of_work(), task.id, "stale", {"receipt": 1}, at=later)
    external.complete(database.unit_of_work(), task.id, "fresh", {"receipt": 2}, at=later)
    with pytest.raises(NotFound):
        external.complete(database.unit_of_work(), task.id, "fresh", {"receipt": 3}, at=later)

    assert paying.variables(database, case)["receipt"] == 2


def test_a_lock_that_ran_out_still_counts_while_nobody_took_the_task(database):
    case = paying.start(database, 5)
    task = _one(database)

    external.complete(database.unit_of_work(), task.id, "w", {}, at=NOON + timedelta(hours=1))

    assert paying.at_look(database, case)


def test_a_failed_task_is_fetched_again_after_its_time_and_is_an_incident_at_the_end(database):
    paying.start(database, 5)
    task = _one(database)
    uow = database.unit_of_work()

    external.fail(uow, task.id, "w", "no paper", retries=1, retry_in=timedelta(minutes=5), at=NOON)
    too_early = _fetch(database, at=NOON + timedelta(minutes=4))
    again = _one(database, at=NOON + timedelta(minutes=5))
    external.fail(uow, task.id, "w", "no ink", details="trace", retries=0, at=again.locked_until)

    assert (too_early, again.retries, again.error) == ([], 1, "no paper")
    [incident] = paying.incidents(database)
    assert incident.cause == "no ink"
    assert _fetch(database, at=NOON + timedelta(days=1)) == []


def test_a_task_that_gave_up_and_is_tried_again_counts_its_failures_anew(database):
    paying.start(database, 5)
    task = _one(database)
    external.fail(database.unit_of_work(), task.id, "w", "no\0 ink", retries=0, at=NOON)

    jobs.retry(database.unit_of_work(), task.id, by="admin", at=NOON)

    again = _one(database)
    assert (again.id, again.retries, paying.incidents(database)) == (task.id, None, [])


def test_retries_given_by_a_person_open_a_task_that_gave_up(database):
    paying.start(database, 5)
    task = _one(database)
    uow = database.unit_of_work()
    external.fail(uow, task.id, "w", "no ink", retries=0, at=NOON)

    external.set_retries(uow, task.id, 2, "the bank is back", by="admin", at=NOON)

    assert (_one(database).retries, paying.incidents(database)) == (2, [])
    [told] = heard(database, "retried", instance_id=task.instance_id)
    assert (told.actor, told.facts) == ("admin", {"retries": 2, "reason": "the bank is back"})


def test_who_says_how_often_or_before_which_others_a_task_is_tried_stands_in_the_trail(database):
    paying.start(database, 5)
    task = _one(database)
    uow = database.unit_of_work()

    external.set_retries(uow, task.id, 7, "a long night", by="admin", at=NOON)
    external.set_priority(uow, task.id, 90, by="admin", at=NOON)

    [said] = heard(database, "retries_set", instance_id=task.instance_id)
    [preferred] = heard(database, "job_preferred", instance_id=task.instance_id)
    assert (said.element_id, said.actor) == (preferred.element_id, "admin")
    assert (said.facts, preferred.facts) == (
        {"retries": 7, "reason": "a long night"},
        {"priority": 90},
    )


def test_without_retries_left_a_task_is_an_incident_whoever_said_so(database):
    paying.start(database, 5)
    task = _one(database)
    uow = database.unit_of_work()

    external.set_retries(uow, task.id, 0, "the bank is away", by="admin", at=NOON)

    [incident] = paying.incidents(database)
    assert (incident.job_id, _fetch(database, at=NOON + timedelta(days=1))) == (task.id, [])
    [told] = heard(database, "retries_set", instance_id=task.instance_id)
    assert (told.actor, told.facts) == ("admin", {"retries": 0, "reason": "the bank is away"})
    with pytest.raises(NotLocked):
        external.complete(uow, task.id, "w", {}, at=NOON)
    with pytest.raises(ValueError, match="retries"):
        external.set_retries(uow, task.id, -1, "", by="admin", at=NOON)


def test_a_topic_may_ask_for_some_cases_only(database):
    first, _ = paying.start(database, 5), paying.start(database, 6)

    def wanted(**what):
        topic = Topic("transfer", timedelta(microseconds=1), **what)
        return [each.instance_id for each in _fetch(database, topics=[topic])]

    assert wanted(values={"amount": 5}) == [first]
    assert wanted(values={"amount": 5, "receipt": 1}) == []
    assert wanted(processes=frozenset({"another"})) == []
    assert wanted(business_key="a key nobody has") == []
    assert len(_fetch(database, units={"D07"}, at=NOON + LOCK)) == 2


def test_a_worker_of_another_unit_gets_nothing(database):
    paying.start(database, 5)

    assert _fetch(database, units={"D15"}) == []


def test_a_task_can_be_locked_by_its_name_unless_another_holds_it(database):
    paying.start(database, 5)
    task = _one(database, "first")
    uow, later = database.unit_of_work(), NOON + LOCK + timedelta(seconds=1)

    with pytest.raises(NotLocked):
        external.lock(uow, task.id, "second", LOCK, at=NOON)
    external.lock(uow, task.id, "second", LOCK, at=later)

    assert _fetch(database, "third", at=later) == []
    external.complete(uow, task.id, "second", {}, at=later)


def test_an_incident_of_an_external_task_can_be_retried_like_any_other(database):
    paying.start(database, 5)
    task = _one(database)
    external.fail(database.unit_of_work(), task.id, "w", "no ink", retries=0, at=NOON)

    jobs.retry(database.unit_of_work(), task.id, by="admin", at=NOON)

    assert _one(database).id == task.id


def test_a_bpmn_error_goes_to_the_boundary_that_catches_it(database):
    case = paying.start(database, 5)
    task = _one(database)

    external.throw(
        database.unit_of_work(), task.id, "w", "HTTP-422", "no", {"why": "closed"}, at=NOON
    )

    assert paying.at_look(database, case)
    told = paying.variables(database, case)
    assert (told["error_code"], told["error_message"], told["why"]) == ("HTTP-422", "no", "closed")


def test_a_bpmn_error_that_nothing_catches_is_an_incident(database):
    paying.start(database, 5)
    task = _one(database)

    external.throw(database.unit_of_work(), task.id, "w", "UNKNOWN", at=NOON)

    assert [each.code for each in paying.incidents(database)] == ["UNKNOWN"]
    with pytest.raises(NotLocked):
        external.complete(database.unit_of_work(), task.id, "w", {}, at=NOON)


def test_the_holder_may_hold_longer_and_anybody_with_the_right_may_unlock(database):
    paying.start(database, 5)
    task = _one(database)
    uow = database.unit_of_work()

    external.extend(uow, task.id, "w", timedelta(hours=2), at=NOON)
    with pytest.raises(NotLocked):
        external.extend(uow, task.id, "other", LOCK, at=NOON)
    held = _fetch(database, "other", at=NOON + timedelta(hours=1))
    external.unlock(uow, task.id, at=NOON)

    assert (held, _one(database, "other").worker) == ([], "other")


def test_tasks_come_by_priority_within_the_limit_with_the_variables_asked_for(database):
    cases = [paying.start(database, amount) for amount in (1, 2, 3)]
    every = {each.instance_id: each for each in _fetch(database)}
    uow = database.unit_of_work()
    for each in every.values():
        external.unlock(uow, each.id, at=NOON)
    external.set_priority(uow, every[cases[2]].id, 90, by="admin", at=NOON)

    first = _fetch(database, limit=1)
    rest = _fetch(database, topics=[Topic("transfer", LOCK, ("nothing",))])

    assert [each.instance_id for each in first] == [cases[2]]
    assert [(each.instance_id, each.variables) for each in rest] == [(cases[0], {}), (cases[1], {})]


@pytest.mark.parametrize(
    "asked",
    [
        {"topics": ()},
        {"topics": (TRANSFER, TRANSFER)},
        {"topics": (Topic("transfer", timedelta()),)},
        {"limit": 0},
        {"limit": 101},
        {"worker": ""},
    ],
)
def test_a_worker_that_asks_for_nonsense_is_refused(database, asked):
    with pytest.raises(ValueError, match=r"worker's name|lock"):
        _fetch(database, **asked)


def test_workers_at_once_never_get_the_same_task(database):
    for amount in range(40):
        paying.start(database, amount)
    got: list[list[ExternalTask]] = [[] for _ in range(4)]

    def work(number: int) -> None:
        while found := _fetch(database, f"w{number}", limit=3):
            got[number] += found

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    ids = [task.id for tasks in got for task in tasks]
    assert (len(ids), len(set(ids))) == (40, 40)
