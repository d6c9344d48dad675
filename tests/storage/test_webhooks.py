"""Receivers are told what happened in cases: signed, at least once, and no more than that."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select

from engine.commands import connections, tasks
from engine.jobs import run_due
from engine.model.connection import ConnectionRefused
from engine.model.job import job_table
from engine.storage.database import Database
from tests.kit import paying
from tests.kit.bank import Bank
from tests.kit.paying import CLERK, NOON, VAULT, always, first
from tests.kit.sites import Clock

pytestmark = pytest.mark.both_databases

KEY = "a key only the receiver knows"
CONFIG = (
    paying.LANES.replace(
        "[payment.lanes]",
        '[payment.webhooks]\nerp = ["started", "finished", "task_completed"]\n[payment.lanes]',
    )
    + paying.CALL
)


@pytest.fixture
def database(bare_database: Database) -> Iterator[Database]:
    """A database whose process tells a receiver of some events."""
    paying.deploy(bare_database, CONFIG)
    with paying.patient_for(0.3):
        yield bare_database


@pytest.fixture
def erp(database) -> Iterator[Bank]:
    """The receiver, set up by an administrator."""
    opened = Bank()
    given = {"url": opened.url + "/hook", "secret": "erp_key", "networks": ["127.0.0.1/32"]}
    uow = database.unit_of_work()
    assert connections.put(uow, "erp", "webhook", given, at=NOON) == {"erp_key"}
    connections.set_secret(uow, "erp_key", KEY, VAULT, at=NOON)
    yield opened
    opened.close()


def _webhooks(database: Database) -> list[str]:
    with database.reader() as session:
        states = select(job_table.c.state).where(job_table.c.kind == "webhook")
        return sorted(session.scalars(states.order_by(job_table.c.id)))


def test_a_receiver_hears_of_the_events_it_asked_for_with_a_signature(database, erp):
    bank = Bank()
    paying.connect(database, bank, "idempotent")
    case = paying.start(database, 5)
    run_due(database, Clock(NOON))
    with database.unit_of_work() as uow:
        task_id = uow.cases.one(case).tasks[0].id
    tasks.claim(database.unit_of_work(), task_id, actor=CLERK, at=NOON)
    tasks.complete(database.unit_of_work(), task_id, {"secret_note": 1}, actor=CLERK, at=NOON)
    run_due(database, Clock(NOON))
    bank.close()

    told = [json.loads(each) for each in erp.bodies]
    kinds = [[event["kind"] for event in each["events"]] for each in told]
    assert sorted(kinds) == [["started"], ["task_completed", "finished"]]
    assert {each["case"]["id"] for each in told} == {str(case)}
    assert "secret_note" not in "".join(map(str, erp.bodies))
    for body, headers in zip(erp.bodies, erp.headers, strict=True):
        moment, signature = headers["divan-signature"].removeprefix("t=").split(",v1=")
        signed = hmac.new(KEY.encode(), f"{moment}.".encode() + body, hashlib.sha256)
        assert (int(moment), signature) == (int(NOON.timestamp()), signed.hexdigest())
        assert headers["idempotency-key"] == json.loads(body)["delivery"]


def test_a_receiver_that_did_not_answer_is_told_again_the_same(database, erp):
    erp.fault = first("reset", "error after")
    paying.start(database, 5)

    for hours in range(3):
        run_due(database, Clock(NOON + timedelta(hours=hours)))

    assert len(erp.bodies) == 3
    assert len(set(erp.bodies)) == 1
    assert _webhooks(database) == ["done"]


def test_a_receiver_that_never_answers_is_an_incident_that_stops_no_case(database, erp):
    erp.fault = always("reset")
    bank = Bank()
    paying.connect(database, bank, "idempotent")
    case = paying.start(database, 5)

    for hours in range(6):
        run_due(database, Clock(NOON + timedelta(hours=hours)))
    bank.close()

    assert paying.at_look(database, case)
    assert [each.instance_id for each in paying.incidents(database)] == [None]
    assert _webhooks(database) == ["incident"]


def test_a_process_that_names_no_receiver_makes_no_deliveries(bare_database):
    paying.deploy(bare_database)
    paying.start(bare_database, 5)

    assert _webhooks(bare_database) == []


def test_a_receiver_needs_an_address_and_a_key_to_sign_with(database):
    with pytest.raises(ConnectionRefused, match="secret"):
        connections.put(
            database.unit_of_work(), "erp", "webhook", {"url": "https://erp.example"}, at=NOON
        )
