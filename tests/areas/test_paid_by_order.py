"""What one area orders to be paid is paid by another: accounts agree, and the word comes back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from engine.model.person import Actor
from engine.storage.database import Database
from engine.values.ids import iban
from processes.contractor_statement.demo import ACCOUNTS
from processes.contractor_statement.records import StatementState
from processes.contractor_statement.tests.walking import (
    Office,
    contract_of_example,
    example_approved,
    example_claim,
)
from processes.financial_documents import demo as vouchers
from processes.payments.demo import PAYEES
from processes.payments.records import Basis
from processes.payments.tests.outside import BankProcess
from processes.payments.tests.walking import Case as PayCase
from processes.payments.tests.walking import Treasury


def test_the_demonstrations_of_the_areas_know_one_account_of_a_payee():
    known = {identifier: account for identifier, _, account in PAYEES}
    told = ACCOUNTS | {identifier: account for identifier, _, account in vouchers.PAYEES}

    assert [iban(each) for each in known.values()] == list(known.values())
    assert {each: known[each] for each in told} == told


@pytest.fixture(scope="module")
def bank_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BankProcess]:
    """The simulated bank, as the demonstration opens its accounts."""
    with BankProcess(tmp_path_factory.mktemp("bank")) as opened:
        for identifier, name, account in PAYEES:
            opened.open(account, identifier, name)
        yield opened


@pytest.fixture
def treasury(
    database: Database,
    actor: Callable[[str], Actor],
    run_jobs: Callable[..., int],
    clock: Any,
    bank_process: BankProcess,
) -> Treasury:
    """Those who pay, and a bank that works."""
    bank_process.connect(database, clock())
    return Treasury(database, actor, run_jobs, clock)


def test_a_statement_goes_from_its_order_to_the_contractors_account_and_is_paid(
    treasury: Treasury, bank_process: BankProcess, signed_in: Callable[[str], FlaskClient]
):
    office = Office(treasury.database, treasury.actor, treasury.run_jobs, treasury.clock)
    case = office.start("interim_statement", contract_id=contract_of_example(office))
    case.do("enter", "submit", **example_claim(1))
    case.do("measure", lines=example_approved(1)).do("check").review()
    case.do("sign_voucher").do("approve").do("control")
    assert office.statement(case).state is StatementState.PAYMENT_ORDERED
    [ordered] = office.orders(case)

    first = _pay(treasury, ordered.order_no)
    bank_process.call("PUT", "/faults", {"faults": {"reject": 1}})
    assert first.sign().ask().state == "REJECTED"
    [came_back] = office.orders(case)
    assert (came_back.paid_on, came_back.returned_on is None) == (None, False)
    page = f"/areas/contractor_statement/statements/{ordered.statement_id}"
    assert "برگشت از بانک" in signed_in("treasurer").get(page).text

    bank_process.go_wrong()
    again = _pay(treasury, ordered.order_no).sign().ask()
    assert (again.state, again.incidents) == ("CLEARED", [])
    assert bank_process.payments() == [(again.order.order_no, ordered.amount.amount)]
    assert office.statement(case).state is StatementState.PAID
    [paid] = office.orders(case)
    assert (paid.bank_reference, paid.returned_on) == (again.order.bank_ref, None)
    assert str(again.order.bank_ref) in signed_in("treasurer").get(page).text


def _pay(treasury: Treasury, number: str) -> PayCase:
    """Make an order for what another area ordered, and let the treasurer review it."""
    with treasury.database.reader() as session:
        basis = session.scalars(select(Basis).where(Basis.source_no == number)).one()
    return treasury.order(str(basis.id)).do("review")
