"""A mail server on loopback that keeps what it gets, and is stopped and started again."""

from __future__ import annotations

import email
from collections.abc import Iterator
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from engine.connectors import SITE
from engine.settings.groups import MailSettings
from tests.kit.server import free_port
from webapp.talk.letters import Writer


class Post:
    """The server, and the letters it took."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.port = free_port()
        self._running: Controller | None = None

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - named by the library
        letter = email.message_from_bytes(envelope.content, policy=default)
        assert isinstance(letter, EmailMessage)
        self.letters.append(letter)
        return "250 OK"

    def start(self) -> None:
        self._running = Controller(self, hostname="127.0.0.1", port=self.port, ready_timeout=60)
        self._running.start()

    def stop(self) -> None:
        if self._running:
            self._running.stop()
        self._running = None


@pytest.fixture
def post(monkeypatch: pytest.MonkeyPatch) -> Iterator[Post]:
    """The site's mail server, running."""
    server, writer = Post(), Writer("https://divan.city.example")
    settings = MailSettings(
        host="127.0.0.1", port=server.port, tls="none", sender="divan@city.example"
    )
    monkeypatch.setattr(SITE, "mail", settings)
    monkeypatch.setattr(SITE, "write", writer.of_notice)
    monkeypatch.setattr(SITE, "write_digest", writer.of_digest)
    server.start()
    yield server
    server.stop()


def plain_of(letter: EmailMessage) -> str:
    """Return the plain part of a letter."""
    return _part(letter, "plain")


def page_of(letter: EmailMessage) -> str:
    """Return the HTML part of a letter."""
    return _part(letter, "html")


def _part(letter: EmailMessage, kind: str) -> str:
    part = letter.get_body((kind,))
    assert part is not None
    return str(part.get_content())
