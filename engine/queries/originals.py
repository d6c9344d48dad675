"""Paper that documents were scanned from: of one document, and how much of it a city still has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, SQLColumnExpression, case, func, select
from sqlalchemy.orm import Session

from engine.errors import Forbidden
from engine.model.document import Document, DocumentVersion
from engine.model.instance import instance_table as instance
from engine.model.original import ALLOWS, CERTIFIERS, KEEPS, Original, ScanCertificate
from engine.model.person import ANYWHERE, Actor, desk_of
from engine.queries.case_list import WATCHERS
from engine.queries.people import names
from engine.storage.originals import certificates as certificates_of
from engine.values import TEHRAN, JalaliDate, local_date

#: who may know how much paper there is in their units
READERS: Final = WATCHERS | {KEEPS}
MONTHS: Final = 12  #: up to the one that runs, which the report looks back on


@dataclass(frozen=True, slots=True)
class Sheets:
    """The paper of one document, and what the reader may do about it."""

    original: Original | None  #: ``None``: the document was born electronic
    certificates: Sequence[ScanCertificate] = ()
    names: Mapping[str, Mapping[str, str]] | None = None
    keeps: bool = False  #: the reader keeps the records of the unit
    allows: bool = False  #: the reader audits it

    @property
    def is_certified(self) -> bool:
        """Tell whether enough people found the newest version true."""
        return len(self.certificates) >= CERTIFIERS


def sheets(session: Session, document_id: UUID, actor: Actor) -> Sheets:
    """Return the paper of a document that the actor was found to be allowed to see."""
    document = session.get_one(Document, document_id)
    unit = session.scalars(
        select(instance.c.unit).where(instance.c.id == document.instance_id)
    ).one()
    keeps, allows = (actor.sits_at(desk_of(each, unit)) for each in (KEEPS, ALLOWS))
    original = session.get(Original, document.id)
    if original is None:
        return Sheets(None, keeps=keeps, allows=allows)
    found = certificates_of(session, document)
    people = [original.received_by, original.allowed_by, original.ended_by]
    known = names(session, [*people, *(each.certifier for each in found)])
    return Sheets(original, found, known, keeps, allows)


@dataclass(frozen=True, slots=True)
class Count:
    """Documents of a place and a time that count, by where they come from."""

    documents: int = 0
    scanned: int = 0  #: of paper
    left: int = 0  #: of those, whose paper still lies in the house

    @property
    def share(self) -> Decimal | None:
        """How many in a hundred come from paper, to a tenth; ``None``: there are none."""
        if not self.documents:
            return None
        return (Decimal(100 * self.scanned) / self.documents).quantize(Decimal("0.1"))

    def plus(self, other: Count) -> Count:
        """Return both together."""
        return Count(
            self.documents + other.documents, self.scanned + other.scanned, self.left + other.left
        )


@dataclass(frozen=True, slots=True)
class PaperReport:
    """The share of paper in what came into cases: by month, and by unit and process."""

    total: Count
    months: tuple[tuple[JalaliDate, Count], ...]  #: the newest first, by its first day
    places: tuple[tuple[str, str, Count], ...]  #: unit and process, most paper first


def paper_report(session: Session, actor: Actor, at: datetime) -> PaperReport:
    """Return how much paper came into the cases of the actor's units, in twelve months.

    A document counts in the month of its first version; one that was withdrawn does not.

    Raises:
        Forbidden: the actor neither watches cases nor keeps records.
    """
    firsts = _months(local_date(at))
    month = _month_of(DocumentVersion.added_at, firsts).label("month")
    asked = (
        select(
            instance.c.unit,
            instance.c.process_id,
            month,
            func.count(),
            func.count(Original.document_id),
            func.count(case((Original.ending.is_(None), Original.document_id))),
        )
        .select_from(Document)
        .join(instance, instance.c.id == Document.instance_id)
        .join(DocumentVersion, DocumentVersion.document_id == Document.id)
        .outerjoin(Original, Original.document_id == Document.id)
        .where(
            DocumentVersion.number == 1,
            Document.withdrawn_at.is_(None),
            DocumentVersion.added_at >= _moment(firsts[-1].gregorian()),
            *_looked_at(actor),
        )
        .group_by(instance.c.unit, instance.c.process_id, "month")
    )
    total, months, places = Count(), dict[int, Count](), dict[tuple[str, str], Count]()
    for unit, process_id, number, *counts in session.execute(asked):
        count = Count(*counts)
        total = total.plus(count)
        months[number] = months.get(number, Count()).plus(count)
        places[unit, process_id] = places.get((unit, process_id), Count()).plus(count)
    return PaperReport(
        total,
        tuple((first, months.get(number, Count())) for number, first in enumerate(firsts)),
        tuple(
            (*place, count)
            for place, count in sorted(
                places.items(), key=lambda each: (-each[1].scanned, -each[1].documents, each[0])
            )
        ),
    )


def may_read(actor: Actor) -> bool:
    """Tell whether the actor may know how much paper there is at all."""
    return bool(READERS & actor.roles)


def _looked_at(actor: Actor) -> list[ColumnElement[bool]]:
    if not may_read(actor):
        raise Forbidden("who keeps no records and watches no cases has no report of paper")
    units = frozenset[str]().union(*(actor.units_of(each) for each in READERS))
    return [] if ANYWHERE in units else [instance.c.unit.in_(sorted(units))]


def _months(today: date) -> list[JalaliDate]:
    """Return the first days of the last months, the one that runs first."""
    first = JalaliDate.of(today)
    first = JalaliDate(first.year, first.month, 1)
    return [first.plus_months(-back) for back in range(MONTHS)]


def _month_of(
    moment: SQLColumnExpression[datetime], firsts: Sequence[JalaliDate]
) -> ColumnElement[int]:
    """Return the number of the month a moment lies in, counted back from the one that runs."""
    begins = [(moment >= _moment(first.gregorian()), at) for at, first in enumerate(firsts)]
    return case(*begins, else_=len(firsts))


def _moment(day: date) -> datetime:
    return datetime.combine(day, time(), TEHRAN)
