"""A deployment that somebody asked for, and what became of it.

What is asked for is kept with the request, to the byte: what a second analyst approves is what
is deployed, whatever happens to the draft meanwhile.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.errors import Conflict, Forbidden, NotFound
from engine.model.base import Base, JsonText, new_id

LONGEST_NOTE: Final = 2_000  #: characters of a note, a reason, a letter to the people affected
#: condition of a partial index: a statement that says the same, to the letter, uses it
OPEN: Final = "state IN ('asked', 'planned')"


class RequestState(enum.Enum):
    """Where a request is in its life."""

    ASKED = "asked"  #: waits for a second analyst
    PLANNED = "planned"  #: approved, waits for its moment
    DONE = "done"
    REFUSED = "refused"  #: by a second analyst
    WITHDRAWN = "withdrawn"  #: by an analyst, or because the draft was asked for anew
    FAILED = "failed"  #: at its moment something stood against it; nothing was changed


class RequestNotFound(NotFound):
    """There is no such request."""


class RequestDecided(Conflict):
    """Somebody decided on it, or took it back, meanwhile."""

    code = "STU-010"

    def __init__(self, request_id: UUID, state: str) -> None:
        super().__init__(f"request {request_id} is {state}")
        self.request_id = request_id
        self.state = state


class OwnRequest(Forbidden):
    """Who asked for a deployment does not approve it, under another account either."""

    code = "STU-011"

    def __init__(self, request_id: UUID) -> None:
        super().__init__(f"request {request_id} is the actor's own")
        self.request_id = request_id


class DeploymentRequest(Base):
    """A wish that a draft, as it stood, be deployed."""

    __tablename__ = "deployment_request"
    __table_args__ = (
        Index(
            "ix_deployment_request_open",
            "draft_id",
            unique=True,
            sqlite_where=text(OPEN),
            postgresql_where=text(OPEN),
        ),
        Index("ix_deployment_request_asked_at", "asked_at"),
        Index("ix_deployment_request_bundle_id", "bundle_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    area: Mapped[str]
    draft_id: Mapped[UUID] = mapped_column(ForeignKey("area_draft.id"))
    save: Mapped[int]  #: number of the draft's last save as it was asked for
    bundle_id: Mapped[str]  #: SHA-256 of what is asked for
    content: Mapped[bytes]  #: its files, zipped
    base_id: Mapped[str | None] = mapped_column(ForeignKey("bundle.id"))  #: deployed at that time
    note: Mapped[str]  #: what changes and why
    message: Mapped[str | None]  #: to the people whose work changes
    planned_at: Mapped[datetime | None]  #: not before; ``None``: at once
    state: Mapped[str]
    asked_by: Mapped[str]  #: user name
    asked_at: Mapped[datetime]
    decided_by: Mapped[str | None]  #: user name; ``None`` in the end: no approval was needed
    decided_at: Mapped[datetime | None]
    proof: Mapped[str | None]  #: by what who decided had proved to be there
    reason: Mapped[str | None]  #: of a refusal
    closed_by: Mapped[str | None]  #: who withdrew it
    closed_at: Mapped[datetime | None]
    problems: Mapped[Sequence[Mapping[str, Any]] | None] = mapped_column(JsonText)  #: why it failed

    def decide(
        self, state: RequestState, *, by: str | None, at: datetime, proof: str | None = None
    ) -> None:
        """Approve (it is planned, or done) or refuse.

        Raises:
            RequestDecided: it does not wait for a decision.
        """
        self._must_be(RequestState.ASKED)
        self.state, self.decided_by, self.decided_at, self.proof = state.value, by, at, proof
        if state is not RequestState.PLANNED:
            self.closed_at = at

    def withdraw(self, *, by: str, at: datetime) -> None:
        """Take it back, before or after an approval.

        Raises:
            RequestDecided: it is over.
        """
        self._must_be(RequestState.ASKED, RequestState.PLANNED)
        self.state, self.closed_by, self.closed_at = RequestState.WITHDRAWN.value, by, at

    def finish(self, at: datetime, problems: Sequence[Mapping[str, Any]] = ()) -> None:
        """Record that its moment came, and what stood against it if something did.

        Raises:
            RequestDecided: it was not planned, or was withdrawn.
        """
        self._must_be(RequestState.PLANNED)
        self.state = (RequestState.FAILED if problems else RequestState.DONE).value
        self.closed_at, self.problems = at, list(problems) or None

    def _must_be(self, *states: RequestState) -> None:
        if self.state not in {each.value for each in states}:
            raise RequestDecided(self.id, self.state)
