"""What was bought and how, over the last year (`domain.md` §3.12)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from engine.sdk import Actor, Session
from engine.values import Rial
from processes.transactions.queries.figures import share
from processes.transactions.queries.requests import of_units
from processes.transactions.records import (
    GIVEN_UP,
    Method,
    Purchase,
    PurchaseKind,
    PurchaseRequest,
    PurchaseState,
    Quotation,
    RequestState,
)
from processes.transactions.rules.classes import PurchaseClass

_YEAR: Final = timedelta(days=365)
_SUPPLIERS: Final = 10


@dataclass(frozen=True, slots=True)
class MethodRow:
    """Requests of a unit by class and method."""

    unit: str
    pack: str  #: whose name the class has
    purchase_class: PurchaseClass
    method: Method
    count: int
    value: Rial


@dataclass(frozen=True, slots=True)
class SupplierRow:
    """What was ordered from one supplier, beside all that was ordered."""

    name: str
    orders: int
    amount: Rial
    share: Decimal  #: of all that was ordered, in percent


@dataclass(frozen=True, slots=True)
class ReportPage:
    """The figures of a year."""

    methods: Sequence[MethodRow]
    ordered: Rial
    estimated: Rial  #: for what was ordered
    asked: int  #: purchases by quotations that were ordered
    answers: int  #: quotations that came for them
    single: int  #: of them with one answer
    dearer: Sequence[Purchase]  #: not the lowest, each with its reason
    split: Sequence[PurchaseRequest]
    suppliers: Sequence[SupplierRow]

    @property
    def saved(self) -> Rial:
        """What was ordered below its estimates; below nothing where it cost more."""
        return self.estimated - self.ordered


def report(session: Session, actor: Actor, at: datetime) -> ReportPage:
    """Return the figures of the units that the actor reads."""
    requests = _requests(session, actor, at - _YEAR)
    purchases = _ordered(session, actor, at - _YEAR)
    chosen = [each for purchase in purchases if (each := purchase.chosen) is not None]
    quoted = [each for each in purchases if each.kind is PurchaseKind.QUOTATIONS]
    return ReportPage(
        methods=_by_method(requests),
        ordered=Rial.total(each.total for each in chosen),
        estimated=Rial.total(each.request.estimate for each in purchases),
        asked=len(quoted),
        answers=sum(len(each.quotations) for each in quoted),
        single=sum(len(each.quotations) == 1 for each in quoted),
        dearer=[each for each in purchases if each.choice_reason is not None],
        split=[each for each in requests if each.split_sum is not None],
        suppliers=_by_supplier(chosen),
    )


def _requests(session: Session, actor: Actor, since: datetime) -> Sequence[PurchaseRequest]:
    query = select(PurchaseRequest).where(
        PurchaseRequest.submitted_at >= since,
        PurchaseRequest.state.not_in(GIVEN_UP | {RequestState.DRAFT}),
    )
    query = of_units(query, PurchaseRequest.unit, actor)
    return session.scalars(query.order_by(PurchaseRequest.submitted_at.desc())).all()


def _ordered(session: Session, actor: Actor, since: datetime) -> Sequence[Purchase]:
    query = (
        select(Purchase)
        .join(Purchase.request)
        .where(Purchase.state == PurchaseState.ORDERED, Purchase.ordered_at >= since)
        .options(
            selectinload(Purchase.request),
            selectinload(Purchase.quotations).selectinload(Quotation.firm),
        )
    )
    query = of_units(query, PurchaseRequest.unit, actor)
    return session.scalars(query.order_by(Purchase.ordered_at.desc())).all()


def _by_method(requests: Iterable[PurchaseRequest]) -> list[MethodRow]:
    found: dict[tuple[str, str, PurchaseClass, Method], list[Rial]] = defaultdict(list)
    for each in requests:
        if each.pack and each.purchase_class and each.method:
            found[each.unit, each.pack, each.purchase_class, each.method].append(each.value)
    rows = [MethodRow(*key, len(values), Rial.total(values)) for key, values in found.items()]
    return sorted(rows, key=lambda each: (each.unit, -each.value.amount))


def _by_supplier(chosen: Iterable[Quotation]) -> list[SupplierRow]:
    orders: Counter[str] = Counter()
    amounts: dict[str, Rial] = defaultdict(lambda: Rial.ZERO)
    for each in chosen:
        orders[each.firm.name] += 1
        amounts[each.firm.name] += each.total
    total = Rial.total(amounts.values()).amount
    rows = [
        SupplierRow(name, orders[name], amount, share(amount.amount, total))
        for name, amount in amounts.items()
    ]
    return sorted(rows, key=lambda each: (-each.amount.amount, each.name))[:_SUPPLIERS]
