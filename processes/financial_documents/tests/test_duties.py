"""Who buys, who receives and who approves are different people, not only accounts (§12)."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from engine.errors import NotAtThisDesk, RulesBroken
from engine.model.person import Person
from processes.financial_documents import commands
from processes.financial_documents.tests.walking import Office
from tests.kit.walking import codes

CODE = "0499370899"


def one_person(office: Office, *usernames: str) -> None:
    """Let accounts be of one person."""
    with office.database.unit_of_work() as uow:
        mine = update(Person).where(Person.username.in_(usernames)).values(national_code=CODE)
        uow.session.execute(mine)
        uow.commit()


def receive(office: Office, by: str) -> None:
    """Enter a receipt of an order that the buying officer placed."""
    order_id = office.order(received=None)
    typed = {"receipt_no": "ر-۱", "received_on": "1405/05/10", "receipt_lines": "1; 100"}
    who = {"actor": office.actor(by), "at": office.clock()}
    commands.enter_receipt(office.database.unit_of_work(), order_id, typed, **who)


@pytest.mark.parametrize("is_same_account", [True, False])
def test_who_ordered_does_not_receive_under_another_account_either(
    office: Office, is_same_account: bool
):
    receiver = "proc_officer" if is_same_account else "storekeeper"
    if is_same_account:
        office.give("proc_officer", like="storekeeper")
    else:
        one_person(office, "proc_officer", "storekeeper")
    with pytest.raises(RulesBroken) as refused:
        receive(office, receiver)
    assert codes(refused) == [("SOD-006", "receipt_no")]


@pytest.mark.parametrize("role", ["proc_officer", "fin_expert", "fin_head", "treasurer", "admin"])
def test_a_role_that_never_receives_is_refused(office: Office, role: str):
    with pytest.raises(NotAtThisDesk):
        receive(office, role)


def test_another_person_receives(office: Office):
    receive(office, "storekeeper")


def test_who_received_or_verified_the_payee_does_not_approve_under_another_account(
    office: Office, line_id: str
):
    one_person(office, "storekeeper", "fin_head", "records")
    invoice_id = office.invoice(office.order())
    case = office.start("INVOICE", invoice_id=invoice_id).prepare(line_id).do("check")
    with pytest.raises(RulesBroken) as refused:
        case.do("approve_fin_head")
    assert codes(refused) == [("SOD-007", "outcome"), ("SOD-012", "outcome")]
