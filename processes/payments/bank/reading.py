"""Messages read from the XML of a stranger: whole and true, or refused whole.

No schema of pain.002 and camt ships with a package we could depend on, so that the rules are our
own (docs/reference/payments.md): the message and its version, what it must hold, amounts in
whole rials, ids of at most 35 characters, each thing told once, and counts and sums that agree.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Final

from engine.sdk import XmlUnreadable, parse_xml
from engine.values import InvalidValue, Rial, iban
from processes.payments.bank.messages import (
    CREDIT_TRANSFER,
    LONGEST_ID,
    LONGEST_TEXT,
    NOTIFICATION,
    STATEMENT,
    STATUS_REPORT,
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

if TYPE_CHECKING:
    from lxml.etree import _Element

_WHOLE: Final = re.compile(r"([0-9]{1,18})(?:\.0{1,5})?")
_KINDS: Final = re.compile(r"\{urn:iso:std:iso:20022:tech:xsd:(?P<kind>[a-z0-9.]+)\}Document")
_NONE: Final = "NOTPROVIDED"  #: of an id that the customer did not give


def kind_of(content: bytes) -> str:
    """Return which message a file is, such as ``pain.002.001.10``.

    Raises:
        FileRefused: ``PAY-022``, not XML, or no message of ISO 20022.
    """
    return _Message(content).kind


def read_payments(content: bytes) -> PaymentFile:
    """Return a pain.001 as a bank reads it.

    Raises:
        FileRefused: ``PAY-020``, ``PAY-022``.
    """
    message = _Message(content, CREDIT_TRANSFER)
    body = message.one(message.root, "CstmrCdtTrfInitn")
    header = message.one(body, "GrpHdr")
    batches = tuple(_batch(message, each) for each in message.all(body, "PmtInf"))
    file = PaymentFile(
        message_id=message.identifier(header, "MsgId"),
        at=message.moment(header, "CreDtTm"),
        initiator=message.text(header, "InitgPty/Nm"),
        batches=batches,
    )
    if not file.transfers:
        raise FileRefused("PAY-022", why="CdtTrfTxInf: 0")
    _must_agree(message, header, file.transfers)
    _each_once((each.end_to_end_id for each in file.transfers), "EndToEndId")
    _each_once((each.batch_id for each in batches), "PmtInfId")
    return file


def _batch(message: _Message, info: _Element) -> Batch:
    batch = Batch(
        batch_id=message.identifier(info, "PmtInfId"),
        debtor_name=message.text(info, "Dbtr/Nm"),
        debit_iban=message.iban(info, "DbtrAcct/Id/IBAN"),
        on=message.day(info, "ReqdExctnDt/Dt"),
        transfers=tuple(_transfer(message, each) for each in message.all(info, "CdtTrfTxInf")),
        channel=message.channel(info, "PmtTpInf/LclInstrm/Prtry"),
    )
    _must_agree(message, info, batch.transfers)
    return batch


def _transfer(message: _Message, info: _Element) -> Transfer:
    named = [message.maybe(info, f"Cdtr/Id/{each}/Othr/Id") for each in ("PrvtId", "OrgId")]
    return Transfer(
        end_to_end_id=message.identifier(info, "PmtId/EndToEndId"),
        amount=message.money(info, "Amt/InstdAmt"),
        payee_name=message.text(info, "Cdtr/Nm"),
        payee_id="".join(named),
        payee_iban=message.iban(info, "CdtrAcct/Id/IBAN"),
        purpose=message.maybe(info, "Purp/Prtry"),
        payment_id=message.maybe(info, "RmtInf/Strd/CdtrRefInf/Ref"),
        note=message.maybe(info, "RmtInf/Ustrd"),
    )


def _must_agree(message: _Message, where: _Element, transfers: tuple[Transfer, ...]) -> None:
    _must_be("NbOfTxs", message.count(where, "NbOfTxs"), len(transfers))
    if message.maybe(where, "CtrlSum"):
        told = message.plain_money(where, "CtrlSum")
        _must_be("CtrlSum", told.amount, Rial.total(each.amount for each in transfers).amount)


def _must_be(what: str, told: int, counted: int) -> None:
    if told != counted:
        raise FileRefused("PAY-020", what=what, told=str(told), counted=str(counted))


def _each_once(ids: Iterable[str], what: str) -> None:
    twice = [each for each, times in Counter(ids).items() if times > 1]
    if twice:
        raise FileRefused("PAY-022", why=f"{what}: 2 × {twice[0]}")


def read_status(content: bytes) -> StatusReport:
    """Return a pain.002.

    Raises:
        FileRefused: ``PAY-020`` its numbers of payments are not those it tells of; ``PAY-022``.
    """
    message = _Message(content, STATUS_REPORT)
    body = message.one(message.root, "CstmrPmtStsRpt")
    header, group = message.one(body, "GrpHdr"), message.one(body, "OrgnlGrpInfAndSts")
    told = tuple(
        _transfer_status(message, each)
        for each in message.all(body, "OrgnlPmtInfAndSts/TxInfAndSts")
    )
    _each_once((each.end_to_end_id for each in told), "OrgnlEndToEndId")
    count = message.maybe(group, "OrgnlNbOfTxs")
    has_sum = bool(message.maybe(group, "OrgnlCtrlSum"))
    report = StatusReport(
        message_id=message.identifier(header, "MsgId"),
        at=message.moment(header, "CreDtTm"),
        about=message.identifier(group, "OrgnlMsgId"),
        group=message.status(group, "GrpSts") if message.maybe(group, "GrpSts") else None,
        transfers=told,
        count=message.count(group, "OrgnlNbOfTxs") if count else None,
        total=message.plain_money(group, "OrgnlCtrlSum") if has_sum else None,
    )
    if report.count is not None and len(told) > report.count:
        raise FileRefused("PAY-020", what="OrgnlNbOfTxs", told=count, counted=str(len(told)))
    return report


def _transfer_status(message: _Message, info: _Element) -> TransferStatus:
    reason = message.maybe(info, "StsRsnInf/Rsn/Cd") or message.maybe(info, "StsRsnInf/Rsn/Prtry")
    return TransferStatus(
        end_to_end_id=message.identifier(info, "OrgnlEndToEndId"),
        status=message.status(info, "TxSts"),
        reason=reason,
        bank_ref=message.maybe(info, "AcctSvcrRef"),
        text=message.texts(info, "StsRsnInf/AddtlInf"),
    )


def read_account(content: bytes) -> tuple[AccountReport, ...]:
    """Return a camt.053 or camt.054, one report for each account of the file.

    Raises:
        FileRefused: ``PAY-020`` count, sum or balances do not agree with the lines; ``PAY-022``.
    """
    message = _Message(content, STATEMENT, NOTIFICATION)
    is_statement = message.kind == STATEMENT
    body = message.one(message.root, "BkToCstmrStmt" if is_statement else "BkToCstmrDbtCdtNtfctn")
    header = message.one(body, "GrpHdr")
    told = message.all(body, "Stmt" if is_statement else "Ntfctn")
    if not told:
        raise FileRefused("PAY-022", why="Acct: 0")
    return tuple(_account(message, header, each, is_statement=is_statement) for each in told)


def _account(
    message: _Message, header: _Element, info: _Element, *, is_statement: bool
) -> AccountReport:
    entries = tuple(_entry(message, each) for each in message.all(info, "Ntry"))
    _each_once((each.reference for each in entries), "NtryRef")
    if message.maybe(info, "TxsSummry/TtlNtries/NbOfNtries"):
        _must_be("NbOfNtries", message.count(info, "TxsSummry/TtlNtries/NbOfNtries"), len(entries))
    if message.maybe(info, "TxsSummry/TtlNtries/Sum"):
        told = message.plain_money(info, "TxsSummry/TtlNtries/Sum")
        _must_be("Sum", told.amount, Rial.total(each.amount for each in entries).amount)
    report = AccountReport(
        message_id=message.identifier(header, "MsgId"),
        at=message.moment(header, "CreDtTm"),
        iban=message.iban(info, "Acct/Id/IBAN"),
        entries=entries,
        opening=_balance(message, info, "OPBD") if is_statement else None,
        closing=_balance(message, info, "CLBD") if is_statement else None,
    )
    if report.opening is not None and report.closing is not None:
        moved = sum(each.amount.amount * (1 if each.is_credit else -1) for each in entries)
        _must_be("CLBD", report.closing.amount, report.opening.amount + moved)
    return report


def _balance(message: _Message, info: _Element, kind: str) -> Rial:
    for each in message.all(info, "Bal"):
        if message.maybe(each, "Tp/CdOrPrtry/Cd") == kind:
            amount = message.money(each, "Amt")
            return amount if message.is_credit(each) else -amount
    raise FileRefused("PAY-022", why=f"Bal {kind}: 0")


def _entry(message: _Message, info: _Element) -> Entry:
    named = message.maybe(info, "NtryDtls/TxDtls/Refs/EndToEndId")
    return Entry(
        reference=message.identifier(info, "NtryRef"),
        amount=message.money(info, "Amt"),
        is_credit=message.is_credit(info),
        on=message.day(info, "BookgDt/Dt"),
        end_to_end_id="" if named == _NONE else named,
        about=message.maybe(info, "NtryDtls/TxDtls/RmtInf/Ustrd"),
        is_reversal=message.maybe(info, "RvslInd") == "true",
        reason=message.maybe(info, "NtryDtls/TxDtls/RtrInf/Rsn/Cd"),
    )


class _Message:
    """One document, read by paths of plain names."""

    def __init__(self, content: bytes, *kinds: str) -> None:
        try:
            self.root = parse_xml(content)
        except XmlUnreadable as unreadable:
            raise FileRefused("PAY-022", why=str(unreadable)) from unreadable
        found = _KINDS.fullmatch(str(self.root.tag))
        self.kind = "" if found is None else found["kind"]
        if found is None or (kinds and self.kind not in kinds):
            raise FileRefused("PAY-022", why=self.kind or str(self.root.tag)[:80])
        self._space = str(self.root.tag).removesuffix("Document")

    def all(self, where: _Element, path: str) -> list[_Element]:
        """Return every element at a path."""
        return list(where.iterfind("/".join(self._space + each for each in path.split("/"))))

    def one(self, where: _Element, path: str) -> _Element:
        """Return the one element at a path; ``PAY-022`` for none or several."""
        found = self.all(where, path)
        if len(found) != 1:
            raise FileRefused("PAY-022", why=f"{path}: {len(found)}")
        return found[0]

    def maybe(self, where: _Element, path: str) -> str:
        """Return the text at a path, nothing where there is none."""
        found = self.all(where, path)
        return (found[0].text or "").strip() if found else ""

    def texts(self, where: _Element, path: str) -> str:
        """Return all that is said at a path as one line, of a stranger's at most so much."""
        said = " ".join(each.text or "" for each in self.all(where, path))
        return " ".join(said.split())[:LONGEST_TEXT]

    def text(self, where: _Element, path: str) -> str:
        """Return a text of at most 140 characters that must be there."""
        said = self.maybe(where, path)
        if not 0 < len(said) <= 140:
            raise FileRefused("PAY-022", why=path)
        return said

    def identifier(self, where: _Element, path: str) -> str:
        """Return an id of at most 35 characters."""
        said = self.text(where, path)
        if len(said) > LONGEST_ID:
            raise FileRefused("PAY-022", why=path)
        return said

    def money(self, where: _Element, path: str) -> Rial:
        """Return an amount in whole rials above zero."""
        if self.one(where, path).get("Ccy") != "IRR":
            raise FileRefused("PAY-022", why=f"{path}: currency")
        return self.plain_money(where, path)

    def plain_money(self, where: _Element, path: str) -> Rial:
        """Return an amount that has no currency of its own."""
        found = _WHOLE.fullmatch(self.maybe(where, path))
        if found is None:
            raise FileRefused("PAY-022", why=path)
        return Rial(int(found[1]))

    def count(self, where: _Element, path: str) -> int:
        """Return a number of things."""
        said = self.maybe(where, path)
        if not re.fullmatch(r"[0-9]{1,15}", said):
            raise FileRefused("PAY-022", why=path)
        return int(said)

    def iban(self, where: _Element, path: str) -> str:
        """Return an account that checks."""
        try:
            return iban(self.maybe(where, path))
        except InvalidValue as invalid:
            raise FileRefused("PAY-022", why=path) from invalid

    def day(self, where: _Element, path: str) -> date:
        """Return a day."""
        try:
            return date.fromisoformat(self.maybe(where, path)[:10])
        except ValueError as wrong:
            raise FileRefused("PAY-022", why=path) from wrong

    def moment(self, where: _Element, path: str) -> datetime:
        """Return a moment; one that names no zone is taken as UTC."""
        try:
            found = datetime.fromisoformat(self.maybe(where, path))
        except ValueError as wrong:
            raise FileRefused("PAY-022", why=path) from wrong
        return found if found.tzinfo else found.replace(tzinfo=UTC)

    def status(self, where: _Element, path: str) -> Status:
        """Return a status that we know."""
        try:
            return Status(self.maybe(where, path))
        except ValueError as wrong:
            raise FileRefused("PAY-022", why=path) from wrong

    def channel(self, where: _Element, path: str) -> Channel:
        """Return how the transfer goes; a batch where nothing is said."""
        said = self.maybe(where, path)
        try:
            return Channel(said) if said else Channel.BATCH
        except ValueError as wrong:
            raise FileRefused("PAY-022", why=path) from wrong

    def is_credit(self, where: _Element) -> bool:
        """Tell whether money came in."""
        said = self.maybe(where, "CdtDbtInd")
        if said not in ("CRDT", "DBIT"):
            raise FileRefused("PAY-022", why="CdtDbtInd")
        return said == "CRDT"
