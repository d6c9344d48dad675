"""History: the append-only rows that trail, reports and journal read."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, Text, Uuid, text

from engine.model.base import Base, JsonText, Moment


class EventKind(enum.Enum):
    """What happened."""

    STARTED = "started"
    PASSED = "passed"  #: the case went through an element
    DECIDED = "decided"  #: a gateway chose a flow; ``facts`` says why
    EVALUATED = "evaluated"  #: a decision was made; ``facts`` hold rules hit and inputs seen
    TASK_OPENED = "task_opened"
    TASK_CLAIMED = "task_claimed"
    TASK_UNCLAIMED = "task_unclaimed"
    TASK_ASSIGNED = "task_assigned"  #: ``facts`` name who has it now, and who had it
    TASK_DELEGATED = "task_delegated"  #: ``facts`` name who works on it for the actor
    TASK_HANDED_BACK = "task_handed_back"  #: …and to whom it came back
    TASK_PRIORITISED = "task_prioritised"  #: ``facts`` hold the priority before and now
    TASK_COMPLETED = "task_completed"
    TASK_REPORTED = "task_reported"  #: an error or escalation of it; ``facts`` hold its code
    TASK_RECALLED = "task_recalled"  #: who answered it took the answer back; it is open again
    TASK_REOPENED = "task_reopened"  #: a recalled answer had ended it; ``facts`` name its holder
    TASK_RETURNED = "task_returned"  #: sent back to an earlier step; ``facts`` say which and why
    TASK_WITHDRAWN = "task_withdrawn"
    ROW_MISSING = "row_missing"  #: a data store has no row of this key; ``facts`` name both
    ROW_WRITTEN = "row_written"  #: to a data store; ``facts`` hold the row
    SERVICE_DONE = "service_done"
    TIMER_FIRED = "timer_fired"
    MESSAGE = "message"
    SIGNAL = "signal"
    CHANGED = "changed"  #: values were set from outside a step
    RESCHEDULED = "rescheduled"  #: what was planned comes at another time
    REMINDED = "reminded"
    ESCALATED = "escalated"
    REFUSED = "refused"  #: a rule kept somebody from acting (four-eyes)
    INCIDENT = "incident"
    RETRIED = "retried"
    JOB_HELD = "job_held"  #: an administrator holds one job of the case; ``facts`` say why
    JOB_LET_GO = "job_let_go"  #: …and lets it go on
    JOB_PREFERRED = "job_preferred"  #: …or says in ``facts`` before which others it runs
    RETRIES_SET = "retries_set"  #: …or how often it may still be tried; ``facts`` say why
    MIGRATED = "migrated"  #: the case went on in another version; ``facts`` hold the plan
    MIGRATION_UNDONE = "migration_undone"
    TASK_MOVED = "task_moved"  #: a migration gave an open task another name, desk or form
    MODIFIED = "modified"  #: an administrator moved tokens; ``facts`` say which and why
    CHOSEN = "chosen"  #: a person had an activity of an ad-hoc sub-process done
    CALLED = "called"  #: a process was called as a case of its own; ``facts`` name it
    RETURNED = "returned"  #: a called case has ended
    DOCUMENT_ADDED = "document_added"  #: to the case's file; ``facts`` name it with its hash
    DOCUMENT_REPLACED = "document_replaced"  #: by a newer version
    DOCUMENT_WITHDRAWN = "document_withdrawn"  #: counts no more; ``facts`` say why
    PAPER_MADE = "paper_made"  #: printed and put into the file; ``facts`` hold its number
    DOCUMENT_SIGNED = "document_signed"  #: a newer version holds the signature; ``facts`` name it
    DOCUMENT_STAMPED = "document_stamped"  #: a newer version holds another archive timestamp
    ORIGINAL = "original"  #: of the paper a document was scanned from; ``facts["what"]``
    EXCEPTION_ASKED = "exception_asked"  #: that a four-eyes rule shall not hold for a task
    EXCEPTION_GRANTED = "exception_granted"  #: …and somebody else has confirmed it
    EXCEPTION_REFUSED = "exception_refused"
    SUSPENDED = "suspended"  #: an administrator holds the case; ``facts`` say why
    RESUMED = "resumed"  #: …and has let it go on
    RESTARTED = "restarted"  #: the case goes on as a new one; ``facts`` name it and say why
    FINISHED = "finished"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Event:
    """One act or step, numbered within its case."""

    instance_id: UUID
    seq: int
    at: datetime
    kind: EventKind
    element_id: str | None = None
    name: str | None = None  #: of the element, in the model's language
    task_id: UUID | None = None
    actor: str | None = None  #: user name; ``None`` is the engine itself
    desk: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


#: of the partial index of decisions: a statement that says the same, to the letter, uses it
DECIDED_BY_RULES = "kind = 'evaluated'"

event_table = Table(
    "event",
    Base.metadata,
    Column("instance_id", Uuid, ForeignKey("instance.id"), primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("kind", Text, nullable=False),
    Column("element_id", Text),
    Column("name", Text),
    Column("task_id", Uuid),
    Column("actor", Text),
    Column("desk", Text),
    Column("facts", JsonText, nullable=False),
    Index(
        "ix_event_evaluated",
        "at",
        "instance_id",
        "seq",
        sqlite_where=text(DECIDED_BY_RULES),
        postgresql_where=text(DECIDED_BY_RULES),
    ),
)
