"""Payments through a bank that goes wrong in every way: none lost, none made twice."""

from __future__ import annotations

import contextlib
import random
import threading
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest

from engine.commands import effects, jobs
from engine.connectors import SITE
from engine.jobs import run, run_due
from engine.storage.database import Database
from tests.kit import paying
from tests.kit.bank import FAULTS, Bank
from tests.kit.paying import NOON
from tests.kit.sites import Clock

pytestmark = pytest.mark.both_databases

PAYMENTS = {"sqlite": 200, "postgresql": 60}
ROUNDS = 10
STORM = 8  #: passes over the work while the bank goes wrong
#: and after it is well again: one pays what is due, one what was looked into; the others are for
#: what a machine that has other work, too, leaves without an answer in time
CALM = 4
AFTER_LEASE = timedelta(seconds=31)


@pytest.fixture
def database(bare_database: Database) -> Iterator[Database]:
    """A database in which the process is deployed."""
    paying.deploy(bare_database)
    with paying.patient_for(0.15):
        yield bare_database


@pytest.fixture
def bank() -> Iterator[Bank]:
    opened = Bank()
    yield opened
    opened.close()


@pytest.fixture
def chance() -> random.Random:
    """Chance whose seed is told when the test fails."""
    seed = random.SystemRandom().randrange(10**6)
    print("seed", seed)
    return random.Random(seed)


@pytest.mark.parametrize("guarantee", ["idempotent", "queryable", "neither"])
def test_the_ledger_has_each_payment_once_whatever_the_bank_does(
    database: Database, bank: Bank, chance: random.Random, guarantee: str, backend: str
):
    bank.honours_keys = guarantee == "idempotent"
    bank.fault = lambda: chance.choices(FAULTS, (12, 1, 2, 2, 1, 2, 2))[0]
    paying.connect(database, bank, guarantee)
    amounts = {paying.start(database, amount): amount for amount in range(1, PAYMENTS[backend] + 1)}

    clock = Clock(NOON)
    for made in range(STORM + CALM):
        if made == STORM:  # a payment may have had bad luck at every attempt until here
            bank.fault = lambda: "none"
            SITE.timeout = 30  # who gave up early now would have no attempt left
        run_due(database, clock)
        assert max(_times_paid(bank).values()) == 1
        clock.pass_time(timedelta(minutes=10))
        if guarantee == "neither":
            _look_into_the_ledger(database, bank, clock)
        for incident in paying.incidents(database):  # the bank failed at every attempt
            assert incident.job_id is not None
            jobs.retry(database.unit_of_work(), incident.job_id, by="admin", at=clock())

    assert sorted(amount for _, amount in bank.ledger) == sorted(amounts.values())
    assert _times_paid(bank) == Counter(each.idem_key for each in paying.effects(database))
    assert [each for each in amounts if not paying.at_look(database, each)] == []
    assert {each.state for each in paying.effects(database)} == {"confirmed"}
    assert paying.incidents(database) == []


def test_an_order_paid_by_two_workers_and_killed_between_intent_and_call_is_paid_once_at_most(
    database: Database, bank: Bank, chance: random.Random
):
    bank.honours_keys = False
    paying.connect(database, bank, "neither")
    SITE.timeout = 10  # the bank hangs up on nobody here: who gave up early would look too early
    for amount in range(1, ROUNDS + 1):
        case = paying.start(database, amount)
        stale = jobs.claim(database.unit_of_work(), NOON)
        taken = jobs.claim(database.unit_of_work(), NOON + AFTER_LEASE)
        assert stale is not None
        assert taken is not None
        is_killed = chance.random() < 0.5
        with pytest.MonkeyPatch.context() as patch:
            if is_killed:
                patch.setattr("engine.connectors.performing.call", _killed)
            _at_once(database, [stale, taken])
        run_due(database, Clock(NOON + 3 * AFTER_LEASE))

        assert max(_times_paid(bank).values(), default=0) <= 1
        paid = amount in [each for _, each in bank.ledger]
        assert paid is not is_killed
        assert paying.at_look(database, case) or _has_incident(database, case)


def _at_once(database: Database, claimed) -> None:
    def work(job) -> None:
        with contextlib.suppress(KeyboardInterrupt):  # the worker is dead
            run(database, job, Clock(NOON + AFTER_LEASE))

    threads = [threading.Thread(target=work, args=(job,)) for job in claimed]
    for each in threads:
        each.start()
    for each in threads:
        each.join()


def _killed(*_, **__):
    raise KeyboardInterrupt


def _times_paid(bank: Bank) -> Counter[str]:
    return Counter(key for key, _ in bank.ledger)


def _has_incident(database: Database, case: UUID) -> bool:
    return case in {each.instance_id for each in paying.incidents(database)}


def _look_into_the_ledger(database: Database, bank: Bank, clock: Clock) -> None:
    """Do what a person does with a payment of unknown end: look, and say what is there."""
    for each in paying.effects(database):
        if each.state == "confirmed":
            continue
        receipt = bank.receipt(each.idem_key)
        effects.settle(
            database.unit_of_work(),
            each.idem_key,
            done=receipt is not None,
            response={"json": {"receipt": receipt}},
            by="treasurer",
            at=clock(),
        )
