"""Sends the short messages that people get from Divan itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import simplejson

from engine import watch
from engine.commands import mailing
from engine.connectors.connector import Connector, NoOutcome, Request
from engine.connectors.site import SITE
from engine.errors import OutcomeUnknown
from engine.model.effect import Guarantee
from engine.model.job import Job
from engine.storage.database import Database


def send_message(database: Database, job: Job, _: Callable[[], datetime]) -> None:
    """Hand one short message to the service that the site names for them.

    It goes under one key at every attempt. A service that promises nothing about a key is not
    asked again when its answer was lost: a person finds out, and retries. A site that names no
    connection sends none, and what was read meanwhile is not sent either.

    Raises:
        NotSent, NoOutcome, CallRefused, OutcomeUnknown: it did not go, or nobody knows.
        ConnectionMissing, SecretUnreadable: the connection is not there, or not whole.
        LeaseLost: another worker has the job.
    """
    prepared = _prepared(database, job) if SITE.sms.connection else None
    if prepared is not None:
        connector, request = prepared
        with watch.work("connector", connector.name):
            _call(connector, request, is_first=job.attempts == 1)
    mailing.has_left(database.unit_of_work(), job)


def _prepared(database: Database, job: Job) -> tuple[Connector, Request] | None:
    notice_id = mailing.notice_in(job)
    with database.reader() as session:
        written = SITE.write_message(session, notice_id) if notice_id else None
        if written is None:
            return None
        connector = SITE.connector(session, "http", SITE.sms.connection)
    inputs = {"path": SITE.sms.path, "json": _filled(simplejson.loads(SITE.sms.body), *written)}
    return connector, Request(str(job.id), inputs, job.created_at)


def _call(connector: Connector, request: Request, *, is_first: bool) -> None:
    guarantee = connector.guarantee(request)
    if guarantee is Guarantee.QUERYABLE and not is_first and connector.ask(request) is not None:
        return
    try:
        connector.call(request)
    except NoOutcome as lost:
        if guarantee is Guarantee.NEITHER:
            raise OutcomeUnknown(request.key, connector.name) from lost
        raise


def _filled(body: Any, to: str, text: str) -> Any:
    """Put number and text into the texts of what is posted."""
    match body:
        case str():
            return text.join(each.replace("{to}", to) for each in body.split("{text}"))
        case list():
            return [_filled(each, to, text) for each in body]
        case Mapping():
            return {key: _filled(each, to, text) for key, each in body.items()}
    return body
