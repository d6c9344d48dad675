"""ISO 20022 messages: what is written can be read, and what is not true is refused whole."""

from __future__ import annotations

import importlib.util
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from engine.values import Rial
from processes.payments.bank.messages import (
    AccountReport,
    Batch,
    Channel,
    Entry,
    FileRefused,
    PaymentFile,
    Status,
    StatusReport,
    Transfer,
    TransferStatus,
)
from processes.payments.bank.reading import (
    kind_of,
    read_account,
    read_payments,
    read_status,
)
from processes.payments.bank.writing import write_payments, write_statement, write_status

AT = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)
DEBIT = "IR790610000000700796858044"
PAYEE = "IR500120020000004444994196"
#: the control sum of `domain.md` §4.9
AMOUNTS = (10_921_311_084, 23_663_483_211, 47_532_066_929)


def transfer(number: int, amount: int, **other: str) -> Transfer:
    given = {"payee_id": "10380284790", "payment_id": "485040780", "note": "sha256:aa"} | other
    return Transfer(
        end_to_end_id=f"D07-1405-{number:06d}",
        amount=Rial(amount),
        payee_name="شرکت راه و ساختمان نمونه",
        payee_iban=PAYEE,
        purpose="SPAC",
        **given,
    )


def file_of(*transfers: Transfer, channel: Channel = Channel.BATCH) -> PaymentFile:
    batch = Batch("D07-1405-B1", "شهرداری منطقه ۷", DEBIT, date(2026, 11, 22), transfers, channel)
    return PaymentFile("D07-1405-M1", AT, "شهرداری منطقه ۷", (batch,))


EXAMPLE = file_of(*(transfer(at, each) for at, each in enumerate(AMOUNTS, 1)))
STATUSES = StatusReport(
    "BANK-1",
    AT,
    "D07-1405-M1",
    Status.PARTLY_ACCEPTED,
    (
        TransferStatus("D07-1405-000001", Status.SETTLED, bank_ref="REF1"),
        TransferStatus("D07-1405-000002", Status.REJECTED, "AC04"),
        TransferStatus("D07-1405-000003", Status.PENDING, "WAIT-GUARANTOR"),
    ),
    3,
    Rial(82_116_861_224),
)
LINES = AccountReport(
    "ST-1",
    AT,
    DEBIT,
    (
        Entry("L1", Rial(700), is_credit=False, on=date(2026, 11, 22), end_to_end_id="D07-1"),
        Entry(
            "L2", Rial(90), is_credit=True, on=date(2026, 11, 22), about="واریز", is_reversal=True
        ),
    ),
    Rial(1_000),
    Rial(390),
)


@pytest.fixture(scope="module")
def schema() -> etree.XMLSchema:
    """The standard's schema of pain.001.001.09, as the package sepaxml ships it."""
    found = importlib.util.find_spec("sepaxml")
    assert found is not None
    assert found.origin is not None
    path = Path(found.origin).parent / "schemas" / "pain.001.001.09.xsd"
    return etree.XMLSchema(etree.parse(str(path)))


def test_the_control_sum_of_the_guide_stands_in_the_file():
    text = write_payments(EXAMPLE).decode()

    assert text.count("<NbOfTxs>3</NbOfTxs>") == 2  # of the file, of its batch
    assert text.count("<CtrlSum>82116861224</CtrlSum>") == 2


@pytest.mark.parametrize(
    "file",
    [
        EXAMPLE,
        file_of(transfer(1, 1, payee_id="0084575948", payment_id="", note="")),
        file_of(transfer(1, 10**17, note=""), channel=Channel.HIGH_VALUE),
        replace(EXAMPLE, batches=(*EXAMPLE.batches, replace(EXAMPLE.batches[0], batch_id="B2"))),
    ],
    ids=["three to a company", "one to a person", "high value", "two batches"],
)
def test_what_we_send_is_valid_by_the_schema_of_the_standard(
    schema: etree.XMLSchema, file: PaymentFile
):
    schema.assertValid(etree.fromstring(write_payments(file)))


