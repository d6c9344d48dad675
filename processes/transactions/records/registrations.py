"""Registrations of bidders by themselves, until somebody lets them in (ثبت‌نام پیشنهاددهندگان)."""

from __future__ import annotations

import enum
from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine.sdk import Base, RuleBroken, new_id
from processes.transactions.records.columns import code_column
from processes.transactions.records.firms import Firm


class BidderKind(enum.Enum):
    """What the law calls who bids."""

    LEGAL = "LEGAL"  #: a company, by its legal id
    NATURAL = "NATURAL"  #: a person, by the national code


class RegistrationState(enum.Enum):
    """Where a registration stands."""

    UNCONFIRMED = "UNCONFIRMED"  #: the letter to its address was not followed yet
    PAPERS = "PAPERS"  #: its papers are awaited
    SUBMITTED = "SUBMITTED"  #: with the buying officer
    ADMITTED = "ADMITTED"
    REFUSED = "REFUSED"


class RegistrationDecided(RuleBroken):
    """It was decided on, or is not there to be decided on."""

    code = "REG-004"


class BidderRegistration(Base):
    """What somebody said who wants to bid, and what became of it."""

    __tablename__ = "tnd_bidder_registration"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    number: Mapped[str] = mapped_column(unique=True)  #: such as ``REG-1405-0012``
    unit: Mapped[str] = mapped_column(ForeignKey("unit.code"))  #: whose officer looks at it
    kind: Mapped[BidderKind] = mapped_column(code_column(BidderKind))
    identifier: Mapped[str] = mapped_column(index=True)  #: legal id, or national code
    name: Mapped[str]
    registration_no: Mapped[str | None]  #: of a company, in the register of companies
    economic_code: Mapped[str | None]
    iban: Mapped[str]
    postal_code: Mapped[str]
    address: Mapped[str]
    representative: Mapped[str]
    representative_code: Mapped[str]  #: national code
    mobile: Mapped[str]
    email: Mapped[str]
    page: Mapped[str]  #: whole address of the applicant's own page
    locale: Mapped[str]
    password_hash: Mapped[str | None]  #: until it is decided on
    account: Mapped[str | None]  #: user name of who has one already, and bids with it
    state: Mapped[RegistrationState] = mapped_column(code_column(RegistrationState))
    made_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]  #: when the letter's link was followed, if one was sent
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None]
    reason: Mapped[str | None]  #: of a refusal, as the applicant reads it
    firm_id: Mapped[UUID | None] = mapped_column(ForeignKey("tnd_firm.id"))
    instance_id: Mapped[UUID | None]  #: the officer's case
    papers_sent: Mapped[int] = mapped_column(BigInteger, default=0)  #: bytes, the replaced too
    firm: Mapped[Firm | None] = relationship()
    papers: Mapped[list[RegistrationPaper]] = relationship(cascade="all, delete-orphan")

    @property
    def party(self) -> str:
        """The place of the desk whose account acts for the bidder."""
        return f"party:{self.identifier}"

    def confirm(self, at: datetime) -> None:
        """Await its papers: who registered reads the mail of its address.

        Raises:
            RegistrationDecided: its address was confirmed before.
        """
        self._come_from(RegistrationState.UNCONFIRMED, RegistrationState.PAPERS)
        self.confirmed_at = at

    def submit(self) -> None:
        """Send it to the buying officer.

        Raises:
            RegistrationDecided: it is there already, or was decided on.
        """
        self._come_from(RegistrationState.PAPERS, RegistrationState.SUBMITTED)

    def admit(self, firm: Firm, by: str, at: datetime) -> str | None:
        """Bind it to a firm of the register; return the password's hash, which is kept no longer.

        There is none where the applicant has an account already.

        Raises:
            RegistrationDecided: it was decided on.
        """
        self._come_from(RegistrationState.SUBMITTED, RegistrationState.ADMITTED)
        kept = self.password_hash
        self.password_hash = None
        self.firm_id, self.decided_by, self.decided_at = firm.id, by, at
        return kept

    def refuse(self, reason: str, by: str, at: datetime) -> None:
        """Refuse it with a reason; the password's hash is kept no longer.

        Raises:
            RegistrationDecided: it was decided on.
        """
        self._come_from(RegistrationState.SUBMITTED, RegistrationState.REFUSED)
        self.password_hash = None
        self.reason, self.decided_by, self.decided_at = reason, by, at

    def _come_from(self, before: RegistrationState, after: RegistrationState) -> None:
        if self.state is not before:
            raise RegistrationDecided(f"{self.number} is {self.state.value}")
        self.state = after


class RegistrationPaper(Base):
    """What an applicant attached, one file for each paper asked; its content is in the store."""

    __tablename__ = "tnd_registration_paper"

    registration_id: Mapped[UUID] = mapped_column(
        ForeignKey("tnd_bidder_registration.id"), primary_key=True
    )
    paper: Mapped[str] = mapped_column(primary_key=True)  #: its key in `registry.toml`
    name: Mapped[str]
    kind: Mapped[str]  #: of the file, as its content says
    size: Mapped[int] = mapped_column(BigInteger)  #: bytes
    sha256: Mapped[str] = mapped_column(index=True)
    scanned: Mapped[bool]
    received_at: Mapped[datetime]
