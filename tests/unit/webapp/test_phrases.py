"""Conditions in plain words: exact where there are words, the FEEL itself where there are none."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import feel
from webapp.cases.phrases import in_words

LABELS = {"amount": "the amount", "outcome": "the outcome"}


@dataclass(frozen=True)
class Plain:
    """Words of a process that has few of its own."""

    language: str = "en"

    def name(self, name: str) -> str:
        return LABELS.get(name, name)

    def value(self, name: str | None, value: object) -> str:
        if value is None:
            return "nothing"
        return f"“{value}”" if isinstance(value, str) else str(value)


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        ("amount > 5", "the amount is more than 5"),
        ("5 < amount", "the amount is more than 5"),
        ('outcome = "return"', "the outcome is “return”"),
        ("=amount >= 5 and amount <= 9", "the amount is at least 5 and the amount is at most 9"),
        ("urgent", "“urgent” holds"),
        ("not(urgent)", "“urgent” does not hold"),
        ("urgent = false", "“urgent” does not hold"),
        ("urgent = true", "“urgent” holds"),
        ("seller = null", "seller is not known"),
        ("seller != null", "seller is known"),
        (
            'urgent and (amount > 5 or outcome = "go")',
            "“urgent” holds and (the amount is more than 5 or the outcome is “go”)",
        ),
        ("amount in [1..5]", "the amount is between 1 and 5"),
        ("amount in (1..5]", "the amount is more than 1 and the amount is at most 5"),
        ("amount between 1 and 5", "the amount is between 1 and 5"),
        ('outcome in ("a", "b")', "the outcome is one of “a”, “b”"),
        ('outcome in ["a", "b"]', "the outcome is one of “a”, “b”"),
        ("amount in (< 3, > 9)", "the amount is less than 3 or the amount is more than 9"),
        ("amount * 2 > budget - spent", "the amount × 2 is more than budget − spent"),
        ("bill.amount > 5", "the amount of bill is more than 5"),
        ("count(lines) > 3", "the number of lines is more than 3"),
        ('list contains(kinds, "a")', "kinds holds “a”"),
    ],
)
def test_a_condition_reads_as_a_sentence(condition: str, said: str):
    assert in_words(condition, Plain()) == said


@pytest.mark.parametrize(
    "condition",
    [
        "some x in lines satisfies x > 5",
        "lines[price > 5] != null",
        'if urgent then amount > 5 else outcome = "go"',
        "date(due) > today()",
        "amount >",
        "",
    ],
)
def test_what_has_no_words_stays_the_feel_it_is(condition: str):
    assert in_words(condition, Plain()) == condition


def test_persian_has_its_own_order():
    assert in_words("amount > 5 and urgent", Plain("fa")) == (
        "the amount بیشتر از 5 است و «urgent» برقرار است"
    )


NAMES = st.sampled_from(["amount", "outcome", "urgent", "lines", "bill.amount", "order total"])
VALUES = st.sampled_from(["5", "-3", '"a b"', "true", "null", "1.50", '@"2026-01-01"', "[1, 2]"])
SIGNS = st.sampled_from(["=", "!=", "<", "<=", ">", ">="])


def _larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(" ".join),
        inner.map("not({})".format),
        inner.map("({})".format),
        st.tuples(inner, inner).map(lambda two: f"if {two[0]} then {two[1]} else false"),
        inner.map("some x in lines satisfies {}".format),
    )


ATOMS = st.one_of(
    NAMES,
    st.tuples(NAMES, SIGNS, VALUES).map(" ".join),
    st.tuples(NAMES, SIGNS, NAMES).map(" ".join),
    st.tuples(NAMES, VALUES, VALUES).map("{0[0]} in ({0[1]}, {0[2]})".format),
    st.tuples(NAMES, VALUES, VALUES).map("{0[0]} between {0[1]} and {0[2]}".format),
    st.tuples(NAMES, NAMES).map("{0[0]} + {0[1]} * 2 > count({0[0]})".format),
    st.tuples(NAMES, NAMES).map("list contains({0[0]}, {0[1]})".format),
)


@given(st.recursive(ATOMS, _larger, max_leaves=6), st.sampled_from(["fa", "en"]))
def test_no_name_of_a_condition_is_left_unsaid(condition: str, language: str):
    said = in_words(condition, Plain(language))

    for name in feel.compile_expression(condition).names:
        assert LABELS.get(name, name) in said or name in said


@given(st.text(max_size=60))
def test_no_text_at_all_breaks_it(text: str):
    assert isinstance(in_words(text, Plain()), str)
