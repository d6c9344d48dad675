"""Petty-cash claims as vouchers pay them: taken, let go, paid (`domain.md` §2.7)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from engine.sdk import Problem
from engine.values import Percentage, Rial
from processes.financial_documents.answers.finding import refuse, uuid_of
from processes.financial_documents.records import (
    CLAIM_ENDED,
    HELD,
    ClaimKind,
    ClaimState,
    DocumentType,
    FloatState,
    PettyCashClaim,
    PettyCashFloat,
    PettyCashReceipt,
    Voucher,
)
from processes.financial_documents.registry import registry
from processes.financial_documents.rules.petty_cash import Limits


def limits_on(on: date) -> Limits:
    """Return what is allowed on a day."""
    return Limits(
        ceiling=registry.amount("petty.ceiling", on),
        receipt_share=Percentage.of_fraction(registry.value("petty.receipt.share", on)),
        small=registry.amount("threshold.small", on),
        refill_share=Percentage.of_fraction(registry.value("petty.refill.share", on)),
        refill_days=int(registry.value("petty.refill.days", on)),
        unsettled_days=int(registry.value("petty.unsettled.days", on)),
    )


def claim_of(session: Session, instance_id: UUID) -> PettyCashClaim:
    """Return the claim of a case with its float and receipts."""
    return session.scalars(
        select(PettyCashClaim)
        .where(PettyCashClaim.instance_id == instance_id)
        .options(joinedload(PettyCashClaim.cash), selectinload(PettyCashClaim.receipts))
    ).one()


def open_claims(session: Session, holder: str, but: UUID) -> Sequence[PettyCashClaim]:
    """Return a holder's claims that were handed in and are not settled, without one of them."""
    return session.scalars(
        select(PettyCashClaim)
        .join(PettyCashFloat, PettyCashFloat.id == PettyCashClaim.float_id)
        .where(
            PettyCashFloat.holder == holder,
            PettyCashClaim.id != but,
            PettyCashClaim.submitted_at.is_not(None),
            PettyCashClaim.state.not_in(CLAIM_ENDED),
        )
    ).all()


def of_float(session: Session, cash: PettyCashFloat) -> Sequence[PettyCashClaim]:
    """Return the claims of a float; its row stays locked, so that only one more is begun."""
    session.execute(select(PettyCashFloat.id).where(PettyCashFloat.id == cash.id).with_for_update())
    found = select(PettyCashClaim).where(PettyCashClaim.float_id == cash.id)
    return session.scalars(found).all()


def held_by(session: Session, cash: PettyCashFloat) -> Rial:
    """Return what the holder of a float has in others, or asks for; their rows stay locked."""
    others = session.scalars(
        select(PettyCashFloat)
        .where(
            PettyCashFloat.holder == cash.holder,
            PettyCashFloat.id != cash.id,
            PettyCashFloat.state.in_(HELD),
        )
        .with_for_update()
    )
    return Rial.total(each.amount for each in others)


def claimed_before(session: Session, claim: PettyCashClaim) -> set[tuple[str, str]]:
    """Return seller and number of receipts that other claims have brought."""
    numbers = [each.receipt_no for each in claim.receipts]
    rows = session.execute(
        select(PettyCashReceipt.seller, PettyCashReceipt.receipt_no)
        .join(PettyCashClaim, PettyCashClaim.id == PettyCashReceipt.claim_id)
        .where(
            PettyCashReceipt.receipt_no.in_(numbers),
            PettyCashClaim.id != claim.id,
            PettyCashClaim.state != ClaimState.REJECTED,
        )
    )
    return {(seller, number) for seller, number in rows}


def claim_in(session: Session, voucher: Voucher) -> PettyCashClaim | None:
    """Return the claim that a voucher pays; only one of petty cash does."""
    if voucher.document_type is not DocumentType.PETTY_CASH:
        return None
    return session.scalar(
        select(PettyCashClaim)
        .where(PettyCashClaim.voucher_id == voucher.id)
        .options(joinedload(PettyCashClaim.cash))
    )


def approved_claim(session: Session, chosen: object, units: Sequence[str]) -> PettyCashClaim:
    """Return the claim that a new voucher pays; its row stays locked.

    Raises:
        RulesBroken: ``PCH-013`` none is chosen, ``FIN-013`` it is another unit's, ``PCH-014``
            it is not approved, or a voucher pays it already.
    """
    claim_id = uuid_of(chosen)
    claim = (
        None
        if claim_id is None
        else session.scalar(
            select(PettyCashClaim).where(PettyCashClaim.id == claim_id).with_for_update()
        )
    )
    if claim is None:
        refuse([Problem("PCH-013", "claim_id")])
    assert claim is not None
    problems = []
    if claim.cash.unit not in units:
        problems.append(Problem("FIN-013", "claim_id"))
    if claim.state is not ClaimState.APPROVED:
        problems.append(Problem("PCH-014", "claim_id"))
    refuse(problems)
    return claim


def let_go(session: Session, voucher: Voucher) -> None:
    """Give the claim of a voucher that ended unpaid back: another voucher may pay it."""
    claim = claim_in(session, voucher)
    if claim is not None and claim.state is ClaimState.IN_VOUCHER:
        claim.state, claim.voucher_id = ClaimState.APPROVED, None


def paid(session: Session, voucher: Voucher, on: date) -> None:
    """Note on a claim that its voucher was paid: the float is open, or full again."""
    claim = claim_in(session, voucher)
    if claim is None:
        return
    claim.state = ClaimState.PAID
    if claim.kind is ClaimKind.FLOAT:
        claim.cash.state, claim.cash.opened_on = FloatState.OPEN, on
    else:
        claim.cash.refilled_on = on
