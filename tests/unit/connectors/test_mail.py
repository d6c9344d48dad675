"""Letters through a real mail server on loopback."""

from __future__ import annotations

import email
from collections.abc import Iterator
from datetime import UTC, datetime
from email.policy import default
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from engine.connectors.connector import CallRefused, NoOutcome, NotSent, Request
from engine.connectors.mail import MailConnector
from engine.model.effect import Guarantee
from engine.settings.groups import MailSettings
from tests.kit.server import free_port

NOON = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)
SUBJECT = "صورت‌وضعیت شمارهٔ ۴ تأیید شد"
BODY = "سلام\nمبلغ ۱۲٬۳۴۵ ریال — .\n.\nپایان"


class Box:
    """Takes letters, or answers as it was told to."""

    def __init__(self) -> None:
        self.letters: list[tuple[list[str], Any]] = []
        self.to_recipients: dict[str, str] = {}
        self.to_letters = "250 OK"
        self.hangs_up = False

    async def handle_RCPT(  # noqa: N802 - named by the library
        self, server, session, envelope, address, options
    ):
        answer = self.to_recipients.get(address, "250 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(  # noqa: N802
        self, server, session, envelope
    ):
        if self.to_letters.startswith("250"):
            letter = email.message_from_bytes(envelope.content, policy=default)
            self.letters.append((envelope.rcpt_tos, letter))
        if self.hangs_up:
            server.transport.abort()
        return self.to_letters


@pytest.fixture
def box() -> Box:
    return Box()


@pytest.fixture
def mail(box: Box) -> Iterator[MailConnector]:
    controller = Controller(box, hostname="127.0.0.1", port=free_port(), ready_timeout=60)
    controller.start()
    settings = MailSettings(
        host="127.0.0.1", port=controller.port, tls="none", sender="divan@city.example"
    )
    yield MailConnector(settings, timeout=20.0)
    controller.stop()


def _letter(**inputs: Any) -> Request:
    given = {"to": "contractor@firm.example", "subject": SUBJECT, "body": BODY}
    return Request("0198-4", {**given, **inputs}, NOON)


def test_a_persian_letter_arrives_as_it_was_written(mail, box):
    told = mail.call(_letter(to=["a@x.example", "b@x.example"], cc="c@x.example"))

    [(recipients, letter)] = box.letters
    assert recipients == ["a@x.example", "b@x.example", "c@x.example"]
    assert (letter["Subject"], letter["To"]) == (SUBJECT, "a@x.example, b@x.example")
    assert letter.get_content().replace("\r\n", "\n").rstrip("\n") == BODY
    assert letter["Message-ID"] == told["message_id"] == "<0198-4@city.example>"
    assert letter["Date"].datetime == NOON


def test_a_letter_sent_again_has_the_same_message_id_and_date(mail, box):
    mail.call(_letter())
    mail.call(_letter())

    (_, first), (_, second) = box.letters
    assert (first["Message-ID"], first["Date"]) == (second["Message-ID"], second["Date"])
    assert mail.guarantee(_letter()) is Guarantee.IDEMPOTENT


@pytest.mark.parametrize(
    "inputs",
    [
        {"subject": "ok\r\nBcc: spy@x.example"},
        {"subject": "ok\nBcc: spy@x.example"},
        {"subject": "ok\u2028Bcc: spy@x.example"},
        {"subject": ""},
        {"subject": None},
        {"subject": "x" * 501},
        {"to": "a@x.example\r\nBcc: spy@x.example"},
        {"to": "a@x.example, spy@x.example"},
        {"to": "Name <a@x.example>"},
        {"to": []},
        {"to": None},
        {"to": ["a@x.example", 5]},
        {"to": [f"a{number}@x.example" for number in range(51)]},
        {"cc": "nobody"},
        {"body": None},
        {"body": {"not": "text"}},
    ],
)
def test_a_letter_that_cannot_be_right_is_refused_before_anything_leaves(mail, box, inputs):
    with pytest.raises(CallRefused):
        mail.call(_letter(**inputs))

    assert box.letters == []


def test_a_recipient_whom_the_server_refuses_stops_the_letter_for_all(mail, box):
    box.to_recipients["gone@x.example"] = "550 no such mailbox"

    with pytest.raises(CallRefused) as refused:
        mail.call(_letter(to=["a@x.example", "gone@x.example"]))

    assert (refused.value.code, box.letters) == ("MAIL-550", [])


def test_a_server_that_is_busy_is_tried_again_later(mail, box):
    box.to_letters = "451 try again"

    with pytest.raises(NotSent):
        mail.call(_letter())


def test_a_line_that_breaks_after_the_letter_leaves_the_outcome_open(mail, box):
    box.hangs_up = True

    with pytest.raises(NoOutcome):
        mail.call(_letter())


def test_without_a_mail_server_nothing_is_sent_yet():
    with pytest.raises(NotSent, match="DIVAN_SMTP_HOST"):
        MailConnector(MailSettings()).call(_letter())
    with pytest.raises(NotSent):
        MailConnector(MailSettings(host="127.0.0.1", port=1, tls="none")).call(_letter())


def test_a_server_without_tls_gets_no_password_from_us(mail, box):
    safe = MailSettings(
        host="127.0.0.1", port=mail.settings.port, user="divan", password="canary", tls="starttls"
    )

    with pytest.raises(NotSent) as failed:
        MailConnector(safe, timeout=20.0).call(_letter())

    assert "canary" not in str(failed.value) + repr(MailConnector(safe))
