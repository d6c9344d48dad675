"""Instalments of auctions as the pages show them: what is open, what is overdue (§3.13)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from engine.errors import NotFound
from engine.sdk import Actor, Session
from engine.values import Percentage, Rial
from processes.transactions import registry
from processes.transactions.parameters import late_rule
from processes.transactions.queries.guarantees import Sum
from processes.transactions.queries.requests import of_units
from processes.transactions.records import AuctionInstalment, PropertyAuction
from processes.transactions.rules.instalments import LateRule, still_owed

PER_PAGE: Final = 50


@dataclass(frozen=True, slots=True)
class Open:
    """How many instalments are open in the units one reads, and how many of them overdue."""

    all: Sum
    overdue: Sum
    damages: Rial  #: of the overdue ones so far, beyond what was claimed


@dataclass(frozen=True, slots=True)
class Late:
    """How late a part of the price is, and what is owed for that beyond what was claimed."""

    days: int
    unclaimed_days: int
    rate: Percentage  #: a year
    damages: Rial


@dataclass(frozen=True, slots=True)
class InstalmentsPage:
    """A page of the open instalments, those due first first."""

    rows: Sequence[tuple[AuctionInstalment, PropertyAuction, Late | None]]
    page: int
    has_more: bool
    open: Open


def open_instalments(session: Session, actor: Actor, on: date) -> Open:
    """Return the sums of what is open; overdue is what was due before the day."""
    query = _open(select(AuctionInstalment, PropertyAuction), actor)
    every, overdue, damages = Sum(), Sum(), Rial.ZERO
    for each, auction in session.execute(query.options(selectinload(PropertyAuction.instalments))):
        every = every.and_one(each.amount)
        if each.due_on < on:
            overdue = overdue.and_one(each.amount)
            late = late_by(auction, each, on)
            damages += Rial.ZERO if late is None else late.damages
    return Open(every, overdue, damages)


def late_by(auction: PropertyAuction, each: AuctionInstalment, until: date) -> Late | None:
    """Return how late a part of the price is on a day, and what that costs by the pack of the day.

    In time, and of damages, nothing; nor where the pack names no rate.
    """
    days = (until - each.due_on).days
    if each.late_of is not None or days <= 0:
        return None
    rule, before = rule_of(auction.unit, until), auction.claimed_of(each.no)
    if rule.rate.percent == 0:
        return None
    claimed = Rial.total(one.amount for one in before)
    since = sum(one.late_days or 0 for one in before)
    return Late(days, days - since, rule.rate, still_owed(each.amount, days, rule, claimed))


def rule_of(unit: str, on: date) -> LateRule:
    """Return what the pack of a unit asks for an instalment that is late on a day."""
    return late_rule(registry.pack_of(unit, on), on)


def instalment_list(
    session: Session, actor: Actor, on: date, page: int, *, is_overdue: bool
) -> InstalmentsPage:
    """Return the open instalments of the units that the actor reads, or the overdue ones alone."""
    query = _open(select(AuctionInstalment, PropertyAuction), actor)
    query = query.options(
        selectinload(PropertyAuction.offers),
        selectinload(PropertyAuction.guarantee),
        selectinload(PropertyAuction.instalments),
    )
    if is_overdue:
        query = query.where(AuctionInstalment.due_on < on)
    query = query.order_by(AuctionInstalment.due_on, PropertyAuction.number, AuctionInstalment.no)
    query = query.offset((page - 1) * PER_PAGE).limit(PER_PAGE + 1)
    found = [
        (each, auction, late_by(auction, each, on)) for each, auction in session.execute(query)
    ]
    sums = open_instalments(session, actor, on)
    return InstalmentsPage(found[:PER_PAGE], page, len(found) > PER_PAGE, sums)


def auction_in_instalments(session: Session, actor: Actor, number: str) -> PropertyAuction:
    """Return an auction whose price is paid in instalments, with all of them.

    Raises:
        NotFound: there is none of that number in the units that the actor reads.
    """
    query = of_units(select(PropertyAuction), PropertyAuction.unit, actor)
    query = query.where(PropertyAuction.number == number, PropertyAuction.instalments.any())
    found: PropertyAuction | None = session.scalars(query).one_or_none()
    if found is None:
        raise NotFound(f"no instalments of {number}")
    return found


def _open(query: Any, actor: Actor) -> Any:
    """Narrow a query to the instalments that are not received, of the units one reads."""
    query = query.join(PropertyAuction, PropertyAuction.id == AuctionInstalment.auction_id)
    query = query.where(AuctionInstalment.received_on.is_(None))
    return of_units(query, PropertyAuction.unit, actor)
