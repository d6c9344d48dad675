"""What the page of price indices shows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.values import collation_key, normalise
from processes.contractor_statement.queries.life import names_of
from processes.contractor_statement.records import Contract, PriceIndex


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """The index of one chapter in one quarter, as it was published and published again."""

    quarter: str
    chapter: str
    provisional: PriceIndex | None
    final: PriceIndex | None
    replaced: tuple[PriceIndex, ...]  #: newest first


@dataclass(frozen=True, slots=True)
class IndexPage:
    """The indices of one discipline, the newest quarter first."""

    discipline: str
    disciplines: tuple[str, ...]
    entries: tuple[IndexEntry, ...]
    names: Mapping[str, Mapping[str, str]]  #: of who entered them, by language


def index_page(session: Session, asked: str) -> IndexPage:
    """Return the indices of a discipline, of the first known one where none is asked for."""
    adjusted = session.scalars(select(Contract.discipline).where(Contract.adjustable).distinct())
    published = session.scalars(select(PriceIndex.discipline).distinct())
    known = {each for each in (*adjusted, *published) if each}
    ordered = tuple(sorted(known, key=collation_key))
    discipline = normalise(asked)[:200] or (ordered[0] if ordered else "")
    query = (
        select(PriceIndex)
        .where(PriceIndex.discipline == discipline)
        .order_by(PriceIndex.quarter.desc(), PriceIndex.chapter, PriceIndex.entered_at.desc())
    )
    rows = session.scalars(query).all()
    names = names_of(session, (each.entered_by for each in rows))
    return IndexPage(discipline, ordered, _entries(rows), names)


def _entries(rows: Iterable[PriceIndex]) -> tuple[IndexEntry, ...]:
    found: dict[tuple[str, str], list[PriceIndex]] = {}
    for each in rows:
        found.setdefault((each.quarter, each.chapter), []).append(each)
    return tuple(
        IndexEntry(
            quarter,
            chapter,
            provisional=_in_force(each for each in known if each.provisional),
            final=_in_force(each for each in known if not each.provisional),
            replaced=tuple(each for each in known if each.replaced_at is not None),
        )
        for (quarter, chapter), known in found.items()
    )


def _in_force(rows: Iterable[PriceIndex]) -> PriceIndex | None:
    return next((each for each in rows if each.replaced_at is None), None)
