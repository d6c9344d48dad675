"""Work for later: service calls, timers, reminders, deliveries. The row is the truth.

A worker leases a job, counts the attempt at the claim, and finishes it only while it
still holds the fence it got (design §4).
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, Text, Uuid, text

from engine.model.base import Base, JsonText, Moment
from engine.model.retries import waits_of
from engine.watch import carried

#: waits between attempts; after the last an incident opens
BACKOFF = (timedelta(seconds=2), timedelta(seconds=30), timedelta(minutes=5))
MAX_ATTEMPTS = len(BACKOFF) + 1
PRIORITY = 50  #: of a job nobody said anything about; higher runs first


class JobKind(enum.Enum):
    """What a job does when it runs."""

    SERVICE = "service"  #: call a handler and answer the waiting service task
    TIMER = "timer"  #: fire a waiting timer event
    NOTICE = "notice"  #: remind of a task or escalate it
    EXTERNAL = "external"  #: waits for a worker outside, which fetches it; ours never claim it
    MESSAGE = "message"  #: deliver a message to one subscription
    SIGNAL = "signal"  #: deliver a signal to one subscription
    BROADCAST = "broadcast"  #: a thrown signal: makes one SIGNAL job for each subscription
    SEND = "send"  #: a thrown message: publishes it
    WEBHOOK = "webhook"  #: tell a receiver outside what happened in a case
    DELIVERY = "delivery"  #: tell a webhook that an administrator subscribed
    START = "start"  #: a timer start event of a definition: starts a case
    CALENDAR = "calendar"  #: the working calendar changed: moves the timers that count by it
    MAIL = "mail"  #: hands a letter to the mail server
    SMS = "sms"  #: hands a short message to the service that sends them
    DIGEST = "digest"  #: an office opens: plans the morning letters of those who work there
    SUBSTITUTION = "substitution"  #: it has ended: what the substitute holds goes back
    BATCH = "batch"  #: goes on for a turn with an act over many cases
    DEPLOYMENT = "deployment"  #: the moment of a deployment that was approved for it
    CALL = "call"  #: begins the case that a token calls
    RETURN = "return"  #: a called case has ended: tells the one that waits for it
    ABANDON = "abandon"  #: ends a called case that nobody waits for any more
    PAPER = "paper"  #: prints a paper that a step called for


class JobState(enum.Enum):
    """Where a job is in its life."""

    READY = "ready"
    LEASED = "leased"
    DONE = "done"
    INCIDENT = "incident"  #: gave up; a person has to look
    CANCELLED = "cancelled"  #: its step no longer waits
    SUSPENDED = "suspended"  #: its case or its step is held; ready again when that goes on
    HELD = "held"  #: an administrator holds it by itself; whatever else goes on, it does not


#: a job in one of these has still to be done
UNFINISHED = (
    JobState.READY,
    JobState.LEASED,
    JobState.INCIDENT,
    JobState.SUSPENDED,
    JobState.HELD,
)
#: …and in one of these no worker takes it up
ASIDE = frozenset({JobState.SUSPENDED, JobState.HELD})


def attempts_of(retries: str | None) -> int:
    """Return how often work with these retries is tried before it becomes an incident."""
    return len(waits_of(retries)) + 1 if retries else MAX_ATTEMPTS


@dataclass(slots=True)
class Job:
    """One piece of work for later, of one case as a rule."""

    id: UUID
    instance_id: UUID | None  #: ``None``: it is the work of no case
    kind: JobKind
    idem_key: str  #: unique for ever: the same work is never queued twice
    token: str  #: the waiting step (or the human task's) it belongs to; empty: none
    element_id: str
    topic: str | None  #: the handler's name, or what to notify
    run_at: datetime
    created_at: datetime
    facts: Mapping[str, Any] = field(default_factory=carried)
    state: JobState = JobState.READY
    lease_until: datetime | None = None
    fence: int = 0
    attempts: int = 0
    max_attempts: int = MAX_ATTEMPTS
    last_error: str | None = None
    priority: int = PRIORITY
    lease_seconds: int | None = None  #: how long an attempt may take; ``None``: as usual
    retries: str | None = None  #: ``R3/PT10S`` or ``PT2S,PT30S``; ``None``: `BACKOFF`
    worker: str | None = None  #: the name of who leases it

    def backoff(self) -> timedelta:
        """Return how long to wait before the next attempt."""
        waits = waits_of(self.retries) if self.retries else BACKOFF
        return waits[min(self.attempts, len(waits)) - 1] if waits else timedelta()

    @property
    def case_id(self) -> UUID:
        """The case it belongs to; asked only of the work of a case."""
        assert self.instance_id is not None, f"{self.kind.value} job {self.id} has no case"
        return self.instance_id

    @property
    def is_for_now(self) -> bool:
        """Tell whether a worker of ours may run it as soon as it is committed."""
        return self.run_at <= self.created_at and self.kind is not JobKind.EXTERNAL

    @property
    def is_spent(self) -> bool:
        """Tell whether no attempt is left."""
        return self.attempts >= self.max_attempts


#: conditions of partial indexes: a statement that says the same, to the letter, uses them
CLAIMABLE = "state = 'ready' AND kind <> 'external'"
LEASED = "state = 'leased'"
FETCHABLE = "kind = 'external' AND state IN ('ready', 'leased')"

job_table = Table(
    "job",
    Base.metadata,
    Column("id", Uuid, primary_key=True),
    Column("instance_id", Uuid, ForeignKey("instance.id")),
    Column("kind", Text, nullable=False),
    Column("idem_key", Text, nullable=False, unique=True),
    Column("token", Text, nullable=False),
    Column("element_id", Text, nullable=False),
    Column("topic", Text),
    Column("run_at", Moment, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("facts", JsonText, nullable=False),
    Column("state", Text, nullable=False),
    Column("lease_until", Moment),
    Column("fence", Integer, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("max_attempts", Integer, nullable=False),
    Column("last_error", Text),
    Column("priority", Integer, nullable=False),
    Column("lease_seconds", Integer),
    Column("retries", Text),
    Column("worker", Text),
    Index(
        "ix_job_ready",
        "priority",
        "run_at",
        "id",
        sqlite_where=text(CLAIMABLE),
        postgresql_where=text(CLAIMABLE),
    ),
    Index(
        "ix_job_leased",
        "lease_until",
        sqlite_where=text(LEASED),
        postgresql_where=text(LEASED),
    ),
    Index(
        "ix_job_external",
        "topic",
        "priority",
        "run_at",
        "id",
        sqlite_where=text(FETCHABLE),
        postgresql_where=text(FETCHABLE),
    ),
    Index("ix_job_instance", "instance_id", "token"),
)
