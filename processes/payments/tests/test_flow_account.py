"""A payee's account: proposed by one, told by the bank, approved by another, held for a day."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from engine.commands import instances, people
from engine.errors import NotAtThisDesk, RulesBroken
from engine.model.person import Person
from processes.payments.queries.finding import payee_known
from processes.payments.records import PayeeIban
from processes.payments.tests.outside import PAYEE_IBAN, PAYEE_ID, PAYEE_NAME, BankProcess
from processes.payments.tests.walking import Case, Treasury
from tests.kit.walking import codes

OTHER = "IR840120000000000123456789"
STRANGER = "10861234508"


def propose(treasury: Treasury, payee_id: str = PAYEE_ID) -> Case:
    name = PAYEE_NAME if payee_id == PAYEE_ID else "تازه"
    return treasury.start(
        "payee_account", "fin_expert", payee_id=payee_id, payee_name=name, payee_iban=OTHER
    )


def paid_to(treasury: Treasury, reference: str) -> str:
    return treasury.order(treasury.basis(reference)).order.payee_iban


def test_another_account_is_paid_to_a_day_after_another_person_approved_it(
    treasury: Treasury, bank: BankProcess
):
    bank.open(OTHER, PAYEE_ID, PAYEE_NAME)
    propose(treasury).do("approve_account")

    assert paid_to(treasury, "V-1") == PAYEE_IBAN
    treasury.clock.pass_time(timedelta(hours=23, minutes=59))
    assert paid_to(treasury, "V-2") == PAYEE_IBAN
    treasury.clock.pass_time(timedelta(minutes=1))
    assert paid_to(treasury, "V-3") == OTHER


def test_an_account_of_somebody_else_is_never_approved(treasury: Treasury, bank: BankProcess):
    bank.open(OTHER, STRANGER, "دیگری")
    case = propose(treasury)

    assert list(case.waiting) == ["wrong_account"]
    assert [each["code"] for each in case.instance.variables["problems"]] == ["PAY-007"]


def test_the_owner_asked_for_is_that_of_the_account_whatever_the_case_says(
    treasury: Treasury, bank: BankProcess
):
    bank.open(OTHER, STRANGER, "دیگری")
    given = {"payee_id": PAYEE_ID, "payee_name": PAYEE_NAME, "payee_iban": OTHER}
    started = instances.start(
        treasury.database.unit_of_work(),
        "payee_account",
        given,
        actor=treasury.actor("fin_expert"),
        at=treasury.clock(),
    )
    case = Case(treasury, started.instance_id)
    treasury.set_variables(case, payee_iban=PAYEE_IBAN, payee_id=STRANGER)

    treasury.run_jobs()

    assert list(case.waiting) == ["wrong_account"]
    with treasury.database.reader() as session:
        kept = session.scalars(select(PayeeIban).where(PayeeIban.iban == OTHER)).one()
        assert kept.owner_id == STRANGER


def test_who_proposes_for_several_units_says_for_which(treasury: Treasury, bank: BankProcess):
    bank.open(OTHER, PAYEE_ID, PAYEE_NAME)
    fin_expert = treasury.actor("fin_expert").person_id
    people.grant(treasury.database.unit_of_work(), fin_expert, "FIN_EXPERT", "D05")
    given = {"payee_id": PAYEE_ID, "payee_name": PAYEE_NAME, "payee_iban": OTHER}

    with pytest.raises(RulesBroken) as refused:
        treasury.start("payee_account", "fin_expert", **given)

    assert codes(refused) == [("GEN-REQUIRED", "unit")]
    assert treasury.start("payee_account", "fin_expert", unit="D07", **given).waiting
    with pytest.raises(NotAtThisDesk):
        treasury.start("payee_account", "fin_expert", unit="D01", **given)


def test_an_account_the_bank_does_not_know_is_never_approved(treasury: Treasury, bank: BankProcess):
    case = treasury.start(
        "payee_account", "fin_expert", payee_id=PAYEE_ID, payee_name=PAYEE_NAME,
        payee_iban="IR950180000000000987654321",
    )  # fmt: skip

    assert [each["code"] for each in case.instance.variables["problems"]] == ["PAY-001"]
    assert case.do("wrong_account", "close").instance.state.value == "finished"


def test_an_account_that_is_declined_is_not_kept(treasury: Treasury, bank: BankProcess):
    bank.open(OTHER, PAYEE_ID, PAYEE_NAME)
    case = propose(treasury).do("approve_account", "decline", decline_note="نامه ندارد")

    assert list(case.waiting) == ["wrong_account"]
    treasury.clock.pass_time(timedelta(days=2))
    assert paid_to(treasury, "V-1") == PAYEE_IBAN


@pytest.mark.parametrize("approver", ["fin_expert", "fin_head"])
def test_who_proposed_an_account_does_not_approve_it_under_another_account_either(
    treasury: Treasury, bank: BankProcess, approver: str
):
    bank.open(OTHER, PAYEE_ID, PAYEE_NAME)
    case = propose(treasury)
    treasury.also_give("fin_expert", "FIN_HEAD")
    with treasury.database.unit_of_work() as uow:
        one = update(Person).where(Person.username.in_(("fin_expert", "fin_head")))
        uow.session.execute(one.values(national_code="0499370899"))
        uow.commit()

    with pytest.raises(RulesBroken) as refused:
        case.do("approve_account", by=approver)

    assert codes(refused) == [("SOD-012", None)]


@pytest.mark.parametrize("editor", ["proposed_by", "approved_by"])
def test_who_proposed_or_approved_the_account_does_not_sign_a_payment_to_it(
    treasury: Treasury, bank: BankProcess, editor: str
):
    case = treasury.order(treasury.basis()).do("review")
    with treasury.database.unit_of_work() as uow:
        uow.session.execute(update(PayeeIban).values({editor: "unit_head"}))
        uow.commit()

    with pytest.raises(RulesBroken) as refused:
        case.do("sign_a", "sign")

    assert codes(refused) == [("SOD-012", None)]


def test_a_payee_who_is_new_is_paid_nothing_before_his_account_is_approved(
    treasury: Treasury, bank: BankProcess
):
    bank.open(OTHER, STRANGER, "تازه")
    with treasury.database.unit_of_work() as uow:
        payee_known(uow.session, STRANGER, "تازه")
        uow.commit()
    basis = treasury.basis("V-1", payee=STRANGER)
    with pytest.raises(RulesBroken) as refused:
        treasury.order(basis)
    assert codes(refused) == [("PAY-001", "basis_id")]

    propose(treasury, STRANGER).do("approve_account")
    treasury.clock.pass_time(timedelta(days=1))

    assert treasury.order(basis).order.payee_iban == OTHER
    with treasury.database.reader() as session:
        kept = session.scalars(select(PayeeIban).where(PayeeIban.iban == OTHER)).one()
    assert (kept.proposed_by, kept.approved_by) == ("fin_expert", "fin_head")
