"""A person is found however a name is spelled, and what is no name stays."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.values.likeness import Likeness

SOMEBODY = Likeness("anon-1", "n.vaziri", ("نسترن وزیری", "Nastaran Vaziri", "0084575948"))


@pytest.mark.parametrize(
    ("text", "becomes"),
    [
        pytest.param("نسترن وزیری نوشت", "anon-1 نوشت", id="the name as it is"),
        pytest.param("نسترن وزيري", "anon-1", id="Arabic letters"),
        pytest.param("نسترن‌وزیری", "anon-1", id="a half space"),
        pytest.param("کد ۰۰۸۴۵۷۵۹۴۸ ثبت شد", "کد anon-1 ثبت شد", id="Persian digits"),
        pytest.param("NASTARAN VAZIRI", "anon-1", id="capital letters"),
        pytest.param("@n.vaziri ببینید", "@anon-1 ببینید", id="a mention"),
        pytest.param("CONTRACTOR@party:0084575948", "CONTRACTOR@party:anon-1", id="a party"),
        pytest.param("10084575948", "10084575948", id="a longer number is another"),
        pytest.param("نسترن وزیریان", "نسترن وزیریان", id="a longer name is another"),
    ],
)
def test_a_name_is_found_however_it_is_spelled(text, becomes):
    assert SOMEBODY.in_text(text) == becomes


def test_a_user_name_that_is_a_word_is_replaced_only_where_a_user_name_stands():
    head = Likeness("anon-1", "head")

    told = {"holder": "head", "lane": "head", "said": ["ask the head", "@head"], "amount": 5}
    assert head.in_json(told) == {
        "holder": "anon-1",
        "lane": "head",
        "said": ["ask the head", "anon-1"],
        "amount": 5,
    }


def test_what_is_too_short_to_be_told_from_other_words_is_not_looked_for():
    assert Likeness("anon-1", None, ("a", "", "  ")).in_text("a b") == "a b"


@given(st.lists(st.sampled_from(["بیک", "نسترن", "کبری", "010", "Ali"]), min_size=1, max_size=4))
def test_whatever_spelling_a_database_looks_for_is_replaced_as_a_whole(parts):
    like = Likeness("anon-1", None, (" ".join(parts),))

    assert {like.in_text(each) for each in like.spellings()} == {"anon-1"}
