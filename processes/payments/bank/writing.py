"""Messages as the XML that goes over the line, UTF-8."""

from __future__ import annotations

from datetime import datetime
from textwrap import wrap
from typing import Final
from xml.etree.ElementTree import Element, SubElement, tostring

from engine.values import Rial, bank_code
from processes.payments.bank.messages import (
    CREDIT_TRANSFER,
    LONGEST_LINE,
    NOTIFICATION,
    STATEMENT,
    STATUS_REPORT,
    AccountReport,
    Batch,
    Entry,
    PaymentFile,
    StatusReport,
    Transfer,
    TransferStatus,
)

CURRENCY: Final = "IRR"
_NAMESPACE: Final = "urn:iso:std:iso:20022:tech:xsd:"


def write_payments(file: PaymentFile) -> bytes:
    """Return a pain.001.001.09: one ``PmtInf`` for each account, day and channel.

    The payee's id goes into ``OrgId`` or ``PrvtId`` by its length, the payment id into the
    structured remittance, the hash of the voucher into the unstructured one (§4.9).
    """
    root = _document(CREDIT_TRANSFER)
    body = SubElement(root, "CstmrCdtTrfInitn")
    header = _group_header(body, file.message_id, file.at)
    _sums(header, file.transfers)
    _text(header, "InitgPty/Nm", file.initiator)
    for batch in file.batches:
        _batch(SubElement(body, "PmtInf"), batch)
    return _bytes(root)


def _batch(info: Element, batch: Batch) -> None:
    _text(info, "PmtInfId", batch.batch_id)
    _text(info, "PmtMtd", "TRF")
    _sums(info, batch.transfers)
    _text(info, "PmtTpInf/LclInstrm/Prtry", batch.channel.value)
    _text(info, "ReqdExctnDt/Dt", batch.on.isoformat())
    _text(info, "Dbtr/Nm", batch.debtor_name)
    _text(info, "DbtrAcct/Id/IBAN", batch.debit_iban)
    _text(info, "DbtrAgt/FinInstnId/ClrSysMmbId/MmbId", bank_code(batch.debit_iban))
    for each in batch.transfers:
        _transfer(SubElement(info, "CdtTrfTxInf"), each)


def _transfer(info: Element, transfer: Transfer) -> None:
    _text(info, "PmtId/EndToEndId", transfer.end_to_end_id)
    _money(SubElement(info, "Amt"), "InstdAmt", transfer.amount)
    _text(info, "CdtrAgt/FinInstnId/ClrSysMmbId/MmbId", bank_code(transfer.payee_iban))
    payee = SubElement(info, "Cdtr")
    _text(payee, "Nm", transfer.payee_name)
    kind = "PrvtId" if len(transfer.payee_id) == 10 else "OrgId"
    _text(payee, f"Id/{kind}/Othr/Id", transfer.payee_id)
    _text(info, "CdtrAcct/Id/IBAN", transfer.payee_iban)
    _text(info, "Purp/Prtry", transfer.purpose)
    if transfer.note or transfer.payment_id:
        remittance = SubElement(info, "RmtInf")
        if transfer.note:
            _text(remittance, "Ustrd", transfer.note)
        if transfer.payment_id:
            _text(remittance, "Strd/CdtrRefInf/Ref", transfer.payment_id)


def write_status(report: StatusReport) -> bytes:
    """Return a pain.002.001.10."""
    root = _document(STATUS_REPORT)
    body = SubElement(root, "CstmrPmtStsRpt")
    _group_header(body, report.message_id, report.at)
    group = SubElement(body, "OrgnlGrpInfAndSts")
    _text(group, "OrgnlMsgId", report.about)
    _text(group, "OrgnlMsgNmId", CREDIT_TRANSFER)
    if report.count is not None:
        _text(group, "OrgnlNbOfTxs", str(report.count))
    if report.total is not None:
        _text(group, "OrgnlCtrlSum", str(report.total.amount))
    if report.group is not None:
        _text(group, "GrpSts", report.group.value)
    if report.transfers:
        info = SubElement(body, "OrgnlPmtInfAndSts")
        _text(info, "OrgnlPmtInfId", report.about)
        for each in report.transfers:
            _transfer_status(SubElement(info, "TxInfAndSts"), each)
    return _bytes(root)


