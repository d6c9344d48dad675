"""Complaints as they stand: what bars a signature, and what is still open (§3.9)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from engine.sdk import Problem, Session, working_calendar
from processes.transactions.parameters import complaint_times
from processes.transactions.records import Tender, TenderComplaint
from processes.transactions.registry import pack_of
from processes.transactions.rules.complaint_windows import (
    Stage,
    board_decides_by,
    buyer_answers_by,
    check_signing,
    stage,
)


@dataclass(frozen=True, slots=True)
class Standing:
    """A complaint and where it stands."""

    complaint: TenderComplaint
    stage: Stage
    due: date | None  #: the last day of who has to answer or decide; ``None``: nobody any more


def complaints_of(session: Session, tender_id: UUID) -> Sequence[TenderComplaint]:
    """Return the complaints about a tender, the oldest first."""
    query = select(TenderComplaint).where(TenderComplaint.tender_id == tender_id)
    return session.scalars(query.order_by(TenderComplaint.entered_at, TenderComplaint.id)).all()


def standing(session: Session, found: TenderComplaint, today: date) -> Standing:
    """Return where a complaint stands on a day."""
    times = complaint_times(pack_of(found.unit, today), today)
    calendar = working_calendar(session, found.unit)
    stands, due = stage(found.windows, today, times, calendar), None
    if stands in {Stage.BUYER, Stage.SILENT}:
        due = buyer_answers_by(found.received_on, times, calendar)
    if stands in {Stage.BOARD, Stage.BOARD_LATE} and found.board_on is not None:
        due = board_decides_by(found.board_on, times, calendar)
    return Standing(found, stands, due)


def bars_of_signing(session: Session, tender: Tender, on: date) -> list[Problem]:
    """Return why the contract of a tender is not signed on a day: ``TND-030``, ``TND-031``."""
    known = complaints_of(session, tender.id)
    return check_signing(
        [each.windows for each in known],
        on,
        complaint_times(pack_of(tender.unit, on), on),
        working_calendar(session, tender.unit),
        is_suspended=any(each.is_suspended for each in known),
    )


def signing_is_barred(session: Session, tender: Tender, on: date) -> bool:
    """Tell whether a complaint keeps the contract of a tender from being signed on a day."""
    return bool(bars_of_signing(session, tender, on))
