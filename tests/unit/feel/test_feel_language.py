"""FEEL as the specification has it (DMN 1.4, clause 10.3), through the package's door."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.feel import YearsMonthsDuration, compile_expression, evaluate, to_json
from engine.feel.exact import (
    ExactDateTime,
    ExactTime,
    date_of_days,
    exact_date,
    instant,
    moved,
    plain_moment,
)
from engine.feel.moments import date_and_time_from, iso_text

SCOPE: dict[str, object] = {
    "amount": 200,
    "kind": "final",
    "nothing": None,
    "xs": [1, 2, 3, 4],
    "order": {"total due": 5, "lines": [{"q": 1, "p": 2}, {"q": 3, "p": 4}]},
    "مبلغ کل": 10,
    "می‌شود": True,
    "order total": 7,
    "full-time": 9,
    "terms and conditions": "accepted",
    "item 2": 22,
}

VALUES = [
    ("1 + 2 * 3", 7),
    ("(1 + 2) * 3", 9),
    ("7 / 2", Decimal("3.5")),
    ("-3 ** 2", 9),
    ("3 ** 4 ** 5", 3486784401),
    ("0.1 + 0.2", Decimal("0.3")),
    ("1e3 + .5", Decimal("1000.5")),
    ("- -amount", 200),
    ("1 / 3", Decimal("0.3333333333333333333333333333333333")),
    ("2 / 3", Decimal("0.6666666666666666666666666666666667")),
    ('"a" + "b"', "ab"),
    (r'"\u06A9\n\"q\"\\"', 'ک\n"q"\\'),
    (r'"\uD83D\uDC0E" + "\U01F40E"', "🐎🐎"),
    ("1 // two\n + /* three */ 2", 3),
    ('amount > 100 and kind = "final"', True),
    ("amount != 200", False),
    ("amount between 100 and 200 and true", True),
    ("[1, 2] = [1, 2.0]", True),
    ("{a: 1} = {a: 2}", False),
    ("null = null", True),
    ("nothing = 1", False),
    ("3 in [1..5]", True),
    ("5 in [1..5)", False),
    ("1 in ]1..5[", False),
    ("5 in (1..5]", True),
    ("3 in (1, 2, 3)", True),
    ("3 in (< 2, >= 4)", False),
    ("3 in > 2", True),
    ("3 in (1 + 2) and true", True),
    ("3 in xs", True),
    ("7 in [1, [5..8]]", True),
    ('"b" in ["a".."c"]', True),
    ('if amount > 100 then "big" else "small"', "big"),
    ("if nothing then 1 else 2", 2),
    ("for x in xs return x * 2", [2, 4, 6, 8]),
    ("for x in 1..2, y in x..2 return x * 10 + y", [11, 12, 22]),
    ("for i in 3..1 return i", [3, 2, 1]),
    ("for i in 1..4 return if i = 1 then 1 else partial[-1] * i", [1, 2, 6, 24]),
    ('count(for d in @"2026-03-20"..@"2026-03-22" return d)', 3),
    ("some x in xs satisfies x > 3", True),
    ("every x in xs satisfies x > 3", False),
    ("some x in [] satisfies true", False),
    ("every x in [] satisfies false", True),
    ("xs[1]", 1),
    ("xs[-1]", 4),
    ("xs[item > 2]", [3, 4]),
    ("xs[count(xs)]", 4),
    ("amount[1]", 200),
    ("order.lines[q > 1].p", [4]),
    ("order.lines.q", [1, 3]),
    ("sum(for line in order.lines return line.q * line.p)", 14),
    ("order.total due", 5),
    ("order total + 1", 8),
    ("order   total", 7),
    ("item 2", 22),
    ("full-time + 1", 10),
    ("terms and conditions", "accepted"),
    ("مبلغ کل > 5 and می‌شود", True),
    ("{a: 1, b: a + 1}.b", 2),
    ("{full-day: 1, rest: full-day + 1}.rest", 2),
    ('{"x y": 1}.x y', 1),
    ("(function(x) x + amount)(1)", 201),
    ("{twice: function(n: number) n * 2, four: twice(n: 2)}.four", 4),
    ("[1..5].end included", True),
    ("1 instance of number", True),
    ("xs instance of list<number>", True),
    ('@"2026-01-31" instance of date and time', False),
    ("not(amount > 300)", True),
]


@pytest.mark.parametrize(("text", "expected"), VALUES)
def test_an_expression_has_the_value_the_specification_gives_it(text: str, expected: Any) -> None:
    assert evaluate(text, SCOPE) == expected


MOMENTS = [
    ('date("2026-01-31")', date(2026, 1, 31)),
    ("date(2026, 1, 31).weekday", 6),
    ('date and time("2026-01-31T10:00:00Z").time offset', timedelta()),
    ('date and time(date("2026-01-31"), time("10:30:00")).minute', 30),
    ('time("10:00:00+03:30").hour', 10),
    ('@"10:00:00" < @"11:00:00"', True),
    ('@"2026-01-31" + @"P1M"', date(2026, 2, 28)),
    ('@"2026-01-31" + duration("P5D")', date(2026, 2, 5)),
    ('@"2026-03-31" - @"P1M"', date(2026, 2, 28)),
    ('date("2026-01-31") - date("2026-01-01")', timedelta(days=30)),
    ('date and time("2026-01-31T10:00:00Z") + @"PT36H"', datetime(2026, 2, 1, 22, tzinfo=UTC)),
    ('@"2026-01-01T00:00:00+03:30" = @"2025-12-31T20:30:00Z"', True),
    ('duration("P1Y6M")', YearsMonthsDuration(18)),
    ('duration("P1Y6M").months', 6),
    ('duration("-P5DT3H").hours', -3),
    ('duration("P5DT3H") * 2', timedelta(days=10, hours=6)),
    ('duration("P3M") / 3', YearsMonthsDuration(1)),
    ('duration("P10D") / duration("P4D")', Decimal("2.5")),
    (
        'years and months duration(date("2020-01-31"), date("2021-05-05"))',
        YearsMonthsDuration(15),
    ),
    ('@"23:30:00" + @"PT1H" = @"00:30:00"', True),
    ('day of week(@"2026-11-21")', "Saturday"),
    ('last day of month(@"2024-02-10")', date(2024, 2, 29)),
]


@pytest.mark.parametrize(("text", "expected"), MOMENTS)
def test_dates_and_durations_compute_on_the_calendar(text: str, expected: Any) -> None:
    assert evaluate(text, {}) == expected


def test_the_time_comes_only_from_the_caller() -> None:
    now = datetime(2026, 11, 21, 12, tzinfo=UTC)

    assert evaluate("today()", {}, now) == date(2026, 11, 21)
    assert evaluate('now() - duration("PT1H")', {}, now) == datetime(2026, 11, 21, 11, tzinfo=UTC)
    assert evaluate("today()", {}) is None


NULLS = [
    ('"x" + 1', "line 1, column 5: a number cannot be added to a string"),
    ("amount / 0", "line 1, column 8: a division by zero"),
    ("0 ** -2.5", "a division by zero"),
    ("missing > 1", "there is no “missing” here"),
    ("order.missing", "the context has no entry “missing”"),
    ("xs[9]", "there is no item 9 in a list of 4"),
    ('1 = "a"', "a number cannot equal a string"),
    ('1 < "a"', "a number and a string have no order"),
    ("nothing and true", "a null is neither true nor false"),
    ("10 ** 7000", "outside what FEEL can hold"),
    ("10 ** 6144 * 10", "outside what FEEL can hold"),
    ('date("2026-13-01")', "date: the calendar has no 2026-13-01"),
    ("substring(1, 2)", "substring: “string” must be a string, not a number"),
    ('substring("a")', "takes (string, start position, length), not 1 arguments"),
    ("unknown(1)", "there is no “unknown” here"),
    ("for x in nothing return x", "a null is no list to go through"),
    ('@"2026-01-01T00:00:00" < @"2026-01-01T00:00:00Z"', "has an offset from UTC"),
    ('[1.."a"]', "the ends of a range"),
    ("today()", "the time is not known here"),
    ('matches("aaaa", "(?=a)")', "is no pattern: a group begins with ( or (?: (at 4)"),
    ('@"999999999-12-31" + @"P1D"', "outside what FEEL can hold"),
]


@pytest.mark.parametrize(("text", "reason"), NULLS)
def test_what_has_no_answer_is_null_and_the_reason_is_kept(text: str, reason: str) -> None:
    evaluation = compile_expression(text).evaluate(SCOPE)

    assert evaluation.value is None
    assert any(reason in warning for warning in evaluation.warnings), evaluation.warnings


def test_an_ordinary_value_comes_without_warnings() -> None:
    assert compile_expression("amount > 100").evaluate(SCOPE).warnings == ()


def test_results_are_ready_for_json() -> None:
    value = evaluate(
        '{n: 1.50, whole: 3.0, on: @"2026-01-31", at: @"2026-01-31T10:30:00+03:30", '
        'months: @"P18M", time: @"PT90M", zone: @"10:00:00@Asia/Tehran", list: [null, true]}',
        {},
    )

    assert to_json(value) == {
        "n": Decimal("1.5"),
        "whole": 3,
        "on": "2026-01-31",
        "at": "2026-01-31T10:30:00+03:30",
        "months": "P1Y6M",
        "time": "PT1H30M",
        "zone": "10:00:00@Asia/Tehran",
        "list": [None, True],
    }


@pytest.mark.parametrize("inexact", [1.5, [1.5], {"amount": 1.5}, float("nan")])
def test_a_float_is_refused_because_it_is_not_exact(inexact: object) -> None:
    with pytest.raises(TypeError, match="float"):
        evaluate("x", {"x": inexact})


def test_the_free_names_of_an_expression_are_known_for_linting() -> None:
    text = "count(lines[q > 1]) + (for x in xs return x + rate)[1] + {a: b, c: a}.c + ext(1)"

    assert compile_expression(text).names == {"lines", "xs", "rate", "b", "ext"}


def test_a_function_may_call_itself_as_often_as_the_bound_says() -> None:
    factorial = "{f: function(n) if n < 2 then 1 else n * f(n - 1), r: f(90)}.r"

    assert str(evaluate(factorial, {})).endswith("E+138")


EXTREMES = [
    ('string(@"-99999-12-31T23:59:59.000000001+02:00")', "-99999-12-31T23:59:59.000000001+02:00"),
    ('@"9999-12-31" + @"P1D" = @"10000-01-01"', True),
    ('@"10000-01-01" - @"9999-12-31" = @"P1D"', True),
    ('@"0001-01-01" - @"P1D" < @"0001-01-01"', True),
    ('day of week(@"10000-01-01")', "Saturday"),
    ('@"10:00:00.000000001" > @"10:00:00"', True),
    ('string(@"PT0.000000001S" * 3)', "PT0.000000003S"),
    ('@"2026-01-01T24:00:00" = @"2026-01-02T00:00:00"', True),
    ('time("23:59:00z") + duration("PT2M") = time("00:01:00@Etc/UTC")', True),
    ('string(@"2026-03-29T01:30:00@Europe/Paris" + @"PT1H")', "2026-03-29T03:30:00@Europe/Paris"),
    ('duration("PT0.5S").seconds', Decimal("0.5")),
    ('date("2017-02-29")', None),
    ('date("01211-12-31")', None),
]


@pytest.mark.parametrize(("text", "expected"), EXTREMES)
def test_years_and_fractions_go_beyond_those_of_datetime(text: str, expected: Any) -> None:
    assert evaluate(text, {}) == expected


@given(
    st.integers(-(10**6), 10**7),
    st.integers(0, 86_399_999_999_999),
    st.integers(-(10**18), 10**18),
)
def test_moving_a_moment_and_back_gives_the_same_moment(days: int, nanos: int, by: int) -> None:
    moment = plain_moment(ExactDateTime(exact_date(date_of_days(days)), ExactTime(nanos, UTC)))

    later = moved(moment, by)

    assert instant(later) - instant(moment) == by
    assert moved(later, -by) == moment
    assert date_and_time_from(iso_text(later)) == later
