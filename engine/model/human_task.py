"""A human task: one waiting step of a case, as the inbox shows it.

A plain dataclass that `engine.storage` loads and saves with Core statements; its table stands
beside it. Its state changes only through the methods here.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    Uuid,
    text,
)

from engine.errors import (
    NotDelegated,
    NotTaskHolder,
    TaskAlreadyClaimed,
    TaskAlreadyClosed,
    TaskDelegated,
)
from engine.model.base import Base, Moment, Sortable
from engine.model.listing import PLACES, Listing
from engine.values import sortable_text


class TaskState(enum.Enum):
    """Where a human task is in its life."""

    OPEN = "open"  #: anyone at the desk may claim it
    CLAIMED = "claimed"  #: one person is working on it
    COMPLETED = "completed"
    WITHDRAWN = "withdrawn"  #: the process moved on without an answer


CLOSED = frozenset({TaskState.COMPLETED, TaskState.WITHDRAWN})


@dataclass(slots=True)
class HumanTask:
    """One waiting step of one case, as the inbox shows it."""

    id: UUID
    instance_id: UUID
    token: str  #: which visit of the element, when a case repeats it
    element_id: str
    name: str  #: the element's name in the model's language
    lane: str | None
    desk: str  #: where the work lies: ``ROLE@unit`` or ``ROLE@party:<id>``
    form_id: str | None
    created_at: datetime
    due_at: datetime | None = None
    priority: int = 50
    state: TaskState = TaskState.OPEN
    holder: str | None = None  #: user name of who claimed it
    claimed_at: datetime | None = None
    closed_at: datetime | None = None
    closed_by: str | None = None
    outcome: str | None = None  #: how it was answered: approve, return, …
    escalation_desk: str | None = None  #: who is told when it is late
    escalated_at: datetime | None = None  #: when they were told (R-BPM-03)
    drafted: bool = False  #: somebody typed into it; what was typed lies in `DraftField`
    follow_up_at: datetime | None = None  #: when to look at it again, as the diagram says
    #: who answers for it: its holder works on it for this person, or has handed it back
    owner: str | None = None
    held_for: str | None = None  #: user name of whom the holder, or the owner, stands in for
    amount: str | None = None  #: of the case, as lists sort by it (`engine.model.listing`)
    value_1: str | None = None  #: …and its other declared values
    value_2: str | None = None
    value_3: str | None = None
    value_4: str | None = None
    sought: str | None = None  #: all that a search looks at

    def claim(self, actor: str, at: datetime, held_for: str | None = None) -> None:
        """Take the task for ``actor``; claiming one's own task again changes nothing.

        Args:
            held_for: whom the actor stands in for; what that person held passes to the actor.

        Raises:
            TaskAlreadyClosed, TaskAlreadyClaimed: somebody was first.
        """
        self._must_live()
        if self.holder is not None and self.holder not in (actor, held_for):
            raise TaskAlreadyClaimed(self.id, self.holder)
        self.holder, self.held_for = actor, held_for
        self.claimed_at = self.claimed_at or at
        self.state = TaskState.CLAIMED

    def unclaim(self, actor: str) -> None:
        """Put the task back on its desk.

        Raises:
            TaskAlreadyClosed, NotTaskHolder: it is not the actor's to give back.
        """
        self.must_be_answered_by(actor)
        self.free()

    def free(self) -> None:
        """Put the task back on its desk, whoever holds it, and for whomever.

        Raises:
            TaskAlreadyClosed: there is nothing to put back.
        """
        self._must_live()
        self.holder = self.owner = self.held_for = None
        self.claimed_at = None
        self.state = TaskState.OPEN

    def assign(self, to: str, at: datetime, held_for: str | None = None) -> None:
        """Give the task to ``to``, whoever had it: it is theirs to answer from now on.

        Args:
            held_for: whom ``to`` stands in for.

        Raises:
            TaskAlreadyClosed: somebody, or the process itself, closed it first.
        """
        self._must_live()
        self.holder, self.owner, self.held_for = to, None, held_for
        self.claimed_at = at
        self.state = TaskState.CLAIMED

    def delegate(self, actor: str, to: str) -> None:
        """Let ``to`` work on the task for ``actor``, who goes on answering for it.

        Raises:
            TaskAlreadyClosed, NotTaskHolder: it is not the actor's to pass on.
            TaskDelegated: it was passed on already, and goes no further.
        """
        self._must_be_held_by(actor)
        self._must_be_ones_own()
        self.owner, self.holder = actor, to

    def hand_back(self, actor: str) -> None:
        """Give a delegated task back to its owner: the delegate does, or the owner takes it.

        Raises:
            TaskAlreadyClosed, NotDelegated, NotTaskHolder: nobody works on it for another, or
                the actor is neither of the two.
        """
        self._must_live()
        if not self.is_delegated:
            raise NotDelegated(self.id)
        if actor not in (self.holder, self.owner):
            raise NotTaskHolder(self.id, actor)
        self.holder = self.owner

    def prioritise(self, priority: int) -> None:
        """Say how urgent the task is, 0 to 100.

        Raises:
            TaskAlreadyClosed: nobody waits for it.
        """
        self._must_live()
        self.priority = priority

    @property
    def is_delegated(self) -> bool:
        """Tell whether its holder works on it for somebody else."""
        return self.owner is not None and self.owner != self.holder

    def complete(
        self, actor: str, outcome: str | None, at: datetime, held_for: str | None = None
    ) -> None:
        """Close the task as answered by ``actor``, for whom he stands in at that moment.

        Raises:
            TaskAlreadyClosed: somebody, or the process itself, closed it first.
            NotTaskHolder: ``actor`` has not claimed it.
            TaskDelegated: ``actor`` works on it for somebody else, who answers it.
        """
        self.must_be_answered_by(actor)
        self._close(TaskState.COMPLETED, at)
        self.closed_by, self.held_for = actor, held_for
        self.outcome = outcome

    def escalate(self, at: datetime) -> None:
        """Mark the task as late for those it is escalated to; it stays with its holder."""
        self._must_live()
        self.escalated_at = self.escalated_at or at
        self.priority = max(self.priority, 80)

    def be_listed(self, listing: Listing) -> None:
        """Take what lists sort, filter and search by; it stays as it is once the task is closed."""
        self.amount = listing.amount
        self.value_1, self.value_2, self.value_3, self.value_4 = listing.values
        self.sought = f"{listing.sought} {sortable_text(self.name)}"

    def rename(self, element_id: str, name: str, lane: str | None, form_id: str | None) -> None:
        """Say what the case's other version says of the step; who holds it stays.

        Raises:
            TaskAlreadyClosed: a closed task stays as it was done.
        """
        self._must_live()
        self.element_id, self.name = element_id, name
        self.lane, self.form_id = lane, form_id

    def send_back(self, actor: str, at: datetime) -> None:
        """Close the task unanswered: ``actor`` sent the work back to an earlier step.

        Raises:
            TaskAlreadyClosed, NotTaskHolder, TaskDelegated: it is not the actor's.
        """
        self.must_be_answered_by(actor)
        self._close(TaskState.WITHDRAWN, at)
        self.closed_by = actor

    def reopen(self) -> None:
        """Open a closed task as it was: with who held it, or on its desk."""
        self.state = TaskState.OPEN if self.holder is None else TaskState.CLAIMED
        self.closed_at = self.closed_by = self.outcome = None

    def withdraw(self, at: datetime) -> None:
        """Close the task without an answer: the process went another way."""
        self._close(TaskState.WITHDRAWN, at)

    @property
    def is_closed(self) -> bool:
        """Tell whether nothing more can happen to the task."""
        return self.state in CLOSED

    def must_be_answered_by(self, actor: str) -> None:
        """Refuse who may not close the task.

        Raises:
            TaskAlreadyClosed, NotTaskHolder, TaskDelegated: it is not the actor's.
        """
        self._must_be_held_by(actor)
        self._must_be_ones_own()

    def _must_be_held_by(self, actor: str) -> None:
        self._must_live()
        if self.holder != actor:
            raise NotTaskHolder(self.id, actor)

    def _must_be_ones_own(self) -> None:
        if self.is_delegated:
            raise TaskDelegated(self.id, self.owner or "")

    def _must_live(self) -> None:
        if self.is_closed:
            raise TaskAlreadyClosed(self.id, self.state.value, self.closed_by)

    def _close(self, state: TaskState, at: datetime) -> None:
        self.state = state
        self.closed_at = at


#: of a partial index: a statement that says the same, to the letter, uses it. What somebody has,
#: and what lies at a desk for whoever takes it
OPEN = "closed_at IS NULL"
HELD = "closed_at IS NULL AND holder IS NOT NULL"
UNHELD = "closed_at IS NULL AND holder IS NULL"
#: open work, which is most of what is written, stands in no index of what was done by whom
CLOSED_BY_SOMEBODY = "closed_by IS NOT NULL"


def _in_order(name: str, *columns: str, of: str | None = None) -> Index:
    """Return an index in which a desk's work that nobody holds lies in an order."""
    where = text(f"{UNHELD} AND {of} IS NOT NULL" if of else UNHELD)
    return Index(name, "desk", *columns, sqlite_where=where, postgresql_where=where)


