"""Who is paid, from which account of the unit, and why."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine.sdk import Base, new_id
from engine.values import Rial


class Payee(Base):
    """Somebody who is paid (ذی‌نفع); the name is what an inquiry of the register said."""

    __tablename__ = "pay_payee"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    identifier: Mapped[str] = mapped_column(unique=True)  #: national code or legal id
    name: Mapped[str]
    is_demo: Mapped[bool] = mapped_column(default=False)


class PayeeIban(Base):
    """An account of a payee: proposed by one, approved by another, paid to a day later."""

    __tablename__ = "pay_payee_iban"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    payee_id: Mapped[UUID] = mapped_column(ForeignKey("pay_payee.id"), index=True)
    instance_id: Mapped[UUID | None] = mapped_column(unique=True)
    iban: Mapped[str]
    owner_id: Mapped[str | None]  #: as the bank told it
    owner_name: Mapped[str | None]
    proposed_at: Mapped[datetime]
    proposed_by: Mapped[str]
    approved_at: Mapped[datetime | None]
    approved_by: Mapped[str | None]
    valid_from: Mapped[datetime | None]  #: a hold after the approval (R-PAY-07)

    payee: Mapped[Payee] = relationship()


class DebitAccount(Base):
    """An account of a unit from which it pays."""

    __tablename__ = "pay_debit_account"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    unit: Mapped[str] = mapped_column(ForeignKey("unit.code"), index=True)
    iban: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    is_demo: Mapped[bool] = mapped_column(default=False)


class Basis(Base):
    """What an order pays: a voucher or a statement of another area, or one entered by hand."""

    __tablename__ = "pay_basis"
    __table_args__ = (UniqueConstraint("kind", "reference", "source_no"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[str]  #: of record: ``statement``, ``voucher``; ``manual``
    reference: Mapped[str]  #: its number as it is printed
    source_no: Mapped[str] = mapped_column(default="")  #: of the order of the area that told of it
    area: Mapped[str | None]  #: that told of it; ``None``: entered here
    record_id: Mapped[UUID | None]
    case_id: Mapped[UUID | None]  #: of that area's case
    unit: Mapped[str] = mapped_column(ForeignKey("unit.code"), index=True)
    payee_id: Mapped[UUID] = mapped_column(ForeignKey("pay_payee.id"))
    gross: Mapped[Rial]
    vat: Mapped[Rial]
    net: Mapped[Rial]
    digest: Mapped[str]  #: hash of the voucher
    entered_at: Mapped[datetime]
    entered_by: Mapped[str]
    is_demo: Mapped[bool] = mapped_column(default=False)

    payee: Mapped[Payee] = relationship()
    legs: Mapped[list[BasisLeg]] = relationship(order_by="BasisLeg.position")


class BasisLeg(Base):
    """A part that goes to a deposit or liability account, never to the payee (R-PAY-09)."""

    __tablename__ = "pay_basis_leg"

    basis_id: Mapped[UUID] = mapped_column(ForeignKey("pay_basis.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]  #: RETENTION, INSURANCE, TAX, OTHER
    amount: Mapped[Rial]
