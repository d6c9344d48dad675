"""Tells webhooks that administrators subscribed: signed, at least once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from engine import watch
from engine.commands import webhooks
from engine.connectors.connector import CallRefused, NoOutcome, NotSent
from engine.connectors.line import Line
from engine.connectors.signing import signed_headers
from engine.connectors.site import SITE
from engine.model.base import json_text
from engine.model.job import Job
from engine.storage import webhooks as rows
from engine.storage.database import Database
from engine.storage.vault import SecretUnreadable


class NotTaken(NotSent):
    """A receiver answered, and not that it has the message."""

    def __init__(self, name: str, status: int) -> None:
        super().__init__(f"{name} answered {status}")
        self.status = status


@dataclass(frozen=True, slots=True)
class _Message:
    """One delivery, ready to go."""

    name: str
    url: str
    secret: str
    id: str
    body: bytes


def deliver(database: Database, job: Job, clock: Callable[[], datetime]) -> None:
    """Tell one receiver one message; anything but success is tried again later.

    Raises:
        NotSent, NoOutcome, CallRefused, SecretUnreadable: it was not told.
        LeaseLost: another worker has the job, and tells it too.
    """
    try:
        message = _message(database, job)
    except rows.WebhookMissing:
        webhooks.drop(database.unit_of_work(), job)
        return
    uow = database.unit_of_work()
    try:
        with watch.work("connector", "webhook"):
            status = _tell(message, clock())
    except (NotSent, NoOutcome, CallRefused) as error:
        webhooks.missed(uow, job, str(error), getattr(error, "status", None), clock())
        raise
    webhooks.arrived(uow, job, status, clock())


def _message(database: Database, job: Job) -> _Message:
    with database.reader() as session:
        delivery = rows.delivery(session, webhooks.delivery_of(job))
        to = rows.webhook(session, delivery.webhook_id)
        if SITE.vault is None:
            raise SecretUnreadable("this process was given no key to open secrets with")
        secret = SITE.vault.open(to.name, to.sealed)
        body = json_text(dict(delivery.body)).encode()
        return _Message(to.name, to.url, secret, str(delivery.id), body)


def _tell(message: _Message, at: datetime) -> int:
    headers = {
        "Content-Type": "application/json",
        **signed_headers(message.secret, message.id, at, message.body),
    }
    line = Line(message.url, SITE.outbound.networks, SITE.resolve, SITE.timeout)
    answer = line.exchange("POST", "", headers, message.body)
    if not 200 <= answer.status < 300:
        raise NotTaken(message.name, answer.status)
    return answer.status
