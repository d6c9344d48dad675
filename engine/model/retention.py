"""How long cases are kept: legal holds, what stays of a purged case, and who agreed to erase.

Nothing of a case is deleted but by a rule, asked for by one person and confirmed by another
(`domain.md` R-ARC-02).
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.errors import Conflict, Forbidden, NotFound
from engine.model.base import Base, JsonText, new_id

#: of partial indexes: a statement that says the same, to the letter, uses them
HOLDS: Final = "lifted_at IS NULL"
WAITS: Final = "state = 'asked'"
LONGEST_REASON: Final = 1_000  #: characters


class CaseHeld(Conflict):
    """A legal hold lies on the case: nothing of it is deleted or made anonymous."""

    code = "RET-001"


class NotDue(Conflict):
    """The case still has to be kept, or no rule lets it be deleted."""

    code = "RET-002"


class CaseNotOver(Conflict):
    """The case, or one it has called, still runs."""

    code = "RET-003"


class NotSealed(Conflict):
    """The journal has not sealed all acts of the case yet; within a minute or two it has."""

    code = "RET-004"


class NotHeld(Conflict):
    """No legal hold lies on the case."""

    code = "RET-005"


class CasePurged(Conflict):
    """Nothing but a tombstone is left of the case."""

    code = "RET-006"


class CasesRemain(Conflict):
    """The person stands in cases that could not be changed yet."""

    code = "RET-008"


class AccountOpen(Conflict):
    """The person may still sign in: the account is closed first."""

    code = "RET-009"


class OwnErasure(Forbidden):
    """Who asked for something to be erased does not confirm it, under another account either."""

    code = "RET-007"


class ErasureNotFound(NotFound):
    """Nobody asked for such a thing to be erased."""


class ErasureDecided(Conflict):
    """Somebody decided on it meanwhile."""

    code = "GEN-DECIDED"


class LegalHold(Base):
    """A case is kept whatever the rules say, until somebody lifts the hold."""

    __tablename__ = "legal_hold"
    __table_args__ = (
        Index(
            "ix_legal_hold_open",
            "instance_id",
            unique=True,
            sqlite_where=text(HOLDS),
            postgresql_where=text(HOLDS),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    instance_id: Mapped[UUID] = mapped_column(ForeignKey("instance.id"), index=True)
    reason: Mapped[str]
    by: Mapped[str]  #: user name
    at: Mapped[datetime]
    lifted_by: Mapped[str | None]
    lifted_at: Mapped[datetime | None]
    lifted_reason: Mapped[str | None]

    def lift(self, reason: str, *, by: str, at: datetime) -> None:
        """Let the rules hold again.

        Raises:
            NotHeld: somebody lifted it before.
        """
        if self.lifted_at is not None:
            raise NotHeld(str(self.instance_id))
        self.lifted_reason, self.lifted_by, self.lifted_at = reason, by, at


class Tombstone(Base):
    """What stays of a purged case beside its number and dates: by what right, and its hashes."""

    __tablename__ = "tombstone"

    instance_id: Mapped[UUID] = mapped_column(ForeignKey("instance.id"), primary_key=True)
    purged_at: Mapped[datetime]
    asked_by: Mapped[str]  #: user name
    confirmed_by: Mapped[str]
    record_class: Mapped[str]  #: of `engine.catalogue.retention`
    kept_until: Mapped[date]  #: the day its rule ended on
    #: of each act of its chain the hash, 32 bytes each: what the journal sealed is proved by them
    acts: Mapped[bytes] = mapped_column(LargeBinary)
    documents: Mapped[Mapping[str, Any]] = mapped_column(JsonText)  #: bytes by SHA-256


class ErasureKind(enum.Enum):
    """What is asked to be erased."""

    PURGE = "purge"  #: cases whose time is over
    ANONYMISE = "anonymise"  #: a person


class ErasureState(enum.Enum):
    """Where a request is in its life."""

    ASKED = "asked"
    CONFIRMED = "confirmed"  #: a batch does it, or has done it
    REFUSED = "refused"  #: by a second person, or taken back by who asked


class ErasureRequest(Base):
    """A wish that something be erased, which a second person confirms."""

    __tablename__ = "erasure_request"
    __table_args__ = (
        Index(
            "ix_erasure_request_open",
            "asked_at",
            sqlite_where=text(WAITS),
            postgresql_where=text(WAITS),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[str]
    facts: Mapped[Mapping[str, Any]] = mapped_column(JsonText)  #: which process, or which person
    reason: Mapped[str]
    state: Mapped[str]
    asked_by: Mapped[str]  #: user name
    asked_at: Mapped[datetime]
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    note: Mapped[str | None]  #: of who decided
    batch_id: Mapped[UUID | None] = mapped_column(ForeignKey("batch.id"))  #: that does it

    def decide(self, state: ErasureState, *, by: str, note: str, at: datetime) -> None:
        """Record that it was confirmed, or refused.

        Raises:
            ErasureDecided: somebody was first.
        """
        if self.state != ErasureState.ASKED.value:
            raise ErasureDecided(str(self.id))
        self.state, self.decided_by, self.decided_at = state.value, by, at
        self.note = note or None
