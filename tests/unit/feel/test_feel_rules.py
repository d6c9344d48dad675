"""Properties that hold for all values: exact numbers, three-valued logic, bounds, cells."""

from decimal import ROUND_HALF_EVEN, Context, Decimal
from time import thread_time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.feel import compile_expression, compile_unary_tests, evaluate

DECIMAL128 = Context(prec=34, rounding=ROUND_HALF_EVEN)
NUMBERS = st.decimals(
    allow_nan=False, allow_infinity=False, places=4, min_value=-(10**12), max_value=10**12
)
TRUTHS = st.sampled_from([True, False, None])


@given(NUMBERS, NUMBERS)
def test_arithmetic_is_that_of_decimal128(a: Decimal, b: Decimal) -> None:
    scope = {"a": a, "b": b}

    assert evaluate("a + b", scope) == DECIMAL128.add(a, b)
    assert evaluate("a - b", scope) == DECIMAL128.subtract(a, b)
    assert evaluate("a * b", scope) == DECIMAL128.multiply(a, b)
    assert evaluate("a / b", scope) == (DECIMAL128.divide(a, b) if b else None)
    assert evaluate("-a", scope) == -a
    assert evaluate("a < b", scope) is (a < b)


@given(st.integers())
def test_whole_numbers_stay_exact_to_34_digits(number: int) -> None:
    assert evaluate("n", {"n": number}) == DECIMAL128.create_decimal(number)


@given(TRUTHS, TRUTHS)
def test_and_and_or_follow_the_three_valued_tables(a: bool | None, b: bool | None) -> None:
    both = False if False in (a, b) else None if None in (a, b) else True
    either = True if True in (a, b) else None if None in (a, b) else False

    assert evaluate("a and b", {"a": a, "b": b}) is both
    assert evaluate("a or b", {"a": a, "b": b}) is either


@given(st.lists(TRUTHS, max_size=4))
def test_quantifiers_are_and_and_or_over_a_list(items: list[bool | None]) -> None:
    every = False if False in items else None if None in items else True
    some = True if True in items else None if None in items else False

    assert evaluate("every x in xs satisfies x", {"xs": items}) is every
    assert evaluate("some x in xs satisfies x", {"xs": items}) is some


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("for x in 1..1000000000 return x", id="a loop over a huge range"),
        pytest.param("for x in 1..1000, y in 1..1000 return 1", id="a loop in a loop"),
        pytest.param("{f: function(n) f(n + 1), r: f(1)}.r", id="a function that calls itself"),
        pytest.param("for i in 1..100000 return upper case(long + long)", id="strings without end"),
        pytest.param("for i in 1..100000 return append(xs, i)", id="lists without end"),
        pytest.param("for i in 1..100000 return xs = xs", id="long lists compared"),
        pytest.param("for i in 1..100000 return list contains(xs, -1)", id="long lists searched"),
        pytest.param(
            "{"
            "a0: [1, 1], "
            + ", ".join(f"a{n}: [a{n - 1}, a{n - 1}]" for n in range(1, 60))
            + "}.a59",
            id="a list of lists that doubles again and again",
        ),
        pytest.param(
            "{"
            "a0: [1, 1], "
            + ", ".join(f"a{n}: [a{n - 1}, a{n - 1}]" for n in range(1, 60))
            + ", flat: flatten(a59)}.flat",
            id="a doubling list made flat",
        ),
        pytest.param('for i in 1..9999 return matches(long, "(a*x)*y")', id="a costly pattern"),
    ],
)
def test_an_evaluation_that_takes_too_much_ends_as_null(text: str) -> None:
    scope = {"long": "x" * 100_000, "xs": list(range(1000))}
    began = thread_time()

    evaluation = compile_expression(text).evaluate(scope)

    assert thread_time() - began < 2
    assert evaluation.value is None
    assert evaluation.warnings


CELLS = [
    ("-", 5, True),
    ("5", 5, True),
    ("< 5, [7..9]", 8, True),
    ("< 5, [7..9]", 6, False),
    ("not(5, 6)", 6, False),
    ("not(5, 6)", 7, True),
    ("not(? > 5) or ? = 9", 9, True),
    ("not((1..2])", 2, False),
    ("not((1..2])", 1, True),
    ("not(]1..2], 5)", 5, False),
    ("not([1..2), 5)", 2, True),
    ("not(>= 5, (1..2])", 3, True),
    ("not(>= 5, (1..2])", 6, False),
    ("? * 2 > limit", 6, True),
    ('"a", "b"', "b", True),
    ("[1, 2, 3]", 2, True),
    ("null", None, True),
    ("true", False, False),
    ("!= 3", 3, False),
    ("limit", 10, True),
    ('starts with(?, "ab")', "abc", True),
    ("(5..10]", 5, False),
    ('> "a"', 5, None),
    ('@"2026-01-01"', 5, None),
]


@pytest.mark.parametrize(("cell", "value", "expected"), CELLS)
def test_a_cell_of_a_decision_table_meets_its_input(cell: str, value: Any, expected: Any) -> None:
    assert compile_unary_tests(cell).matches(value, {"limit": 10}).value is expected


@pytest.mark.parametrize(
    "number", [Decimal("1e7000"), Decimal("NaN"), Decimal("sNaN"), Decimal("-Infinity")]
)
def test_a_number_feel_cannot_hold_is_refused(number: object) -> None:
    with pytest.raises(TypeError, match="one of FEEL"):
        evaluate("n", {"n": number})


def test_a_text_is_compiled_once() -> None:
    assert compile_expression("1 + 1 + 1") is compile_expression("1 + 1 + 1")
