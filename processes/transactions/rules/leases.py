"""The rent of a lease by the days it is for (§3.13): income of a year is what falls into it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from engine.values import JalaliDate, Rial

_DAY = timedelta(days=1)


def last_day(since: date, months: int) -> date:
    """Return the last day of a lease of so many Jalali months.

    >>> last_day(date(2026, 3, 21), 12).isoformat()
    '2027-03-20'
    """
    return JalaliDate.of(since).plus_months(months).gregorian() - _DAY


def rent_until(rent: Rial, since: date, last: date, on: date) -> Rial:
    """Return how much of a lease's rent is for its days up to one: by days, whole at the last.

    >>> rent_until(Rial(365), date(2026, 3, 21), date(2027, 3, 20), date(2026, 4, 20))
    Rial(amount=31)
    """
    days = (min(on, last) - since).days + 1
    return Rial(rent.amount * max(days, 0) // ((last - since).days + 1))


def period_ends(after: date, last: date, before: date) -> Iterator[date]:
    """Return the ends of Jalali months after a day, and a lease's last one, that are over.

    Args:
        before: the day that is not over yet.

    >>> [str(each) for each in period_ends(date(2026, 4, 1), date(2026, 6, 1), date(2026, 7, 1))]
    ['2026-04-20', '2026-05-21', '2026-06-01']
    """
    while after < last:
        after = min(JalaliDate.of(after + _DAY).month_end().gregorian(), last)
        if after >= before:
            return
        yield after
