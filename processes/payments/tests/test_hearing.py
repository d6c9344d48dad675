"""What another area orders to be paid waits here for an order, whole to the rial."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from engine.errors import RulesBroken
from engine.sdk import announce
from engine.values import Rial
from engine.values.facts import Basis as FactBasis
from engine.values.payment import PaymentLeg, PaymentOrdered
from processes.payments.records import Basis, PayeeIban
from processes.payments.tests.outside import PAYEE_IBAN, PAYEE_ID, PAYEE_NAME, BankProcess
from processes.payments.tests.walking import Treasury
from tests.kit.walking import codes

NUMBER = "D07-1405-V000009"
RECORD = uuid4()
STRANGER, ACCOUNT = "10861234508", "IR840120000000000123456789"


def tell(treasury: Treasury, net: int = 900, **other: Any) -> str:
    """Let another area order a payment; return the id of what is to be paid here."""
    known: dict[str, Any] = {
        "payee_id": PAYEE_ID, "payee_name": PAYEE_NAME, "payee_iban": PAYEE_IBAN,
    }  # fmt: skip
    fact = PaymentOrdered(
        unit="D07",
        basis=FactBasis("elsewhere", "voucher", RECORD, "1405-V-9"),
        at=treasury.clock(),
        order_no=NUMBER,
        amount=Rial(net),
        due_on=date(2026, 8, 1),
        legs=(PaymentLeg("payee", Rial(net)), PaymentLeg("retention", Rial(100))),
        **(known | other),
    )
    with treasury.database.unit_of_work() as uow:
        announce(uow.session, fact)
        uow.commit()
    with treasury.database.reader() as session:
        basis = session.scalars(select(Basis).where(Basis.source_no == NUMBER)).one()
        assert (basis.gross, basis.net) == (Rial(net + 100), Rial(net))
        assert [each.amount for each in basis.legs] == [Rial(100)]
        return str(basis.id)


def test_an_order_of_another_area_is_paid_here(treasury: Treasury):
    assert treasury.order(tell(treasury)).do("review").sign().state == "SENT"


@pytest.mark.both_databases
def test_told_again_under_its_number_it_is_the_same_thing_to_pay(treasury: Treasury):
    basis = tell(treasury)
    assert tell(treasury, net=800) == basis
    treasury.order(basis)
    assert tell(treasury, net=800) == basis
    with pytest.raises(RulesBroken) as refused:
        tell(treasury, net=700)
    assert codes(refused) == [("PAY-010", None)]


def test_what_was_rejected_is_told_again_with_another_amount_and_paid_once(
    treasury: Treasury, bank: BankProcess
):
    bank.go_wrong(reject=1)
    first = treasury.order(tell(treasury)).do("review").sign()
    assert first.ask().state == "REJECTED"
    bank.go_wrong()

    again = treasury.order(tell(treasury, net=800)).do("review").sign()
    assert (again.ask().state, bank.payments()) == ("CLEARED", [(again.order.order_no, 800)])


def test_an_account_that_was_only_told_is_paid_to_when_two_people_have_checked_it(
    treasury: Treasury, bank: BankProcess, signed_in: Callable[[str], FlaskClient]
):
    bank.open(ACCOUNT, STRANGER, "تازه")
    given: dict[str, Any] = {"payee_id": STRANGER, "payee_name": "تازه", "payee_iban": ACCOUNT}
    basis = tell(treasury, **given)
    link = f"payee_iban={ACCOUNT}"
    assert link in signed_in("fin_expert").get("/areas/payments/").text
    treasury.clock.pass_time(timedelta(days=2))
    with pytest.raises(RulesBroken) as refused:
        treasury.order(basis)
    assert codes(refused) == [("PAY-001", "basis_id")]

    treasury.start("payee_account", "fin_expert", **given).do("approve_account")
    assert link not in signed_in("fin_expert").get("/areas/payments/").text
    treasury.clock.pass_time(timedelta(days=1))

    assert treasury.order(basis).order.payee_iban == ACCOUNT
    with treasury.database.reader() as session:
        kept = session.scalars(select(PayeeIban).where(PayeeIban.iban == ACCOUNT)).one()
    assert (kept.proposed_by, kept.approved_by) == ("fin_expert", "fin_head")
