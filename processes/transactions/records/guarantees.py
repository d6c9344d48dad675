"""The register of guarantees: each as it stands now, and what was done to it (§3.14)."""

from __future__ import annotations

import enum
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine.sdk import Base, new_id
from engine.values import Rial
from processes.transactions.records.columns import code_column
from processes.transactions.rules.guarantee_register import Kind, State


class Form(enum.Enum):
    """As what a guarantee is given."""

    BANK = "BANK"  #: ضمانت‌نامهٔ بانکی
    CASH = "CASH"
    NOTE = "NOTE"  #: سفته
    INSURANCE = "INSURANCE"
    BONDS = "BONDS"


class Done(enum.Enum):
    """What somebody did to a guarantee."""

    RECEIVED = "RECEIVED"
    VERIFIED = "VERIFIED"
    ACTIVE = "ACTIVE"
    EXTENDED = "EXTENDED"
    REDUCED = "REDUCED"
    RELEASED = "RELEASED"
    CALL_ASKED = "CALL_ASKED"  #: signed by the first of two
    CALL_DROPPED = "CALL_DROPPED"
    CALLED = "CALLED"
    EXPIRED = "EXPIRED"


class Guarantee(Base):
    """A guarantee that the city holds or held (تضمین)."""

    __tablename__ = "tnd_guarantee"
    __table_args__ = (UniqueConstraint("issuer", "number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[Kind] = mapped_column(code_column(Kind))
    form: Mapped[Form] = mapped_column(code_column(Form))
    number: Mapped[str]
    issuer: Mapped[str]
    branch: Mapped[str]
    amount: Mapped[Rial]  #: as it stands now
    unit: Mapped[str] = mapped_column(ForeignKey("unit.code"), index=True)  #: the beneficiary
    concerns: Mapped[str]  #: number of the request, tender or contract
    giver: Mapped[str | None]  #: legal id of whose it is; of a bid's always, since it is asked
    valid_from: Mapped[date]
    valid_until: Mapped[date] = mapped_column(index=True)  #: the last day, as it stands now
    state: Mapped[State] = mapped_column(code_column(State), index=True)
    call_asked_by: Mapped[str | None]  #: the first signature under a call that waits for another
    call_reason: Mapped[str | None]
    acts: Mapped[list[GuaranteeAct]] = relationship(order_by="GuaranteeAct.no")


class GuaranteeAct(Base):
    """One act on a guarantee, with what it then was; never changed."""

    __tablename__ = "tnd_guarantee_act"
    __table_args__ = (UniqueConstraint("guarantee_id", "no"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    guarantee_id: Mapped[UUID] = mapped_column(ForeignKey("tnd_guarantee.id"))
    no: Mapped[int]  #: of this guarantee, from 1
    done: Mapped[Done] = mapped_column(code_column(Done))
    at: Mapped[datetime]
    by: Mapped[str]
    reference: Mapped[str | None]  #: letter, certificate or minute that it rests on
    event: Mapped[str | None]  #: a release: of `RELEASED_BY`
    reason: Mapped[str | None]
    amount: Mapped[Rial]  #: after it
    valid_until: Mapped[date]  #: after it
