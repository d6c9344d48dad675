"""Rent of leases becomes income month by month, as the days it is for go by (§3.13)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

import structlog
from sqlalchemy import or_, select

from engine.sdk import Database, RulesBroken, UnitOfWork, retried
from engine.values import Rial, local_date
from processes.transactions.answers.auction_money import tell_rent
from processes.transactions.records import PropertyAuction
from processes.transactions.rules.leases import period_ends, rent_until

log = structlog.get_logger()
_DAY: Final = timedelta(days=1)


def earn_rents(database: Database, at: datetime) -> None:
    """Let the rent of all months that are over be income of them, each once."""
    query = select(PropertyAuction.id).where(
        PropertyAuction.leased_until.is_not(None),
        or_(
            PropertyAuction.rent_until.is_(None),
            PropertyAuction.rent_until < PropertyAuction.leased_until,
        ),
    )
    with database.reader() as session:
        running = session.scalars(query.order_by(PropertyAuction.number)).all()
    for each in running:
        try:
            while _next_earned(database, each, at):
                pass
        except RulesBroken as refused:  # the books' word; the others go on, it is tried again
            log.warning("rent.not_posted", auction=str(each), problems=str(refused.problems))


def _next_earned(database: Database, auction_id: UUID, at: datetime) -> bool:
    """Post the next month; where it is closed in the books, today."""
    try:
        return earn(database.unit_of_work(), auction_id, at)
    except RulesBroken:
        return earn(database.unit_of_work(), auction_id, at, on=local_date(at))


@retried
def earn(uow: UnitOfWork, auction_id: UUID, at: datetime, *, on: date | None = None) -> bool:
    """Post the rent of the first month of a lease that is over and not posted; tell if there was.

    Args:
        on: day of the entry; ``None``: the last of the month, so that it is income of its year.

    Raises:
        RulesBroken: the books refuse it, such as of a month that is closed.
    """
    with uow:
        auction = uow.session.get_one(PropertyAuction, auction_id, with_for_update=True)
        since, last = auction.leased_from, auction.leased_until
        assert since is not None
        assert last is not None
        ends = period_ends(auction.rent_until or since - _DAY, last, local_date(at))
        end = next(ends, None)
        if end is None:
            return False
        earned = rent_until(_rent(auction), since, last, end)
        tell_rent(uow.session, auction, earned - auction.rent_earned, on or end, at)
        auction.rent_earned, auction.rent_until = earned, end
        uow.commit()
        return True


def _rent(auction: PropertyAuction) -> Rial:
    payer = auction.payer
    assert payer is not None
    return payer.amount
