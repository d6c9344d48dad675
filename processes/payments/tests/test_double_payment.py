"""Many threads make, sign and pay one order, workers die beside the call: never paid twice.

The bank here forgets everything: each call that reaches it is a payment. `make double-payment`
runs 200 rounds of fifty threads on each database.
"""

from __future__ import annotations

import contextlib
import os
import random
import threading
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from unittest.mock import patch
from uuid import UUID

import pytest
from sqlalchemy import func, select

from engine.commands import instances, jobs, tasks
from engine.connectors import performing
from engine.errors import EngineError
from engine.jobs import run, run_due
from engine.model.effect import Effect
from engine.model.job import Job
from engine.play.signing import sign_in_play
from processes.payments.demo import PAYEES
from processes.payments.records import DebitAccount, Order, Signature
from processes.payments.tests.outside import BankProcess
from processes.payments.tests.walking import DUE, Batch, Case, Treasury, start_batch
from tests.kit.sites import Clock

pytestmark = pytest.mark.both_databases

ROUNDS = int(os.environ.get("DIVAN_PAYMENT_ROUNDS", "3"))
THREADS = int(os.environ.get("DIVAN_PAYMENT_THREADS", "12"))
LEASE = timedelta(seconds=31)
CLAIMS = 4  #: workers that may be lost with a job before it becomes an incident
#: how the worker that has the job fares
FATES = ("lives", "killed before the call", "killed after the call")


@pytest.mark.timeout(7200)
def test_one_order_that_many_threads_make_sign_and_pay_is_paid_once_at_most(
    treasury: Treasury, bank: BankProcess, capsys: pytest.CaptureFixture[str]
):
    chance = random.Random(42)
    treasury.run_jobs()  # whatever the demonstration left to do is done before
    came: Counter[str] = Counter()
    for number in range(ROUNDS):
        fate = FATES[number] if number < len(FATES) else chance.choice(FATES)
        bank.go_wrong(forgets=True)
        case = _made_by_many(treasury, treasury.basis(f"V-{number}"))
        case.do("review")
        _signed_by_many(case)
        calls = _paid_by_many(treasury, case, fate)
        run_due(treasury.database, Clock(treasury.clock.pass_time((CLAIMS + 2) * LEASE)))

        paid = bank.payments().count((case.order.order_no, 5_000_000))
        assert calls <= 1, calls
        assert paid == (fate != "killed before the call"), (calls, case.incidents)
        assert _outcome(case) == ("paid" if fate == "lives" else "incident")
        came[f"{_outcome(case)}, {paid} payments"] += 1
    assert max(Counter(number for number, _ in bank.payments()).values()) == 1
    with capsys.disabled():
        if len(FATES) < ROUNDS:
            print(f"\n{ROUNDS} rounds, {THREADS} threads: {dict(came)}")


