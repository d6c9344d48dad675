"""What exactly is wrong is said in both languages, each sentence beside the other."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.findings import Detail, detail, detail_from, wordings
from webapp.findings import shown_detail, text_of_detail

HERE = Path(__file__).parents[2]
ENGLISH = re.compile(r"(?:[A-Za-z]{2,}[ ,]+){2,}[A-Za-z]{2,}")
PERSIAN = re.compile(r"[\u0600-\u06ff]")
CODE = re.compile(r"\"((?:AT-[A-Z]+)|(?:MOVE|SET|FIT|OUT|TRY)-\d{3})\"")
FACTS = st.dictionaries(st.sampled_from(["id", "why", "told"]), st.text(max_size=9))


@pytest.mark.parametrize("code", sorted(wordings()))
def test_each_detail_is_said_in_both_languages_of_the_same_facts(code):
    english, persian = wordings()[code]["en"], wordings()[code]["fa"]
    is_place = code.startswith("AT-")

    assert ENGLISH.search(re.sub(r"\{[^}]*\}", " ", persian)) is None
    assert PERSIAN.search(english) is None
    assert is_place or PERSIAN.search(persian)
    assert _facts(persian) <= _facts(english) | {"line", "column", "code", "told"}


def test_every_detail_that_is_told_is_worded_and_every_one_that_is_worded_is_told():
    told = {
        code
        for room in ("engine", "webapp")
        for file in (HERE / room).rglob("*.py")
        for code in CODE.findall(file.read_text(encoding="utf-8"))
    }

    assert told == wordings().keys()


@given(FACTS, FACTS)
def test_a_detail_is_kept_whole_with_what_it_tells_of(outer, inner):
    told = detail("MOVE-023", **outer, inner=detail("MOVE-016", **inner))

    assert detail_from(told.as_plain()) == told


def test_what_people_wrote_stands_apart_in_the_sentence_and_is_no_markup():
    told = detail("FIT-005", form="<b>order</b>")

    assert text_of_detail(told, "fa") == "فرم «<b>order</b>» نیست"
    assert shown_detail(told, "fa") == "فرم «<bdi>&lt;b&gt;order&lt;/b&gt;</bdi>» نیست"
    assert str(told) == "there is no form '<b>order</b>'"


def test_a_kind_of_element_is_called_what_people_call_it():
    told = detail("MOVE-001", old="userTask", new="serviceTask", id="pay")

    assert "userTask" not in text_of_detail(told, "fa") + text_of_detail(told, "en")
    assert text_of_detail(Detail("MOVE-024"), "en") == str(Detail("MOVE-024"))


def _facts(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}
