"""Framework agreements: what is taken of each, and as pages show them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import selectinload
from sqlalchemy.orm.interfaces import ORMOption

from engine.errors import NotFound
from engine.sdk import Actor, Session
from engine.values import Rial, normalise
from processes.transactions.queries.called_off_works import Secured, secured_in
from processes.transactions.queries.complaints import complaints_of
from processes.transactions.queries.figures import share
from processes.transactions.queries.requests import of_units
from processes.transactions.records import (
    TO_SIGN,
    Award,
    ContractSupplement,
    Framework,
    FrameworkFirm,
    Ground,
    PublicContract,
    Purchase,
    PurchaseRequest,
    PurchaseState,
    Quotation,
    TenderComplaint,
)
from processes.transactions.rules.frameworks import Room

PER_PAGE: Final = 50
_TAKEN: Final = (PurchaseState.CHOSEN, PurchaseState.ORDERED)


@dataclass(frozen=True, slots=True)
class FrameworkRow:
    """A framework with what is taken of it."""

    framework: Framework
    room: Room

    @property
    def taken(self) -> Rial:
        """What is ordered, or waits for its approval."""
        return self.room.ordered + self.room.promised

    @property
    def share(self) -> Decimal:
        """How much of the ceiling that is, in percent."""
        return share(self.taken.amount, self.room.ceiling.amount)


@dataclass(frozen=True, slots=True)
class FrameworksPage:
    """A page of frameworks, the newest first."""

    rows: Sequence[FrameworkRow]
    search: str
    page: int
    has_more: bool


@dataclass(frozen=True, slots=True)
class ItemPrices:
    """What each supplier asks for one item."""

    code: str | None
    description: str
    measure: str
    by_rank: Mapping[int, Rial]


@dataclass(frozen=True, slots=True)
class FrameworkPage:
    """One framework with its call-offs, the newest first."""

    framework: Framework
    room: Room
    call_offs: Sequence[Purchase]
    waiting: Sequence[PurchaseRequest]  #: name it, and nobody calls off for them yet
    complaints: Sequence[TenderComplaint]  #: about its tender that are not decided, oldest first
    places: int | None  #: suppliers at most, by its tender; ``None``: it was held before Divan
    to_sign: Sequence[Award]  #: who is named and has not signed, by rank
    prices: Sequence[ItemPrices]  #: by item, in the order of the bills
    secured: Mapping[UUID, Secured]  #: call-offs of works by their case


def room_of(session: Session, framework: Framework, *, but: UUID | None = None) -> Room:
    """Return what is taken of a framework, by call-offs with their supplements in force.

    Args:
        but: id of a purchase that is not counted, for it is asked whether there is room for it.
    """
    query = (
        select(Purchase.state, Quotation.total)
        .join(Quotation, Quotation.id == Purchase.chosen_id)
        .join(PurchaseRequest, PurchaseRequest.id == Purchase.request_id)
        .where(PurchaseRequest.framework_id == framework.id, Purchase.state.in_(_TAKEN))
    )
    if but is not None:
        query = query.where(Purchase.id != but)
    taken = session.execute(query).all()
    ordered = [total for state, total in taken if state is PurchaseState.ORDERED]
    supplemented = (
        select(ContractSupplement.amount_change)
        .join(PublicContract, PublicContract.id == ContractSupplement.contract_id)
        .where(
            PublicContract.ground == Ground.CALL_OFF,
            PublicContract.reference == framework.number,
            ContractSupplement.signed_on.is_not(None),
        )
    )
    ordered += session.scalars(supplemented)
    promised = (total for state, total in taken if state is PurchaseState.CHOSEN)
    return Room(framework.ceiling, Rial.total(ordered), Rial.total(promised))


def framework_of_contract(
    session: Session, contract: PublicContract, *, held: bool = False
) -> Framework | None:
    """Return the framework that a contract belongs to, or is called off from; most have none.

    Args:
        held: against call-offs that ask for its room meanwhile.
    """
    of_supplier = select(FrameworkFirm.framework_id)
    query = select(Framework).where(
        Framework.number == contract.reference
        if contract.ground is Ground.CALL_OFF
        else Framework.id.in_(of_supplier.where(FrameworkFirm.contract_id == contract.id))
    )
    if held:
        query = query.with_for_update(of=Framework).execution_options(populate_existing=True)
    found: Framework | None = session.scalar(query)
    return found


def is_of_framework(session: Session, contract: PublicContract) -> bool:
    """Tell whether a contract is a supplier's of a framework: it promises prices, no amount."""
    query = select(FrameworkFirm.rank).where(FrameworkFirm.contract_id == contract.id)
    return session.scalar(query) is not None


