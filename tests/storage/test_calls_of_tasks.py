"""What a deployment says of calls outside, and letters on their way from a case."""

from __future__ import annotations

import email
from email.message import EmailMessage
from email.policy import default

import pytest
from aiosmtpd.controller import Controller

from engine.catalogue.bundle import Bundle
from engine.catalogue.config import ConfigRefused
from engine.catalogue.handlers import REGISTRY
from engine.commands import deployments
from engine.connectors import SITE
from engine.jobs import run_due
from engine.settings.groups import MailSettings
from tests.kit import paying
from tests.kit.paying import CALL, DIAGRAM, LANES, NOON
from tests.kit.server import free_port
from tests.kit.sites import Clock

pytestmark = pytest.mark.both_databases

LETTER = """
[payment.tasks.transfer]
connector = "mail"
[payment.tasks.transfer.input]
to = "=contractor.mail"
subject = "پرداخت شما"
body = '="مبلغ " + string(amount) + " ریال واریز شد."'
[payment.tasks.transfer.output]
letter = "=response.message_id"
"""


def _bundle(config: str, diagram: str = DIAGRAM) -> Bundle:
    return Bundle({"payment.bpmn": diagram.encode(), "process.toml": config.encode()})


def _warnings(database, bundle: Bundle) -> list[str]:
    with database.reader() as session:
        return deployments.warnings(session, bundle)


class Box:
    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - named by the library
        self.letters.append(email.message_from_bytes(envelope.content, policy=default))
        return "250 OK"


def test_a_case_writes_a_letter_and_keeps_its_number(bare_database, monkeypatch):
    box = Box()
    controller = Controller(box, hostname="127.0.0.1", port=free_port(), ready_timeout=60)
    controller.start()
    mail = MailSettings("127.0.0.1", controller.port, "none", sender="divan@city.example")
    monkeypatch.setattr(SITE, "mail", mail)
    paying.deploy(bare_database, LANES + LETTER)
    case = paying.start_with(
        bare_database, {"amount": 25, "contractor": {"mail": "office@firm.example"}}
    )

    run_due(bare_database, Clock(NOON))
    controller.stop()

    [letter] = box.letters
    assert letter["To"] == "office@firm.example"
    assert letter.get_content().strip() == "مبلغ 25 ریال واریز شد."
    assert paying.variables(bare_database, case)["letter"] == letter["Message-ID"]


def test_a_deployment_warns_of_what_is_not_set_up_yet(bare_database):
    [connection] = _warnings(bare_database, _bundle(LANES + CALL))
    [outside] = _warnings(bare_database, _bundle(LANES))
    hooks = LANES.replace(
        "[payment.lanes]", '[payment.webhooks]\nerp = ["started"]\n[payment.lanes]'
    )

    assert "no connection 'bank'" in connection
    assert "'transfer' waits for a worker outside" in outside
    assert any("no connection 'erp'" in each for each in _warnings(bare_database, _bundle(hooks)))
    assert _warnings(bare_database, _bundle(LANES + LETTER)) == []


def test_a_call_where_nothing_can_call_is_refused(bare_database, monkeypatch):
    def refused(bundle: Bundle) -> str:
        with pytest.raises(ConfigRefused) as told:
            deployments.deploy(bare_database.unit_of_work(), bundle, at=NOON)
        return str(told.value)

    on_a_person = CALL.replace("tasks.transfer", "tasks.look")
    to_nobody = DIAGRAM.replace('topic="transfer"', 'topic="mail"')
    assert "no service or send task" in refused(_bundle(LANES + on_a_person))
    assert "does not say what the connector 'mail'" in refused(_bundle(LANES, to_nobody))
    monkeypatch.setitem(REGISTRY.services, "transfer", lambda _: {})
    assert "has a handler" in refused(_bundle(LANES + CALL))