def test_a_batch_called_back_by_many_while_it_settles_is_paid_or_back_and_never_both(
    treasury: Treasury, bank: BankProcess
):
    """§4.9: a file is called back whole or not at all; whatever wins, nothing is paid twice."""
    treasury.run_jobs()
    for identifier, name, iban in PAYEES[:3]:
        bank.open(iban, identifier, name)
    for number in range(max(1, ROUNDS // 3)):
        paper = f"ل/{number}"
        for identifier, *_ in PAYEES[:3]:
            treasury.basis(paper, 1_000 + number, identifier, source_no=f"{paper}/{identifier}")
        due = (treasury.clock() + timedelta(days=7)).date().isoformat()  # the rounds take weeks
        batch = start_batch(treasury, f"D07|voucher|{paper}", due_on=due).do("review").sign()
        assert batch.states == ["SENT"] * 3
        _called_back_by_many(batch)
        for _ in range(3):
            batch.ask()

        numbers = {each.order_no for each in batch.orders}
        paid = sorted(number for number, _ in bank.payments() if number in numbers)
        came = "CANCELLED" if "CANCELLED" in batch.states else "CLEARED"
        assert batch.states == [came] * 3, batch.incidents
        assert paid == ([] if came == "CANCELLED" else sorted(numbers))
        assert (batch.instance.end_id, batch.incidents) == (came.lower(), [])


def _called_back_by_many(batch: Batch) -> None:
    """Let half of the threads call a batch back while the others ask the bank, which settles."""
    treasury, head = batch.office, batch.office.actor("fin_head")
    later = Clock(treasury.clock() + timedelta(minutes=2))

    def act(number: int) -> None:
        if number % 2:
            run_due(treasury.database, later)
            return
        uow, values = treasury.database.unit_of_work(), {"reason": "اشتباه"}
        instances.send(uow, batch.instance_id, "cancel", values, actor=head, at=later())

    _at_once(act)


def _made_by_many(treasury: Treasury, basis: str) -> Case:
    """Let every thread make the order; one of them does."""
    actor, at = treasury.actor("fin_expert"), treasury.clock()
    with treasury.database.reader() as session:
        account = str(session.scalars(select(DebitAccount.id)).one())
    values = {
        "basis_id": basis, "debit_account": account, "instrument": "TRANSFER",
        "amount": 5_000_000, "due_on": DUE, "purpose": "SPAC",
    }  # fmt: skip
    made: list[UUID] = []

    def make(_: int) -> None:
        uow = treasury.database.unit_of_work()
        made.append(instances.start(uow, "payment_order", values, actor=actor, at=at).instance_id)

    _at_once(make)
    assert len(made) == 1
    treasury.run_jobs()
    return Case(treasury, made[0])


def _signed_by_many(case: Case) -> None:
    """Let every thread sign for one of the groups; each group signs once."""
    treasury, at = case.office, case.office.clock()
    steps = {
        "sign_a": (case.waiting["sign_a"], treasury.actor("unit_head")),
        "sign_b": (case.waiting["sign_b"], treasury.actor("fin_head")),
    }

    def sign(number: int) -> None:
        task, who = steps["sign_a" if number % 2 else "sign_b"]
        uow = treasury.database.unit_of_work()
        with contextlib.suppress(EngineError):
            tasks.claim(uow, task.id, actor=who, at=at)
        answer = {"outcome": "sign"}
        signed = sign_in_play(treasury.database, task.id, answer, who, at)
        tasks.complete(uow, task.id, answer, actor=who, at=at, signed=signed)

    for _ in range(10):  # two at one moment are one too many for a case: the loser tries again
        _at_once(sign)
        if not case.waiting:
            break
    with treasury.database.reader() as session:
        signed = session.scalar(
            select(func.count()).select_from(Signature).where(Signature.order_id == case.order.id)
        )
    assert (signed, case.state) == (2, "SIGNED")


def _paid_by_many(treasury: Treasury, case: Case, fate: str) -> int:
    """Let every thread work on the job that pays; all but one as workers taken for dead."""
    taken = [job_that_pays(treasury, case)]
    for number in range(1, CLAIMS):
        claimed = jobs.claim(treasury.database.unit_of_work(), treasury.clock() + number * LEASE)
        assert claimed is not None
        assert claimed.id == taken[0].id
        taken.append(claimed)
    at = treasury.clock() + (CLAIMS - 1) * LEASE
    calls: list[str] = []
    real = performing.call

    def call(*given: Any) -> Any:
        calls.append(given[2].key)
        if fate == "killed before the call":
            raise KeyboardInterrupt
        answer = given[1].call(given[2]) if fate == "killed after the call" else real(*given)
        if fate == "killed after the call":
            raise KeyboardInterrupt
        return answer

    with patch.object(performing, "call", call):
        holders = [taken[-1], *(taken[each % (CLAIMS - 1)] for each in range(1, THREADS))]
        _at_once(lambda number: run(treasury.database, holders[number], Clock(at)))
    return len(calls)


def job_that_pays(treasury: Treasury, case: Case) -> Job:
    """Run jobs until the one that pays is taken, which does not run yet."""
    while True:
        job = jobs.claim(treasury.database.unit_of_work(), treasury.clock())
        assert job is not None, case.incidents
        if job.topic == "send_order":
            return job
        run(treasury.database, job, treasury.clock)


def _at_once(act: Callable[[int], object]) -> None:
    """Let every thread act, from one moment on; who is refused or killed is silent."""
    gate = threading.Barrier(THREADS)

    def one(number: int) -> None:
        gate.wait()
        with contextlib.suppress(EngineError, KeyboardInterrupt):
            act(number)

    threads = [threading.Thread(target=one, args=(number,)) for number in range(THREADS)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()


def _outcome(case: Case) -> str:
    if case.incidents:
        assert case.state == "SIGNED"
        return "incident"
    with case.office.database.reader() as session:
        states = set(session.scalars(select(Effect.state).where(
            Effect.instance_id == case.instance_id, Effect.connector == "bank"
        )))  # fmt: skip
        live = session.scalar(select(func.count()).select_from(Order).where(
            Order.basis_id == case.order.basis_id
        ))  # fmt: skip
    assert (states, live) == ({"confirmed"}, 1)
    assert case.state in ("SENT", "PRESENTED", "CLEARED")
    return "paid"