def framework_of_tender(session: Session, tender_id: UUID) -> Framework | None:
    """Return the framework that the winners of a tender have signed."""
    query = (
        select(Framework)
        .join(Framework.firms)
        .join(FrameworkFirm.contract)
        .join(PublicContract.award)
        .where(Award.tender_id == tender_id)
    )
    return session.scalars(query).unique().one_or_none()


def framework_list(session: Session, actor: Actor, search: str, page: int) -> FrameworksPage:
    """Return the frameworks of the actor's units, narrowed to words."""
    query = of_units(select(Framework), Framework.unit, actor)
    wanted = normalise(search)
    if wanted:
        query = query.where(
            Framework.number.contains(wanted, autoescape=True)
            | Framework.subject.contains(wanted, autoescape=True)
        )
    query = query.options(_with_firms()).order_by(Framework.concluded_at.desc(), Framework.id)
    found = session.scalars(query.offset((page - 1) * PER_PAGE).limit(PER_PAGE + 1)).all()
    rows = [FrameworkRow(each, room_of(session, each)) for each in found[:PER_PAGE]]
    return FrameworksPage(rows, search, page, len(found) > PER_PAGE)


def framework_page(session: Session, actor: Actor, number: str) -> FrameworkPage:
    """Return one framework by its number.

    Raises:
        NotFound: there is none, or it is another unit's.
    """
    query = of_units(select(Framework), Framework.unit, actor).where(Framework.number == number)
    found = session.scalar(query.options(_with_firms()))
    if found is None:
        raise NotFound(f"no framework {number}")
    called = (
        select(Purchase)
        .join(Purchase.request)
        .where(PurchaseRequest.framework_id == found.id)
        .options(
            selectinload(Purchase.request),
            selectinload(Purchase.quotations).selectinload(Quotation.firm),
        )
        .order_by(Purchase.started_at.desc())
    )
    call_offs = session.scalars(called).all()
    begun = {each.request_id for each in call_offs}
    named = select(PurchaseRequest).where(
        PurchaseRequest.framework_id == found.id, PurchaseRequest.number.is_not(None)
    )
    requests = session.scalars(named.order_by(PurchaseRequest.created_at.desc()))
    waiting = [each for each in requests if each.id not in begun]
    award = found.first.award
    complaints = [] if award is None else complaints_of(session, award.tender_id)
    return FrameworkPage(
        found,
        room_of(session, found),
        call_offs,
        waiting,
        [each for each in complaints if not each.windows.is_closed],
        None if award is None else award.tender.places.signed,
        [] if award is None else _to_sign(session, award.tender_id),
        _prices(found),
        secured_in(session, found),
    )


def _prices(framework: Framework) -> list[ItemPrices]:
    """Return the items of all bills, each once, with the price of every supplier that has it."""
    found: dict[tuple[str | None, str, str], dict[int, Rial]] = {}
    for each in framework.firms:
        for line in each.contract.bill:
            item = (line.code, line.description, line.measure)
            found.setdefault(item, {})[each.rank] = line.unit_price
    return [ItemPrices(*item, by_rank) for item, by_rank in found.items()]


def _to_sign(session: Session, tender_id: UUID) -> Sequence[Award]:
    query = select(Award).where(Award.tender_id == tender_id, Award.state.in_(TO_SIGN))
    return session.scalars(query.options(selectinload(Award.firm)).order_by(Award.rank)).all()


def _with_firms() -> ORMOption:
    contract = selectinload(Framework.firms).selectinload(FrameworkFirm.contract)
    found: ORMOption = contract.options(
        selectinload(PublicContract.firm),
        selectinload(PublicContract.supplements),
        selectinload(PublicContract.bill),
    )
    return found
