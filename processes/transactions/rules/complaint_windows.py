"""Complaints (رسیدگی به شکایات): who answers until when, and what waits for it (§3.9)."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from engine.errors import Problem
from engine.values import WorkingCalendar


@dataclass(frozen=True, slots=True)
class ComplaintTimes:
    """How long each instance has."""

    buyer_working_days: int = 15
    board_days: int = 15  #: calendar days


class Stage(enum.Enum):
    """Where a complaint is."""

    BUYER = "BUYER"  #: the head of the buyer has to answer
    REFUSED = "REFUSED"  #: answered with no; the bidder may go to the board
    SILENT = "SILENT"  #: nobody answered in time: it goes to the board, it is never accepted
    BOARD = "BOARD"
    BOARD_LATE = "BOARD_LATE"
    DECIDED = "DECIDED"


class Outcome(enum.Enum):
    """What a complaint came to."""

    REJECTED = "REJECTED"
    CORRECTED = "CORRECTED"
    STEP_REPEATED = "STEP_REPEATED"
    CANCELLED = "CANCELLED"  #: the tender is
    DROPPED = "DROPPED"  #: nothing was decided: its case was cancelled


@dataclass(frozen=True, slots=True)
class Complaint:
    """A bidder's complaint, as far as it has come."""

    number: str
    received_on: date
    is_on_award: bool
    answered_on: date | None = None
    outcome: Outcome | None = None  #: of the buyer's answer, or of the board's decision
    board_on: date | None = None  #: when the board received it
    decided_on: date | None = None

    @property
    def is_closed(self) -> bool:
        """Whether nothing more is to come."""
        if self.outcome is Outcome.DROPPED:
            return True
        if self.board_on is not None:
            return self.decided_on is not None
        return self.answered_on is not None and self.outcome is not Outcome.REJECTED


def buyer_answers_by(received_on: date, times: ComplaintTimes, calendar: WorkingCalendar) -> date:
    """Return the last day on which the buyer may answer; silence escalates after it.

    >>> calendar = WorkingCalendar(frozenset({3, 4}))
    >>> buyer_answers_by(date(2025, 10, 25), ComplaintTimes(), calendar).isoformat()
    '2025-11-15'
    """
    return calendar.plus_working_days(received_on, times.buyer_working_days)


def board_decides_by(board_on: date, times: ComplaintTimes, calendar: WorkingCalendar) -> date:
    """Return the last day of the board's time, rolled to a working day (R-CAL-03)."""
    return calendar.plus_days(board_on, times.board_days)


def stage(
    complaint: Complaint, today: date, times: ComplaintTimes, calendar: WorkingCalendar
) -> Stage:
    """Return where a complaint is on a day."""
    if complaint.outcome is Outcome.DROPPED:
        return Stage.DECIDED
    if complaint.board_on is not None:
        if complaint.decided_on is not None:
            return Stage.DECIDED
        is_late = today > board_decides_by(complaint.board_on, times, calendar)
        return Stage.BOARD_LATE if is_late else Stage.BOARD
    if complaint.answered_on is not None:
        return Stage.DECIDED if complaint.is_closed else Stage.REFUSED
    is_silent = today > buyer_answers_by(complaint.received_on, times, calendar)
    return Stage.SILENT if is_silent else Stage.BUYER


def check_signing(
    complaints: Iterable[Complaint],
    today: date,
    times: ComplaintTimes,
    calendar: WorkingCalendar,
    *,
    is_suspended: bool = False,
) -> list[Problem]:
    """Return why the contract cannot be signed today.

    ``TND-030`` a complaint on the award is open and in its first working days · ``TND-031`` the
    board has suspended the tender. A complaint in itself suspends nothing.
    """
    problems = [Problem("TND-031")] if is_suspended else []
    for each in complaints:
        until = buyer_answers_by(each.received_on, times, calendar)
        if each.is_on_award and not each.is_closed and today <= until:
            told = {"complaint": each.number, "until": until.isoformat()}
            problems.append(Problem("TND-030", None, told))
    return problems
