"""Letters and short messages: planned in the transaction that has something to say.

A mail server that is down makes a letter wait, and each letter is one job by its key, so that
it goes later, once. What is still waiting after a day becomes an incident, which sends it when
it is retried.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from engine.commands.retried import retried
from engine.model.base import new_id
from engine.model.job import Job, JobKind, JobState, attempts_of
from engine.model.notice import Notice
from engine.model.person import Actor, Person
from engine.storage import jobs
from engine.storage.database import Session, UnitOfWork

RETRIES: Final = "R97/PT15M"  #: a day of quarters of an hour


def letter_of_notice(notice: Notice) -> Job:
    """Return the job that tells of a notice by mail; what it says is written when it goes."""
    return _job(f"mail/notice/{notice.id}", {"notice": str(notice.id)}, notice.at)


def message_of_notice(notice: Notice) -> Job:
    """Return the job that tells of a notice by short message, written when it goes."""
    facts = {"notice": str(notice.id)}
    return _job(f"sms/notice/{notice.id}", facts, notice.at, JobKind.SMS)


def letter_of_digest(person_id: UUID, on: date, told: Mapping[str, Any], at: datetime) -> Job:
    """Return the job of one person's morning letter of a day: there is one, whoever asks."""
    facts = {"digest": {**told, "person": str(person_id), "on": on.isoformat()}}
    return _job(f"mail/digest/{person_id}/{on.isoformat()}", facts, at)


def letter_of_report(report_id: UUID, on: date, at: datetime) -> Job:
    """Return the job of a report's letter of a day, written when it goes."""
    facts = {"report": {"id": str(report_id), "at": at.isoformat()}}
    return _job(f"mail/report/{report_id}/{on.isoformat()}", facts, at)


def plan_letter(session: Session, key: str, letter: Mapping[str, Any], *, at: datetime) -> None:
    """Plan one letter in the transaction of what it tells; the caller commits.

    Args:
        key: another letter under the same key is none.
        letter: what the mail connector takes: ``to``, ``subject``, ``body`` and so on.
    """
    jobs.plan(session, [_job(f"mail/{key}", {"letter": letter}, at)])


@retried
def post(uow: UnitOfWork, key: str, letter: Mapping[str, Any], *, at: datetime) -> str:
    """Plan one letter; another under the same key is none. Returns to whom that key's goes.

    Args:
        letter: what the mail connector takes: ``to``, ``subject``, ``body`` and so on.
    """
    with uow:
        job = _job(f"mail/{key}", {"letter": letter}, at)
        uow.plan([job])
        planned = jobs.facts_of(uow.session, job.idem_key)
        uow.commit()
        return str(planned["letter"]["to"])


@retried
def confirm_address(uow: UnitOfWork, email: str | None, *, actor: Actor) -> None:
    """Keep where the actor gets mail, which somebody has read there; ``None``: nowhere."""
    with uow:
        uow.session.get_one(Person, actor.person_id, with_for_update=True).email = email
        uow.commit()


@retried
def keep_mobile(uow: UnitOfWork, mobile: str | None, *, actor: Actor) -> None:
    """Keep where the actor gets short messages; ``None``: nowhere."""
    with uow:
        uow.session.get_one(Person, actor.person_id, with_for_update=True).mobile = mobile
        uow.commit()


@retried
def has_left(uow: UnitOfWork, job: Job) -> None:
    """Close the job of a letter or message that was taken, or that nobody waits for.

    Raises:
        LeaseLost: another worker has the job.
    """
    with uow:
        jobs.close(uow.session, job, JobState.DONE)
        uow.commit()


def notice_in(job: Job) -> UUID | None:
    """Return the notice a letter tells of; ``None``: it is written already."""
    told = job.facts.get("notice")
    return UUID(told) if told else None


def digest_in(job: Job) -> Mapping[str, Any] | None:
    """Return what a morning letter tells; ``None``: it is another letter."""
    told: Mapping[str, Any] | None = job.facts.get("digest")
    return told


def report_in(job: Job) -> Mapping[str, Any] | None:
    """Return which report a letter is, and of when; ``None``: it is another letter."""
    told: Mapping[str, Any] | None = job.facts.get("report")
    return told


def _job(key: str, facts: Mapping[str, Any], at: datetime, kind: JobKind = JobKind.MAIL) -> Job:
    return Job(
        id=new_id(),
        instance_id=None,
        kind=kind,
        idem_key=key,
        token="",
        element_id="",
        topic=None,
        run_at=at,
        created_at=at,
        facts=facts,
        max_attempts=attempts_of(RETRIES),
        retries=RETRIES,
    )
