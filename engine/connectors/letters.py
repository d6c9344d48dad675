"""Sends the letters that people get from Divan itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from engine.commands import mailing
from engine.connectors.connector import Request
from engine.connectors.mail import MailConnector
from engine.connectors.site import SITE
from engine.model.job import Job
from engine.storage.database import Database


def send_letter(database: Database, job: Job, _: Callable[[], datetime]) -> None:
    """Hand one letter to the site's mail server.

    It is sent again when the answer was lost, under the same Message-ID. A site without a
    mail server sends none, and what a notice told that was read meanwhile is not sent either.

    Raises:
        NotSent, NoOutcome, CallRefused: it did not go, or nobody knows.
        LeaseLost: another worker has the job.
    """
    letter = _letter(database, job) if SITE.mail.host else None
    if letter is not None:
        connector = MailConnector(SITE.mail, timeout=SITE.timeout)
        connector.call(Request(str(job.id), letter, job.created_at))
    mailing.has_left(database.unit_of_work(), job)


def _letter(database: Database, job: Job) -> Mapping[str, Any] | None:
    notice_id, digest = mailing.notice_in(job), mailing.digest_in(job)
    report = mailing.report_in(job)
    if notice_id is None and digest is None and report is None:
        letter: Mapping[str, Any] = job.facts["letter"]
        return letter
    with database.reader() as session:
        if digest is not None:
            return SITE.write_digest(session, digest)
        if report is not None:
            moment = datetime.fromisoformat(report["at"])
            return SITE.write_report(session, UUID(report["id"]), moment)
        return SITE.write(session, notice_id) if notice_id else None
