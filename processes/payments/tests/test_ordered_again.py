"""What came back and is ordered again, and what is told here and entered by hand: once each."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from engine.catalogue.facts import HEARERS, Hearer
from engine.sdk import RulesBroken, Session, announce
from engine.values import Rial
from engine.values.bookkeeping import AccountingEvent
from engine.values.facts import Basis as FactBasis
from engine.values.facts import Fact
from engine.values.payment import PaymentCleared, PaymentLeg, PaymentOrdered, PaymentReturned
from processes.payments.commands.entering import NewBasis, enter_basis
from processes.payments.handlers.statuses import hear
from processes.payments.queries.finding import orders_numbered
from processes.payments.records import Basis
from processes.payments.rules.states import OF_CHEQUE, OrderState
from processes.payments.tests.outside import PAYEE_IBAN, PAYEE_ID, PAYEE_NAME, BankProcess
from processes.payments.tests.walking import Treasury
from tests.kit.walking import codes


def told_of(treasury: Treasury) -> PaymentOrdered:
    """Let another area order a payment."""
    fact = PaymentOrdered(
        unit="D07",
        basis=FactBasis("elsewhere", "voucher", uuid4(), "1405-V-9"),
        at=treasury.clock(),
        order_no="D07-1405-V000009",
        amount=Rial(900),
        payee_id=PAYEE_ID,
        payee_name=PAYEE_NAME,
        payee_iban=PAYEE_IBAN,
        due_on=date(2026, 8, 1),
        legs=(PaymentLeg("payee", Rial(900)), PaymentLeg("retention", Rial(100))),
    )
    with treasury.database.unit_of_work() as uow:
        announce(uow.session, fact)
        uow.commit()
    return fact


def basis_of(treasury: Treasury, fact: PaymentOrdered) -> str:
    with treasury.database.reader() as session:
        return str(session.scalars(select(Basis.id).where(Basis.source_no == fact.order_no)).one())


@pytest.fixture
def ordered(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """What stands as ordered and not paid (2109), kept from what is told."""
    stands: list[int] = []
    signs = {PaymentOrdered: 1, AccountingEvent: 1, PaymentCleared: -1, PaymentReturned: -1}
    hearers = HEARERS.of

    def keep(_: Session, fact: Any) -> None:
        amount = fact.amounts["amount"] if isinstance(fact, AccountingEvent) else fact.amount
        stands.append(signs[type(fact)] * amount.amount)

    def of(kind: type[Fact]) -> tuple[Hearer[Any], ...]:
        return (*hearers(kind), *([keep] if kind in signs else []))

    monkeypatch.setattr(HEARERS, "of", of)
    return stands


def test_what_came_back_and_is_paid_by_another_order_leaves_nothing_ordered(
    treasury: Treasury, bank: BankProcess, ordered: list[int]
):
    basis = basis_of(treasury, told_of(treasury))
    bank.go_wrong(reject=1)
    treasury.order(basis).do("review").sign().do("look_into", "close", look_note="بسته بود")
    assert sum(ordered) == 0

    bank.go_wrong()
    again = treasury.order(basis).do("review").sign()
    assert (again.state, sum(ordered)) == ("SENT", 900)

    assert (again.ask().state, sum(ordered)) == ("CLEARED", 0)


@pytest.mark.parametrize("code", [5, 4], ids=["partly bounced", "bounced"])
def test_a_cheque_that_bounced_and_then_cleared_leaves_nothing_ordered(
    treasury: Treasury, ordered: list[int], code: int
):
    case = treasury.order(basis_of(treasury, told_of(treasury))).do("review").sign()
    with treasury.database.unit_of_work() as uow:
        order = orders_numbered(uow.session, [case.order.order_no])[case.order.order_no]
        hear(uow.session, order, OF_CHEQUE[code], str(code), "", treasury.clock())
        assert sum(ordered) == (900 if code == 5 else 0)

        hear(uow.session, order, OrderState.CLEARED, "2", "", treasury.clock())

    assert sum(ordered) == 0


def test_what_another_area_has_told_of_is_not_entered_by_hand_too(treasury: Treasury):
    fact = told_of(treasury)
    again = NewBasis(
        "D07", fact.basis.number, PAYEE_ID, PAYEE_NAME, gross="1000", vat="0", net="900",
        retention="100",
    )  # fmt: skip

    uow, actor = treasury.database.unit_of_work(), treasury.actor("fin_expert")
    with pytest.raises(RulesBroken) as refused:
        enter_basis(uow, again, actor=actor, at=treasury.clock())

    assert codes(refused) == [("PAY-028", "reference")]
