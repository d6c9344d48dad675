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
from processes.transactions.queries.guarantees import Sum
from processes.transactions.queries.requests import of_units
from processes.transactions.records import AuctionInstalment, PropertyAuction

PER_PAGE: Final = 50


@dataclass(frozen=True, slots=True)
class Open:
    """How many instalments are open in the units one reads, and how many of them overdue."""

    all: Sum
    overdue: Sum


@dataclass(frozen=True, slots=True)
class InstalmentsPage:
    """A page of the open instalments, those due first first."""

    rows: Sequence[tuple[AuctionInstalment, PropertyAuction]]
    page: int
    has_more: bool
    open: Open


def open_instalments(session: Session, actor: Actor, on: date) -> Open:
    """Return the sums of what is open; overdue is what was due before the day."""
    query = _open(select(AuctionInstalment.due_on, AuctionInstalment.amount), actor)
    every, overdue = Sum(), Sum()
    for due_on, amount in session.execute(query):
        every = every.and_one(amount)
        if due_on < on:
            overdue = overdue.and_one(amount)
    return Open(every, overdue)


def instalment_list(
    session: Session, actor: Actor, on: date, page: int, *, is_overdue: bool
) -> InstalmentsPage:
    """Return the open instalments of the units that the actor reads, or the overdue ones alone."""
    query = _open(select(AuctionInstalment, PropertyAuction), actor)
    query = query.options(
        selectinload(PropertyAuction.offers), selectinload(PropertyAuction.guarantee)
    )
    if is_overdue:
        query = query.where(AuctionInstalment.due_on < on)
    query = query.order_by(AuctionInstalment.due_on, PropertyAuction.number, AuctionInstalment.no)
    query = query.offset((page - 1) * PER_PAGE).limit(PER_PAGE + 1)
    found = [(each, auction) for each, auction in session.execute(query)]
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
