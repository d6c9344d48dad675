"""When work that is put off is looked at again, by the working calendar."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from engine.values import TEHRAN, WorkingCalendar, local_date
from engine.values.later import offers, opening

CALENDAR = WorkingCalendar(weekend=frozenset({3, 4}), holidays=frozenset({date(2026, 11, 22)}))
SATURDAY = date(2026, 11, 21)


def _at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), TEHRAN).astimezone(UTC)


def _offered(at: datetime) -> dict[str, datetime]:
    return {each.later: each.until for each in offers(CALENDAR, at)}


def test_later_today_is_a_full_hour_while_the_office_stays_open():
    assert _offered(_at(SATURDAY, 9, 10))["today"] == _at(SATURDAY, 13)


def test_in_the_afternoon_nothing_is_later_today():
    assert "today" not in _offered(_at(SATURDAY, 13, 1))


def test_on_a_day_off_nothing_is_later_today():
    assert "today" not in _offered(_at(date(2026, 11, 22), 9))


def test_the_next_working_day_steps_over_a_holiday():
    assert _offered(_at(SATURDAY, 9))["tomorrow"] == _at(date(2026, 11, 23), 8)


def test_three_working_days_step_over_the_weekend():
    wednesday = date(2026, 11, 25)

    assert _offered(_at(wednesday, 9))["three_days"] == _at(date(2026, 11, 30), 8)


def test_next_week_begins_with_the_first_working_day_from_saturday():
    closed = WorkingCalendar(frozenset({3, 4}), frozenset({date(2026, 11, 28)}))

    [until] = [each.until for each in offers(closed, _at(SATURDAY, 9)) if each.later == "next_week"]

    assert until == _at(date(2026, 11, 29), 8)


@given(st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)))
def test_every_offer_lies_ahead_on_a_working_day_in_office_hours(at: datetime):
    for each in offers(CALENDAR, at):
        assert at < each.until < at + timedelta(days=20)
        day = local_date(each.until)
        assert CALENDAR.is_working(day)
        assert opening(day) <= each.until < _at(day, 16)
