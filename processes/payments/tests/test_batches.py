"""Orders that are signed and sent as one: one file, each order paid at most once (§4.9)."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from engine.errors import DutiesNotSeparate, NotAtThisDesk, NothingWaits, RulesBroken
from processes.payments import registry
from processes.payments.demo import DEBIT, PAYEES
from processes.payments.records import BankFile, DebitAccount, Order, OrderBatch
from processes.payments.tests.outside import BankProcess
from processes.payments.tests.walking import Batch, Treasury, start_batch
from tests.kit.walking import codes

LIST = "ل/۱۴۰۵/۷"
GATHERING = f"D07|voucher|{LIST}"
PAID = (900_000, 700_000, 2_500_000_000)
IN_ORDER = [2_500_000_000, 700_000, 900_000]  #: by the number of the line in its list


@pytest.fixture
def bank(bank: BankProcess) -> BankProcess:
    """The bank, which knows the accounts of all who are paid."""
    for identifier, name, iban in PAYEES[:3]:
        bank.open(iban, identifier, name)
    return bank


@pytest.fixture
def batch(treasury: Treasury, bank: BankProcess) -> Batch:
    """A batch of three orders of one list."""
    for (identifier, *_), net in zip(PAYEES, PAID, strict=False):
        treasury.basis(LIST, net, identifier, source_no=f"{LIST}/{net}")
    return start_batch(treasury, GATHERING)


@pytest.mark.both_databases
def test_a_batch_is_signed_as_one_sent_in_one_file_and_settled_each_for_itself(
    batch: Batch, bank: BankProcess
):
    assert batch.variables["count"] == 3
    assert batch.variables["amount"] == sum(PAID)
    assert [each["amount"] for each in batch.variables["orders"]] == IN_ORDER
    batch.do("review").do("sign_b", "sign")
    assert (batch.states, bank.payments()) == (["PARTLY_SIGNED"] * 3, [])
    batch.do("sign_a", "sign")

    assert batch.states == ["SENT"] * 3
    assert [amount for _, amount in bank.payments()] == IN_ORDER
    file = batch.file
    assert (file.message_id, len(file.transfers)) == ("M-D07-1405-B000001", 3)
    assert [each.channel.value for each in file.batches] == ["SATNA", "PAYA"]  # R-PAY-06
    for order in batch.orders:  # each order has its own signatures (R-SIG-09)
        assert {each.group_code for each in order.signatures} == {"A", "B"}
        assert {each.digest for each in order.signatures} == {order.digest}
    batch.ask()
    assert (batch.states, batch.incidents) == (["CLEARED"] * 3, [])
    assert batch.instance.end_id == "cleared"


@pytest.mark.both_databases
def test_what_the_bank_rejects_stays_and_another_batch_pays_only_that(
    batch: Batch, bank: BankProcess
):
    identifier, name, iban = PAYEES[1]
    batch.do("review")
    bank.open(iban, identifier, name, is_open=False)
    batch.sign().ask()
    assert sorted(batch.states) == ["CLEARED", "CLEARED", "REJECTED"]
    assert (batch.variables["paid_count"], batch.variables["failed_count"]) == (2, 1)
    [failed] = batch.variables["failed"]
    assert (failed["payee"], failed["why"]["en"]) == (name, "AC04: the account is closed")
    assert failed["next"]["fa"].startswith("حساب ذی‌نفع را درست کنید")
    batch.do("look_into", "close", look_note="حساب بسته بود؛ باز شد")
    assert batch.instance.end_id == "failed"

    bank.open(iban, identifier, name)
    again = start_batch(batch.office, GATHERING)
    [order] = again.orders
    assert (order.amount.amount, again.variables["count"]) == (700_000, 1)
    first = next(each for each in batch.orders if each.state.value == "REJECTED")
    assert order.replaces_id == first.id
    again.do("review").sign().ask()
    assert sorted(amount for _, amount in bank.payments()) == sorted(PAID)  # nobody twice


def test_what_a_batch_pays_nothing_pays_beside_and_its_maker_does_not_review_it(batch: Batch):
    with pytest.raises(RulesBroken) as refused:
        start_batch(batch.office, GATHERING)
    assert codes(refused) == [("PAY-030", "gathering")]
    with pytest.raises(RulesBroken) as refused:
        batch.office.order(str(batch.orders[0].basis_id))
    assert codes(refused) == [("PAY-010", "basis_id")]
    batch.office.also_give("fin_expert", "TREASURER")
    with pytest.raises(RulesBroken) as refused:
        batch.do("review", by="fin_expert")
    assert codes(refused) == [("SOD-001", None)]


def test_who_is_not_the_owner_is_left_out_and_named(treasury: Treasury, bank: BankProcess):
    for (identifier, *_), net in zip(PAYEES, PAID, strict=False):
        treasury.basis(LIST, net, identifier, source_no=f"{LIST}/{net}")
    bank.open(PAYEES[0][2], PAYEES[1][0], "دیگری")
    treasury.basis(LIST, 5_000, "0499370899", source_no="نو")  # no account that may be paid to
    batch = start_batch(treasury, GATHERING)
    left = {each["payee"]: each["why"][0]["code"] for each in batch.variables["left_out"]}
    assert left == {PAYEES[0][1]: "PAY-007", "کارمند تازه": "PAY-001"}
    assert (batch.variables["count"], len(batch.orders)) == (2, 2)
    batch.do("review", "return", decline_note="بعداً")
    assert (batch.orders, batch.instance.end_id) == ([], "dropped")
    assert start_batch(treasury, GATHERING).variables["count"] == 2


def test_a_signer_who_declines_voids_every_signature_of_the_batch(batch: Batch, bank: BankProcess):
    batch.do("review").do("sign_a", "sign")
    batch.do("sign_b", "decline", decline_note="جمع را ببینید")
    assert batch.states == ["APPROVED"] * 3
    assert [each.standing for each in batch.orders] == [[], [], []]
    batch.do("review").sign()
    assert (batch.states, len(bank.payments())) == (["SENT"] * 3, 3)


def test_small_orders_above_fifty_billion_together_are_signed_by_group_c(
    treasury: Treasury, bank: BankProcess
):
    for net in (30_000_000_000, 20_000_000_001):
        treasury.basis(LIST, net, source_no=str(net))
    batch = start_batch(treasury, GATHERING).do("review").sign("a", "b")
    assert (list(batch.waiting), bank.payments()) == (["sign_c"], [])
    assert batch.sign("c").states == ["SENT", "SENT"]


def test_nobody_signs_a_batch_for_two_groups(batch: Batch):
    office = batch.do("review").do("sign_a", "sign").office
    office.also_give("unit_head", "FIN_HEAD")
    with pytest.raises(DutiesNotSeparate) as apart:
        batch.do("sign_b", "sign", by="unit_head")
    assert apart.value.code == "SOD-004"


def test_an_order_that_changed_since_the_list_was_shown_is_not_signed(batch: Batch):
    first = batch.do("review").orders[0].id
    with batch.office.database.unit_of_work() as uow:
        order = uow.session.get_one(Order, first)
        order.voucher_hash = "sha256:other"
        uow.commit()
    with pytest.raises(RulesBroken) as refused:
        batch.do("sign_a", "sign")
    assert codes(refused) == [("PAY-025", None)]


def test_an_answer_that_is_lost_never_pays_twice(batch: Batch, bank: BankProcess):
    """The intent is written before the call; what came of it nobody knows, a person looks."""
    batch.do("review").do("sign_a", "sign")
    bank.go_wrong(lose=1)
    batch.do("sign_b", "sign")
    bank.go_wrong()
    for _ in range(3):
        batch.ask()
    assert len(bank.payments()) == 3
    assert len(batch.incidents) == 1
    with batch.office.database.reader() as session:
        assert session.scalar(select(func.count()).select_from(BankFile)) == 1


@pytest.mark.both_databases
def test_a_batch_that_was_not_executed_is_called_back_whole_and_paid_by_another_once(
    batch: Batch, bank: BankProcess
):
    """R-PAY-04, §4.9: one call for all that the file carried, also where the bank rejected one."""
    identifier, name, iban = PAYEES[1]
    bank.go_wrong(settles=False)
    batch.do("review")
    bank.open(iban, identifier, name, is_open=False)
    batch.sign()
    with pytest.raises(NotAtThisDesk):
        batch.call_back(by="fin_expert")
    assert bank.calls("cancel") == []

    batch.call_back()

    assert bank.calls("cancel") == [f"/files/{batch.file.message_id}/cancel"]
    assert (sorted(batch.states), bank.payments()) == (["CANCELLED"] * 3, [])
    assert (batch.instance.end_id, batch.incidents) == ("cancelled", [])
    bank.open(iban, identifier, name)
    bank.go_wrong()
    again = start_batch(batch.office, GATHERING).do("review").sign().ask()
    assert again.states == ["CLEARED"] * 3
    assert sorted(amount for _, amount in bank.payments()) == sorted(PAID)  # nobody twice
    with pytest.raises(RulesBroken) as refused:
        start_batch(batch.office, GATHERING)
    assert codes(refused) == [("PAY-030", "gathering")]


def test_a_batch_of_which_one_order_settled_is_not_called_back(batch: Batch, bank: BankProcess):
    bank.go_wrong(settles=False)
    batch.do("review").sign()
    bank.call("POST", f"/orders/{batch.orders[0].order_no}/settle")

    batch.call_back()

    assert (batch.states, len(bank.payments())) == (["SENT"] * 3, 3)
    bank.go_wrong()
    assert batch.ask().states == ["CLEARED"] * 3


def test_a_bank_that_says_no_leaves_a_batch_as_it_is_and_may_be_asked_again(
    batch: Batch, bank: BankProcess
):
    bank.go_wrong(settles=False)
    batch.do("review").sign()
    bank.go_wrong(settles=False, reject=1)
    assert batch.call_back().states == ["SENT"] * 3

    bank.go_wrong(settles=False)
    assert batch.call_back().states == ["CANCELLED"] * 3
    assert bank.payments() == []


def test_whether_a_batch_was_called_back_nobody_knows_when_the_answer_is_lost(
    batch: Batch, bank: BankProcess
):
    """A person looks; until then the orders are live, and nothing pays beside them."""
    bank.go_wrong(settles=False)
    batch.do("review").sign()
    bank.go_wrong(settles=False, lose=1)
    batch.call_back()
    for _ in range(3):
        batch.ask()

    assert (batch.states, len(batch.incidents), bank.payments()) == (["SENT"] * 3, 1, [])
    assert len(bank.calls("cancel")) == 1
    with pytest.raises(RulesBroken) as refused:
        start_batch(batch.office, GATHERING)
    assert codes(refused) == [("PAY-030", "gathering")]


def test_what_is_in_settlement_is_called_back_no_more(batch: Batch, bank: BankProcess):
    bank.go_wrong(settles=False)
    batch.do("review").sign().ask()
    assert batch.states == ["PRESENTED"] * 3
    with pytest.raises(NothingWaits):
        batch.call_back()


def test_a_file_the_bank_does_not_take_rejects_every_order(batch: Batch, bank: BankProcess):
    batch.do("review").do("sign_a", "sign")
    bank.go_wrong(reject=1)
    batch.do("sign_b", "sign")
    assert (batch.states, bank.payments()) == (["REJECTED"] * 3, [])
    assert list(batch.waiting) == ["look_into"]


def test_the_number_of_a_batch_leaves_no_gap(batch: Batch):
    with pytest.raises(RulesBroken):
        start_batch(batch.office, "D07||", due_on="2026-07-24")
    batch.office.basis("V-9")
    assert start_batch(batch.office, "D07||").batch.batch_no == "D07-1405-B000002"


def test_what_waits_in_a_unit_is_called_by_its_account_and_its_papers(treasury: Treasury):
    for number in range(1, 6):
        treasury.basis(f"V-{number}")
    with treasury.database.reader() as session:
        account = session.scalars(select(DebitAccount).where(DebitAccount.iban == DEBIT)).one()

    made = start_batch(treasury, "D07||")

    *papers, others = made.batch.about.split(" · ")
    assert len(papers) == 3
    assert made.variables["basis"] == made.batch.about
    assert made.instance.title == f"{account.title} · {3 + int(others)}"


def test_a_file_read_back_is_the_batch(batch: Batch):
    batch.do("review").sign()
    with batch.office.database.reader() as session:
        assert session.scalars(select(OrderBatch.about)).all() == [LIST]
    assert sum(each.amount.amount for each in batch.file.transfers) == sum(PAID)


def test_a_batch_asks_for_owners_in_as_many_calls_as_it_takes(
    treasury: Treasury, bank: BankProcess, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(registry, "most_of_an_inquiry", lambda on: 2)
    before = len(bank.calls("/owners"))
    for (identifier, *_), net in zip(PAYEES, PAID, strict=False):
        treasury.basis(LIST, net, identifier, source_no=f"{LIST}/{net}")

    batch = start_batch(treasury, GATHERING)

    assert len(bank.calls("/owners")) - before == 2
    assert (batch.variables["left_out"], batch.incidents) == ([], [])
