"""What a contract is signed on: a winner's award, or the price that a waiver let be negotiated."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from engine.sdk import Session
from engine.values import Rial, local_date
from processes.transactions import registry
from processes.transactions.answers.waivers import waiver_held
from processes.transactions.answers.winning import contract_of_award, winner_of
from processes.transactions.parameters import performance_guarantee_rate
from processes.transactions.records import (
    Award,
    Category,
    ContractState,
    Firm,
    Ground,
    PublicContract,
    Purchase,
    PurchaseRequest,
    TenderState,
    Waiver,
)
from processes.transactions.rules.frameworks import CallOffChoice


@dataclass(frozen=True, slots=True)
class Deal:
    """With whom, of what and at which price before tax; one of ``award`` and ``purchase`` is."""

    ground: Ground
    reference: str  #: number of the tender, of the board's session or of the declared emergency
    title: str
    request: PurchaseRequest
    firm: Firm
    price: Rial
    priced_on: date  #: the last day for bids, or of the negotiation
    award: Award | None = None
    purchase: Purchase | None = None

    @property
    def unit(self) -> str:
        """The unit that buys."""
        return self.request.unit

    @property
    def framework(self) -> CallOffChoice | None:
        """How the suppliers of its orders are found, where it is a framework."""
        return None if self.award is None else self.award.tender.framework

    @property
    def joins(self) -> bool:
        """Tell whether a framework stands already that this makes one more supplier of."""
        return self.award is not None and self.award.tender.state is TenderState.CONTRACTED

    def least_performance(self, on: date) -> Rial:
        """Return of how much at least the guarantee of performance is (R-TND-13)."""
        is_works = self.request.category is Category.WORKS
        pack = registry.pack_of(self.unit, on)
        return self.price.share(performance_guarantee_rate(pack, on, is_works=is_works))


def deal_of(session: Session, instance_id: UUID) -> Deal:
    """Return what a case of signing is about, held against other changes.

    The record says which, whatever the case's variables do.

    Raises:
        RulesBroken: ``PRC-001`` of a waiver whose request was cancelled.
    """
    told = select(Award.id).where(Award.instance_id == instance_id).limit(1)
    if session.scalar(told) is not None:
        return of_award(winner_of(session, instance_id))
    return of_waiver(waiver_held(session, instance_id))


def of_award(award: Award) -> Deal:
    """Return what a winner signs."""
    tender = award.tender
    assert tender.deadline is not None
    return Deal(
        Ground.AWARD, tender.number, tender.title, tender.request, award.firm, award.price,
        local_date(tender.deadline), award=award,
    )  # fmt: skip


def of_waiver(waiver: Waiver) -> Deal:
    """Return what is signed with whom the price was negotiated."""
    purchase, request = waiver.purchase, waiver.purchase.request
    chosen = purchase.chosen
    assert chosen is not None
    assert waiver.negotiated_on is not None
    reference = waiver.session_no or request.emergency_letter or str(request.request_no)
    return Deal(
        Ground.WAIVER, reference, request.subject, request, chosen.firm, chosen.total,
        waiver.negotiated_on, purchase=purchase,
    )  # fmt: skip


def contract_of(session: Session, deal: Deal) -> PublicContract | None:
    """Return the contract that is written for a deal; of a waiver one that waits to be signed."""
    if deal.award is not None:
        return contract_of_award(session, deal.award)
    assert deal.purchase is not None
    query = select(PublicContract).where(
        PublicContract.instance_id == deal.purchase.instance_id,
        PublicContract.state == ContractState.DRAFT,
    )
    return session.scalar(query.with_for_update())
