"""The built-in functions (DMN 1.4, clause 10.3.4)."""

from decimal import Decimal
from typing import Any

import pytest

from engine.feel import compile_expression, evaluate

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
