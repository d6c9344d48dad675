"""When a step is due, and when people are told about it (R-BPM-03)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from engine.catalogue.config import Due
from engine.values import WorkingCalendar, end_of_day, local_date

#: notice -> the share of the time allowed after which it is given
NOTICES = {"remind": Fraction(7, 10), "escalate": Fraction(1), "escalate_again": Fraction(3, 2)}


def due_at(
    due: Due | None, at: datetime, variables: Mapping[str, Any], calendar: WorkingCalendar
) -> datetime | None:
    """Return the moment a step opened ``at`` is due; ``None`` when it has no deadline.

    A deadline in days ends at 24:00 in Tehran. ``until`` names a variable that holds an
    ISO date or moment; a case without it has no deadline for the step.
    """
    if due is None:
        return None
    on = local_date(at)
    match due.unit:
        case "days":
            return end_of_day(calendar.plus_days(on, due.amount))
        case "working_days":
            return end_of_day(calendar.plus_working_days(on, due.amount))
        case "working_hours":
            return calendar.plus_working_hours(at, due.amount)
        case "months":
            return end_of_day(calendar.plus_months(on, due.amount))
        case "until":
            return _moment(variables.get(due.variable or ""))


def notice_moments(
    opened_at: datetime, due: datetime, calendar: WorkingCalendar
) -> dict[str, datetime]:
    """Return when to remind and escalate a step that opened and is due at these moments."""
    if due <= opened_at:
        return {"escalate": opened_at}
    return {
        notice: calendar.moment_at_share(opened_at, due, share) for notice, share in NOTICES.items()
    }


def _moment(value: object) -> datetime | None:
    if not isinstance(value, str):
        return None
    if len(value) == len("2026-01-01"):
        return end_of_day(date.fromisoformat(value))
    return datetime.fromisoformat(value)