def _transfer_status(info: Element, status: TransferStatus) -> None:
    _text(info, "OrgnlEndToEndId", status.end_to_end_id)
    _text(info, "TxSts", status.status.value)
    if status.reason or status.text:
        why = SubElement(info, "StsRsnInf")
        if status.reason:
            _text(why, "Rsn/Cd" if len(status.reason) == 4 else "Rsn/Prtry", status.reason)
        for line in wrap(status.text, LONGEST_LINE):
            _text(why, "AddtlInf", line)
    if status.bank_ref:
        _text(info, "AcctSvcrRef", status.bank_ref)


def write_statement(report: AccountReport) -> bytes:
    """Return a camt.053.001.08, or a camt.054.001.08 where there are no balances."""
    is_statement = report.opening is not None
    root = _document(STATEMENT if is_statement else NOTIFICATION)
    body = SubElement(root, "BkToCstmrStmt" if is_statement else "BkToCstmrDbtCdtNtfctn")
    _group_header(body, report.message_id, report.at)
    account = SubElement(body, "Stmt" if is_statement else "Ntfctn")
    _text(account, "Id", report.message_id)
    _text(account, "CreDtTm", _moment(report.at))
    _text(account, "Acct/Id/IBAN", report.iban)
    for kind, balance in (("OPBD", report.opening), ("CLBD", report.closing)):
        if balance is not None:
            _balance(SubElement(account, "Bal"), kind, balance, report.at)
    summary = SubElement(SubElement(account, "TxsSummry"), "TtlNtries")
    _text(summary, "NbOfNtries", str(len(report.entries)))
    _text(summary, "Sum", str(Rial.total(each.amount for each in report.entries).amount))
    for each in report.entries:
        _entry(SubElement(account, "Ntry"), each)
    return _bytes(root)


def _balance(info: Element, kind: str, amount: Rial, at: datetime) -> None:
    _text(info, "Tp/CdOrPrtry/Cd", kind)
    _money(info, "Amt", abs(amount))
    _text(info, "CdtDbtInd", "CRDT" if amount >= Rial.ZERO else "DBIT")
    _text(info, "Dt/Dt", at.date().isoformat())


def _entry(info: Element, entry: Entry) -> None:
    _text(info, "NtryRef", entry.reference)
    _money(info, "Amt", entry.amount)
    side = "CRDT" if entry.is_credit else "DBIT"
    _text(info, "CdtDbtInd", side)
    if entry.is_reversal:
        _text(info, "RvslInd", "true")
    _text(info, "Sts/Cd", "BOOK")
    _text(info, "BookgDt/Dt", entry.on.isoformat())
    _text(info, "AcctSvcrRef", entry.reference)
    _text(info, "BkTxCd/Prtry/Cd", "TRF")
    details = SubElement(SubElement(info, "NtryDtls"), "TxDtls")
    _text(details, "Refs/EndToEndId", entry.end_to_end_id or "NOTPROVIDED")
    if entry.about:
        _text(details, "RmtInf/Ustrd", entry.about)


def _document(kind: str) -> Element:
    root = Element("Document")
    root.set("xmlns", _NAMESPACE + kind)
    return root


def _group_header(body: Element, message_id: str, at: datetime) -> Element:
    header = SubElement(body, "GrpHdr")
    _text(header, "MsgId", message_id)
    _text(header, "CreDtTm", _moment(at))
    return header


def _moment(at: datetime) -> str:
    return at.isoformat(timespec="seconds")


def _sums(parent: Element, transfers: tuple[Transfer, ...]) -> None:
    _text(parent, "NbOfTxs", str(len(transfers)))
    _text(parent, "CtrlSum", str(Rial.total(each.amount for each in transfers).amount))


def _money(parent: Element, name: str, amount: Rial) -> None:
    SubElement(parent, name, Ccy=CURRENCY).text = str(amount.amount)


def _text(parent: Element, path: str, text: str) -> None:
    """Add nested elements, the innermost with a text."""
    for name in path.split("/"):
        parent = SubElement(parent, name)
    parent.text = text


def _bytes(root: Element) -> bytes:
    result: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return result
