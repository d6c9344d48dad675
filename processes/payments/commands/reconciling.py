"""Take what the bank sent: statuses and lines of accounts, each thing once (R-PAY-08)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select

from engine.errors import NotAtThisDesk, NotFound
from engine.sdk import (
    Actor,
    Problem,
    RulesBroken,
    Session,
    UnitOfWork,
    is_one_of,
    new_id,
    tell_act,
)
from engine.values import Rial, local_date, normalise
from processes.payments.bank.messages import (
    CREDIT_TRANSFER,
    STATUS_REPORT,
    AccountReport,
    Entry,
    FileRefused,
    Status,
    StatusReport,
    TransferStatus,
)
from processes.payments.bank.reading import kind_of, read_account, read_payments, read_status
from processes.payments.handlers.statuses import hear, hear_transfer
from processes.payments.queries.finding import line_known, orders_numbered
from processes.payments.queries.scope import RECONCILERS, works_in
from processes.payments.records import BankFile, BankLine, DebitAccount, LineState, Order
from processes.payments.rules.states import ENDED, NOT_LIVE, OF_TRANSFER, OrderState

_AREA: Final = "payments"


@dataclass(frozen=True, slots=True)
class Taken:
    """What a file came to."""

    new: int = 0  #: lines or statuses that were not known
    matched: int = 0
    exceptions: int = 0
    known: bool = False  #: the same file came before: it has no effect


class LineUnknown(NotFound):
    """No such line, or not in a unit of the actor."""


def take_file(uow: UnitOfWork, unit: str, content: bytes, *, actor: Actor, at: datetime) -> Taken:
    """Take a pain.002, camt.053 or camt.054, all of it or nothing.

    Raises:
        NotAtThisDesk: the actor does not reconcile in this unit.
        RulesBroken: ``PAY-020``, ``PAY-022``, ``PAY-032``, ``PAY-019`` an account that is not the
            unit's, ``PAY-023`` statuses about a file that is not the unit's.
    """
    if not works_in(actor, unit, RECONCILERS):
        raise NotAtThisDesk(f"FIN_EXPERT@{unit}")
    try:
        kind = kind_of(content)
        reports = (read_status(content),) if kind == STATUS_REPORT else read_account(content)
    except FileRefused as refused:
        raise _said(refused) from refused
    with uow:
        _wait_for_others(uow.session, unit)
        if _is_known(uow.session, kind, reports[0].message_id, content):
            return Taken(known=True)
        file = _file(unit, kind, reports[0].message_id, content, at)
        file.taken_by = actor.username
        uow.session.add(file)
        parts = [_take(uow.session, unit, each, actor, at) for each in reports]
        taken = Taken(
            new=sum(each.new for each in parts),
            matched=sum(each.matched for each in parts),
            exceptions=sum(each.exceptions for each in parts),
        )
        facts = {
            "number": file.message_id,
            "unit": unit,
            "kind": kind,
            "sha256": file.digest,
            "new": taken.new,
            "matched": taken.matched,
            "exceptions": taken.exceptions,
        }
        tell_act(uow.session, _AREA, "bank_file_taken", facts, actor=actor, at=at)
        uow.commit()
    return taken


def _wait_for_others(session: Session, unit: str) -> None:
    """Let one file of a unit be taken after the other: the second of two sees the first."""
    query = select(DebitAccount.id).where(DebitAccount.unit == unit).order_by(DebitAccount.id)
    session.scalars(query.with_for_update()).all()


def _said(refused: FileRefused) -> RulesBroken:
    return RulesBroken([Problem(refused.code, "file", dict(refused.params))])


def _is_known(session: Session, kind: str, message_id: str, content: bytes) -> bool:
    query = select(BankFile.digest).where(BankFile.kind == kind, BankFile.message_id == message_id)
    digest = session.scalar(query)
    if digest is not None and digest != hashlib.sha256(content).hexdigest():
        raise RulesBroken([Problem("PAY-032", "file", {"number": message_id})])
    return digest is not None


def _file(unit: str, kind: str, message_id: str, content: bytes, at: datetime) -> BankFile:
    return BankFile(
        id=new_id(),
        kind=kind,
        message_id=message_id,
        unit=unit,
        content=content.decode("utf-8", "replace"),
        digest=hashlib.sha256(content).hexdigest(),
        taken_at=at,
    )


def _take(
    session: Session, unit: str, report: StatusReport | AccountReport, actor: Actor, at: datetime
) -> Taken:
    if isinstance(report, StatusReport):
        return _take_statuses(session, unit, report, actor, at)
    account = session.scalar(select(DebitAccount).where(DebitAccount.iban == report.iban))
    if account is None or account.unit != unit:
        raise RulesBroken([Problem("PAY-019", "file", {"unit": report.iban})])
    orders = orders_numbered(session, (each.end_to_end_id for each in report.entries))
    lines = [
        _line(
            session,
            unit,
            report.iban,
            each,
            order=orders.get(each.end_to_end_id),
            actor=actor,
            at=at,
        )
        for each in report.entries
        if not line_known(session, report.iban, each.reference)
    ]
    return _counted(lines)


def _counted(lines: list[BankLine]) -> Taken:
    matched = sum(each.state is LineState.MATCHED for each in lines)
    return Taken(new=len(lines), matched=matched, exceptions=len(lines) - matched)


def _take_statuses(
    session: Session, unit: str, report: StatusReport, actor: Actor, at: datetime
) -> Taken:
    """Take statuses of the transfers of one of our files; another number is an exception."""
    sent = _sent_in(session, unit, report)
    orders = orders_numbered(session, sent)
    changed, exceptions = 0, 0
    for each in report.transfers or _of_group(report, sent):
        order = orders.get(each.end_to_end_id)
        reason = "PAY-023" if order is None else _why_not_by(session, order, actor)
        if order is None or reason:
            if not line_known(session, "", f"{report.message_id}/{each.end_to_end_id}"):
                _exception(session, unit, report, each, order=order, reason=reason, at=at)
                exceptions += 1
        elif not _frees(order, each):
            changed += hear_transfer(session, order, each, at)
    return Taken(new=changed + exceptions, matched=changed, exceptions=exceptions)


def _frees(order: Order, told: TransferStatus) -> bool:
    """Tell whether a status would let the basis be paid again.

    A file that a person brings does not do that: the case of the order asks the bank itself, and
    takes its word. What contradicts a last word is an alarm and frees nothing.
    """
    then = OF_TRANSFER.get(told.status)
    return then in NOT_LIVE and order.state not in ENDED


def _why_not_by(session: Session, order: Order, actor: Actor) -> str:
    """Return ``SOD-008`` for who made or signed the order: somebody else looks at what it became.

    Accounts of one person are one.
    """
    payers = [order.made_by, *(each.username for each in order.standing)]
    return "SOD-008" if is_one_of(session, actor, payers) else ""


def _of_group(report: StatusReport, sent: frozenset[str]) -> tuple[TransferStatus, ...]:
    """Return what a refusal of the whole file says of the orders in it."""
    if report.group is not Status.REJECTED:
        return ()
    return tuple(TransferStatus(each, Status.REJECTED, "GROUP") for each in sorted(sent))


def _sent_in(session: Session, unit: str, report: StatusReport) -> frozenset[str]:
    """Return the numbers of the orders in the file that a report answers.

    Raises:
        RulesBroken: ``PAY-023`` it is no file of the unit; ``PAY-020`` count or sum differ.
    """
    query = select(BankFile.content).where(
        BankFile.kind == CREDIT_TRANSFER,
        BankFile.message_id == report.about,
        BankFile.unit == unit,
    )
    content = session.scalar(query)
    if content is None:
        raise RulesBroken([Problem("PAY-023", "file")])
    sent = read_payments(content.encode()).transfers
    total = Rial.total(each.amount for each in sent)
    for what, told, counted in (
        ("OrgnlNbOfTxs", report.count, len(sent)),
        ("OrgnlCtrlSum", None if report.total is None else report.total.amount, total.amount),
    ):
        if told is not None and told != counted:
            params = {"what": what, "told": str(told), "counted": str(counted)}
            raise RulesBroken([Problem("PAY-020", "file", params)])
    return frozenset(each.end_to_end_id for each in sent)


def _exception(
    session: Session,
    unit: str,
    report: StatusReport,
    told: TransferStatus,
    *,
    order: Order | None,
    reason: str,
    at: datetime,
) -> None:
    session.add(
        BankLine(
            id=new_id(),
            unit=unit,
            iban="",
            reference=f"{report.message_id}/{told.end_to_end_id}",
            on=local_date(report.at),
            amount=None,
            end_to_end_id=told.end_to_end_id,
            about=f"{told.status.value} {told.reason}".strip(),
            order_id=None if order is None else order.id,
            state=LineState.EXCEPTION,
            reason=reason,
            taken_at=at,
        )
    )


def _line(
    session: Session,
    unit: str,
    iban: str,
    entry: Entry,
    *,
    order: Order | None,
    actor: Actor,
    at: datetime,
) -> BankLine:
    """Keep a line of an account: of exactly one order, or an exception."""
    reason = _why_not(session, order, iban, entry, actor)
    line = BankLine(
        id=new_id(),
        unit=unit,
        iban=iban,
        reference=entry.reference,
        on=entry.on,
        amount=entry.amount if entry.is_credit else -entry.amount,
        end_to_end_id=entry.end_to_end_id,
        about=f"{entry.about} {entry.reason}".strip(),
        order_id=None if order is None else order.id,
        state=LineState.EXCEPTION if reason else LineState.MATCHED,
        reason=reason,
        taken_at=at,
    )
    session.add(line)
    session.flush()
    if order is not None and not reason:
        hear(session, order, OrderState.CLEARED, "BOOK", "", at)
    return line


def _why_not(session: Session, order: Order | None, iban: str, entry: Entry, actor: Actor) -> str:
    if order is None:
        return "PAY-023" if entry.end_to_end_id else "PAY-027"
    if entry.is_credit or entry.amount != order.amount or iban != order.debit_iban:
        return "PAY-026"
    paid = select(BankLine.id).where(
        BankLine.order_id == order.id, BankLine.state == LineState.MATCHED
    )
    if session.scalar(paid.limit(1)) is not None:
        return "PAY-029"
    return _why_not_by(session, order, actor)


def explain_line(uow: UnitOfWork, line_id: UUID, note: str, *, actor: Actor, at: datetime) -> None:
    """Say what an exception was; it leaves the list and stays to be read.

    Raises:
        LineUnknown: no such exception, or not of a unit in which the actor reconciles.
        RulesBroken: ``GEN-REQUIRED``; ``SOD-008``, he made or signed the order of the line.
    """
    said = normalise(note)[:1_000]
    with uow:
        line = uow.session.get(BankLine, line_id, with_for_update=True)
        if line is None or not works_in(actor, line.unit, RECONCILERS):
            raise LineUnknown(f"no line {line_id}")
        if not said:
            raise RulesBroken([Problem("GEN-REQUIRED", "note")])
        if line.order is not None and (code := _why_not_by(uow.session, line.order, actor)):
            raise RulesBroken([Problem(code, "note")])
        if line.state is LineState.EXCEPTION:
            line.state, line.note = LineState.EXPLAINED, said
            line.explained_at, line.explained_by = at, actor.username
            facts = {
                "number": line.reference,
                "unit": line.unit,
                "order": None if line.order is None else line.order.order_no,
                "amount": None if line.amount is None else str(line.amount.amount),
                "was": line.reason,
                "reason": said,
            }
            told = {key: value for key, value in facts.items() if value is not None}
            tell_act(uow.session, _AREA, "bank_line_explained", told, actor=actor, at=at)
        uow.commit()
