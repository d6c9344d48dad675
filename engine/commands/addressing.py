"""A word to one case, or to whoever waits, of what happened outside; it goes once durable."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from engine.model.base import new_id
from engine.model.job import Job, JobKind
from engine.model.partner import addressed_to
from engine.storage import jobs
from engine.storage.database import Session

KEPT: Final = timedelta(days=90)  #: for a case that does not listen for it yet


def send_to_case(
    session: Session,
    instance_id: UUID,
    name: str,
    values: Mapping[str, Any],
    *,
    key: str,
    at: datetime,
) -> None:
    """Send a case a message when this transaction is committed, as a job after it.

    The case hears it where it waits for the name without a correlation key, now or within
    `KEPT`. What goes wrong in the case then is the case's incident: who sends it, such as a
    hearer of a fact, is neither refused nor kept waiting.

    Args:
        values: plain data that become variables of the case.
        key: tells this message from every other of the name for this case; again it is not sent.
    """
    _plan(session, instance_id, name, values, addressed_to(instance_id), key=key, at=at)


def send_message(
    session: Session,
    name: str,
    correlation: str,
    values: Mapping[str, Any],
    *,
    key: str,
    at: datetime,
) -> None:
    """Send a message to whoever waits for it, or begins with it, when this is committed.

    It is taken as one from outside would be: by the one case that waits for the name with this
    correlation key, else by a process that begins with it; else it is kept for `KEPT`.

    Args:
        key: tells this message from every other of the name; again it is not sent.
    """
    _plan(session, None, name, values, correlation, key=key, at=at)


def _plan(
    session: Session,
    instance_id: UUID | None,
    name: str,
    values: Mapping[str, Any],
    correlation: str,
    *,
    key: str,
    at: datetime,
) -> None:
    of = "-" if instance_id is None else instance_id
    jobs.plan(
        session,
        [
            Job(
                id=new_id(),
                instance_id=instance_id,
                kind=JobKind.SEND,
                idem_key=f"{of}/{name}/{key}",
                token="",
                element_id="",
                topic=name,
                run_at=at,
                created_at=at,
                facts={
                    "name": name,
                    "values": dict(values),
                    "correlation": correlation,
                    "until": (at + KEPT).isoformat(),
                },
            )
        ],
    )
