"""How much a bidder may send for one tender: what is never made a bid fills no disk."""

from __future__ import annotations

from datetime import date
from typing import Final
from uuid import UUID

from engine.sdk import Problem, RulesBroken, UnitOfWork, retried
from processes.transactions import registry
from processes.transactions.records.sealing import SealSent

_MEGABYTE: Final = 2**20


@retried
def count_sent(uow: UnitOfWork, tender_id: UUID, bidder: str, size: int, *, on: date) -> None:
    """Count what is about to be sent, before it is read; what lies there stays as it is.

    It is counted though the sending may be cut off: who tries again and again is who is meant.

    Args:
        size: bytes that are announced.

    Raises:
        RulesBroken: ``TND-144`` it would be more than a bidder sends for one tender.
    """
    most = registry.whole("bids.sent.most.megabytes", on)
    with uow:
        found = uow.session.get(SealSent, (tender_id, bidder), with_for_update=True)
        if found is None:
            found = SealSent(tender_id=tender_id, bidder=bidder, size=0)
            uow.session.add(found)
        if found.size + size > most * _MEGABYTE:
            raise RulesBroken([Problem("TND-144", None, {"most": str(most)})])
        found.size += size
        uow.commit()
