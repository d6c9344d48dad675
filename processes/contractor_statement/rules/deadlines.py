"""Until when must each party act?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from engine.values import WorkingCalendar


@dataclass(frozen=True, slots=True)
class ReviewTimes:
    """The periods of one contract family, in calendar days or Jalali months.

    Source: General Conditions of Contract, arts. 37, 40, 51, 52.
    """

    supervisor_days: int = 5
    consultant_days: int = 10  #: counted from receipt by the supervisor
    employer_days: int = 10
    objection_days: int = 30
    final_contractor_months: int = 1
    final_consultant_months: int = 3
    final_employer_months: int = 2
    final_objection_months: int = 1
    final_account_months: int = 3
    settlement_months: int = 1
    guarantee_warning_days: int = 15


IRAN_TIMES = ReviewTimes()


@dataclass(frozen=True, slots=True)
class InterimDeadlines:
    """The last days of an interim statement's reviewers."""

    supervisor: date
    consultant: date
    employer: date


@dataclass(frozen=True, slots=True)
class FinalDeadlines:
    """The last days of the parties to a final statement."""

    contractor: date
    consultant: date
    employer: date


def interim_deadlines(
    received_on: date, calendar: WorkingCalendar, times: ReviewTimes = IRAN_TIMES
) -> InterimDeadlines:
    """Return the deadlines planned when the supervisor receives a statement (R-STM-21).

    Each party's days count from the day the party before it had to be done; days are
    calendar days and roll to the next working day.

    >>> interim_deadlines(date(2025, 10, 22), WorkingCalendar(frozenset({3, 4}))).consultant
    datetime.date(2025, 11, 1)
    """
    consultant = calendar.plus_days(received_on, times.consultant_days)
    return InterimDeadlines(
        supervisor=calendar.plus_days(received_on, times.supervisor_days),
        consultant=consultant,
        employer=employer_due(consultant, calendar, times),
    )


def employer_due(
    received_on: date, calendar: WorkingCalendar, times: ReviewTimes = IRAN_TIMES
) -> date:
    """Return the employer's last day after the consultant handed the statement over.

    After it the on-account payment may be offered (R-STM-24).

    >>> employer_due(date(2025, 11, 1), WorkingCalendar(frozenset({3, 4})))
    datetime.date(2025, 11, 11)
    """
    return calendar.plus_days(received_on, times.employer_days)


def objection_due(
    notified_on: date,
    calendar: WorkingCalendar,
    *,
    final: bool = False,
    times: ReviewTimes = IRAN_TIMES,
) -> date:
    """Return the contractor's last day to object to corrected quantities (§1.4, R-STM-25).

    >>> objection_due(date(2025, 11, 1), WorkingCalendar(frozenset({3, 4})))
    datetime.date(2025, 12, 1)
    """
    if final:
        return calendar.plus_months(notified_on, times.final_objection_months)
    return calendar.plus_days(notified_on, times.objection_days)


def final_deadlines(
    accepted_on: date, calendar: WorkingCalendar, times: ReviewTimes = IRAN_TIMES
) -> FinalDeadlines:
    """Return the deadlines of the final statement from provisional acceptance (R-STM-25).

    When the contractor's day passes, the consultant prepares the statement at the
    contractor's expense (`final_preparer`).

    >>> final_deadlines(date(2025, 12, 6), WorkingCalendar(frozenset({3, 4}))).contractor
    datetime.date(2026, 1, 5)
    """
    contractor = calendar.plus_months(accepted_on, times.final_contractor_months)
    consultant = calendar.plus_months(contractor, times.final_consultant_months)
    return FinalDeadlines(
        contractor=contractor,
        consultant=consultant,
        employer=calendar.plus_months(consultant, times.final_employer_months),
    )


def final_preparer(contractor_due: date, on: date) -> str:
    """Return the role that prepares the final statement on a day (R-STM-25).

    >>> final_preparer(date(2026, 1, 5), date(2026, 1, 6))
    'CONSULTANT'
    """
    return "CONTRACTOR" if on <= contractor_due else "CONSULTANT"


def final_account_due(
    approved_on: date, calendar: WorkingCalendar, times: ReviewTimes = IRAN_TIMES
) -> date:
    """Return the last day for the final account after the final statement (R-STM-26).

    >>> final_account_due(date(2026, 6, 6), WorkingCalendar(frozenset({3, 4})))
    datetime.date(2026, 9, 7)
    """
    return calendar.plus_months(approved_on, times.final_account_months)


def settlement_due(
    signed_on: date, calendar: WorkingCalendar, times: ReviewTimes = IRAN_TIMES
) -> date:
    """Return the last day to settle a signed final account, either way (R-STM-26).

    >>> settlement_due(date(2026, 9, 7), WorkingCalendar(frozenset({3, 4})))
    datetime.date(2026, 10, 10)
    """
    return calendar.plus_months(signed_on, times.settlement_months)


def last_interim_due(accepted_on: date, calendar: WorkingCalendar) -> date:
    """Return the day by which the last interim statement without site materials is drawn (§1.9).

    >>> last_interim_due(date(2025, 12, 6), WorkingCalendar(frozenset({3, 4})))
    datetime.date(2026, 1, 5)
    """
    return calendar.plus_months(accepted_on, 1)


def needs_extension(valid_until: date, on: date, times: ReviewTimes = IRAN_TIMES) -> bool:
    """Say whether a guarantee is so near its expiry that a task is raised (R-STM-20).

    Source: General Conditions of Contract, art. 34.

    >>> needs_extension(date(2026, 1, 16), date(2026, 1, 1))
    True
    """
    return valid_until <= on + timedelta(days=times.guarantee_warning_days)
