"""Signals: everybody who listens hears one, once. One transaction a portion.

A signal is not kept: who begins to listen later does not hear it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from engine import bpmn
from engine.commands import starts
from engine.commands.follow import Following
from engine.commands.listening import job_of
from engine.commands.retried import retried
from engine.errors import MessageIdTaken
from engine.model.base import new_id
from engine.model.event import EventKind
from engine.model.job import Job, JobKind, JobState
from engine.model.message import must_be_label
from engine.model.subscription import Subscription
from engine.storage import jobs, subscriptions
from engine.storage.database import UnitOfWork

LARGEST: Final = 1_000_000  #: bytes a signal may bring
PORTION: Final = 200  #: who hears a signal in one transaction


@retried
def broadcast(
    uow: UnitOfWork,
    name: str,
    values: Mapping[str, Any],
    *,
    signal_id: str | None = None,
    at: datetime,
) -> str:
    """Let every case that listens now go on, and start those that begin with it.

    A worker does it, one job a case, so that none of them waits for another.

    Args:
        signal_id: tells this signal from every other; the same again changes nothing.

    Returns:
        The signal's id.

    Raises:
        MessageIdTaken: another signal has this id.
        MessageRefused: its name or id cannot be.
        bpmn.TooHeavy, bpmn.NotJson: it brings too much, or what is not plain data.
    """
    signal_id = signal_id or str(new_id())
    must_be_label("id", signal_id)
    must_be_label("name", name)
    facts = {"name": name, "values": bpmn.plain(values, heaviest=LARGEST)}
    job = Job(
        id=new_id(),
        instance_id=None,
        kind=JobKind.BROADCAST,
        idem_key=f"signal/{signal_id}",
        token="",
        element_id="",
        topic=name,
        run_at=at,
        created_at=at,
        facts=facts,
    )
    with uow:
        uow.plan([job])
        if jobs.facts_of(uow.session, job.idem_key) != facts:
            raise MessageIdTaken(signal_id)
        uow.commit()
        return signal_id


def spread(uow: UnitOfWork, job: Job, at: datetime) -> None:
    """Plan a job for each who listened when the signal was given, portion by portion.

    Each portion is a transaction; taken again after a crash, those that are planned stay
    as they are. The job is closed with the last.

    Raises:
        LeaseLost: another worker has the job.
    """
    last: UUID | None = None
    while (last := _spread(uow, job, last, at)) is not None:
        pass


@retried
def _spread(uow: UnitOfWork, job: Job, after: UUID | None, at: datetime) -> UUID | None:
    """Plan one portion; return the last of it, or close the job and return ``None``."""
    with uow:
        found = subscriptions.for_signal(
            uow.session,
            job.topic or "",
            until=job.created_at,
            after=after,
            but=job.instance_id,
            limit=PORTION,
        )
        uow.plan([_heard(each, job.idem_key, at) for each in found])
        if not found:
            jobs.close(uow.session, job, JobState.DONE)
        uow.commit()
        return found[-1].id if found else None


def _heard(subscription: Subscription, signal: str, at: datetime) -> Job:
    """Return the job of one who listens; what the signal brings stays with its own job."""
    if subscription.instance_id is None:
        return starts.signalled(subscription, signal, at)
    return job_of(subscription, JobKind.SIGNAL, f"signal/{signal}", at, {"signal": signal})


@retried
def deliver(uow: UnitOfWork, job: Job, at: datetime) -> None:
    """Let one case hear the signal; when it listens no more, nothing happens.

    Raises:
        LeaseLost: another worker has the job.
        bpmn.StepFailed: the case cannot go on with it.
    """
    with uow:
        instance = uow.cases.one(job.case_id)
        following = Following(uow, instance, uow.deployed(instance.definition_id), at)
        following.finishes = job
        values = jobs.facts_of(uow.session, job.facts["signal"])["values"]
        try:
            step = following.hear(job.token, values)
        except bpmn.TokenNotWaiting:
            jobs.close(uow.session, job, JobState.DONE)
            uow.commit()
            return
        following.tell(EventKind.SIGNAL, element_id=job.element_id, name=job.topic, facts=values)
        following.follow(step)
        following.commit()
