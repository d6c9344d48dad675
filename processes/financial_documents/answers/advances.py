"""Open advances as vouchers meet them: opened, in the way of another, recovered (§2.8)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from engine.sdk import Problem, send_message, send_to_case
from engine.values import JalaliDate, Percentage, Rial, local_date, normalise
from processes.financial_documents.answers.finding import refuse, uuid_of
from processes.financial_documents.records import (
    ENDED,
    UNSETTLED,
    AdvanceRecovery,
    AdvanceSettlement,
    DocumentType,
    SecurityKind,
    SettlementState,
    VerifiedPayee,
    Voucher,
    VoucherDeduction,
    VoucherState,
)
from processes.financial_documents.registry import registry
from processes.financial_documents.rules import advances as rules

#: these are given before anything was done for them: they are settled by a day
SETTLED = frozenset({DocumentType.ADVANCE, DocumentType.ON_ACCOUNT})
#: the deduction of a voucher that recovers one
RECOVERY = "ADVANCE"


def opened(session: Session, voucher: Voucher, at: datetime) -> None:
    """Begin the settlement of an advance that was paid: its case waits for documents."""
    if voucher.document_type not in SETTLED:
        return
    settle_by = voucher.settle_by
    assert settle_by is not None
    settlement = AdvanceSettlement(
        voucher_id=voucher.id,
        unit=voucher.unit,
        payee_id=str(voucher.payee_id),
        state=SettlementState.OPEN,
        settle_by=settle_by,
        given=voucher.gross,
        opened_at=at,
    )
    session.add(settlement)
    session.flush()
    begin(session, settlement, str(settlement.id), at)


def begin(session: Session, settlement: AdvanceSettlement, key: str, at: datetime) -> None:
    """Let a case of a settlement begin."""
    values = {
        "settlement_id": str(settlement.id),
        "unit_code": settlement.unit,
        "payee": settlement.advance.payee_name,
    }
    send_message(session, "advance_given", "", values, key=key, at=at)


def settlement_of(session: Session, instance_id: UUID) -> AdvanceSettlement:
    """Return the settlement of a case, held against every other change of it."""
    return session.scalars(
        select(AdvanceSettlement)
        .where(AdvanceSettlement.instance_id == instance_id)
        .options(joinedload(AdvanceSettlement.advance))
        .with_for_update(of=AdvanceSettlement)
        .execution_options(populate_existing=True)
    ).one()


def check_second(session: Session, voucher: Voucher, on: date) -> list[Problem]:
    """Return why the payee gets no further advance: one for the same is open, or one is overdue.

    The purpose is the same where the credit or the basis is. The payee's account stays locked,
    so that of two advances asked for at once the second is seen.
    """
    if voucher.document_type is not DocumentType.ADVANCE:
        return []
    lock = select(VerifiedPayee.id).where(VerifiedPayee.payee_id == voucher.payee_id)
    session.execute(lock.with_for_update())
    most = int(registry.value("advance.overdue.days", on))
    overdue = [each.settle_by for each in _of_payee(session, str(voucher.payee_id))]
    problems = rules.check_overdue(overdue, on, most)
    same = next((each for each in _asked(session, voucher) if _is_like(each, voucher)), None)
    if same is not None:
        problems.append(Problem("FIN-018", "basis", {"number": str(same.voucher_no)}))
    return problems


def _asked(session: Session, voucher: Voucher) -> Sequence[Voucher]:
    """Return the payee's other advances that are asked for, or paid and not settled."""
    found = select(Voucher).outerjoin(AdvanceSettlement, AdvanceSettlement.voucher_id == Voucher.id)
    return session.scalars(
        found.where(
            Voucher.payee_id == voucher.payee_id,
            Voucher.document_type == DocumentType.ADVANCE,
            Voucher.id != voucher.id,
            Voucher.number.is_not(None),
            Voucher.state.not_in(ENDED),
            or_(AdvanceSettlement.id.is_(None), AdvanceSettlement.state.in_(UNSETTLED)),
        ).order_by(Voucher.created_at)
    ).all()


def _is_like(one: Voucher, other: Voucher) -> bool:
    same_credit = one.line is not None and other.line is not None and one.line.id == other.line.id
    return same_credit or normalise(one.basis or "") == normalise(other.basis or "")


def check_security(voucher: Voucher) -> list[Problem]:
    """Return what is missing of what stands behind an advance (§2.2)."""
    named = {
        "security_kind": voucher.security_kind,
        "security_no": voucher.security_no,
        "security_amount": voucher.security_amount,
    }
    missing = [Problem("GEN-REQUIRED", field) for field, value in named.items() if not value]
    if missing or voucher.settle_by is None:
        return missing
    assert voucher.security_amount is not None
    is_guarantee = voucher.security_kind is SecurityKind.GUARANTEE
    security = rules.Security(is_guarantee, voucher.security_amount, voucher.security_until)
    return rules.check_security(security, voucher.gross, voucher.settle_by)


