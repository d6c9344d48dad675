"""Finding what a case is about, and who is asked for what."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from engine.sdk import Actor, Json, Problem, RulesBroken
from engine.values import Rial
from processes.financial_documents.answers.booking import Stamp
from processes.financial_documents.answers.credit import Subject
from processes.financial_documents.records import (
    ExceptionKind,
    SupplierInvoice,
    VerifiedPayee,
    Voucher,
    VoucherException,
)

#: the shortest note that explains a reason called *other*
NOTE_LENGTH: Final = 10
#: What a step that goes on takes off the case: the return was heeded.
HEEDED: Final[Mapping[str, Json]] = {
    "returned_reason": None,
    "returned_note": None,
    "returned_by": None,
}
#: What each type of document is called; the model is Persian.
TITLES: Final[Mapping[str, str]] = {
    "EXPENSE": "سند هزینه",
    "INVOICE": "صورتحساب فروشنده",
    "PAYROLL": "لیست حقوق",
    "ADVANCE": "پیش‌پرداخت",
    "ON_ACCOUNT": "علی‌الحساب",
    "PETTY_CASH": "تنخواه",
    "SETTLEMENT": "مازاد تسویهٔ پیش‌پرداخت",
}


def voucher_of(session: Session, instance_id: UUID) -> Voucher:
    """Return the voucher of a case with all that hangs on it."""
    return session.scalars(
        select(Voucher)
        .where(Voucher.instance_id == instance_id)
        .options(
            joinedload(Voucher.line),
            selectinload(Voucher.deductions),
            joinedload(Voucher.invoice).selectinload(SupplierInvoice.lines),
        )
    ).one()


def voucher_held(session: Session, voucher_id: UUID) -> Voucher | None:
    """Return a voucher, held against every other change of it."""
    return session.scalar(select(Voucher).where(Voucher.id == voucher_id).with_for_update())


def subject_of(voucher: Voucher) -> Subject:
    """Return what a voucher's credit is held for."""
    return Subject(
        voucher.id, voucher.voucher_no or str(voucher.id), instance_id=voucher.instance_id
    )


def stamp_of(actor: Actor, at: datetime, note: str | None = None) -> Stamp:
    """Return when an actor books something."""
    return Stamp(at, actor.username, note)


def payee_of(session: Session, payee_id: str) -> VerifiedPayee | None:
    """Return the account of a payee that two people have kept, the newest of several."""
    return session.scalar(
        select(VerifiedPayee)
        .where(VerifiedPayee.payee_id == payee_id, VerifiedPayee.verified_at.is_not(None))
        .order_by(VerifiedPayee.verified_at.desc(), VerifiedPayee.id.desc())
        .limit(1)
    )


def uuid_of(value: object) -> UUID | None:
    """Return the id a form sends, nothing where it is none."""
    try:
        return UUID(str(value))
    except ValueError:
        return None


def refuse(problems: list[Problem]) -> None:
    """Refuse an answer when something is wrong; warnings alone pass.

    Raises:
        RulesBroken: with all of it.
    """
    if any(each.severity == "error" for each in problems):
        raise RulesBroken(problems)


def told(problems: list[Problem]) -> list[Json]:
    """Return problems as a case keeps them, for a field of a form that says them in words."""
    return [{"code": each.code, "params": dict(each.params)} for each in problems]


def note_exception(
    session: Session, voucher: Voucher, kind: ExceptionKind, note: str | None, stamp: Stamp
) -> None:
    """Keep what an auditor looks at; once for each kind."""
    known = select(VoucherException.id).where(
        VoucherException.voucher_id == voucher.id, VoucherException.kind == kind
    )
    if session.scalar(known) is None:
        session.add(
            VoucherException(voucher_id=voucher.id, kind=kind, note=note, at=stamp.at, by=stamp.by)
        )


def shown(voucher: Voucher) -> dict[str, Json]:
    """Return what every step of a voucher shows."""
    line = voucher.line
    deducted = Rial.total(each.amount for each in voucher.deductions)
    return {
        "voucher_no": voucher.voucher_no,
        "payee": voucher.payee_name,
        "payee_iban": voucher.payee_iban,
        "gross": voucher.gross.amount,
        "deducted": deducted.amount,
        "net": voucher.net.amount,
        "amount": voucher.gross.amount,
        "budget_line": None if line is None else f"{line.code} · {line.title}",
        "budget_line_id": None if line is None else str(line.id),
        "basis": voucher.basis,
        "description": voucher.description,
    }


def returned(by: str, values: Mapping[str, Any]) -> dict[str, Json]:
    """Return what a return says: from where, why (R-BPM-02).

    Raises:
        RulesBroken: ``GEN-REQUIRED`` no reason, ``GEN-LENGTH`` an ``OTHER`` without a note.
    """
    reason, note = values.get("return_reason"), str(values.get("return_note") or "").strip()
    problems = []
    if not reason:
        problems.append(Problem("GEN-REQUIRED", "return_reason"))
    if reason == "OTHER" and len(note) < NOTE_LENGTH:
        bounds = {"min": str(NOTE_LENGTH), "max": "1000"}
        problems.append(Problem("GEN-LENGTH", "return_note", bounds))
    refuse(problems)
    return {"returned_reason": str(reason), "returned_note": note or None, "returned_by": by}
