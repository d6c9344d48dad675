"""Works that were called off from the contract of a framework's supplier."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from engine.sdk import Session
from processes.transactions.records import Framework, FrameworkFirm, Ground, PublicContract


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
