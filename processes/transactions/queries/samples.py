"""Samples of small purchases as the report tells of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from engine.sdk import Actor, Session
from processes.transactions.queries.requests import of_units
from processes.transactions.records import PurchaseSample, SampleSeed

_MANY = 24  #: two years of a unit's months
IN_ORDER = "IN_ORDER"


@dataclass(frozen=True, slots=True)
class SampleTold:
    """One sample: from how many, how many, and in how many of them something was wrong."""

    case: UUID
    unit: str
    month: str
    seed: str
    population: int
    drawn: int
    wrong: int | None  #: ``None``: not reported yet
    sha256: str | None  #: of the seed, as it was told before the month began
    announced_at: datetime | None


def sample_list(session: Session, actor: Actor) -> Sequence[SampleTold]:
    """Return the samples of the units that the actor reads, the newest month first."""
    query = of_units(select(PurchaseSample), PurchaseSample.unit, actor)
    query = query.options(selectinload(PurchaseSample.items))
    query = query.order_by(PurchaseSample.month.desc(), PurchaseSample.unit).limit(_MANY)
    told = []
    for each in session.scalars(query):
        seed = session.get(SampleSeed, (each.unit, each.month))
        wrong = sum(1 for item in each.items if item.finding != IN_ORDER)
        told.append(
            SampleTold(
                each.instance_id, each.unit, each.month, each.seed, each.population,
                len(each.items), None if each.reported_at is None else wrong,
                None if seed is None else seed.sha256,
                None if seed is None else seed.announced_at,
            )
        )  # fmt: skip
    return told