def check_deduction(session: Session, voucher: Voucher, on: date) -> list[Problem]:
    """Return why what a voucher deducts for advances is too much, or less than was ordered.

    What other vouchers under way deduct counts as deducted.
    """
    open_ones = _of_payee(session, str(voucher.payee_id), voucher.unit)
    promised = _promised(session, voucher)
    outstanding = Rial.total(each.outstanding for each in open_ones)
    asked = Rial.total(each.outstanding for each in open_ones if each.deduct_since is not None)
    return rules.check_deduction(
        recovery_of(voucher),
        max(outstanding - promised, Rial.ZERO),
        max(asked - promised, Rial.ZERO),
        voucher.gross,
        Percentage.of_fraction(registry.value("advance.deduct.share", on)),
    )


def recovery_of(voucher: Voucher) -> Rial:
    """Return what a voucher deducts for advances."""
    return Rial.total(each.amount for each in voucher.deductions if each.kind == RECOVERY)


def _promised(session: Session, voucher: Voucher) -> Rial:
    amounts = session.scalars(
        select(VoucherDeduction.amount)
        .join(Voucher, Voucher.id == VoucherDeduction.voucher_id)
        .where(
            VoucherDeduction.kind == RECOVERY,
            Voucher.payee_id == voucher.payee_id,
            Voucher.unit == voucher.unit,
            Voucher.id != voucher.id,
            Voucher.number.is_not(None),
            Voucher.state.not_in(ENDED | {VoucherState.POSTED}),
        )
    )
    return Rial.total(amounts)


def _of_payee(
    session: Session, payee_id: str, unit: str | None = None, *, held: bool = False
) -> Sequence[AdvanceSettlement]:
    """Return the open advances of a payee, the oldest first."""
    query = select(AdvanceSettlement).where(
        AdvanceSettlement.payee_id == payee_id, AdvanceSettlement.state.in_(UNSETTLED)
    )
    if unit is not None:
        query = query.where(AdvanceSettlement.unit == unit)
    if held:
        query = query.with_for_update().execution_options(populate_existing=True)
    return session.scalars(query.order_by(AdvanceSettlement.settle_by, AdvanceSettlement.id)).all()


def recover(session: Session, voucher: Voucher, at: datetime) -> None:
    """Book what a voucher deducts on the payee's oldest advances; what nothing is left of ends."""
    left = recovery_of(voucher)
    if not left.amount:
        return
    for each in _of_payee(session, str(voucher.payee_id), voucher.unit, held=True):
        part = min(left, each.outstanding)
        if part <= Rial.ZERO:
            break
        left -= part
        session.add(
            AdvanceRecovery(settlement_id=each.id, voucher_id=voucher.id, amount=part, at=at)
        )
        each.recovered += part
        told = {"recovered": each.recovered.amount, "amount": each.outstanding.amount}
        if not each.outstanding.amount:
            each.state, each.settled_on = SettlementState.RECOVERED, local_date(at)
            if each.instance_id is not None:
                key = str(voucher.id)
                send_to_case(session, each.instance_id, "advance_recovered", told, key=key, at=at)


def excess_in(session: Session, voucher: Voucher) -> AdvanceSettlement | None:
    """Return the settlement whose documents above the advance a voucher pays."""
    if voucher.document_type is not DocumentType.SETTLEMENT:
        return None
    return session.scalar(
        select(AdvanceSettlement).where(AdvanceSettlement.excess_voucher_id == voucher.id)
    )


def tax_of_excess(session: Session, voucher: Voucher) -> Rial:
    """Return the tax in what a voucher pays of documents above their advance."""
    found = excess_in(session, voucher)
    if found is None:
        return Rial.ZERO
    return found.vat - rules.tax_settled(found.vat, found.documented, found.excess)


def approved_excess(session: Session, chosen: object, units: Sequence[str]) -> AdvanceSettlement:
    """Return the settlement that a new voucher pays; its row stays locked.

    Raises:
        RulesBroken: ``ADV-010`` none is chosen, ``FIN-013`` it is another unit's, ``ADV-011``
            nothing of it is to be paid, or a voucher pays it already.
    """
    settlement_id = uuid_of(chosen)
    found = (
        None
        if settlement_id is None
        else session.get(AdvanceSettlement, settlement_id, with_for_update=True)
    )
    if found is None:
        refuse([Problem("ADV-010", "settlement_id")])
    assert found is not None
    problems = []
    if found.unit not in units:
        problems.append(Problem("FIN-013", "settlement_id"))
    if found.state is not SettlementState.EXCESS:
        problems.append(Problem("ADV-011", "settlement_id"))
    refuse(problems)
    return found


def let_go(session: Session, voucher: Voucher) -> None:
    """Give the settlement of a voucher that ended unpaid back: another voucher may pay it."""
    found = excess_in(session, voucher)
    if found is not None and found.state is SettlementState.IN_VOUCHER:
        found.state, found.excess_voucher_id = SettlementState.EXCESS, None


def paid(session: Session, voucher: Voucher) -> None:
    """Note on a settlement that its excess was paid."""
    found = excess_in(session, voucher)
    if found is not None:
        found.state = SettlementState.PAID


def number_of(settlement: AdvanceSettlement, sequence: int, on: date) -> str:
    """Return a settlement's number: unit, year and sequence without gaps."""
    return f"{settlement.unit}-{JalaliDate.of(on).year}-A{sequence:06d}"
