"""Sealed bids: the ceremony of a tender's key, envelopes nobody can read, and their opening."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine.errors import Conflict
from engine.sdk import Base, JsonText, Scan, new_id
from processes.transactions.records.columns import code_column
from processes.transactions.sealing.envelope import Kind


class WrongState(Conflict):
    """A tender or an envelope is not where this is done."""

    code = "TND-050"


class SealingState(enum.Enum):
    """Where the sealing of a tender stands."""

    JOINING = "JOINING"  #: members make their keys
    DEALING = "DEALING"  #: …and deal
    REHEARSING = "REHEARSING"  #: every member shows that the share opens
    READY = "READY"  #: bids are taken until the deadline
    OPENING = "OPENING"  #: the session has begun
    CLOSED = "CLOSED"
    UNSUCCESSFUL = "UNSUCCESSFUL"  #: no bids, too many shares are lost, or it is given up


MOST_SCANS: Final = 8  #: times the clock lets the scanner look at what it cannot tell of
_NEXT: Final = {
    SealingState.JOINING: {SealingState.DEALING, SealingState.UNSUCCESSFUL},
    SealingState.DEALING: {SealingState.REHEARSING, SealingState.UNSUCCESSFUL},
    SealingState.REHEARSING: {SealingState.READY, SealingState.UNSUCCESSFUL},
    SealingState.READY: {SealingState.OPENING, SealingState.UNSUCCESSFUL},
    SealingState.OPENING: {SealingState.CLOSED, SealingState.UNSUCCESSFUL},
}


class SealedTender(Base):
    """What bids are sealed for: the case's tender, with its deadline and its commission."""

    __tablename__ = "tnd_seal_tender"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[UUID | None]  #: opened documents go into its file
    unit: Mapped[str] = mapped_column(ForeignKey("unit.code"), index=True)
    number: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    threshold: Mapped[int]  #: k: as many members open together
    deadline: Mapped[datetime]  #: a bid at this very moment is in time
    state: Mapped[SealingState] = mapped_column(code_column(SealingState))
    made_at: Mapped[datetime]
    made_by: Mapped[str]
    #: by member's position: votes that it cannot be opened and ends
    ending: Mapped[Any] = mapped_column(JsonText, nullable=True)
    members: Mapped[list[SealMember]] = relationship(order_by="SealMember.position")
    keys: Mapped[list[SealKey]] = relationship(order_by="SealKey.kind")
    minutes: Mapped[list[SealMinutes]] = relationship(order_by="SealMinutes.number")
    sittings: Mapped[list[SealSitting]] = relationship(order_by="SealSitting.number")

    @property
    def voting(self) -> list[SealMember]:
        """The members whose seats these are; the first is the chair. Deputies are no seats."""
        return [each for each in self.members if each.deputy_of is None]

    @property
    def sitting(self) -> SealSitting | None:
        """The sitting that is on, or whose roll is called."""
        return next((each for each in self.sittings if each.ended_at is None), None)

    def come_to(self, state: SealingState) -> None:
        """Go on.

        Raises:
            WrongState: this does not follow.
        """
        if state not in _NEXT.get(self.state, ()):
            raise WrongState(f"{self.number}: {self.state.value} -> {state.value}")
        self.state = state

    def must_be(self, state: SealingState) -> None:
        """Refuse what is done in another state.

        Raises:
            WrongState: it is in another.
        """
        if self.state is not state:
            raise WrongState(f"{self.number}: {self.state.value}, not {state.value}")

    def key(self, kind: Kind) -> SealKey:
        """Return the key of one kind of envelope."""
        return next(each for each in self.keys if each.kind is kind)


