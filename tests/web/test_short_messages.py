"""Who wishes is told by short message too, through the connection that the site names for them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from engine.commands import connections, jobs
from engine.connectors import SITE
from engine.jobs import run_due
from engine.model.admin_event import AdminEvent
from engine.model.incident import Incident
from engine.model.job import job_table
from engine.model.person import Actor, Person
from engine.settings import SmsSettings
from engine.storage.database import Database
from engine.storage.vault import Vault
from tests.kit.messages import MessageService
from tests.kit.sites import NOON, Clock
from tests.web.conftest import text_of
from webapp.talk.letters import Writer

pytestmark = pytest.mark.both_databases

Browser = Callable[[str], FlaskClient]
ActorOf = Callable[[str], Actor]
Purchase = Callable[..., tuple[UUID, UUID]]
QUARTER = timedelta(minutes=16)
VAULT = Vault([b"a site's own key, for tests only"])
NUMBER = "+989123456789"


@pytest.fixture
def service(site: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[MessageService]:
    """The service, the connection that leads to it, and the site's settings that name it."""
    running = MessageService()
    body = '{"line": 3000, "messages": [{"mobile": "{to}", "text": "{text}"}]}'
    monkeypatch.setattr(SITE, "sms", SmsSettings("texts", "/send", body))
    monkeypatch.setattr(SITE, "vault", VAULT)
    monkeypatch.setattr(SITE, "write_message", Writer("").message_of)
    _connect(site, running)
    connections.set_secret(site.unit_of_work(), "sms_key", "s3cret", VAULT, at=NOON)
    yield running
    running.stop()


def _connect(site: Database, service: MessageService, **more: Any) -> None:
    given = {
        "url": service.url,
        "networks": ["127.0.0.1/32"],
        "headers": {"Authorization": "Bearer {sms_key}"},
        "guarantee": "idempotent",
        **more,
    }
    connections.put(site.unit_of_work(), "texts", "http", given, at=NOON)


def _choose(client: FlaskClient, mobile: str, *kinds: str) -> int:
    return client.post("/profile", data={"mobile": mobile, "sms": list(kinds)}).status_code


@pytest.fixture
def head(service: MessageService, signed_in: Browser) -> FlaskClient:
    """The head, who wants to hear of comments that name him by short message."""
    client = signed_in("head")
    assert _choose(client, "۰۹۱۲۳۴۵۶۷۸۹", "mentioned") == 303
    return client


def _mention(signed_in: Browser, case: UUID) -> None:
    data = {"text": "@head محرمانه"}
    assert signed_in("buyer").post(f"/cases/{case}/talk", data=data).status_code == 303


def _states(site: Database) -> list[str]:
    with site.reader() as session:
        asked = select(job_table.c.state).where(job_table.c.kind == "sms")
        return list(session.scalars(asked.order_by(job_table.c.id)))


def test_a_mention_is_told_through_the_connection_without_names_and_words(
    head: FlaskClient,
    service: MessageService,
    a_purchase: Purchase,
    signed_in: Browser,
    site: Database,
    clock: Clock,
):
    _mention(signed_in, a_purchase("1404-D07-0417")[0])

    run_due(site, clock)

    [taken] = service.taken
    assert (taken.path, taken.authorization) == ("/v1/send", "Bearer s3cret")
    text = "دیوان: در یادداشتی از شما نام برده شد.\n1404-D07-0417"
    assert taken.body == {"line": 3000, "messages": [{"mobile": NUMBER, "text": text}]}
    assert len(text) <= 70  # one short message of Persian letters
    assert _states(site) == ["done"]


def test_it_speaks_the_readers_language(
    head: FlaskClient,
    service: MessageService,
    a_purchase: Purchase,
    signed_in: Browser,
    site: Database,
    clock: Clock,
):
    head.post("/language", data={"locale": "en"})
    _mention(signed_in, a_purchase()[0])

    run_due(site, clock)

    [message] = service.taken[0].body["messages"]
    assert message["text"] == "Divan: you were named in a comment.\nP-1"


