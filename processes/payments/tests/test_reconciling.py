"""Files of the bank against our orders: each line one order, the rest exceptions (R-PAY-08)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select, update

from engine.errors import NotAtThisDesk, RulesBroken
from engine.model.person import Person
from engine.values import Rial
from processes.payments import commands
from processes.payments.bank.messages import (
    AccountReport,
    Entry,
    Status,
    StatusReport,
    TransferStatus,
)
from processes.payments.bank.writing import write_statement, write_status
from processes.payments.commands import Taken
from processes.payments.queries.finding import orders_numbered
from processes.payments.queries.pages import reconciliation, reports
from processes.payments.records import BankLine, Order
from processes.payments.rules.states import OrderState
from processes.payments.tests.outside import DEBIT, BankProcess
from processes.payments.tests.walking import Case, Treasury
from tests.kit.walking import codes

ON = date(2026, 7, 25)
RECONCILER = "tech_office"  #: of finance, too, and made no order (SOD-008)


@pytest.fixture
def sent(treasury: Treasury, bank: BankProcess) -> Case:
    """An order the bank has and has not settled."""
    bank.go_wrong(settles=False)
    treasury.also_give(RECONCILER, "FIN_EXPERT")
    return treasury.order(treasury.basis(retention=300, tax=20)).do("review").sign()


def lines(treasury: Treasury, *entries: Entry, name: str = "ST-1") -> bytes:
    moved = sum(each.amount.amount * (1 if each.is_credit else -1) for each in entries)
    opening = Rial(10**12)
    at = treasury.clock()
    return write_statement(AccountReport(name, at, DEBIT, entries, opening, opening + Rial(moved)))


def entry(case: Case, reference: str = "L1", **other: Any) -> Entry:
    made = Entry(reference, case.order.amount, False, ON, case.order.order_no)
    return replace(made, **other)


def status(
    treasury: Treasury, number: str, said: Status, name: str = "B-1", about: str = ""
) -> bytes:
    told = (TransferStatus(number, said, "AC04" if said is Status.REJECTED else ""),)
    return write_status(StatusReport(name, treasury.clock(), about or f"M-{number}", None, told))


def explain(treasury: Treasury, by: str) -> None:
    """Explain the one exception there is."""
    with treasury.database.reader() as session:
        (line,) = reconciliation(session, treasury.actor(by)).exceptions
    uow, at = treasury.database.unit_of_work(), treasury.clock()
    commands.explain_line(uow, line.id, "پیگیری شد", actor=treasury.actor(by), at=at)


def take(treasury: Treasury, content: bytes, by: str = RECONCILER) -> Taken:
    uow, at = treasury.database.unit_of_work(), treasury.clock()
    return commands.take_file(uow, "D07", content, actor=treasury.actor(by), at=at)


def reasons(treasury: Treasury) -> list[str]:
    with treasury.database.reader() as session:
        found = reconciliation(session, treasury.actor("fin_expert"))
        return [each.reason for each in found.exceptions]


@pytest.mark.both_databases
def test_a_line_of_one_order_by_number_amount_and_account_clears_it(treasury: Treasury, sent: Case):
    assert take(treasury, lines(treasury, entry(sent))) == Taken(new=1, matched=1)
    assert (sent.state, reasons(treasury)) == ("CLEARED", [])

    sent.ask()

    assert sent.instance.state.value == "finished"


def test_the_same_file_and_the_same_line_in_another_file_have_no_effect(
    treasury: Treasury, sent: Case
):
    take(treasury, lines(treasury, entry(sent)))

    assert take(treasury, lines(treasury, entry(sent))).known
    assert take(treasury, lines(treasury, entry(sent), name="ST-2")) == Taken()


@pytest.mark.both_databases
def test_of_two_who_take_the_same_file_at_once_one_takes_it(treasury: Treasury, sent: Case):
    content, together = lines(treasury, entry(sent)), Barrier(2)

    def one(_: int) -> Taken:
        together.wait()
        return take(treasury, content)

    with ThreadPoolExecutor(2) as both:
        taken = list(both.map(one, range(2)))

    assert sorted((each.known, each.new) for each in taken) == [(False, 1), (True, 0)]
    with treasury.database.reader() as session:
        assert session.scalar(select(func.count()).select_from(BankLine)) == 1


def test_an_order_taken_hold_of_is_read_as_it_became_meanwhile(treasury: Treasury, sent: Case):
    number = sent.order.order_no
    with treasury.database.unit_of_work() as uow:
        read_before = uow.session.scalars(select(Order).where(Order.order_no == number)).one()
        settled = update(Order).where(Order.order_no == number).values(state=OrderState.CLEARED)
        uow.session.execute(settled, execution_options={"synchronize_session": False})
        assert read_before.state is OrderState.SENT

        held = orders_numbered(uow.session, [number])[number]

        assert held.state is OrderState.CLEARED


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        ({"amount": Rial(4_999_999)}, "PAY-026"),
        ({"is_credit": True}, "PAY-026"),
        ({"end_to_end_id": "D07-1405-P999999"}, "PAY-023"),
        ({"end_to_end_id": ""}, "PAY-027"),
    ],
    ids=["amount", "money in", "unknown", "no number"],
)
def test_a_line_that_is_no_orders_is_an_exception_and_no_error(
    treasury: Treasury, sent: Case, other: dict[str, Any], reason: str
):
    taken = take(treasury, lines(treasury, entry(sent, **other)))

    assert (taken.exceptions, reasons(treasury), sent.state) == (1, [reason], "SENT")


def test_an_order_that_the_bank_paid_twice_is_an_exception(treasury: Treasury, sent: Case):
    taken = take(treasury, lines(treasury, entry(sent), entry(sent, "L2")))

    assert (taken.matched, reasons(treasury)) == (1, ["PAY-029"])


def test_a_status_about_a_file_that_is_not_ours_is_refused_whole(treasury: Treasury, sent: Case):
    invented = status(treasury, sent.order.order_no, Status.REJECTED, about="M-INVENTED")
    with pytest.raises(RulesBroken) as refused:
        take(treasury, invented, by=RECONCILER)

    assert (codes(refused), sent.state) == ([("PAY-023", "file")], "SENT")


def test_a_status_of_a_transfer_that_does_not_stand_in_the_file_is_an_exception(
    treasury: Treasury, sent: Case
):
    other = treasury.order(treasury.basis("V-2")).do("review").sign()
    about = f"M-{other.order.order_no}"
    told = status(treasury, sent.order.order_no, Status.SETTLED, about=about)

    assert take(treasury, told).exceptions == 1
    assert (sent.state, reasons(treasury)) == ("SENT", ["PAY-023"])


def test_settled_by_a_file_clears_the_order(treasury: Treasury, sent: Case):
    assert take(treasury, status(treasury, sent.order.order_no, Status.SETTLED)).matched == 1
    assert (sent.state, reasons(treasury)) == ("CLEARED", [])


@pytest.mark.parametrize("said", [Status.REJECTED, Status.CANCELLED], ids=["rejected", "cancelled"])
def test_a_file_does_not_free_a_basis_and_the_bank_itself_is_asked(
    treasury: Treasury, bank: BankProcess, sent: Case, said: Status
):
    take(treasury, status(treasury, sent.order.order_no, said))
    assert (sent.state, reasons(treasury)) == ("SENT", [])

    bank.call("POST", f"/orders/{sent.order.order_no}/settle")

    assert sent.ask().state == "CLEARED"


def test_rejected_after_settled_is_an_alarm_once_and_the_order_stays_settled(
    treasury: Treasury, sent: Case
):
    number = sent.order.order_no
    take(treasury, status(treasury, number, Status.SETTLED))
    take(treasury, status(treasury, number, Status.REJECTED, "B-2"))
    take(treasury, status(treasury, number, Status.REJECTED, "B-3"))

    assert (sent.state, reasons(treasury)) == ("CLEARED", ["PAY-021"])


@pytest.mark.parametrize("file", ["status", "line"])
def test_who_made_an_order_does_not_reconcile_it_and_somebody_else_looks(
    treasury: Treasury, sent: Case, file: str
):
    treasury.change_maker(sent, RECONCILER)
    told = (
        lines(treasury, entry(sent))
        if file == "line"
        else status(treasury, sent.order.order_no, Status.SETTLED)
    )

    assert take(treasury, told, by=RECONCILER).exceptions == 1
    assert (sent.state, reasons(treasury)) == ("SENT", ["SOD-008"])
    with pytest.raises(RulesBroken) as refused:
        explain(treasury, RECONCILER)
    assert codes(refused) == [("SOD-008", "note")]
    explain(treasury, "fin_expert")
    assert reasons(treasury) == []


@pytest.mark.parametrize("had", ["made", "signed"])
def test_who_made_or_signed_an_order_does_not_reconcile_it_under_another_account(
    treasury: Treasury, sent: Case, had: str
):
    hand = sent.order.made_by if had == "made" else sent.order.standing[0].username
    with treasury.database.unit_of_work() as uow:
        one = update(Person).where(Person.username.in_((RECONCILER, hand)))
        uow.session.execute(one.values(national_code="0499370899"))
        uow.commit()

    take(treasury, status(treasury, sent.order.order_no, Status.SETTLED))

    assert (sent.state, reasons(treasury)) == ("SENT", ["SOD-008"])


def test_a_report_whose_sum_is_not_that_of_the_file_is_refused_whole(
    treasury: Treasury, sent: Case
):
    told = StatusReport(
        "B-1", treasury.clock(), f"M-{sent.order.order_no}", None,
        (TransferStatus(sent.order.order_no, Status.SETTLED),), 1, Rial(1),
    )  # fmt: skip
    with pytest.raises(RulesBroken) as refused:
        take(treasury, write_status(told))

    assert (codes(refused), sent.state) == ([("PAY-020", "file")], "SENT")


def test_an_account_of_another_unit_is_refused(treasury: Treasury, sent: Case):
    other = lines(treasury, entry(sent)).replace(DEBIT.encode(), b"IR840120000000000123456789")
    with pytest.raises(RulesBroken) as refused:
        take(treasury, other)

    assert codes(refused) == [("PAY-019", "file")]


def test_an_order_that_was_booked_before_the_bank_cancelled_it_goes_on_as_what_it_is(
    treasury: Treasury, sent: Case
):
    take(treasury, lines(treasury, entry(sent)))

    sent.cancel()

    told = sent.instance.variables["state_told"]
    assert (told, sent.instance.state.value, reasons(treasury)) == (
        "CLEARED",
        "running",
        ["PAY-021"],
    )
    assert sent.ask().instance.state.value == "finished"
    assert sent.state == "CLEARED"


def test_who_pays_does_not_reconcile(treasury: Treasury, sent: Case):
    with pytest.raises(NotAtThisDesk):
        take(treasury, lines(treasury, entry(sent)), by="treasurer")


def test_a_person_says_what_an_exception_was(treasury: Treasury, sent: Case):
    take(treasury, lines(treasury, entry(sent, end_to_end_id="")))
    with treasury.database.reader() as session:
        line: UUID = session.scalars(select(BankLine.id)).one()
    uow, at = treasury.database.unit_of_work(), treasury.clock()
    who = treasury.actor("fin_expert")

    with pytest.raises(RulesBroken):
        commands.explain_line(uow, line, " ", actor=who, at=at)
    commands.explain_line(uow, line, "کارمزد بانک", actor=who, at=at)

    with treasury.database.reader() as session:
        found = reconciliation(session, who)
    assert (found.exceptions, [each.note for each in found.explained]) == ([], ["کارمزد بانک"])


def test_what_was_kept_back_of_paid_bases_stands_in_the_report(treasury: Treasury, sent: Case):
    take(treasury, lines(treasury, entry(sent)))
    with treasury.database.reader() as session:
        found = reports(session, treasury.actor("auditor"), treasury.clock())

    assert found.deposits == [("D07", "retention", Rial(300)), ("D07", "tax", Rial(20))]
    assert [(each.count, each.amount) for each in found.days] == [(1, Rial(5_000_000))]
