"""What the bank says of a voucher's payment goes on in its case (`domain.md` §4.4)."""

from __future__ import annotations

from datetime import date

import pytest

from engine.sdk import announce
from engine.values import Rial
from engine.values.payment import PaymentCleared, PaymentReturned
from processes.financial_documents.handlers.vouchers import basis_of
from processes.financial_documents.records import VoucherState
from processes.financial_documents.tests.walking import Case, Office


@pytest.fixture
def ordered(office: Office, line_id: str) -> Case:
    """A voucher whose payment is ordered."""
    return office.start().prepare(line_id).do("check").do("approve_fin_head").do("control")


def cleared(case: Case) -> None:
    """Let the bank have paid."""
    _tell(case, PaymentCleared, bank_reference="TRX-14")


def returned(case: Case, reason: str = "AC04") -> None:
    """Let the money have come back."""
    _tell(case, PaymentReturned, reason=reason)


def _tell(case: Case, kind: type[PaymentCleared | PaymentReturned], **what: str) -> None:
    office, voucher = case.office, case.voucher
    fact = kind(
        unit="D07",
        basis=basis_of(voucher),
        at=office.clock(),
        order_no=str(case.variables["order_no"]),
        amount=voucher.net,
        on=date(2026, 8, 3),
        **what,
    )
    with office.database.unit_of_work() as uow:
        announce(uow.session, fact)
        uow.commit()
    office.run_jobs()


@pytest.mark.both_databases
def test_a_voucher_that_the_bank_has_paid_is_posted_without_a_hand(ordered: Case):
    cleared(ordered)

    voucher = ordered.voucher
    assert (ordered.instance.end_id, ordered.waiting, ordered.incidents) == ("posted", {}, [])
    assert voucher.state is VoucherState.POSTED
    assert (voucher.bank_reference, voucher.paid_by) == ("TRX-14", None)
    assert ordered.variables["paid_on"] == "2026-08-03"
    assert voucher.line is not None
    assert (voucher.line.committed, voucher.line.paid) == (Rial.ZERO, Rial(1_200_000_000))


@pytest.mark.both_databases
def test_what_the_bank_returned_lies_with_the_treasurer_again_under_the_same_number(ordered: Case):
    number = ordered.variables["order_no"]
    returned(ordered)

    assert (set(ordered.waiting), ordered.state()) == ({"control"}, "APPROVED")
    [why] = ordered.variables["error_problems"]
    assert (why["code"], why["params"]) == ("PAY-009", {"why": "AC04"})
    ordered.do("control")
    assert (set(ordered.waiting), ordered.variables["order_no"]) == ({"pay"}, number)
    cleared(ordered)
    assert ordered.state() == "POSTED"


def test_what_was_paid_while_the_treasurer_looked_is_not_lost(ordered: Case):
    returned(ordered)
    cleared(ordered)
    assert set(ordered.waiting) == {"control"}
    ordered.do("control")
    assert (ordered.state(), ordered.incidents) == ("POSTED", [])


def test_what_a_person_recorded_first_stands(ordered: Case):
    ordered.do("pay", "paid", bank_reference="1", paid_on="2026-08-02")
    cleared(ordered)
    returned(ordered)
    assert (ordered.voucher.bank_reference, ordered.state()) == ("1", "POSTED")


def test_the_word_of_the_bank_is_kept_where_the_credit_is_not_enough(ordered: Case):
    ordered.office.allocate(ordered, Rial(1))
    cleared(ordered)
    assert ordered.state() == "ORDERED"
    assert len(ordered.incidents) == 1
