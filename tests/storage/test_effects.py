"""Effects outside: once each, whatever goes wrong between here and there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from engine.commands import effects, jobs
from engine.connectors import performing
from engine.errors import Conflict, LeaseLost, NotFound
from engine.jobs import run, run_due
from engine.storage.database import Database
from engine.storage.leases import LEASE
from engine.watch import watched_by
from tests.kit import paying
from tests.kit.bank import Bank
from tests.kit.paying import NOON, always, first
from tests.kit.sites import Clock

pytestmark = pytest.mark.both_databases

LATER = NOON + timedelta(hours=1)


@pytest.fixture
def database(bare_database: Database) -> Iterator[Database]:
    """A database in which the process is deployed."""
    paying.deploy(bare_database)
    with paying.patient_for(0.2):
        yield bare_database


@pytest.fixture
def bank() -> Iterator[Bank]:
    opened = Bank()
    yield opened
    opened.close()


def _run(database: Database, hours: int = 1) -> None:
    for hour in range(hours):
        at = NOON + timedelta(hours=hour)
        run_due(database, Clock(at))


def _claim(database: Database, at=NOON):
    job = jobs.claim(database.unit_of_work(), at)
    assert job is not None
    return job


def test_an_answer_of_the_bank_becomes_what_the_process_keeps(database, bank):
    paying.connect(database, bank, "neither")
    case = paying.start(database, 1_000_000_000_000_000_001)

    _run(database)

    assert paying.variables(database, case)["receipt"] == 0
    assert [amount for _, amount in bank.ledger] == [1_000_000_000_000_000_001]
    [effect] = paying.effects(database)
    assert (effect.state, effect.request) == ("confirmed", None)
    assert (effect.response or {})["json"] == {"receipt": 0}
    assert bank.headers[0]["idempotency-key"] == effect.idem_key


@pytest.mark.parametrize("fault", ["timeout after", "error after", "reset after"])
def test_a_payment_of_unknown_end_waits_for_a_person_and_is_never_repeated(database, bank, fault):
    paying.connect(database, bank, "neither")
    case = paying.start(database, 5)
    bank.fault = always(fault)

    _run(database, hours=5)

    assert len(bank.calls) == 1
    [incident] = paying.incidents(database)
    [effect] = paying.effects(database)
    assert (incident.code, effect.state) == ("GEN-UNKNOWN", "unknown")
    assert effect.idem_key in incident.cause
    assert not paying.at_look(database, case)


def test_a_person_who_found_the_payment_confirms_it_and_it_is_not_made_again(database, bank):
    paying.connect(database, bank, "neither")
    case = paying.start(database, 5)
    bank.fault = first("timeout after")
    _run(database)
    [effect] = paying.effects(database)

    effects.settle(
        database.unit_of_work(),
        effect.idem_key,
        done=True,
        response={"json": {"receipt": 77}},
        by="treasurer",
        at=LATER,
    )
    run_due(database, lambda: LATER)

    assert (len(bank.ledger), paying.variables(database, case)["receipt"]) == (1, 77)
    assert paying.incidents(database) == []
    with pytest.raises(Conflict):
        effects.settle(
            database.unit_of_work(), effect.idem_key, done=False, by="treasurer", at=LATER
        )


def test_a_person_who_found_no_payment_has_it_made(database, bank):
    paying.connect(database, bank, "neither")
    case = paying.start(database, 5)
    bank.fault = first("reset")
    _run(database)
    [effect] = paying.effects(database)

    effects.settle(database.unit_of_work(), effect.idem_key, done=False, by="treasurer", at=LATER)
    run_due(database, lambda: LATER)

    assert (len(bank.ledger), paying.at_look(database, case)) == (1, True)
    with pytest.raises(NotFound):
        effects.settle(database.unit_of_work(), "nothing", done=True, by="treasurer", at=LATER)


def test_nobody_decides_about_a_payment_that_is_on_its_way(database, bank, monkeypatch):
    paying.connect(database, bank, "neither")
    case = paying.start(database, 5)
    call, refused = performing.call, []

    def call_while_somebody_decides(*given):
        key = paying.effects(database)[0].idem_key
        with pytest.raises(Conflict) as told:
            effects.settle(database.unit_of_work(), key, done=False, by="treasurer", at=NOON)
        refused.append(told.value)
        return call(*given)

    monkeypatch.setattr(performing, "call", call_while_somebody_decides)
    _run(database)

    assert (len(refused), len(bank.calls), paying.at_look(database, case)) == (1, 1, True)
    assert [each.state for each in paying.effects(database)] == ["confirmed"]


@pytest.mark.parametrize("guarantee", ["idempotent", "queryable"])
@pytest.mark.parametrize("fault", ["timeout after", "error after", "reset after", "reset"])
def test_a_payment_that_can_be_repeated_or_asked_for_is_made_once(database, bank, guarantee, fault):
    bank.honours_keys = guarantee == "idempotent"
    paying.connect(database, bank, guarantee)
    case = paying.start(database, 5)
    bank.fault = first(fault)

    _run(database, hours=2)

    assert (len(bank.ledger), paying.variables(database, case)["receipt"]) == (1, 0)
    assert [each.state for each in paying.effects(database)] == ["confirmed"]


def test_a_bank_that_is_closed_is_tried_again_whatever_it_promises(database, bank):
    paying.connect(database, bank, "neither")
    paying.start(database, 5)
    bank.close()

    _run(database)

    assert (paying.effects(database), paying.incidents(database)) == ([], [])


def test_a_worker_that_died_after_the_answer_was_recorded_left_it_to_the_next(database, bank):
    paying.connect(database, bank, "neither")
    case = paying.start(database, 5)
    job = _claim(database)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(jobs, "answer_service", _die)
        with pytest.raises(KeyboardInterrupt):
            run(database, job, lambda: NOON)

    run_due(database, lambda: NOON + LEASE + timedelta(seconds=1))

    assert (len(bank.calls), paying.variables(database, case)["receipt"]) == (1, 0)


def test_a_worker_that_died_between_intent_and_call_leaves_the_question_to_a_person(database, bank):
    paying.connect(database, bank, "neither")
    paying.start(database, 5)
    job = _claim(database)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("engine.connectors.performing.call", _die)
        with pytest.raises(KeyboardInterrupt):
            run(database, job, lambda: NOON)

    run_due(database, lambda: NOON + LEASE + timedelta(seconds=1))

    [effect] = paying.effects(database)
    assert (effect.state, bank.calls) == ("unknown", [])
    assert [each.code for each in paying.incidents(database)] == ["GEN-UNKNOWN"]


def test_of_two_workers_with_one_payment_only_the_first_sends_it(database, bank):
    paying.connect(database, bank, "neither")
    paying.start(database, 5)
    stale = _claim(database)
    taken = _claim(database, NOON + LEASE + timedelta(seconds=1))

    run(database, taken, lambda: LATER)
    with capture_logs() as told:
        run(database, stale, lambda: LATER)

    assert len(bank.ledger) == 1
    assert [each["event"] for each in told] == ["job.lease_lost"]  # no handler that is missing
    with pytest.raises(LeaseLost):
        jobs.answer_service(database.unit_of_work(), stale, {}, LATER)


def test_a_worker_that_lost_its_lease_does_not_call_beside_the_one_that_has_it(
    database, bank, monkeypatch
):
    bank.honours_keys = False
    paying.connect(database, bank, "queryable")
    paying.start(database, 5)
    stale = _claim(database)
    taken = _claim(database, NOON + LEASE + timedelta(seconds=1))
    call, sleeping = performing.call, [stale]

    def call_late(*given):
        if sleeping:  # the call is about to leave; now the other one wakes up
            run(database, sleeping.pop(), lambda: LATER)
        return call(*given)

    monkeypatch.setattr(performing, "call", call_late)
    run(database, taken, lambda: LATER)

    assert [amount for _, amount in bank.ledger] == [5]
    assert [each.state for each in paying.effects(database)] == ["confirmed"]


def test_what_the_bank_refuses_goes_to_the_error_boundary_of_the_diagram(database, bank):
    paying.connect(database, bank, "neither")
    case = paying.start(database, 5)
    bank.fault = always("refused")

    _run(database)

    assert paying.variables(database, case)["error_code"] == "HTTP-422"
    assert (paying.at_look(database, case), paying.effects(database)) == (True, [])


def test_every_attempt_sends_the_request_as_first_meant(database, bank):
    paying.connect(database, bank, "idempotent")
    case = paying.start(database, 5)
    bank.fault = first("reset")
    _run(database)
    with database.unit_of_work() as uow:
        instance = uow.cases.one(case)
        instance.variables = {**instance.variables, "amount": 6}
        uow.cases.save(instance, [])
        uow.commit()

    run_due(database, lambda: LATER)

    assert [amount for _, amount in bank.ledger] == [5]


def test_each_item_of_a_multi_instance_is_paid_with_a_key_of_its_own(bare_database, bank):
    diagram = paying.DIAGRAM.replace(
        'camunda:topic="transfer"/>',
        """camunda:topic="transfer"><multiInstanceLoopCharacteristics
        camunda:collection="amounts" camunda:elementVariable="amount"/></serviceTask>""",
    )
    paying.deploy(bare_database, diagram=diagram)
    paying.connect(bare_database, bank, "idempotent")
    case = paying.start_with(bare_database, {"amounts": [7, 8, 7]})

    _run(bare_database)

    assert sorted(amount for _, amount in bank.ledger) == [7, 7, 8]
    assert len({key for key, _ in bank.ledger}) == 3
    assert paying.at_look(bare_database, case)


class _Listener:
    """Hears of work; see `engine.watch.Watcher`."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    def span(self, name, facts, trace):
        self.heard.append(name)
        return nullcontext()

    def trace(self):
        return None

    def took(self, what, seconds, **labels):
        self.heard.append(f"{what} {labels.get('name', '')} took")

    def happened(self, what, **labels):
        """Nothing of it is looked at here."""


def test_who_watches_hears_of_each_call_by_the_name_of_its_connection(database, bank):
    paying.connect(database, bank, "idempotent")
    paying.start(database, 5)
    listener = _Listener()
    watched_by(listener)
    try:
        _run(database)
    finally:
        watched_by(None)

    assert {"connector bank", "connector bank took"} <= set(listener.heard)


def _die(*_, **__):
    raise KeyboardInterrupt
