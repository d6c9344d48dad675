"""The register of guarantees, as its pages show it: those of the units one reads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import selectinload

from engine.errors import NotFound
from engine.sdk import Actor, Session, Unit
from engine.values import Rial, normalise
from processes.transactions.parameters import watch
from processes.transactions.queries.requests import of_units
from processes.transactions.records import (
    TO_SIGN,
    Award,
    Firm,
    Guarantee,
    PropertyAuction,
    Tender,
    TenderState,
)
from processes.transactions.registry import days
from processes.transactions.rules.guarantee_register import FREE, HELD, Due, Kind, State, due

PER_PAGE: Final = 50


@dataclass(frozen=True, slots=True)
class Asked:
    """What a list is narrowed to; nothing: all."""

    words: str = ""
    unit: str = ""
    kind: Kind | None = None
    state: State | None = None
    is_expiring: bool = False
    page: int = 1


@dataclass(frozen=True, slots=True)
class Sum:
    """How many guarantees, and of how much together."""

    count: int = 0
    amount: Rial = Rial.ZERO

    def and_one(self, amount: Rial) -> Sum:
        """Return the sum with one more."""
        return Sum(self.count + 1, self.amount + amount)


@dataclass(frozen=True, slots=True)
class GuaranteeRow:
    """A guarantee with what it calls for today."""

    guarantee: Guarantee
    due: Due
    is_free: bool = False  #: of a bid whose tender is over, and held: to be given back


@dataclass(frozen=True, slots=True)
class GuaranteesPage:
    """A page of the register, and its report over all units that the actor reads (§3.14)."""

    rows: Sequence[GuaranteeRow]
    has_more: bool
    expiring_days: int
    expiring: Mapping[str, Sum]  #: those held that end within these days or have ended, by unit
    unextended: Mapping[str, Sum]  #: those to be extended or called by now, by unit
    held: Mapping[Kind, Sum]


def guarantee_list(session: Session, actor: Actor, asked: Asked, on: date) -> GuaranteesPage:
    """Return the guarantees asked for, those that end first first, and the report."""
    within = days("guarantee.expiring.days", on)
    soon = on + timedelta(days=within)
    query = _narrowed(of_units(select(Guarantee), Guarantee.unit, actor), asked, soon)
    query = query.order_by(Guarantee.valid_until, Guarantee.id)
    found = session.scalars(query.offset((asked.page - 1) * PER_PAGE).limit(PER_PAGE + 1)).all()
    expiring: defaultdict[str, Sum] = defaultdict(Sum)
    unextended: defaultdict[str, Sum] = defaultdict(Sum)
    held: defaultdict[Kind, Sum] = defaultdict(Sum)
    columns = select(
        Guarantee.unit, Guarantee.kind, Guarantee.state, Guarantee.valid_until, Guarantee.amount
    )
    every = of_units(columns, Guarantee.unit, actor).where(Guarantee.state.in_(HELD))
    for unit, kind, state, until, amount in session.execute(every.order_by(Guarantee.unit)):
        held[kind] = held[kind].and_one(amount)
        if until <= soon:
            expiring[unit] = expiring[unit].and_one(amount)
        if due(state, until, on, watch(on)) in {Due.CALL, Due.ENDED}:
            unextended[unit] = unextended[unit].and_one(amount)
    shown = found[:PER_PAGE]
    free = _free(session, shown)
    return GuaranteesPage(
        [_row(each, on, free) for each in shown],
        len(found) > PER_PAGE,
        within,
        expiring,
        unextended,
        held,
    )


def guarantee_of(session: Session, actor: Actor, guarantee_id: UUID, on: date) -> GuaranteeRow:
    """Return a guarantee with what was done to it.

    Raises:
        NotFound: there is none, or it is another unit's.
    """
    query = select(Guarantee).where(Guarantee.id == guarantee_id)
    query = of_units(query, Guarantee.unit, actor).options(selectinload(Guarantee.acts))
    found = session.scalars(query).one_or_none()
    if found is None:
        raise NotFound(f"no guarantee {guarantee_id}")
    return _row(found, on, _free(session, [found]))


def units_read(session: Session, actor: Actor, language: str) -> list[tuple[str, str]]:
    """Return the units whose guarantees the actor may read, each with its name."""
    return _named(session, of_units(select(Unit), Unit.code, actor), language)


def every_unit(session: Session, language: str) -> list[tuple[str, str]]:
    """Return every unit that a guarantee may name as its beneficiary."""
    return _named(session, select(Unit), language)


def _named(session: Session, query: Any, language: str) -> list[tuple[str, str]]:
    return [
        (each.code, f"{each.code} · {each.title_fa if language == 'fa' else each.title_en}")
        for each in session.scalars(query.order_by(Unit.code))
    ]


def tender_state(session: Session, found: Guarantee) -> TenderState | None:
    """Return where the tender stands that a guarantee concerns; ``None``: none that is known."""
    query = select(Tender.state).where(Tender.number == found.concerns, Tender.unit == found.unit)
    return session.scalar(query)


def payment_event(session: Session, found: Guarantee) -> str | None:
    """Return what has freed a guarantee of instalments; ``None``: some are open."""
    query = select(PropertyAuction).where(PropertyAuction.guarantee_id == found.id)
    auction = session.scalars(query).one_or_none()
    if auction is None:
        return "CANCELLED"  # nobody paid with it
    return None if auction.open_instalments else "INSTALMENTS_PAID"


def may_have_to_sign(session: Session, found: Guarantee) -> bool:
    """Tell whether who gave the guarantee of a bid is still to sign, or stands in for another."""
    return (found.unit, found.concerns, found.giver) in _to_sign(session, [found.concerns])


def _to_sign(session: Session, numbers: Sequence[str]) -> set[tuple[str, str, str | None]]:
    """Return unit and number of tenders, each with the legal id of a firm that is to sign."""
    query = select(Tender.unit, Tender.number, Firm.identifier).join(Award.tender).join(Award.firm)
    query = query.where(Tender.number.in_(numbers), Award.state.in_(TO_SIGN))
    return {(unit, number, firm) for unit, number, firm in session.execute(query)}


def _free(session: Session, found: Sequence[Guarantee]) -> frozenset[UUID]:
    """Return the ids of the bids' guarantees on which nothing is owed any more."""
    held = [each for each in found if each.kind is Kind.BID and each.state in HELD]
    numbers = [each.concerns for each in held]
    query = select(Tender.unit, Tender.number).where(
        Tender.number.in_(numbers), Tender.state.in_([TenderState(each) for each in FREE])
    )
    over = {(unit, number) for unit, number in session.execute(query)}
    owing = _to_sign(session, numbers) if over else set()
    return frozenset(
        each.id
        for each in held
        if (each.unit, each.concerns) in over
        and (each.unit, each.concerns, each.giver) not in owing
    )


def _row(found: Guarantee, on: date, free: frozenset[UUID]) -> GuaranteeRow:
    return GuaranteeRow(found, due(found.state, found.valid_until, on, watch(on)), found.id in free)


def _narrowed(query: Any, asked: Asked, soon: date) -> Any:
    wanted = normalise(asked.words)
    if wanted:
        columns = (Guarantee.number, Guarantee.issuer, Guarantee.concerns)
        query = query.where(or_(*(each.contains(wanted, autoescape=True) for each in columns)))
    if asked.unit:
        query = query.where(Guarantee.unit == asked.unit)
    if asked.kind:
        query = query.where(Guarantee.kind == asked.kind)
    if asked.state:
        query = query.where(Guarantee.state == asked.state)
    if asked.is_expiring:
        query = query.where(Guarantee.state.in_(HELD), Guarantee.valid_until <= soon)
    return query