@given(
    st.lists(
        st.tuples(st.integers(1, 10**15), st.sampled_from(["0084575948", "10380284790"])),
        min_size=1,
        max_size=4,
    ),
    st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=30),
)
def test_a_bank_reads_what_we_wrote(payments: list[tuple[int, str]], name: str):
    wanted = file_of(
        *(
            replace(transfer(at, amount, payee_id=payee), payee_name=name)
            for at, (amount, payee) in enumerate(payments, 1)
        )
    )

    assert read_payments(write_payments(wanted)) == wanted


def test_we_read_the_banks_statuses():
    assert read_status(write_status(STATUSES)) == STATUSES


@pytest.mark.parametrize(
    "report",
    [
        LINES,
        replace(LINES, opening=None, closing=None),
        replace(LINES, entries=(), closing=Rial(1_000)),
    ],
    ids=["statement", "notification", "a quiet day"],
)
def test_we_read_the_lines_of_an_account(report: AccountReport):
    assert read_account(write_statement(report)) == (report,)


def test_an_overdrawn_account_has_a_balance_below_nothing():
    report = replace(LINES, opening=Rial(-100), closing=Rial(-710))

    assert read_account(write_statement(report)) == (report,)


@pytest.mark.parametrize(
    ("content", "old", "new", "what"),
    [
        (write_payments(EXAMPLE), "82116861224", "82116861225", "CtrlSum"),
        (write_payments(EXAMPLE), "<NbOfTxs>3", "<NbOfTxs>2", "NbOfTxs"),
        (write_payments(EXAMPLE), ">10921311084<", ">10921311085<", "CtrlSum"),
        (write_status(STATUSES), "<OrgnlNbOfTxs>3", "<OrgnlNbOfTxs>2", "OrgnlNbOfTxs"),
        (write_statement(LINES), "<Sum>790", "<Sum>791", "Sum"),
        (write_statement(LINES), "<NbOfNtries>2", "<NbOfNtries>3", "NbOfNtries"),
        (write_statement(LINES), ">390<", ">391<", "CLBD"),
    ],
    ids=["sum", "count", "an amount", "more statuses", "sum of lines", "lines", "balance"],
)
def test_a_file_whose_sum_or_count_differs_is_refused_whole(
    content: bytes, old: str, new: str, what: str
):
    with pytest.raises(FileRefused) as refused:
        _read(content.replace(old.encode(), new.encode()))

    assert (refused.value.code, refused.value.params["what"]) == ("PAY-020", what)


@pytest.mark.parametrize(
    ("content", "old", "new"),
    [
        (write_payments(EXAMPLE), "pain.001.001.09", "pain.001.001.03"),
        (write_payments(EXAMPLE), 'Ccy="IRR"', 'Ccy="EUR"'),
        (write_payments(EXAMPLE), ">10921311084<", ">10921311084.5<"),
        (write_payments(EXAMPLE), PAYEE, "IR500120020000004444994197"),
        (write_payments(EXAMPLE), "D07-1405-000002", "D07-1405-000001"),
        (write_payments(EXAMPLE), "D07-1405-M1", "D" * 36),
        (write_payments(EXAMPLE), "2026-11-22", "2026-13-22"),
        (write_payments(EXAMPLE), "<Document", "<!DOCTYPE a><Document"),
        (write_status(STATUSES), "ACSC", "XXXX"),
        (write_status(STATUSES), "D07-1405-000002", "D07-1405-000001"),
        (write_statement(LINES), ">L2<", ">L1<"),
        (write_statement(LINES), "CRDT", "credit"),
        (b"not XML", "", ""),
        (b"<Document/>", "", ""),
    ],
    ids=[
        "another version", "currency", "half a rial", "account", "an id twice", "a long id",
        "no day", "a document type", "status", "a status twice", "a line twice", "side",
        "no XML", "no message",
    ],
)  # fmt: skip
def test_what_is_no_message_of_ours_is_refused_whole(content: bytes, old: str, new: str):
    with pytest.raises(FileRefused) as refused:
        _read(content.replace(old.encode(), new.encode()) if old else content)

    assert refused.value.code == "PAY-022"


def _read(content: bytes) -> object:
    kind = kind_of(content)
    if kind.startswith("pain.001"):
        return read_payments(content)
    return read_status(content) if kind.startswith("pain.002") else read_account(content)
