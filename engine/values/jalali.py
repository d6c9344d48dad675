"""Dates of the Jalali (solar Hijri) calendar, the civil calendar of Iran.

Leap years follow the 33-year cycle, which agrees with the observed calendar on every day
from 1925 to 2079 and with the "breaks" algorithm on the whole range supported here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Self

from engine.values.digits import normalise, persian_digits
from engine.values.invalid import InvalidValue

FIRST_YEAR: Final = 1210
LAST_YEAR: Final = 1629

MONTHS: Final[dict[str, tuple[str, ...]]] = {
    "fa": (
        "فروردین",
        "اردیبهشت",
        "خرداد",
        "تیر",
        "مرداد",
        "شهریور",
        "مهر",
        "آبان",
        "آذر",
        "دی",
        "بهمن",
        "اسفند",
    ),
    "en": (
        "Farvardin",
        "Ordibehesht",
        "Khordad",
        "Tir",
        "Mordad",
        "Shahrivar",
        "Mehr",
        "Aban",
        "Azar",
        "Dey",
        "Bahman",
        "Esfand",
    ),
}
#: Names by ``date.weekday()``, Monday first.
WEEKDAYS: Final[dict[str, tuple[str, ...]]] = {
    "fa": ("دوشنبه", "سه‌شنبه", "چهارشنبه", "پنجشنبه", "جمعه", "شنبه", "یکشنبه"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}

_DATE: Final = re.compile(r"([0-9]{4})([/-])([0-9]{1,2})\2([0-9]{1,2})")


@dataclass(frozen=True, slots=True, order=True)
class JalaliDate:
    """A day of the Jalali calendar, 1210 to 1629; an impossible one is ``CAL-001``.

    >>> str(JalaliDate(1404, 7, 30)), JalaliDate(1404, 7, 30).gregorian()
    ('1404/07/30', datetime.date(2025, 10, 22))
    """

    year: int
    month: int
    day: int

    def __post_init__(self) -> None:
        if not (
            FIRST_YEAR <= self.year <= LAST_YEAR
            and 1 <= self.month <= 12
            and 1 <= self.day <= month_length(self.year, self.month)
        ):
            raise InvalidValue(
                "CAL-001", "no such Jalali date", value=f"{self.year}/{self.month}/{self.day}"
            )

    @classmethod
    def of(cls, on: date) -> Self:
        """Return the Jalali name of a Gregorian day.

        Raises:
            InvalidValue: ``CAL-001``, outside the supported years.

        >>> JalaliDate.of(date(2025, 3, 20))
        JalaliDate(year=1403, month=12, day=30)
        """
        days = on.toordinal() - _ORDINAL_OF_YEAR_ONE
        year = days * 33 // _DAYS_OF_33_YEARS + 1
        while days < _days_before_year(year):
            year -= 1
        while days >= _days_before_year(year + 1):
            year += 1
        day_of_year = days - _days_before_year(year)
        month = min(day_of_year // 31, 6) + 1
        if month == 7:
            month += (day_of_year - _days_before_month(7)) // 30
        return cls(year, month, day_of_year - _days_before_month(month) + 1)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``YYYY/MM/DD`` in any digits; a dash may stand for the slash.

        Raises:
            InvalidValue: ``CAL-001``, not a date of the calendar.

        >>> JalaliDate.parse("۱۴۰۴/۰۷/۳۰")
        JalaliDate(year=1404, month=7, day=30)
        """
        found = _DATE.fullmatch(normalise(text))
        if found is None:
            raise InvalidValue("CAL-001", "not YYYY/MM/DD", value=text[:40])
        year, _, month, day = found.groups()
        return cls(int(year), int(month), int(day))

    def gregorian(self) -> date:
        """Return the same day in the Gregorian calendar, as it is stored."""
        return date.fromordinal(
            _ORDINAL_OF_YEAR_ONE
            + _days_before_year(self.year)
            + _days_before_month(self.month)
            + self.day
            - 1
        )

    def __str__(self) -> str:
        return f"{self.year}/{self.month:02d}/{self.day:02d}"

    def plus_days(self, days: int) -> Self:
        """Return the day ``days`` later, or earlier when negative.

        >>> str(JalaliDate(1403, 12, 30).plus_days(1))
        '1404/01/01'
        """
        return type(self).of(self.gregorian() + timedelta(days=days))

    def plus_months(self, months: int) -> Self:
        """Return the same day ``months`` later, clamped to the month's length (R-CAL-04).

        >>> str(JalaliDate(1404, 6, 31).plus_months(1))
        '1404/07/30'
        """
        year, month = divmod(self.year * 12 + self.month - 1 + months, 12)
        return type(self)(year, month + 1, min(self.day, month_length(year, month + 1)))

    def month_end(self) -> Self:
        """Return the last day of the month.

        >>> str(JalaliDate(1403, 12, 1).month_end())
        '1403/12/30'
        """
        return type(self)(self.year, self.month, month_length(self.year, self.month))

    @property
    def weekday(self) -> int:
        """The day of the week as ``date.weekday()`` counts it, Monday 0."""
        return self.gregorian().weekday()

    @property
    def quarter(self) -> str:
        """The quarter of the Jalali year, as price indices name it.

        >>> JalaliDate(1404, 6, 31).quarter
        '1404Q2'
        """
        return f"{self.year}Q{(self.month + 2) // 3}"

    def long(self, language: str = "fa") -> str:
        """Return the date in words, for ``"fa"`` or ``"en"``.

        >>> JalaliDate(1405, 8, 30).long("fa")
        'شنبه ۳۰ آبان ۱۴۰۵'
        >>> JalaliDate(1405, 8, 30).long("en")
        'Saturday 30 Aban 1405'
        """
        weekday = WEEKDAYS[language][self.weekday]
        words = f"{weekday} {self.day} {MONTHS[language][self.month - 1]} {self.year}"
        return persian_digits(words) if language == "fa" else words


def is_leap(year: int) -> bool:
    """Tell whether Esfand of this Jalali year has 30 days.

    >>> [year for year in range(1391, 1410) if is_leap(year)]
    [1391, 1395, 1399, 1403, 1408]
    """
    return _leap_years_before(year + 1) > _leap_years_before(year)


def month_length(year: int, month: int) -> int:
    """Return how many days a month has: 31 for months 1 to 6, then 30, Esfand 29 or 30.

    >>> month_length(1404, 6), month_length(1404, 12)
    (31, 29)
    """
    if month <= 6:
        return 31
    return 30 if month < 12 or is_leap(year) else 29


def _leap_years_before(year: int) -> int:
    """Count the leap years from 1; eight in 33, the last of them in the cycle's 30th year."""
    return (8 * year + 21) // 33


def _days_before_year(year: int) -> int:
    return 365 * (year - 1) + _leap_years_before(year)


def _days_before_month(month: int) -> int:
    return 31 * (month - 1) if month <= 7 else 30 * (month - 1) + 6


_DAYS_OF_33_YEARS: Final = 33 * 365 + 8
#: Counted back from a day both calendars are sure of: 1404/01/01 was 2025-03-21.
_ORDINAL_OF_YEAR_ONE: Final = date(2025, 3, 21).toordinal() - _days_before_year(1404)
