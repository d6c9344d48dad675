"""Deadlines: the tables of `domain.md` §4.8 and the deadline example of §1.6."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.values import (
    TEHRAN,
    JalaliDate,
    WorkingCalendar,
    end_of_day,
    local_date,
    solar_holidays,
)

THURSDAY, FRIDAY, SATURDAY = 3, 4, 5
EVERY_YEAR = [
    *((1, day) for day in (1, 2, 3, 4, 12, 13)),
    *((3, 14), (3, 15), (11, 22), (12, 29), (12, 30)),
]
LUNAR = (
    "1404/01/11 1404/02/04 1404/03/16 1404/03/24 1404/04/14 1404/04/15 1404/05/23 1404/05/31 "
    "1404/06/02 1404/06/10 1404/06/19 1404/09/03 1404/10/13 1404/10/27 1404/11/15 1404/12/20 "
    "1405/01/25 1405/03/06 1405/04/03 1405/04/04 1405/05/13 1405/05/21 1405/05/22 1405/05/30 "
    "1405/06/08 1405/08/22 1405/10/02 1405/10/16 1405/11/04 1405/12/09 1405/12/19 1405/12/20"
)
DAYS = st.dates(date(2024, 1, 1), date(2027, 12, 31))


def jalali(text: str) -> date:
    return JalaliDate.parse(text).gregorian()


HOLIDAYS = solar_holidays(EVERY_YEAR, [1403, 1404, 1405]) | set(map(jalali, LUNAR.split()))
THU_FRI = WorkingCalendar(frozenset({THURSDAY, FRIDAY}), HOLIDAYS)
FRI_ONLY = WorkingCalendar(frozenset({FRIDAY}), HOLIDAYS)
FRI_SAT = WorkingCalendar(frozenset({FRIDAY, SATURDAY}), HOLIDAYS)


@pytest.mark.parametrize(
    ("calendar", "start", "count", "end"),
    [
        pytest.param(THU_FRI, "1404/08/28", 10, "1404/09/15", id="Thu and Fri off"),
        pytest.param(FRI_ONLY, "1404/08/28", 10, "1404/09/11", id="Fri off"),
        pytest.param(FRI_SAT, "1404/08/28", 10, "1404/09/13", id="Fri and Sat off"),
        pytest.param(THU_FRI, "1404/12/20", 10, "1405/01/11", id="Nowruz, Thu and Fri off"),
        pytest.param(FRI_ONLY, "1404/12/20", 10, "1405/01/08", id="Nowruz, Fri off"),
        pytest.param(FRI_SAT, "1404/12/20", 10, "1405/01/10", id="Nowruz, Fri and Sat off"),
        pytest.param(THU_FRI, "1404/12/25", 10, "1405/01/17", id="late Esfand, Thu and Fri off"),
        pytest.param(FRI_ONLY, "1404/12/25", 10, "1405/01/15", id="late Esfand, Fri off"),
        pytest.param(FRI_SAT, "1404/12/25", 10, "1405/01/17", id="late Esfand, Fri and Sat off"),
        pytest.param(THU_FRI, "1404/06/08", 3, "1404/06/12", id="a holiday between"),
    ],
)
def test_working_days_are_counted_from_the_day_after(
    calendar: WorkingCalendar, start: str, count: int, end: str
) -> None:
    assert calendar.plus_working_days(jalali(start), count) == jalali(end)


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        pytest.param("1404/08/28", 14, "1404/09/12", id="ends on a working day"),
        pytest.param("1404/06/08", 3, "1404/06/11", id="a holiday between counts"),
        pytest.param("1405/03/12", 3, "1405/03/16", id="15 Khordad is a holiday and a Friday"),
        pytest.param("1404/12/18", 10, "1405/01/05", id="Thursday, Friday, Nowruz"),
    ],
)
def test_calendar_days_roll_to_a_working_day(start: str, count: int, end: str) -> None:
    assert THU_FRI.plus_days(jalali(start), count) == jalali(end)


@pytest.mark.parametrize(
    ("start", "count", "clamped", "end"),
    [
        pytest.param("1404/06/31", 1, "1404/07/30", "1404/07/30", id="a shorter month"),
        pytest.param("1403/12/30", 12, "1404/12/29", "1405/01/05", id="a leap day, then Nowruz"),
    ],
)
def test_months_are_jalali_clamped_and_rolled(
    start: str, count: int, clamped: str, end: str
) -> None:
    assert str(JalaliDate.parse(start).plus_months(count)) == clamped
    assert THU_FRI.plus_months(jalali(start), count) == jalali(end)


def test_leaving_out_the_day_of_acting_adds_one_day() -> None:
    start = jalali("1404/06/08")

    assert THU_FRI.plus_days(start, 3, exclude_action_day=True) == jalali("1404/06/12")
    assert THU_FRI.plus_working_days(start, 2, exclude_action_day=True) == jalali("1404/06/12")
    assert THU_FRI.plus_months(jalali("1404/06/31"), 1, exclude_action_day=True) == jalali(
        "1404/08/03"
    )  # 30 Mehr is a Wednesday, so Thursday rolls to Saturday


def test_an_interim_statement_is_due_at_each_reviewer_ten_days_on() -> None:
    consultant = THU_FRI.plus_days(jalali("1404/07/30"), 10)
    employer = THU_FRI.plus_days(consultant, 10)

    assert (consultant, employer) == (jalali("1404/08/10"), jalali("1404/08/20"))


def test_a_final_statement_is_due_in_one_three_and_two_months() -> None:
    contractor = THU_FRI.plus_months(jalali("1404/09/15"), 1)
    consultant = THU_FRI.plus_months(contractor, 3)
    employer = THU_FRI.plus_months(consultant, 2)

    assert [str(JalaliDate.of(due)) for due in (contractor, consultant, employer)] == [
        "1404/10/15",
        "1405/01/15",
        "1405/03/16",
    ]


def test_a_moved_holiday_moves_the_deadline() -> None:
    closed = WorkingCalendar(THU_FRI.weekend, HOLIDAYS | {jalali("1404/08/10")})

    assert closed.plus_days(jalali("1404/07/30"), 10) == jalali("1404/08/11")


def test_a_weekend_version_holds_from_its_day_on() -> None:
    calendar = WorkingCalendar(
        weekend=frozenset({FRIDAY}),
        changes=((jalali("1404/01/01"), frozenset({THURSDAY, FRIDAY})),),
    )

    assert calendar.is_working(jalali("1403/12/23"))  # the last Thursday but one of 1403
    assert not calendar.is_working(jalali("1404/01/07"))


@pytest.mark.parametrize(
    "weekend",
    [pytest.param(range(7), id="no day left"), pytest.param([7], id="no such day")],
)
def test_a_weekend_leaves_days_to_work(weekend: range | list[int]) -> None:
    with pytest.raises(ValueError, match="weekend"):
        WorkingCalendar(frozenset(weekend))


def test_weekend_versions_come_in_order() -> None:
    later, earlier = jalali("1405/01/01"), jalali("1404/01/01")

    with pytest.raises(ValueError, match="order"):
        WorkingCalendar(frozenset(), changes=((later, frozenset()), (earlier, frozenset())))


@given(DAYS, st.integers(1, 200), st.sampled_from([THU_FRI, FRI_ONLY, FRI_SAT]))
def test_exactly_the_counted_working_days_lie_up_to_the_deadline(
    start: date, count: int, calendar: WorkingCalendar
) -> None:
    due = calendar.plus_working_days(start, count)

    after = (start + timedelta(days=n) for n in range(1, (due - start).days + 1))
    assert calendar.is_working(due)
    assert sum(calendar.is_working(day) for day in after) == count


@given(DAYS, st.integers(0, 400), st.booleans())
def test_a_deadline_is_a_working_day_never_early(start: date, count: int, exclude: bool) -> None:
    due = THU_FRI.plus_days(start, count, exclude_action_day=exclude)

    assert THU_FRI.is_working(due)
    assert due >= start + timedelta(days=count + exclude)
    assert THU_FRI.roll(due) == due


def test_a_deadline_never_lies_behind() -> None:
    for count_on in (THU_FRI.plus_days, THU_FRI.plus_months, THU_FRI.plus_working_days):
        with pytest.raises(ValueError, match="ahead"):
            count_on(date(2025, 1, 1), -1)


def test_a_date_ends_at_midnight_of_tehran() -> None:
    assert end_of_day(date(2025, 11, 1)) == datetime(2025, 11, 1, 20, 30, tzinfo=UTC)
    assert end_of_day(date(2021, 7, 1)) == datetime(2021, 7, 1, 19, 30, tzinfo=UTC)  # summer time


@given(DAYS)
def test_the_last_moment_of_a_day_still_belongs_to_it(on: date) -> None:
    assert local_date(end_of_day(on) - timedelta(microseconds=1)) == on
    assert local_date(end_of_day(on)) == on + timedelta(days=1)


def at(text: str, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(jalali(text), datetime.min.time(), TEHRAN).replace(
        hour=hour, minute=minute
    )


@pytest.mark.parametrize(
    ("start", "due", "share", "moment"),
    [
        pytest.param(
            at("1404/07/30", 10), at("1404/08/10", 10), Fraction(7, 10), at("1404/08/07", 10),
            id="on a working day, the exact moment",
        ),
        pytest.param(
            at("1404/07/29", 0), at("1404/08/09", 0), Fraction(1, 10), at("1404/07/30", 0),
            id="the first minute of a working day",
        ),
        pytest.param(
            at("1404/07/30", 0), at("1404/08/05", 0), Fraction(1, 2), at("1404/08/03", 8),
            id="Friday, so Saturday at eight",
        ),
        pytest.param(
            at("1404/08/03", 0), at("1404/08/07", 0), Fraction(3, 2), at("1404/08/10", 8),
            id="after the deadline, on Friday",
        ),
        pytest.param(
            at("1404/07/29", 0), at("1404/08/01", 0), Fraction(1), at("1404/08/01", 0),
            id="the deadline itself never moves",
        ),
        pytest.param(
            at("1404/07/30", 0), at("1404/08/02", 12), Fraction(7, 10), at("1404/08/01", 18),
            id="no reminder after the deadline",
        ),
    ],
)  # fmt: skip
def test_a_reminder_comes_at_its_share_on_a_working_day(
    start: datetime, due: datetime, share: Fraction, moment: datetime
) -> None:
    assert THU_FRI.moment_at_share(start, due, share) == moment


@given(
    st.datetimes(datetime(2025, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC)),
    st.integers(1, 60),
)
def test_reminders_keep_their_order_around_the_deadline(start: datetime, days: int) -> None:
    due = end_of_day(THU_FRI.plus_working_days(local_date(start), days))
    remind, escalate, again = (
        THU_FRI.moment_at_share(start, due, share)
        for share in (Fraction(7, 10), Fraction(1), Fraction(3, 2))
    )

    assert start <= remind < escalate == due < again
    assert THU_FRI.is_working(local_date(remind))
    assert THU_FRI.is_working(local_date(again))


def test_a_share_needs_a_way_to_go() -> None:
    with pytest.raises(ValueError, match="share"):
        THU_FRI.moment_at_share(at("1404/08/10", 0), at("1404/08/09", 0), Fraction(7, 10))
    with pytest.raises(ValueError, match="share"):
        THU_FRI.moment_at_share(at("1404/08/09", 0), at("1404/08/10", 0), Fraction(-1, 2))


WEEK = WorkingCalendar(frozenset({THURSDAY, FRIDAY}), frozenset({date(2025, 11, 24)}))
MOMENTS = st.datetimes(datetime(2025, 1, 1), datetime(2026, 1, 1), timezones=st.just(UTC))


@given(MOMENTS, st.integers(0, 60), st.integers(1, 60))
def test_working_hours_add_up_and_end_while_people_work(start, first, more):
    at_once = WEEK.plus_working_hours(start, first + more)

    assert WEEK.plus_working_hours(WEEK.plus_working_hours(start, first), more) == at_once
    ends = at_once.astimezone(TEHRAN)
    assert WEEK.is_working(ends.date())
    assert 8 <= ends.hour < 16 or (ends.hour, ends.minute, ends.second) == (16, 0, 0)


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2025-11-22 09:00", 0, "2025-11-22 09:00"),
        ("2025-11-22 09:00", 7, "2025-11-22 16:00"),
        ("2025-11-22 09:00", 8, "2025-11-23 09:00"),
        ("2025-11-22 05:00", 1, "2025-11-22 09:00"),
        ("2025-11-22 16:00", 1, "2025-11-23 09:00"),
        ("2025-11-23 15:00", 2, "2025-11-25 09:00"),  # over the holiday of the 24th
        ("2025-11-20 12:00", 1, "2025-11-22 09:00"),  # a Thursday
    ],
)
def test_working_hours_count_from_eight_to_four_of_working_days(start, hours, end):
    begun = datetime.fromisoformat(start).replace(tzinfo=TEHRAN)

    found = WEEK.plus_working_hours(begun, hours)

    assert found.astimezone(TEHRAN).strftime("%Y-%m-%d %H:%M") == end
