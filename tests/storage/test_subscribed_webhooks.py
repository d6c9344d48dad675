"""Receivers that administrators subscribe hear what they asked for, signed and at least once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from engine.commands import connections, webhooks
from engine.commands.webhooks import Wanted
from engine.connectors import SITE
from engine.connectors.signing import SignatureWrong, check, new_secret
from engine.errors import NotAtThisDesk, RulesBroken
from engine.jobs import run_due
from engine.model.incident import Incident
from engine.model.person import Actor
from engine.model.webhook import Delivery
from engine.settings import OutboundSettings
from engine.storage.database import Database
from engine.storage.vault import Vault
from tests.kit import paying
from tests.kit.bank import Bank
from tests.kit.paying import NOON, VAULT, always, first
from tests.kit.sites import Clock

ADMIN = Actor(uuid4(), "admin", "admin", "admin", desks=frozenset({"ADMIN@*"}))
SECRET = new_secret()


@pytest.fixture
def database(bare_database: Database) -> Iterator[Database]:
    """A database with a process, on a site that lets receivers stand on loopback."""
    paying.deploy(bare_database)
    before = SITE.outbound
    SITE.outbound = OutboundSettings(networks=("127.0.0.1/32",))
    with paying.patient_for(0.3):
        yield bare_database
    SITE.outbound = before


@pytest.fixture
def erp() -> Iterator[Bank]:
    """The receiver."""
    opened = Bank()
    yield opened
    opened.close()


def _subscribe(database: Database, erp: Bank, *kinds: str, url: str = ""):
    wanted = Wanted("ERP", url or erp.url + "/hook", kinds)
    uow = database.unit_of_work()
    return webhooks.add(uow, wanted, SECRET, VAULT, actor=ADMIN, at=NOON)


def _deliveries(database: Database) -> list[Delivery]:
    with database.reader() as session:
        return list(session.scalars(select(Delivery).order_by(Delivery.id)))


def _tell(database: Database, hours: int = 0) -> None:
    at = NOON + timedelta(hours=hours)
    webhooks.plan_deliveries(database, at)
    run_due(database, Clock(at))


def test_a_receiver_hears_of_what_happens_from_then_on_signed(database, erp):
    paying.start(database, 1)
    _subscribe(database, erp, "started")
    case = paying.start(database, 2)

    _tell(database)

    [body], [headers] = erp.bodies, erp.headers
    told = json.loads(body)
    assert (told["type"], told["data"]["case"]["id"]) == ("case.started", str(case))
    check(SECRET, headers, body, NOON)
    with pytest.raises(SignatureWrong):
        check(new_secret(), headers, body, NOON)
    with pytest.raises(SignatureWrong):
        check(SECRET, headers, body, NOON + timedelta(minutes=6))
    [delivery] = _deliveries(database)
    assert (delivery.state, delivery.status, str(delivery.id)) == (
        "arrived",
        201,
        headers["webhook-id"],
    )


def test_what_was_told_is_not_told_again_by_the_next_round(database, erp):
    _subscribe(database, erp)
    paying.start(database, 1)

    _tell(database)
    once = len(erp.bodies)
    _tell(database, hours=1)

    assert once == len(erp.bodies) > 0


def test_a_receiver_that_did_not_answer_is_told_the_same_again(database, erp):
    erp.fault = first("error after")
    _subscribe(database, erp, "started")
    paying.start(database, 1)

    _tell(database)
    _tell(database, hours=1)

    assert len(erp.bodies) == 2
    assert len(set(erp.bodies)) == 1
    assert len({each["webhook-id"] for each in erp.headers}) == 1
    assert [(each.state, each.attempts) for each in _deliveries(database)] == [("arrived", 2)]


def test_a_receiver_that_never_answers_is_an_incident_and_can_be_told_later(database, erp):
    erp.fault = always("error after")
    _subscribe(database, erp, "started")
    paying.start(database, 1)
    for day in range(10):
        _tell(database, hours=24 * day)

    [failed] = _deliveries(database)
    with database.reader() as session:
        of_no_case = select(Incident).where(Incident.instance_id.is_(None))
        assert len(list(session.scalars(of_no_case))) == 1
    assert (failed.state, failed.attempts, failed.status) == ("failed", 7, 500)

    erp.fault = always("none")
    webhooks.send_again(database.unit_of_work(), failed.id, actor=ADMIN, at=NOON)
    _tell(database, hours=241)

    assert [each.state for each in _deliveries(database)] == ["arrived"]


def test_a_receiver_in_an_inner_network_is_not_called(database, erp):
    SITE.outbound = OutboundSettings()
    _subscribe(database, erp, "started")
    paying.start(database, 1)

    _tell(database)

    assert erp.bodies == []
    assert "may not be called" in str(_deliveries(database)[0].error)


def test_a_message_to_try_a_receiver_says_nothing_of_any_case(database, erp):
    hook = _subscribe(database, erp, "finished")

    webhooks.try_out(database.unit_of_work(), hook, actor=ADMIN, at=NOON)
    _tell(database)

    assert [json.loads(each)["type"] for each in erp.bodies] == ["test"]


def test_what_waits_for_a_webhook_that_is_removed_is_told_to_nobody(database, erp):
    hook = _subscribe(database, erp, "started")
    webhooks.try_out(database.unit_of_work(), hook, actor=ADMIN, at=NOON)

    webhooks.remove(database.unit_of_work(), hook, actor=ADMIN, at=NOON)
    _tell(database)

    assert (erp.bodies, _deliveries(database)) == ([], [])


def test_only_an_administrator_subscribes_and_only_to_an_address(database, erp):
    with pytest.raises(NotAtThisDesk):
        webhooks.add(
            database.unit_of_work(), Wanted("x", erp.url), SECRET, VAULT,
            actor=paying.CLERK, at=NOON,
        )  # fmt: skip
    with pytest.raises(RulesBroken) as refused:
        _subscribe(database, erp, url="ftp://user:secret@erp.example")
    assert [each.code for each in refused.value.problems] == ["GEN-WEBHOOK-URL"]


def test_the_secret_of_a_webhook_is_sealed_anew_with_a_new_key(database, erp):
    hook = _subscribe(database, erp, "started")
    newer = Vault([b"a newer key of the site, for tests", b"a site's own key, for tests only"])

    assert connections.reseal_secrets(database.unit_of_work(), newer, at=NOON) == 1

    SITE.vault = Vault([b"a newer key of the site, for tests"])
    webhooks.try_out(database.unit_of_work(), hook, actor=ADMIN, at=NOON)
    _tell(database)
    check(SECRET, erp.headers[0], erp.bodies[0], NOON)
