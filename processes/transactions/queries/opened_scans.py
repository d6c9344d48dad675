"""Files out of envelopes that the virus scanner is to be asked of."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select

from engine.sdk import Scan, Session
from processes.transactions.records.sealing import MOST_SCANS, OpenedFile


def waiting_files(session: Session, at: datetime, portion: int) -> Sequence[OpenedFile]:
    """Return files nobody knows anything of whose turn it is, those never asked of first.

    Args:
        portion: how many are returned.
    """
    query = select(OpenedFile).where(
        OpenedFile.scan == Scan.UNSCANNED,
        OpenedFile.scan_tries < MOST_SCANS,
        or_(OpenedFile.scan_after.is_(None), OpenedFile.scan_after <= at),
    )
    order = OpenedFile.scan_after.is_not(None), OpenedFile.scan_after, OpenedFile.bid_id
    query = query.order_by(*order, OpenedFile.kind, OpenedFile.position)
    return session.scalars(query.limit(portion)).all()
