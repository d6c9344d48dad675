"""The built-in functions (DMN 1.4, clause 10.3.4)."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from engine.feel import FeelSyntaxError, compile_expression, evaluate

CALLS = [
    ('substring("foobar", 3)', "obar"),
    ('substring("foobar", -2, 1)', "a"),
    ('substring(string: "foobar", start position: 3, length: 3)', "oba"),
    ('string length("کارها")', 5),
    ('upper case("aé")', "AÉ"),
    ('lower case("AB")', "ab"),
    ('contains("foobar", "ob")', True),
    ('starts with("foobar", "fo")', True),
    ('ends with("foobar", "r")', True),
    ('substring before("a-b", "-")', "a"),
    ('substring after("a-b", "-")', "b"),
    ('matches("foobar", "^fo*bar$")', True),
    ('matches("FOO", "foo", "i")', True),
    ('replace("abcd", "(ab)|(a)", "[1=$1]")', "[1=ab]cd"),
    ('replace("a.b", ".", "-", "q")', "a-b"),
    ('split("a;b;;c", ";")', ["a", "b", "", "c"]),
    ('string join(["a", null, "b"], "-")', "a-b"),
    ("count([1, 2, 3])", 3),
    ("min(3, 1, 2)", 1),
    ("max([3, 1, 2])", 3),
    ('max("a", "c", "b")', "c"),
    ("sum(1, 2, 3)", 6),
    ('string(sum(@"P1D", @"PT1H"))', "P1DT1H"),
    ("mean([1, 2, 4, 5])", 3),
    ("median(8, 2, 5, 3)", 4),
    ("all([true, null])", None),
    ("any([false, true])", True),
    ("list contains([1, null], null)", True),
    ("append([1], 2, 3)", [1, 2, 3]),
    ("concatenate([1], [2, 3])", [1, 2, 3]),
    ("union([1, 2], [2, 3])", [1, 2, 3]),
    ("distinct values([1, 1.0, true, [1], [1]])", [1, True, [1]]),
    ("index of([1, 2, 1], 1)", [1, 3]),
    ("reverse([1, 2])", [2, 1]),
    ("flatten([1, [2, [3]]])", [1, 2, 3]),
    ("sublist([1, 2, 3, 4], -3, 2)", [2, 3]),
    ("insert before([1, 3], 2, 2)", [1, 2, 3]),
    ("remove([1, 2, 3], -1)", [1, 2]),
    ("sort([2, 3, 1])", [1, 2, 3]),
    ("sort([2, 3, 1], function(x, y) x > y)", [3, 2, 1]),
    ("floor(-1.5)", -2),
    ("ceiling(1.01, 1)", Decimal("1.1")),
    ("round half up(2.5, 0)", 3),
    ("round half up(-2.5, 0)", -3),
    ("round half even(2.5, 0)", 2),
    ("round half down(2.5, 0)", 2),
    ("round up(1.001, 2)", Decimal("1.01")),
    ("round down(1.009, 2)", Decimal("1.00")),
    ("decimal(1 / 3, 2)", Decimal("0.33")),
    ("decimal(1250, -2)", 1200),
    ("abs(-3)", 3),
    ("modulo(-12, 5)", 3),
    ("modulo(12, -5)", -3),
    ("odd(3) and even(-2)", True),
    ("sqrt(16)", 4),
    ('number("1 000,5", " ", ",")', Decimal("1000.5")),
    ('number("12x")', None),
    ("string(1.50)", "1.5"),
    ('string([1, "a", null, {a: @"P1D"}])', '[1, "a", null, {a: P1D}]'),
    ("is defined(missing)", False),
    ("is defined(order.total)", True),
    ("get or else(missing, 5)", 5),
    ('get value({a: 1}, "a")', 1),
    ("get entries({a: 1})", [{"key": "a", "value": 1}]),
    ('context put({a: 1}, "b", 2)', {"a": 1, "b": 2}),
    ("context merge([{a: 1}, {a: 2}])", {"a": 2}),
    ('string length(["abc"])', 3),
]


@pytest.mark.parametrize(("text", "expected"), CALLS)
def test_a_built_in_function_answers_as_specified(text: str, expected: Any) -> None:
    assert evaluate(text, {"order": {"total": 1}}) == expected


def test_asking_whether_a_name_is_defined_is_no_reason_to_warn() -> None:
    assert compile_expression("is defined(a.b.c)").evaluate({}).warnings == ()


RANGES = [
    ("before([1..10], [11..20])", True),
    ("before([1..10), [10..20])", True),
    ("before([1..10], [10..20])", False),
    ("before(1, 10)", True),
    ("before([1..10), 10)", True),
    ("after(10, (1..10))", True),
    ("after([5..10], 5)", False),
    ("meets([1..5], [5..10])", True),
    ("meets([1..5), [5..10])", False),
    ("met by([5..10], [1..5])", True),
    ("overlaps([1..5], [5..8])", True),
    ("overlaps([1..5], (5..8])", False),
    ("overlaps before([1..5], (1..5])", True),
    ("overlaps before([1..5], [1..5])", False),
    ("overlaps before([1..5], (1..5))", False),
    ("overlaps after((1..5], [1..5))", True),
    ("overlaps after([3..8], [1..5])", True),
    ("finishes(10, [1..10])", True),
    ("finishes(10, [1..10))", False),
    ("finishes([5..10), [1..10))", True),
    ("finishes((1..10], [1..10])", True),
    ("finished by([1..10], 10)", True),
    ("includes([1..10], 5)", True),
    ("includes([1..10), (5..10))", True),
    ("includes([1..10), (5..10])", False),
    ("includes((> 3), 5)", True),
    ("during((1..10), [1..10])", True),
    ("during(10, [1..10))", False),
    ("starts(1, [1..10])", True),
    ("starts([1..5), [1..5])", True),
    ("started by([1..10], [1..5])", True),
    ("coincides([1..5], [1..5])", True),
    ("coincides((1..5], [1..5])", False),
    ('before(@"2026-01-01", @"2026-01-02")', True),
    ("before(range1: [1..2], range2: [3..4])", True),
    ("meets((..), [1..2])", None),
    ('before(1, "a")', None),
    ("before([1..2], null)", None),
    ('5 in range("[1..10]")', True),
    ('range("[18..21)") = [18..21)', True),
    ('range("[18..)").end', None),
    ('20 in range("[18..)")', True),
    ('"b" in range("[\\"a\\"..\\"c\\"]")', True),
    ('range("[date(\\"2026-01-01\\")..@\\"2026-01-31\\"]").end.day', 31),
    ('range("[-5..-1]").start', -5),
    ('range("[..5]")', None),
    ('range("(..)")', None),
    ('range("[1..a]")', None),
    ('range("1..2")', None),
    ("5 in (< 10)", True),
    ("(< 10).start", None),
    ("(<= 10).end included", True),
    ("(> 10) = (> 10)", True),
    ("(= 3).start included", True),
    ("5 in [(< 3), (> 4)]", True),
    ("7 in (? > 5)", True),
    ("for day in [1..4) return day", [1, 2, 3]),
]


@pytest.mark.parametrize(("text", "expected"), RANGES)
def test_points_and_ranges_are_compared_by_their_edges(text: str, expected: Any) -> None:
    try:
        answer = evaluate(text, {})
    except FeelSyntaxError:
        answer = None
    assert answer == expected


MORE = [
    ("stddev(2, 4, 7, 5)", Decimal("2.081665999466132735282297706979931")),
    ("stddev([47])", None),
    ("mode(6, 3, 9, 6, 6)", [6]),
    ("mode([6, 1, 9, 6, 1])", [1, 6]),
    ("mode([])", []),
    ("mode(null)", None),
    ("median([])", None),
    ('get value({a: {b: 5}}, ["a", "b"])', 5),
    ('context put({x: 1, y: {a: 0}}, ["y", "a"], 2)', {"x": 1, "y": {"a": 2}}),
    ("list replace([2, 4, 7, 8], 3, 6)", [2, 4, 6, 8]),
    ("list replace([2, 4, 7, 8], function(item, newItem) item < newItem, 5)", [5, 5, 7, 8]),
    ("sublist([1, 2, 3], 2, 5)", None),
    ('substring("foobar", 7)', None),
    ('substring("\\U01F40Eab", 2)', "ab"),
    ('string length("\\U01F40Eab")', 3),
    ("round up(5.5)", None),
    ("round half down(5.5, 0)", 5),
    ("floor(-1.56, 1)", Decimal("-1.6")),
    ("concatenate([1], null)", None),
    ("concatenate([1], 2)", [1, 2]),
    ('is(@"10:00:00+00:00", @"10:00:00Z")', True),
    ('is(@"10:00:00@Europe/Paris", @"10:00:00+01:00")', False),
    ("is(1)", False),
    ("is()", None),
    ("sort([3, 1, 2], before)", [1, 2, 3]),
    ("{shorten: floor, a: shorten(1.5)}.a", 1),
    ('week of year(@"2003-12-29")', 1),
    ('day of year(@"2019-09-17")', 260),
    ('last day of month(@"10000-02-01").day', 29),
    ("(function(s: string) s)(1)", None),
    ("(function(s: list<number>) s)(1)", [1]),
    ("(function(s: number) s)([1])", 1),
    ('(function(s: date and time) s)(@"2026-01-31").time offset', timedelta()),
    ('(function(a) external {java: {class: "a.B", method signature: "c(int)"}})(1)', None),
]


@pytest.mark.parametrize(("text", "expected"), MORE)
def test_what_is_beside_the_ordinary_cases_is_as_specified(text: str, expected: Any) -> None:
    assert evaluate(text, {}) == expected