task_table = Table(
    "human_task",
    Base.metadata,
    Column("id", Uuid, primary_key=True),
    Column("instance_id", Uuid, ForeignKey("instance.id"), nullable=False),
    Column("token", Text, nullable=False),
    Column("element_id", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("lane", Text),
    Column("desk", Text, nullable=False),
    Column("form_id", Text),
    Column("created_at", Moment, nullable=False),
    Column("due_at", Moment),
    Column("priority", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("holder", Text),
    Column("claimed_at", Moment),
    Column("closed_at", Moment),
    Column("closed_by", Text),
    Column("outcome", Text),
    Column("escalation_desk", Text),
    Column("escalated_at", Moment),
    Column("drafted", Boolean, nullable=False),
    Column("follow_up_at", Moment),
    Column("owner", Text),
    Column("held_for", Text),
    Column("amount", Sortable),
    *(Column(each, Sortable) for each in PLACES),
    Column("sought", Sortable),
    _in_order("ix_human_task_new", "id"),
    _in_order("ix_human_task_priority", "priority", "id"),
    _in_order("ix_human_task_amount", "amount", "id", of="amount"),
    *(_in_order(f"ix_human_task_{each}", each, "id", of=each) for each in PLACES),
    _in_order("ix_human_task_sought", "sought", "id"),
    Index("ix_human_task_instance", "instance_id", "closed_at"),
    Index(
        "ix_human_task_element",
        "element_id",
        sqlite_where=text(OPEN),
        postgresql_where=text(OPEN),
    ),
    # what is held lies in no walk along a desk; SQLite, which knows no numbers of rows, would take
    # this index for that of a search if the two said the same
    Index(
        "ix_human_task_open",
        "desk",
        "due_at",
        "id",
        sqlite_where=text(OPEN),
        postgresql_where=text(UNHELD),
    ),
    Index(
        "ix_human_task_late",
        "escalation_desk",
        "due_at",
        "id",
        sqlite_where=text("closed_at IS NULL AND escalated_at IS NOT NULL"),
        postgresql_where=text("closed_at IS NULL AND escalated_at IS NOT NULL"),
    ),
    # without the id: what one person holds without a deadline shares an entry
    Index(
        "ix_human_task_held",
        "holder",
        "due_at",
        sqlite_where=text(HELD),
        postgresql_where=text(HELD),
    ),
    Index(
        "ix_human_task_closed_by",
        "closed_by",
        "closed_at",
        sqlite_where=text(CLOSED_BY_SOMEBODY),
        postgresql_where=text(CLOSED_BY_SOMEBODY),
    ),
)
