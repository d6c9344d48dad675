"""When firms were last invited to a limited tender (R-TND-15)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from engine.sdk import Session
from processes.transactions.records import Tender, TenderInvitation


def last_invited(
    session: Session, found: Tender, firms: Sequence[UUID], since: datetime
) -> dict[UUID, datetime]:
    """Return when a firm was last invited by the unit of a tender for the same field of work.

    What was never published invited nobody; the tender itself does not count.

    Args:
        since: what was earlier is forgotten.
    """
    query = (
        select(TenderInvitation.firm_id, func.max(Tender.published_at))
        .join(Tender, Tender.id == TenderInvitation.tender_id)
        .where(
            TenderInvitation.firm_id.in_(firms),
            Tender.unit == found.unit,
            Tender.work_field == found.work_field,
            Tender.published_at >= since,
            Tender.id != found.id,
        )
        .group_by(TenderInvitation.firm_id)
    )
    return {firm: at for firm, at in session.execute(query) if at is not None}