class SealMember(Base):
    """A member of the commission who holds a share; what opens it is with the member alone."""

    __tablename__ = "tnd_seal_member"
    __table_args__ = (UniqueConstraint("tender_id", "username"),)

    tender_id: Mapped[UUID] = mapped_column(ForeignKey("tnd_seal_tender.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  #: 1 … n
    username: Mapped[str]
    public_key: Mapped[str | None]  #: a point in hexadecimal digits; ``None``: not joined yet
    wrapped: Mapped[Any] = mapped_column(JsonText, nullable=True)  #: under the passphrase
    joined_at: Mapped[datetime | None]
    is_present: Mapped[bool] = mapped_column(default=False)  #: in the sitting that is on, or last
    #: position of the member whose seat a deputy (عضو علی‌البدل) takes; ``None``: a member
    deputy_of: Mapped[int | None]
    conflict: Mapped[str | None]  #: the interest the member declared (SOD-010)


class SealSitting(Base):
    """One sitting of the session, with its own roll call; a pause for quality ends it."""

    __tablename__ = "tnd_seal_sitting"

    tender_id: Mapped[UUID] = mapped_column(ForeignKey("tnd_seal_tender.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    begun_at: Mapped[datetime | None]  #: ``None``: the roll is called
    ended_at: Mapped[datetime | None]
    #: who was here, by position: ``at``, ``reason`` of a deputy, ``left`` with a declared interest
    roll: Mapped[Any] = mapped_column(JsonText)

    def enter(self, position: int, at: datetime, reason: str | None) -> None:
        """Add somebody to the roll."""
        told = {"at": at.isoformat(), "reason": reason, "left": None}
        self.roll = {**self.roll, str(position): told}

    def leave(self, position: int, at: datetime) -> None:
        """Let somebody take no part any more."""
        known = self.roll.get(str(position))
        if known is not None:
            self.roll = {**self.roll, str(position): {**known, "left": at.isoformat()}}

    @property
    def stayed(self) -> set[int]:
        """Positions of those who were here to its end."""
        return {int(each) for each, told in self.roll.items() if told["left"] is None}


class SealDealing(Base):
    """What one member dealt for one kind of envelope: points, a proof, and closed values."""

    __tablename__ = "tnd_seal_dealing"

    tender_id: Mapped[UUID] = mapped_column(ForeignKey("tnd_seal_tender.id"), primary_key=True)
    kind: Mapped[Kind] = mapped_column(code_column(Kind), primary_key=True)
    dealer: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    content: Mapped[Any] = mapped_column(JsonText)
    dealt_at: Mapped[datetime]


class SealKey(Base):
    """The public key of one kind of envelope; there is no other half anywhere."""

    __tablename__ = "tnd_seal_key"

    tender_id: Mapped[UUID] = mapped_column(ForeignKey("tnd_seal_tender.id"), primary_key=True)
    kind: Mapped[Kind] = mapped_column(code_column(Kind), primary_key=True)
    public: Mapped[str]  #: a point in hexadecimal digits
    shares: Mapped[Any] = mapped_column(JsonText)  #: each member's share times the generator
    rehearsal: Mapped[str]  #: a sealed dummy, in hexadecimal digits
    rehearsal_hash: Mapped[str]  #: SHA-256 of what it has to open to


class BidState(enum.Enum):
    """Whether a bid counts."""

    SEALED = "SEALED"
    REPLACED = "REPLACED"  #: by a newer one of the same bidder
    WITHDRAWN = "WITHDRAWN"


_COUNTS = text("state = 'SEALED'")


class SealedBid(Base):
    """One bid of one bidder; never changed, only replaced or withdrawn until the deadline."""

    __tablename__ = "tnd_seal_bid"
    __table_args__ = (
        UniqueConstraint("tender_id", "bidder", "version"),
        Index(
            "uq_tnd_seal_bid_counts", "tender_id", "bidder", unique=True,
            sqlite_where=_COUNTS, postgresql_where=_COUNTS,
        ),
    )  # fmt: skip

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    tender_id: Mapped[UUID] = mapped_column(ForeignKey("tnd_seal_tender.id"))
    bidder: Mapped[str]  #: legal id
    version: Mapped[int]
    state: Mapped[BidState] = mapped_column(code_column(BidState))
    submitted_at: Mapped[datetime]  #: as the database decided that it was in time
    submitted_by: Mapped[str]
    receipt: Mapped[str | None]  #: canonical JSON that the site signed
    signature: Mapped[str | None]  #: of the receipt, Ed25519, in hexadecimal digits
    withdrawn_at: Mapped[datetime | None]
    envelopes: Mapped[list[SealedEnvelope]] = relationship(
        order_by="SealedEnvelope.kind", back_populates="bid"
    )

    def envelope(self, kind: Kind) -> SealedEnvelope:
        """Return one of its envelopes."""
        return next(each for each in self.envelopes if each.kind is kind)


class EnvelopeState(enum.Enum):
    """What became of an envelope."""

    SEALED = "SEALED"
    OPENED = "OPENED"
    ACCEPTED = "ACCEPTED"  #: opened, and the commission lets the bid go on
    REJECTED = "REJECTED"  #: opened, and the bid ends here
    RETURNED = "RETURNED"  #: given back unopened (R-TND-08)


class SealedEnvelope(Base):
    """What the server has of an envelope: where it lies, how long it is, and its own point."""

    __tablename__ = "tnd_seal_envelope"

    bid_id: Mapped[UUID] = mapped_column(ForeignKey("tnd_seal_bid.id"), primary_key=True)
    kind: Mapped[Kind] = mapped_column(code_column(Kind), primary_key=True)
    sha256: Mapped[str] = mapped_column(index=True)
    size: Mapped[int] = mapped_column(BigInteger)  #: bytes, sealed
    sent: Mapped[str]  #: the point members release, in hexadecimal digits
    proof: Mapped[str]  #: that the bidder drew it for this header
    state: Mapped[EnvelopeState] = mapped_column(
        code_column(EnvelopeState), default=EnvelopeState.SEALED
    )
    opened_at: Mapped[datetime | None]
    reason: Mapped[str | None]  #: of a rejection
    votes: Mapped[Any] = mapped_column(JsonText, nullable=True)  #: by member's position
    sheet: Mapped[str | None]  #: of facts that lay in it (`sealing.forms`), as it was opened
    bid: Mapped[SealedBid] = relationship(back_populates="envelopes")
    releases: Mapped[list[SealRelease]] = relationship(order_by="SealRelease.member")
    files: Mapped[list[OpenedFile]] = relationship(order_by="OpenedFile.position")

    def must_be(self, state: EnvelopeState) -> None:
        """Refuse what is done in another state.

        Raises:
            WrongState: it is in another.
        """
        if self.state is not state:
            raise WrongState(f"{self.kind}: {self.state.value}, not {state.value}")


def _of_envelope() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["bid_id", "kind"], ["tnd_seal_envelope.bid_id", "tnd_seal_envelope.kind"]
    )


class SealRelease(Base):
    """What one member gave to open one envelope."""

    __tablename__ = "tnd_seal_release"
    __table_args__ = (_of_envelope(),)

    bid_id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[Kind] = mapped_column(code_column(Kind), primary_key=True)
    member: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    content: Mapped[Any] = mapped_column(JsonText)
    released_at: Mapped[datetime]


class SealRehearsal(Base):
    """That one member's share opened the dummy of one kind."""

    __tablename__ = "tnd_seal_rehearsal"

    tender_id: Mapped[UUID] = mapped_column(ForeignKey("tnd_seal_tender.id"), primary_key=True)
    kind: Mapped[Kind] = mapped_column(code_column(Kind), primary_key=True)
    member: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    content: Mapped[Any] = mapped_column(JsonText)
    released_at: Mapped[datetime]


class SealSent(Base):
    """How much a bidder has sent for one tender, whatever became of it."""

    __tablename__ = "tnd_seal_sent"

    tender_id: Mapped[UUID] = mapped_column(ForeignKey("tnd_seal_tender.id"), primary_key=True)
    bidder: Mapped[str] = mapped_column(primary_key=True)  #: legal id
    size: Mapped[int] = mapped_column(BigInteger)  #: bytes


class OpenedFile(Base):
    """A file that lay in an opened envelope; its content lies in the document store."""

    __tablename__ = "tnd_seal_file"
    __table_args__ = (_of_envelope(),)

    bid_id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[Kind] = mapped_column(code_column(Kind), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str]
    size: Mapped[int] = mapped_column(BigInteger)  #: bytes
    sha256: Mapped[str] = mapped_column(index=True)
    scan: Mapped[Scan] = mapped_column(code_column(Scan), default=Scan.UNSCANNED)
    virus: Mapped[str | None]  #: as the scanner names it
    scan_tries: Mapped[int] = mapped_column(default=0)  #: how often it could not tell
    scan_after: Mapped[datetime | None]  #: not asked again before; ``None``: never asked

    @property
    def is_scanned_again(self) -> bool:
        """Whether the scanner is asked of it once more by the clock."""
        return self.scan is Scan.UNSCANNED and self.scan_tries < MOST_SCANS

    def may_be_given(self, *, site_scans: bool) -> bool:
        """Tell whether who may read it gets it: where the site scans, only what is clean."""
        return self.scan is Scan.CLEAN or (self.scan is Scan.UNSCANNED and not site_scans)


class SealMinutes(Base):
    """Minutes of a sitting (صورت‌جلسه): what was printed, and who signed it."""

    __tablename__ = "tnd_seal_minutes"

    tender_id: Mapped[UUID] = mapped_column(ForeignKey("tnd_seal_tender.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  #: of the sitting
    sha256: Mapped[str] = mapped_column(index=True)  #: of the PDF, in the document store
    size: Mapped[int] = mapped_column(BigInteger)  #: bytes
    is_last: Mapped[bool]  #: of the sitting with which the session ended
    made_at: Mapped[datetime]
    made_by: Mapped[str]
    #: by member's position: the moment
    signed: Mapped[Any] = mapped_column(JsonText)
