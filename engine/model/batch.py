"""Batches: one act of an administrator over many cases or jobs, done by the workers bit by bit.

Each thing is done in a transaction of its own, which marks it as done: a batch goes on where it
stood, whatever happened to the worker, and does nothing twice.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, Text, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.errors import Conflict, NotFound
from engine.model.base import Base, JsonText, new_id

LONGEST_REASON: Final = 500  #: characters
#: of partial indexes: a statement that says the same, to the letter, uses them
WAITING: Final = "state = 'waiting'"
FAILED: Final = "state = 'failed'"


class BatchState(enum.Enum):
    """Where a batch is in its life."""

    RUNNING = "running"
    PAUSED = "paused"
    DONE = "done"  #: everything was tried; what failed is listed
    CANCELLED = "cancelled"  #: what was not tried by then stays as it is


class ItemState(enum.Enum):
    """What became of one thing of a batch."""

    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"


class BatchNotFound(NotFound):
    """There is no such batch."""


class BatchOver(Conflict):
    """It does not run any more, or does not stand where it has to for this."""

    code = "GEN-BATCH"

    def __init__(self, batch_id: UUID, state: str) -> None:
        super().__init__(f"batch {batch_id} is {state}")
        self.batch_id = batch_id
        self.state = state


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for."""

    kind: str  #: see `engine.commands.batch_kinds`
    reason: str
    facts: Mapping[str, Any]
    process_id: str | None = None  #: where all of it concerns one
    of_batch: UUID | None = None  #: whose work it undoes


class Batch(Base):
    """One act over many things, with how far it has come."""

    __tablename__ = "batch"
    __table_args__ = (Index("ix_batch_asked_at", "asked_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[str]  #: name of a `engine.commands.batch_kinds.Kind`
    facts: Mapped[Mapping[str, Any]]  #: what the act is told; each kind says which
    reason: Mapped[str]
    person_id: Mapped[UUID | None]  #: who asked; ``None``: whoever runs commands on the server
    by: Mapped[str]  #: user name
    asked_at: Mapped[datetime]
    process_id: Mapped[str | None]  #: where all of it concerns one
    of_batch: Mapped[UUID | None] = mapped_column(ForeignKey("batch.id"))  #: whose work it undoes
    state: Mapped[str]
    total: Mapped[int]
    done: Mapped[int]  #: …of those up to ``reached``
    failed: Mapped[int]
    reached: Mapped[int]  #: number of the last thing that was counted
    turn: Mapped[int]  #: a worker's turn of another number goes on no further
    ended_at: Mapped[datetime | None]

    @property
    def is_running(self) -> bool:
        """Tell whether workers go on with it."""
        return self.state == BatchState.RUNNING.value

    @property
    def is_over(self) -> bool:
        """Tell whether nothing more becomes of it."""
        return self.state in (BatchState.DONE.value, BatchState.CANCELLED.value)

    def pause(self) -> None:
        """Let workers leave it alone; what one has at hand may still be done.

        Raises:
            BatchOver: it does not run.
        """
        self._must_be(BatchState.RUNNING)
        self.state = BatchState.PAUSED.value

    def resume(self) -> None:
        """Let workers go on with it.

        Raises:
            BatchOver: it is not paused.
        """
        self._must_be(BatchState.PAUSED)
        self.state = BatchState.RUNNING.value
        self.turn += 1

    def cancel(self, at: datetime) -> None:
        """End it; what was done stays done.

        Raises:
            BatchOver: it is over.
        """
        self._must_be(BatchState.RUNNING, BatchState.PAUSED)
        self.state, self.ended_at = BatchState.CANCELLED.value, at

    def begin_again(self) -> None:
        """Let workers try again what failed.

        Raises:
            BatchOver: it runs still, or was cancelled.
        """
        self._must_be(BatchState.DONE)
        self.state, self.ended_at = BatchState.RUNNING.value, None
        self.done = self.failed = self.reached = 0
        self.turn += 1

    def count(self, done: int, failed: int, reached: int) -> None:
        """Take in what became of the things up to the number ``reached``."""
        self.done += done
        self.failed += failed
        self.reached = reached

    def finish(self, at: datetime) -> None:
        """Record that everything was tried."""
        self._must_be(BatchState.RUNNING)
        self.state, self.ended_at = BatchState.DONE.value, at

    def _must_be(self, *states: BatchState) -> None:
        if self.state not in {each.value for each in states}:
            raise BatchOver(self.id, self.state)


batch_item_table = Table(
    "batch_item",
    Base.metadata,
    Column("batch_id", Uuid, ForeignKey("batch.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("target_id", Uuid, nullable=False),  #: of a case or a job, as the kind says
    Column("state", Text, nullable=False),
    Column("code", Text),  #: of what stood against it
    Column("cause", Text),
    #: the cause in no language yet, where it has such a shape: places with their details
    Column("details", JsonText),
    Column("fingerprint", Text),  #: the same for those that failed alike
    Index(
        "ix_batch_item_waiting",
        "batch_id",
        "number",
        sqlite_where=text(WAITING),
        postgresql_where=text(WAITING),
    ),
    Index(
        "ix_batch_item_failed",
        "batch_id",
        "fingerprint",
        sqlite_where=text(FAILED),
        postgresql_where=text(FAILED),
    ),
)
