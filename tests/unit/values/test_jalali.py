"""Jalali dates: the golden days of `domain.md` §4.8 and what holds on every day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.values import InvalidValue, JalaliDate, is_leap, month_length, persian_digits

GREGORIAN_DAYS = st.dates(JalaliDate(1300, 1, 1).gregorian(), JalaliDate(1500, 12, 29).gregorian())
JALALI_DATES = GREGORIAN_DAYS.map(JalaliDate.of)


@pytest.mark.parametrize(
    ("jalali", "gregorian", "weekday"),
    [
        ("1357/11/22", date(1979, 2, 11), "Sunday"),
        ("1383/11/03", date(2005, 1, 22), "Saturday"),
        ("1396/10/01", date(2017, 12, 22), "Friday"),
        ("1399/12/30", date(2021, 3, 20), "Saturday"),
        ("1403/12/30", date(2025, 3, 20), "Thursday"),
        ("1404/01/01", date(2025, 3, 21), "Friday"),
        ("1404/06/31", date(2025, 9, 22), "Monday"),
        ("1404/07/01", date(2025, 9, 23), "Tuesday"),
        ("1404/12/29", date(2026, 3, 20), "Friday"),
        ("1405/01/01", date(2026, 3, 21), "Saturday"),
        ("1408/12/30", date(2030, 3, 20), "Wednesday"),
    ],
)
def test_a_day_has_its_gregorian_day_and_weekday(
    jalali: str, gregorian: date, weekday: str
) -> None:
    on = JalaliDate.parse(jalali)

    assert on.gregorian() == gregorian
    assert JalaliDate.of(gregorian) == on
    assert str(on) == jalali
    assert on.long("en").split()[0] == weekday


def test_the_leap_years_are_those_of_the_official_calendar() -> None:
    leap_years = [year for year in range(1391, 1429) if is_leap(year)]

    assert leap_years == [1391, 1395, 1399, 1403, 1408, 1412, 1416, 1420, 1424, 1428]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("1404/12/30", id="no leap year"),
        pytest.param("1404/07/31", id="Mehr has 30 days"),
        pytest.param("1404/13/01", id="no month 13"),
        pytest.param("1404/00/10", id="no month 0"),
        pytest.param("1404/01/00", id="no day 0"),
        pytest.param("2025-03-20", id="a Gregorian day"),
        pytest.param("1404/07-30", id="mixed separators"),
        pytest.param("04/07/30", id="short year"),
        pytest.param("1404/07/30 10:00", id="a time too"),
        pytest.param("۱۴۰۴/۰۷", id="a month only"),
        pytest.param("", id="nothing"),
    ],
)
def test_what_is_no_date_of_the_calendar_is_refused(text: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        JalaliDate.parse(text)

    assert refused.value.code == "CAL-001"


@pytest.mark.parametrize("text", ["۱۴۰۴/۰۷/۳۰", "١٤٠٤/٠٧/٣٠", "1404-7-30", " 1404/7/30 "])
def test_a_date_is_read_in_every_script_people_type(text: str) -> None:
    assert JalaliDate.parse(text) == JalaliDate(1404, 7, 30)


@pytest.mark.parametrize("year", [1209, 1630, 0, -5])
def test_years_outside_the_verified_range_are_refused(year: int) -> None:
    with pytest.raises(InvalidValue, match="CAL-001"):
        JalaliDate(year, 1, 1)


@pytest.mark.parametrize("on", [date.min, date.max])
def test_gregorian_days_outside_the_verified_range_are_refused(on: date) -> None:
    with pytest.raises(InvalidValue, match="CAL-001"):
        JalaliDate.of(on)


def test_the_first_and_last_supported_days_have_gregorian_days() -> None:
    for on in (JalaliDate(1210, 1, 1), JalaliDate(1629, 12, month_length(1629, 12))):
        assert JalaliDate.of(on.gregorian()) == on


@given(GREGORIAN_DAYS)
def test_every_day_comes_back_from_its_jalali_name(on: date) -> None:
    assert JalaliDate.of(on).gregorian() == on


@given(GREGORIAN_DAYS)
def test_the_next_day_is_the_next_date(on: date) -> None:
    today, tomorrow = JalaliDate.of(on), JalaliDate.of(on + timedelta(days=1))

    assert tomorrow > today
    assert tomorrow == today.plus_days(1)
    if today != today.month_end():
        assert tomorrow == JalaliDate(today.year, today.month, today.day + 1)
    else:
        assert tomorrow.day == 1


@given(JALALI_DATES)
def test_a_printed_date_reads_back(on: JalaliDate) -> None:
    assert JalaliDate.parse(str(on)) == on
    assert JalaliDate.parse(persian_digits(str(on))) == on


@given(JALALI_DATES, st.integers(min_value=-90 * 12, max_value=90 * 12))
def test_months_later_is_the_same_day_or_the_last_of_a_shorter_month(
    on: JalaliDate, months: int
) -> None:
    later = on.plus_months(months)

    assert (later.year * 12 + later.month) - (on.year * 12 + on.month) == months
    assert later.day == on.day or (later == later.month_end() and later.day < on.day)


@pytest.mark.parametrize(
    ("on", "quarter"),
    [("1404/01/01", "1404Q1"), ("1404/06/31", "1404Q2"), ("1404/12/29", "1404Q4")],
)
def test_a_day_belongs_to_a_quarter(on: str, quarter: str) -> None:
    assert JalaliDate.parse(on).quarter == quarter
