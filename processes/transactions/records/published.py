"""What was published: releases as they were handed out, never changed (`domain.md` §3.10)."""

from __future__ import annotations

import enum
from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.sdk import Base, new_id
from engine.values import Rial
from processes.transactions.records.columns import code_column


class Stage(enum.Enum):
    """Where the public knows a transaction to be."""

    PLANNED = "PLANNED"
    CALLED = "CALLED"  #: firms are called to show that they may bid; the notice follows
    OPEN = "OPEN"  #: the notice is out
    OPENED = "OPENED"  #: the bids are opened
    DECIDED = "DECIDED"
    AWARDED = "AWARDED"  #: nobody may complain any more
    CONTRACT = "CONTRACT"
    FINISHED = "FINISHED"
    CANCELLED = "CANCELLED"
    UNSUCCESSFUL = "UNSUCCESSFUL"


class PublishedProcess(Base):
    """One transaction of which something was published, as lists show it now."""

    __tablename__ = "tnd_published"

    ocid: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    buyer_id: Mapped[str]
    buyer_name: Mapped[str]
    title: Mapped[str]
    sought: Mapped[str]  #: what a search looks through, folded
    stage: Mapped[Stage] = mapped_column(code_column(Stage), index=True)
    method: Mapped[str | None]  #: a name of `publication.events.Method`; not known of a plan
    value: Mapped[Rial | None]  #: of the plan, the estimate, the award, the contract: the newest
    supplier: Mapped[str | None]
    releases: Mapped[int]
    last_at: Mapped[datetime] = mapped_column(index=True)  #: of the newest release


class PublishedRelease(Base):
    """One release, as it was published."""

    __tablename__ = "tnd_release"
    __table_args__ = (UniqueConstraint("ocid", "no"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    ocid: Mapped[str] = mapped_column(ForeignKey("tnd_published.ocid"))
    no: Mapped[int]  #: in the process, from 1
    at: Mapped[datetime] = mapped_column(index=True)
    tag: Mapped[str]
    content: Mapped[str]  #: JSON, byte by byte as it is handed out
    sha256: Mapped[str]


class PublishedContract(Base):
    """A contract that was published, so that what is paid for it is too."""

    __tablename__ = "tnd_published_contract"

    contract_no: Mapped[str] = mapped_column(primary_key=True)
    ocid: Mapped[str] = mapped_column(ForeignKey("tnd_published.ocid"), index=True)
    supplier_id: Mapped[str]
    supplier_name: Mapped[str]
