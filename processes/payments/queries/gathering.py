"""What is paid together: the bases of one paper of a unit, or all that waits in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session, joinedload

from engine.values import Rial
from processes.payments.records import Basis, Order
from processes.payments.rules.states import NOT_LIVE

_BETWEEN: Final = "|"
_PARTS: Final = 3


@dataclass(frozen=True, slots=True)
class Gathering:
    """Which bases: of one paper, such as a payroll list, or all of a unit."""

    unit: str
    kind: str = ""
    reference: str = ""  #: ``""``: all that waits in the unit

    def __str__(self) -> str:
        return _BETWEEN.join((self.unit, self.kind, self.reference))

    @staticmethod
    def from_text(text: str) -> Gathering | None:
        """Return what an option of the form names; ``None`` where it is none.

        >>> Gathering.from_text("D07|payroll|D07-1405-000012")
        Gathering(unit='D07', kind='payroll', reference='D07-1405-000012')
        """
        parts = text.split(_BETWEEN, _PARTS - 1)
        return Gathering(*parts) if len(parts) == _PARTS and parts[0] else None


def is_waiting() -> ColumnElement[bool]:
    """Return the condition of a basis without a live order."""
    return ~exists().where(Order.basis_id == Basis.id, Order.state.not_in(NOT_LIVE))


def held_bases(session: Session, gathering: Gathering) -> Sequence[Basis]:
    """Return what of it has no live order, oldest first, held against who gathers beside.

    Whoever comes second waits here and then sees the first one's orders (R-PAY-01).
    """
    of_it = [Basis.unit == gathering.unit]
    if gathering.reference:
        of_it += [Basis.kind == gathering.kind, Basis.reference == gathering.reference]
    session.execute(
        select(Basis.id).where(*of_it, is_waiting()).order_by(Basis.id).with_for_update()
    )
    query = select(Basis).where(*of_it, is_waiting()).options(joinedload(Basis.payee))
    return session.scalars(query.order_by(Basis.entered_at, Basis.source_no, Basis.id)).all()


def gatherings(session: Session, mine: ColumnElement[bool]) -> list[tuple[Gathering, list[Rial]]]:
    """Return each paper with several parts that wait, and each unit with all that waits there.

    Each with what is paid of its parts.
    """
    query = (
        select(Basis.unit, Basis.kind, Basis.reference, Basis.net)
        .where(mine, is_waiting())
        .order_by(Basis.unit, Basis.entered_at)
        .limit(20_000)
    )
    papers: dict[Gathering, list[Rial]] = {}
    for unit, kind, reference, net in session.execute(query):
        papers.setdefault(Gathering(unit, kind, reference), []).append(net)
        papers.setdefault(Gathering(unit), []).append(net)
    return [(each, nets) for each, nets in papers.items() if len(nets) > 1]
