"""The register of firms, as its page shows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import selectinload

from engine.sdk import Session
from engine.values import normalise
from processes.transactions.records import Debarment, Firm

_MANY = 200


@dataclass(frozen=True, slots=True)
class FirmRow:
    """A firm with what bars it today."""

    firm: Firm
    barred: Debarment | None


def firm_list(session: Session, search: str, on: date) -> Sequence[FirmRow]:
    """Return the firms whose name or id contains what was searched for, by name."""
    query = select(Firm).options(selectinload(Firm.grades), selectinload(Firm.debarments))
    wanted = normalise(search)
    if wanted:
        query = query.where(
            or_(
                Firm.name.contains(wanted, autoescape=True),
                Firm.identifier.contains(wanted, autoescape=True),
            )
        )
    firms = session.scalars(query.order_by(Firm.name, Firm.identifier).limit(_MANY))
    return [FirmRow(each, each.debarment_on(on)) for each in firms]
