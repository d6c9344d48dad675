"""How long bidders are given, and when a deadline moves (R-TND-01, R-TND-03)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from engine.errors import Problem
from engine.values import WorkingCalendar
from processes.transactions.rules.computation import Computed, Step


@dataclass(frozen=True, slots=True)
class MinimumTime:
    """The least time between the end of publication and the deadline; the larger counts."""

    days: int = 0  #: calendar days, as 10 for a national tender
    months: int = 0  #: Jalali, as 1 for an international one

    def after(self, on: date, calendar: WorkingCalendar) -> date:
        """Return the first day that a deadline may be, rolled to a working day (R-CAL-03)."""
        return max(calendar.plus_days(on, self.days), calendar.plus_months(on, self.months))


def check_deadline(
    published_until: date, deadline: date, minimum: MinimumTime, calendar: WorkingCalendar
) -> list[Problem]:
    """Return ``TND-003`` when bidders are given less than the minimum time (R-TND-01).

    Args:
        published_until: the last day on which documents are given out or the notice appears.

    >>> calendar = WorkingCalendar(frozenset({3, 4}))
    >>> published, friday = date(2025, 10, 28), date(2025, 11, 7)
    >>> [each.params for each in check_deadline(
    ...     published, friday, MinimumTime(days=10), calendar)]
    [{'earliest': '2025-11-08'}]
    """
    earliest = minimum.after(published_until, calendar)
    if deadline >= earliest:
        return []
    return [Problem("TND-003", "deadline", {"earliest": earliest.isoformat()})]


def deadline_after_change(
    changed_on: date, deadline: date, least_days: int, calendar: WorkingCalendar
) -> Computed[date]:
    """Return the deadline after a change, moved where too few days are left (R-TND-03).

    Args:
        changed_on: the day on which everybody was told.
        least_days: calendar days that have to be left; the new deadline is rolled.
    """
    left = (deadline - changed_on).days
    if left >= least_days:
        stays = Step.of("deadline.stays", left=left, least=least_days, deadline=deadline)
        return Computed(deadline, (stays,))
    moved = calendar.plus_days(changed_on, least_days)
    return Computed(moved, (Step.of("deadline.moves", left=left, least=least_days, moved=moved),))


def check_extension(
    ends: date, extended_to: date, extended_before: int, validity_days: int, most: int
) -> list[Problem]:
    """Return why the validity of bids cannot be extended so (R-TND-11).

    ``TND-028`` it was extended as often as it may · ``TND-029`` longer than the documents say.

    Source: article 21 of the Tenders Act 1383: once, by the same length.
    """
    problems = []
    if extended_before >= most:
        problems.append(Problem("TND-028", "extended_to", {"most": str(most)}))
    if (extended_to - ends).days > validity_days:
        told = {"days": str(validity_days)}
        problems.append(Problem("TND-029", "extended_to", told))
    return problems
