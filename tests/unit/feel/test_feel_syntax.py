"""What is not FEEL is refused with its place, and nothing else ever comes out of the parser."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.feel import Evaluation, FeelSyntaxError, compile_expression, compile_unary_tests

MISTAKES = [
    ("1 +", 1, 4, "an expression", "the end"),
    ("amount >\n  and true", 2, 3, "an expression", "‘and’"),
    ('"abc', 1, 1, 'a closing ‘"’', "the end"),
    ("[1, 2", 1, 6, "‘]’", "the end"),
    ("count(1، 2)", 1, 8, "‘,’", "‘،’"),
    ("if a then b", 1, 12, "‘else’", "the end"),
    ("for x y return x", 1, 9, "‘in’", "‘return’"),
    ("{a 1}", 1, 2, "the name of an entry and ‘:’", "‘a’"),
    ("5 5", 1, 3, "an operator or the end", "‘5’"),
    ('@"tomorrow"', 1, 2, "a date, time or duration such as 2026-01-31 or P5D", '"tomorrow"'),
    ("a == b", 1, 4, "an expression", "‘=’"),
    ("a && b", 1, 3, "an operator or the end", "‘&’"),
    (r'"\U110000"', 1, 2, "a character up to U+10FFFF", r"‘\U110000’"),
    ("f(a: 1, 2)", 1, 9, "a named argument", "the other kind"),
    ("f(1,)", 1, 5, "another part after the comma", "‘)’"),
    ("{a: 1,}", 1, 7, "another part after the comma", "‘}’"),
    ("function(a,) a", 1, 12, "another part after the comma", "‘)’"),
]


@pytest.mark.parametrize(("text", "line", "column", "expected", "found"), MISTAKES)
def test_a_mistake_is_named_with_its_place(
    text: str, line: int, column: int, expected: str, found: str
) -> None:
    with pytest.raises(FeelSyntaxError) as caught:
        compile_expression(text)

    error = caught.value
    assert (error.line, error.column, error.expected, error.found) == (
        line, column, expected, found,
    )  # fmt: skip


BOUNDS = [
    pytest.param("(" * 70 + "1" + ")" * 70, id="too many brackets inside one another"),
    pytest.param("-" * 70 + "1", id="too many signs"),
    pytest.param("+".join(["1"] * 400), id="too long a sum"),
    pytest.param("a" + "[1]" * 400, id="too many filters on one another"),
    pytest.param('"' + "x" * 20_001 + '"', id="too long a text"),
    pytest.param("9" * 6200, id="too many digits"),
    pytest.param("1e9999", id="too great an exponent"),
]


@pytest.mark.parametrize("text", BOUNDS)
def test_what_goes_beyond_the_bounds_is_refused_before_it_runs(text: str) -> None:
    with pytest.raises(FeelSyntaxError):
        compile_expression(text)


DEEPEST = [
    pytest.param("(" * 63 + "1" + ")" * 63, id="brackets"),
    pytest.param("[" * 63 + "1" + "]" * 63, id="lists"),
    pytest.param("+".join(["1"] * 150), id="a sum"),
    pytest.param("a" + "[1]" * 149, id="positions"),
    pytest.param("a" + "[true]" * 149, id="filters"),
    pytest.param("abs(" * 63 + "1" + ")" * 63, id="calls"),
    pytest.param("for x in a return " * 63 + "1", id="loops"),
    pytest.param("if a then a else " * 63 + "1", id="conditions"),
    pytest.param("1 in (" * 63 + "1" + ")" * 63, id="memberships"),
]


@pytest.mark.parametrize("text", DEEPEST)
def test_what_is_just_within_the_bounds_runs_even_from_deep_in_a_program(text: str) -> None:
    def called(from_below: int) -> Evaluation:
        if from_below:
            return called(from_below - 1)
        return compile_expression(text).evaluate({"a": 1})

    assert not any("too deep" in warning for warning in called(200).warnings)


def test_a_long_chain_of_alternatives_is_no_nesting() -> None:
    text = " or ".join(f"a = {number}" for number in range(1000))

    assert compile_expression(text).evaluate({"a": 999}).value is True


PIECES = st.one_of(
    st.sampled_from(["1", "2.5", '"s"', "a", "مبلغ", "true", "null", '@"P1D"', "?", "date", "\n"]),
    st.sampled_from(["[", "]", "(", ")", "{", "}", "..", ".", ",", ":", "count(", "time"]),
    st.sampled_from(["+", "-", "*", "/", "**", "<", ">=", "=", "!=", "and", "or", "in", "between"]),
    st.sampled_from(["if", "then", "else", "for", "return", "some", "every", "satisfies", "not"]),
    st.sampled_from(["function", "instance", "of"]),
)


@given(st.lists(PIECES, max_size=25))
def test_random_tokens_compile_or_are_refused_and_always_evaluate(pieces: list[str]) -> None:
    text = " ".join(pieces)
    for compiled in (compile_expression, compile_unary_tests):
        try:
            expression = compiled(text)
        except FeelSyntaxError:
            continue
        expression.evaluate({"a": 1, "مبلغ": [1, {"a": 2}], "?": 3})


@given(st.text(max_size=60))
def test_random_text_compiles_or_is_refused(text: str) -> None:
    for compiled in (compile_expression, compile_unary_tests):
        with suppress(FeelSyntaxError):
            assert compiled(text).names is not None


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_any_string_can_be_written_as_a_literal(text: str) -> None:
    literal = text.replace("\\", "\\\\").replace('"', '\\"')

    assert compile_expression(f'"{literal}"').evaluate({}).value == text