@pytest.mark.parametrize("status", [0, 429, 503], ids=["no answer", "come later", "broken"])
def test_a_service_that_does_not_take_it_makes_it_wait_under_one_key(
    head: FlaskClient,
    service: MessageService,
    a_purchase: Purchase,
    signed_in: Browser,
    site: Database,
    clock: Clock,
    status: int,
):
    service.status = status
    _mention(signed_in, a_purchase()[0])
    for _ in range(2):
        run_due(site, clock)
        clock.pass_time(QUARTER)
    assert _states(site) == ["ready"]

    service.status = 200
    for _ in range(2):
        run_due(site, clock)
        clock.pass_time(QUARTER)

    assert len(service.taken) == 3
    assert len({each.key for each in service.taken}) == 1
    assert _states(site) == ["done"]


def test_a_service_that_promises_nothing_is_not_asked_twice_by_itself(
    head: FlaskClient,
    service: MessageService,
    a_purchase: Purchase,
    signed_in: Browser,
    site: Database,
    clock: Clock,
):
    _connect(site, service, guarantee="neither")
    service.status = 0
    _mention(signed_in, a_purchase()[0])
    for _ in range(3):
        run_due(site, clock)
        clock.pass_time(QUARTER)
    assert (len(service.taken), _states(site)) == (1, ["incident"])

    service.status = 200
    with site.reader() as session:
        job_id = session.scalars(select(Incident.job_id)).one()
    assert job_id is not None
    jobs.retry(site.unit_of_work(), job_id, by="admin", at=clock(), reason="it is back")
    run_due(site, clock)

    assert (len(service.taken), _states(site)) == (2, ["done"])
    with site.reader() as session:
        told = session.scalars(select(AdminEvent).where(AdminEvent.kind == "work_changed")).one()
    assert (told.actor, told.facts["act"], told.facts["reason"]) == (
        "admin",
        "retried",
        "it is back",
    )


def test_what_was_read_meanwhile_is_not_sent(
    head: FlaskClient,
    service: MessageService,
    a_purchase: Purchase,
    signed_in: Browser,
    site: Database,
    clock: Clock,
):
    _mention(signed_in, a_purchase()[0])
    head.post("/notices/read")

    run_due(site, clock)

    assert (service.taken, _states(site)) == ([], ["done"])


def test_only_what_was_chosen_goes_and_nothing_without_a_number(
    head: FlaskClient, a_purchase: Purchase, signed_in: Browser, site: Database
):
    case, _ = a_purchase()
    assert 'value="۰۹۱۲۳۴۵۶۷۸۹"' in head.get("/profile").text  # as it is typed
    assert _choose(head, "", "mentioned") == 303
    _mention(signed_in, case)
    assert _choose(head, "09123456789", "assigned") == 303
    _mention(signed_in, case)

    assert _states(site) == []


def test_what_is_no_mobile_number_is_refused_beside_its_field_and_kept_as_typed(
    head: FlaskClient, site: Database
):
    refused = head.post("/profile", data={"mobile": "02112345678", "sms": ["mentioned"]})

    assert refused.status_code == 422
    assert 'id="mobile-problem"' in refused.text
    assert 'value="02112345678"' in refused.text
    with site.reader() as session:
        kept = session.scalar(select(Person.mobile).where(Person.username == "head"))
    assert kept == NUMBER


@pytest.mark.parametrize("lacking", ["setting", "connection"])
def test_without_a_connection_it_is_not_offered_and_the_page_says_why(
    head: FlaskClient,
    service: MessageService,
    a_purchase: Purchase,
    signed_in: Browser,
    site: Database,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    actor_of: ActorOf,
    lacking: str,
):
    if lacking == "setting":
        monkeypatch.setattr(SITE, "sms", SmsSettings())
    else:
        connections.remove(site.unit_of_work(), "texts")

    page = head.get("/profile").text

    assert 'name="mobile"' not in page
    assert 'name="sms"' not in page
    assert "اینجا پیامکی فرستاده نمی‌شود" in text_of(page)
    assert head.post("/profile", data={"theme": "dark"}).status_code == 303
    assert head.post("/profile", data={"mobile": "09123456789"}).status_code == 422
    assert actor_of("head").preferences["sms"] == ["mentioned"]  # for the day there is one
    if lacking == "setting":
        _mention(signed_in, a_purchase()[0])
        run_due(site, clock)
        assert (service.taken, _states(site)) == ([], ["done"])
