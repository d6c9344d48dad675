"""Payment orders and their signatures."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine.errors import Conflict
from engine.sdk import Base, new_id
from engine.values import Rial
from processes.payments.records.batches import OrderBatch
from processes.payments.records.columns import code_column
from processes.payments.records.payees import Basis
from processes.payments.rules.signing import digest
from processes.payments.rules.states import Instrument, OrderState, may_follow

_LIVE = text("state NOT IN ('DECLINED', 'CANCELLED', 'RETURNED_BY_PAYEE', 'REJECTED')")
_STANDS = text("voided_at IS NULL")


class WrongTurn(Conflict):
    """An order does not come from its state into that one."""

    code = "PAY-018"


class Order(Base):
    """An order to pay one basis (دستور پرداخت، چک); of a basis one is live (PAY-010)."""

    __tablename__ = "pay_order"
    __table_args__ = (
        Index(
            "uq_pay_order_live", "basis_id", unique=True,
            sqlite_where=_LIVE, postgresql_where=_LIVE,
        ),
        Index("ix_pay_order_unit_state", "unit", "state"),
    )  # fmt: skip

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    order_no: Mapped[str] = mapped_column(unique=True)  #: unit-year-seq, without gaps
    unit: Mapped[str] = mapped_column(ForeignKey("unit.code"))
    instance_id: Mapped[UUID | None] = mapped_column(unique=True)  #: ``None``: the batch's
    batch_id: Mapped[UUID | None] = mapped_column(ForeignKey("pay_batch.id"), index=True)
    basis_id: Mapped[UUID] = mapped_column(ForeignKey("pay_basis.id"))
    replaces_id: Mapped[UUID | None] = mapped_column(ForeignKey("pay_order.id"))
    instrument: Mapped[Instrument] = mapped_column(code_column(Instrument))
    debit_iban: Mapped[str]
    payee_id: Mapped[str]
    payee_name: Mapped[str]
    payee_iban: Mapped[str]
    amount: Mapped[Rial]
    amount_in_words: Mapped[str]
    due_on: Mapped[date]
    purpose: Mapped[str]
    payment_id: Mapped[str]
    bill_id: Mapped[str]
    sayad_id: Mapped[str | None] = mapped_column(unique=True)
    series: Mapped[str]
    serial: Mapped[str]
    book_on: Mapped[date | None]
    voucher_hash: Mapped[str]
    state: Mapped[OrderState] = mapped_column(code_column(OrderState), default=OrderState.DRAFT)
    bank_ref: Mapped[str | None]
    bank_status: Mapped[str | None]
    status_reason: Mapped[str | None]  #: a code of `bank_reason`
    status_text: Mapped[str | None]  #: what the bank added in its own words
    made_at: Mapped[datetime]
    made_by: Mapped[str]
    sent_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    is_demo: Mapped[bool] = mapped_column(default=False)

    basis: Mapped[Basis] = relationship()
    batch: Mapped[OrderBatch | None] = relationship()
    signatures: Mapped[list[Signature]] = relationship(order_by="Signature.signed_at")

    def come_to(self, state: OrderState) -> None:
        """Change the state.

        Raises:
            WrongTurn: it does not follow from the one it has.
        """
        if state is self.state:
            return
        if not may_follow(self.state, state):
            raise WrongTurn(f"{self.order_no}: {self.state.value} -> {state.value}")
        self.state = state

    @property
    def case_id(self) -> UUID:
        """The case in which it is signed and sent: its own, or that of its batch."""
        found = self.instance_id if self.batch is None else self.batch.instance_id
        assert found is not None, "an order has a case or a batch"
        return found

    @property
    def digest(self) -> str:
        """The hash of what its signers sign (R-PAY-03)."""
        return digest(
            {
                "order_no": self.order_no,
                "amount": str(self.amount.amount),
                "amount_in_words": self.amount_in_words,
                "payee_id": self.payee_id,
                "payee_iban": self.payee_iban,
                "debit_iban": self.debit_iban,
                "due_on": self.due_on.isoformat(),
                "instrument": self.instrument.value,
                "sayad_id": self.sayad_id or "",
                "voucher_hash": self.voucher_hash,
            }
        )

    @property
    def standing(self) -> list[Signature]:
        """The signatures that stand."""
        return [each for each in self.signatures if each.voided_at is None]


class Signature(Base):
    """One signature of an order; a change or a refusal voids it, and it stays to be read."""

    __tablename__ = "pay_signature"
    __table_args__ = (
        Index(
            "uq_pay_signature_group", "order_id", "group_code", unique=True,
            sqlite_where=_STANDS, postgresql_where=_STANDS,
        ),
        Index(
            "uq_pay_signature_person", "order_id", "person_id", unique=True,
            sqlite_where=_STANDS, postgresql_where=_STANDS,
        ),
    )  # fmt: skip

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    order_id: Mapped[UUID] = mapped_column(ForeignKey("pay_order.id"), index=True)
    group_code: Mapped[str]
    person_id: Mapped[UUID]
    username: Mapped[str]
    national_code: Mapped[str]
    digest: Mapped[str]  #: of what was signed
    signed_at: Mapped[datetime]
    voided_at: Mapped[datetime | None]
