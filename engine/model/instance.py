"""A case: one running instance of a definition, with its human tasks.

A plain dataclass that `engine.storage` loads and saves with Core statements; its table stands
beside it. Its state changes only through the methods here.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    Uuid,
    text,
)

from engine.errors import (
    CaseFinished,
    CaseNotSuspended,
    CaseSuspended,
    Problem,
    RulesBroken,
)
from engine.model.base import Base, JsonText, Moment
from engine.model.human_task import CLOSED, HumanTask, TaskState, task_table

__all__ = [
    "CALLED",
    "CANCELLED",
    "CLOSED",
    "LONGEST_KEY",
    "RUNNING",
    "SEARCHED",
    "SUSPENDED",
    "HumanTask",
    "Instance",
    "InstanceState",
    "TaskState",
    "business_key",
    "instance_table",
    "task_table",
]

#: Characters of a business key: what PostgreSQL's index takes of any script, with room beside.
LONGEST_KEY: Final = 500


class InstanceState(enum.Enum):
    """Where a case is in its life."""

    RUNNING = "running"
    SUSPENDED = "suspended"  #: an admin holds it: nothing of it goes on until he lets it
    FINISHED = "finished"  #: reached an end
    CANCELLED = "cancelled"  #: ended by an admin


def business_key(said: str | None) -> str | None:
    """Return the key of a case as it was said.

    Raises:
        RulesBroken: ``GEN-KEY``, no index takes one so long.
    """
    if said is not None and len(said) > LONGEST_KEY:
        params = {"length": str(len(said)), "limit": str(LONGEST_KEY)}
        raise RulesBroken([Problem("GEN-KEY", "business_key", params)])
    return said


@dataclass(slots=True)
class Instance:
    """A case with its stored state and its open tasks."""

    id: UUID
    definition_id: UUID
    process_id: str
    unit: str  #: code of the executive unit that owns the case
    business_key: str | None
    title: str
    started_by: str
    started_at: datetime
    party: str | None = None  #: legal id of the outside organisation concerned
    state: InstanceState = InstanceState.RUNNING
    snapshot: bytes = b""  #: the engine's state, opaque outside `engine.bpmn`
    version: int = 0  #: grows with every save; a stale one saves nothing
    event_count: int = 0  #: how many events its history holds
    variables: Mapping[str, Any] = field(default_factory=dict)  #: the case's values now
    finished_at: datetime | None = None
    end_id: str | None = None  #: the end event reached
    business: Mapping[str, Any] = field(default_factory=dict)  #: of its values, those lists show
    called_by: UUID | None = None  #: the case that waits for this one
    call_token: str | None = None  #: …and what of it waits
    tasks: list[HumanTask] = field(default_factory=list)  #: the open ones, and those just closed

    def hold(self, variables: Mapping[str, Any], columns: Iterable[str]) -> None:
        """Take the values the case has now; those of ``columns`` are what it is found by."""
        self.variables = variables
        self.business = {key: variables[key] for key in columns if variables.get(key) is not None}

    def must_run(self) -> None:
        """Refuse to go on with a case that has ended.

        Raises:
            CaseFinished: it has.
            CaseSuspended: an administrator holds it.
        """
        if self.state is InstanceState.SUSPENDED:
            raise CaseSuspended(self.id)
        if self.state is not InstanceState.RUNNING:
            raise CaseFinished(self.id)

    def suspend(self) -> None:
        """Hold a running case: its tasks stay open, and nothing of it goes on.

        Raises:
            CaseFinished, CaseSuspended: there is nothing to hold.
        """
        self.must_run()
        self.state = InstanceState.SUSPENDED

    def resume(self) -> None:
        """Let a case that was held go on.

        Raises:
            CaseNotSuspended: nobody holds it.
        """
        if self.state is not InstanceState.SUSPENDED:
            raise CaseNotSuspended(self.id)
        self.state = InstanceState.RUNNING

    def finish(self, end_id: str | None, at: datetime) -> None:
        """Record that the case reached an end."""
        self.state = InstanceState.FINISHED
        self.end_id = end_id
        self.finished_at = at

    def go_on(self) -> None:
        """Let a case that had reached an end run again: the answer that led there is taken back."""
        self.state = InstanceState.RUNNING
        self.end_id = self.finished_at = None

    def cancel(self, at: datetime) -> None:
        """End the case from outside, with whatever is open in it."""
        if self.state is not InstanceState.SUSPENDED:
            self.must_run()
        self.state = InstanceState.CANCELLED
        self.finished_at = at
        for task in self.tasks:
            if not task.is_closed:
                task.withdraw(at)

    def task_at(self, token: str) -> HumanTask | None:
        """Return the open task of one visit of an element."""
        return next(
            (each for each in self.tasks if each.token == token and not each.is_closed), None
        )


#: of a partial index: a statement that says the same, to the letter, uses it
RUNNING = "state = 'running'"
SUSPENDED = "state = 'suspended'"
CANCELLED = "state = 'cancelled'"
CALLED = "called_by IS NOT NULL"
NUMBERED = "business_key IS NOT NULL"
ENDED = "finished_at IS NOT NULL"
#: indexes of `instance` that only PostgreSQL has: migration 0011 makes them, for Alembic cannot
#: compare an index over an expression where the other database does not have it
SEARCHED = frozenset({"ix_instance_grams", "ix_instance_business"})

instance_table = Table(
    "instance",
    Base.metadata,
    Column("id", Uuid, primary_key=True),
    Column("definition_id", Uuid, ForeignKey("definition.id"), nullable=False),
    Column("process_id", Text, nullable=False),
    Column("unit", Text, nullable=False),
    Column("party", Text),
    Column("business_key", Text),
    Column("title", Text, nullable=False),
    Column("started_by", Text, nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("state", Text, nullable=False),
    Column("snapshot", LargeBinary, nullable=False),
    Column("version", Integer, nullable=False),
    Column("event_count", Integer, nullable=False),
    Column("variables", JsonText, nullable=False),
    Column("finished_at", Moment),
    Column("end_id", Text),
    Column("business", JsonText, nullable=False, server_default="{}"),
    Column("called_by", Uuid),
    Column("call_token", Text),
    Index(
        "ix_instance_called", "called_by", sqlite_where=text(CALLED), postgresql_where=text(CALLED)
    ),
    Index("ix_instance_started_by", "started_by", "started_at"),
    Index(
        "ix_instance_business_key",
        "process_id",
        "business_key",
        sqlite_where=text(NUMBERED),
        postgresql_where=text(NUMBERED),
    ),
    # lists go by the moment, then by the id: few cases share one, and are put in order when read
    Index("ix_instance_started", "started_at"),
    Index("ix_instance_process", "process_id", "started_at"),
    Index("ix_instance_unit", "unit", "started_at"),
    Index("ix_instance_definition", "definition_id", "started_at"),
    Index(
        "ix_instance_ended",
        "definition_id",
        "finished_at",
        sqlite_where=text(ENDED),
        postgresql_where=text(ENDED),
    ),
    Index(
        "ix_instance_closed", "started_at", sqlite_where=text(ENDED), postgresql_where=text(ENDED)
    ),
    Index(
        "ix_instance_cancelled",
        "started_at",
        sqlite_where=text(CANCELLED),
        postgresql_where=text(CANCELLED),
    ),
    Index(
        "ix_instance_running_since",
        "started_at",
        sqlite_where=text(RUNNING),
        postgresql_where=text(RUNNING),
    ),
    Index(
        "ix_instance_suspended",
        "started_at",
        "id",
        sqlite_where=text(SUSPENDED),
        postgresql_where=text(SUSPENDED),
    ),
)
