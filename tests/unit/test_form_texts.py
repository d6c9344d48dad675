"""The texts of one form in an overlay: read, and written with everything else left as it was."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.catalogue.form_texts import SECTIONS, form_texts, with_form_texts
from engine.errors import RulesBroken

FILE = Path(__file__).parents[2] / "processes/contractor_statement/texts.en.toml"
TEXT = st.text(
    st.characters(min_codepoint=32, exclude_characters="\x7f", exclude_categories=["Cs"])
)
WAYS = st.tuples(st.sampled_from([*SECTIONS[:2], *SECTIONS[3:]]), TEXT) | st.tuples(
    st.just("options"), TEXT, TEXT
)


SMALL = """# ours
[area]
title = "Area" # said here

[forms.approve]
# the sum
net = "Net"
old = "Old"

[forms.measure]
net = "Net to pay"

[errors]
"X-1" = "[forms.approve]"
"""


@given(st.dictionaries(WAYS, TEXT, max_size=5))
def test_any_texts_of_a_form_are_read_back_and_no_other_line_changes(words):
    after = with_form_texts(SMALL, "approve", words)

    said = tomllib.loads(after)
    assert form_texts(said, "approve") == words
    assert form_texts(said, "measure") == {("forms", "net"): "Net to pay"}
    others = [each for each in SMALL.splitlines() if each and each[:3] not in ("net", "old")]
    assert [each for each in others if each in after.splitlines()] == others


def test_the_same_texts_are_the_same_file():
    before = FILE.read_text("utf-8")

    assert with_form_texts(before, "check", form_texts(tomllib.loads(before), "check")) == before


def test_one_text_changed_changes_one_line():
    before = FILE.read_text("utf-8")
    words = form_texts(tomllib.loads(before), "check") | {("forms", "lines"): 'All "lines"'}

    after = with_form_texts(before, "check", words)

    old, new = before.splitlines(), after.splitlines()
    assert len(old) == len(new)
    assert [b for a, b in zip(old, new, strict=True) if a != b] == ['lines = "All \\"lines\\""']


def test_texts_go_into_an_empty_file_and_out_of_it():
    words = {("forms", "items/title"): "Title", ("options", "kind", "a b"): "A"}

    text = with_form_texts("", "new", words)

    assert form_texts(tomllib.loads(text), "new") == words
    assert with_form_texts(text, "new", {}).strip() == ""


@pytest.mark.parametrize(
    "text",
    ["[forms", 'forms.x.a = "1"\n', 'forms = {x = {a = "1"}}\n', '[forms.x]\na = """\nb\n"""\n'],
    ids=["broken", "dotted", "inline", "many lines"],
)
def test_what_is_written_in_another_way_is_refused_and_never_spoilt(text: str):
    with pytest.raises(RulesBroken):
        with_form_texts(text, "x", {("forms", "a"): "2"})
