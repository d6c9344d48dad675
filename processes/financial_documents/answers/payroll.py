"""The payroll list that a voucher pays: its sums, its payees, and what is told of each line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from engine.sdk import Json, Problem, Session, announce
from engine.values import Rial, local_date
from engine.values.bookkeeping import AccountingEvent
from engine.values.facts import Basis
from engine.values.payment import PaymentCleared, PaymentLeg, PaymentOrdered, PaymentReturned
from processes.financial_documents.answers.credit import AREA
from processes.financial_documents.answers.finding import refuse, uuid_of
from processes.financial_documents.records import (
    DocumentType,
    PayrollLine,
    PayrollList,
    VerifiedPayee,
    Voucher,
    VoucherDeduction,
)
from processes.financial_documents.rules.payroll import PayLine

#: part of a line -> kind of the voucher's deduction, and the part of the accounting event
HELD: Final = (
    ("insurance", "INSURANCE", "social_security"),
    ("tax", "TAX", "withholding_tax"),
    ("other", "OTHER", "other_debts"),
)


def list_to_pay(session: Session, chosen: object, units: list[str]) -> PayrollList:
    """Return the list that a new voucher is to pay.

    Raises:
        RulesBroken: ``PRL-008`` none is chosen, ``FIN-013`` it is another unit's, ``FIN-014`` it
            has a voucher.
    """
    list_id = uuid_of(chosen)
    query = select(PayrollList).where(PayrollList.id == list_id).with_for_update()
    found = None if list_id is None else session.scalar(query)
    if found is None:
        refuse([Problem("PRL-008", "payroll_id")])
    assert found is not None
    if found.unit not in units:
        refuse([Problem("FIN-013", "payroll_id")])
    if found.voucher_id is not None:
        refuse([Problem("FIN-014", "payroll_id")])
    return found


def list_in(session: Session, voucher: Voucher) -> PayrollList | None:
    """Return the list of a voucher with its lines; ``None``: it is of another type."""
    if voucher.document_type is not DocumentType.PAYROLL:
        return None
    query = select(PayrollList).where(PayrollList.voucher_id == voucher.id)
    return session.scalar(query.options(selectinload(PayrollList.lines)))


def same_before(
    session: Session, unit: str, lines: Sequence[PayLine | PayrollLine], *, but: UUID | None = None
) -> PayrollList | None:
    """Return the newest other list of a unit that pays the same persons the same, by account.

    The file may be another, and the title: what counts is who gets what, and where. A payroll may
    be the same month for month, so it is told and not refused for good.
    """
    alike = (
        select(PayrollLine.list_id)
        .join(PayrollList, PayrollList.id == PayrollLine.list_id)
        .where(PayrollList.unit == unit, PayrollList.id != but)
        .group_by(PayrollLine.list_id)
        .having(
            func.count() == len(lines),
            func.sum(PayrollLine.net) == Rial.total(each.net for each in lines),
        )
    )
    query = select(PayrollList).where(PayrollList.id.in_(alike))
    newest = query.options(selectinload(PayrollList.lines)).order_by(
        PayrollList.entered_at.desc(), PayrollList.id
    )
    paid = _who_gets_what(lines)
    return next(
        (each for each in session.scalars(newest) if _who_gets_what(each.lines) == paid), None
    )


def check_same_before(session: Session, voucher: Voucher) -> list[Problem]:
    """Return ``FIN-027``, a warning, where the list of a voucher pays what another one pays."""
    payroll = list_in(session, voucher)
    if payroll is None:
        return []
    other = same_before(session, payroll.unit, payroll.lines, but=payroll.id)
    return [] if other is None else [Problem("FIN-027", None, {"number": other.title}, "warning")]


def _who_gets_what(lines: Iterable[PayLine | PayrollLine]) -> list[tuple[object, ...]]:
    parts = ("payee_id", "iban", "gross", "insurance", "tax", "other", "net")
    return sorted(tuple(getattr(each, part) for part in parts) for each in lines)


def let_go(session: Session, voucher: Voucher) -> None:
    """Give the list of a voucher that was given up back, to be paid by another."""
    found = list_in(session, voucher)
    if found is not None:
        found.voucher_id = None


def deductions(payroll: PayrollList) -> list[VoucherDeduction]:
    """Return what is held back of all lines together, without what is nothing."""
    sums = [(kind, payroll.total(part)) for part, kind, _ in HELD]
    held = [(kind, amount) for kind, amount in sums if amount != Rial.ZERO]
    return [
        VoucherDeduction(position=number, kind=kind, amount=amount)
        for number, (kind, amount) in enumerate(held, 1)
    ]


def shown_lines(payroll: PayrollList) -> list[Json]:
    """Return the lines as every step of the voucher shows them."""
    return [
        {
            "row": each.position,
            "name": each.name,
            "iban": each.iban,
            "gross": each.gross.amount,
            "held": (each.gross - each.net).amount,
            "net": each.net.amount,
        }
        for each in payroll.lines
    ]


def check_payees(session: Session, payroll: PayrollList) -> list[Problem]:
    """Return ``PRL-007`` where an account is not the one that two people have kept last."""
    kept = _accounts(session, payroll)
    wrong = [
        each
        for each in payroll.lines
        if each.payee_id not in kept or kept[each.payee_id].iban != each.iban
    ]
    if not wrong:
        return []
    return [Problem("PRL-007", None, {"count": str(len(wrong)), "name": wrong[0].name})]


def editors(session: Session, payroll: PayrollList) -> set[str]:
    """Return who entered or verified an account that the list pays to (SOD-012)."""
    found = _accounts(session, payroll).values()
    return {each.entered_by for each in found} | {each.verified_by or "" for each in found}


def _accounts(session: Session, payroll: PayrollList) -> dict[str, VerifiedPayee]:
    """Return the account of each payee that two people have kept, the newest of several."""
    payees = {each.payee_id for each in payroll.lines}
    query = select(VerifiedPayee).where(
        VerifiedPayee.payee_id.in_(payees), VerifiedPayee.verified_at.is_not(None)
    )
    ordered = session.scalars(query.order_by(VerifiedPayee.verified_at, VerifiedPayee.id))
    return {each.payee_id: each for each in ordered}


def order_lines(session: Session, voucher: Voucher, order_no: str, at: datetime) -> None:
    """Order what each line pays that is not paid yet, under a number of its own."""
    payroll = list_in(session, voucher)
    assert payroll is not None
    refuse(check_payees(session, payroll))
    for line in payroll.lines:
        line.order_no = line.order_no or f"{order_no}-{line.position:04d}"
        if line.paid_on is None:
            announce(session, _ordered(voucher, line, at))


def _ordered(voucher: Voucher, line: PayrollLine, at: datetime) -> PaymentOrdered:
    held = [PaymentLeg(part, getattr(line, part)) for part, _, _ in HELD]
    return PaymentOrdered(
        unit=voucher.unit,
        basis=about(voucher),
        at=at,
        by=voucher.controlled_by,
        order_no=str(line.order_no),
        amount=line.net,
        payee_id=line.payee_id,
        payee_name=line.name,
        payee_iban=line.iban,
        due_on=local_date(at),
        legs=(
            PaymentLeg("payee", line.net),
            *(each for each in held if each.amount != Rial.ZERO),
        ),
    )


def about(voucher: Voucher) -> Basis:
    """Return what other areas know the lines of a list by: the voucher, as a list."""
    return Basis(AREA, "payroll", voucher.id, str(voucher.voucher_no), voucher.instance_id)


def heard_of(
    session: Session, voucher: Voucher, fact: PaymentCleared | PaymentReturned
) -> PayrollList | None:
    """Note what the bank said of one line; return the list."""
    payroll = list_in(session, voucher)
    if payroll is None:
        return None
    for line in payroll.lines:
        if line.order_no == fact.order_no and isinstance(fact, PaymentCleared):
            line.paid_on, line.bank_reference = fact.on, fact.bank_reference
            line.returned_because = None
        elif line.order_no == fact.order_no and isinstance(fact, PaymentReturned):
            line.returned_because = fact.reason
    return payroll


def paid_by_hand(session: Session, voucher: Voucher, reference: str, at: datetime) -> None:
    """Note that a person recorded all of the list as paid."""
    payroll = list_in(session, voucher)
    for line in [] if payroll is None else payroll.lines:
        line.paid_on = line.paid_on or local_date(at)
        line.bank_reference = line.bank_reference or reference


def events(payroll: PayrollList, told: dict[str, Any]) -> Iterator[AccountingEvent]:
    """Yield what the books post: for each person what is owed, and where the rest of it goes."""
    for line in payroll.lines:
        held = {name: getattr(line, part) for part, _, name in HELD}
        yield AccountingEvent(
            **told,
            kind="voucher_approved",
            amounts={"gross": line.gross, **held, "net": line.net},
            party=line.payee_id,
        )
