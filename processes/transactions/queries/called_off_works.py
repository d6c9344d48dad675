"""Works that were called off from a framework, and what of its guarantees stands for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import select

from engine.sdk import Session
from engine.values import Rial
from processes.transactions.records import (
    Framework,
    FrameworkFirm,
    Ground,
    Guarantee,
    PublicContract,
)
from processes.transactions.rules.frameworks import secured
from processes.transactions.rules.guarantee_register import IN_FORCE, Kind, State

#: a called one is money that is kept
_STANDS: Final = (*IN_FORCE, State.CALLED)


@dataclass(frozen=True, slots=True)
class Secured:
    """A call-off of works, and what of its supplier's guarantees for the framework is its own."""

    contract: PublicContract
    by: Sequence[tuple[Guarantee, Rial]]  #: each of the supplier's, nothing of it included
    has_own: bool  #: one that names the call-off stands for it

    @property
    def shared(self) -> Rial:
        """All of it together; nothing where they do not cover what the call-off needs."""
        return Rial.total(share for _, share in self.by)

    @property
    def is_covered(self) -> bool:
        """Tell whether its statements find a guarantee of performance."""
        return self.has_own or self.shared > Rial.ZERO


def contract_numbered(session: Session, unit: str, number: str) -> PublicContract | None:
    """Return a contract of a unit by its number."""
    query = select(PublicContract).where(
        PublicContract.unit == unit, PublicContract.number == number
    )
    return session.scalar(query)


def called_off_works(session: Session, own: PublicContract) -> Sequence[PublicContract]:
    """Return the call-offs of works from a supplier's contract, in the order they were placed.

    Of a contract that is no framework's there are none.
    """
    framework = (
        select(Framework.number)
        .join(FrameworkFirm, FrameworkFirm.framework_id == Framework.id)
        .where(FrameworkFirm.contract_id == own.id)
    )
    query = select(PublicContract).where(
        PublicContract.ground == Ground.CALL_OFF,
        PublicContract.reference == framework.scalar_subquery(),
        PublicContract.firm_id == own.firm_id,
    )
    return session.scalars(query.order_by(PublicContract.signed_at, PublicContract.number)).all()


def secured_call_offs(session: Session, own: PublicContract) -> list[Secured]:
    """Return the call-offs of works from a supplier's contract with what secures each (R-TND-13).

    The guarantees of performance that name the supplier's own contract stand for all that is
    called off from it, as far as they go. What is over still stands here, for nothing.
    """
    called = called_off_works(session, own)
    if not called:
        return []
    query = select(Guarantee).where(
        Guarantee.unit == own.unit,
        Guarantee.concerns.in_([own.number, *(each.number for each in called)]),
        Guarantee.kind == Kind.PERFORMANCE,
        Guarantee.state.not_in((State.RECEIVED, State.VERIFIED)),
    )
    found = session.scalars(query.order_by(Guarantee.valid_until, Guarantee.number)).all()
    held = [each for each in found if each.concerns == own.number]
    named = {each.concerns for each in found if each.state in _STANDS}
    given = [each.amount if each.state in _STANDS else Rial.ZERO for each in held]
    rows = secured(given, [each.guarantee for each in called])
    return [
        Secured(each, list(zip(held, row, strict=True)), each.number in named)
        for each, row in zip(called, rows, strict=True)
    ]


def secured_in(session: Session, framework: Framework) -> Mapping[UUID, Secured]:
    """Return what secures the call-offs of works from a framework, by the case of each."""
    return {
        each.contract.instance_id: each
        for member in framework.firms
        for each in secured_call_offs(session, member.contract)
        if each.contract.instance_id is not None
    }
