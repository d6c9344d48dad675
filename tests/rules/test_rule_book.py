"""Each rule has a page and an example, and each example breaks that rule and no other."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

import pytest

from engine.findings import Entry, Example, Finding, book, exported
from tests.guards.tree import ROOT
from tests.rules.pages import FOLDER, found_in, pages
from webapp.findings import text_of_detail

CODE = re.compile(r'"((?:BPMN|DMN|FORM)-\d{3})"')
Found = Mapping[str, list[Finding]]
PERSIAN = re.compile("[آ-ی]")
ENGLISH = re.compile(r"(?:\b[A-Za-z]{2,} +){3,}[A-Za-z]{2,}")
QUOTED = re.compile("«[^»]*»")  #: what somebody wrote


@pytest.fixture(scope="module")
def wrong() -> Found:
    """What is found in each wrong example."""
    return {each.rule: findings(each, each.wrong) for each in book().values()}


def findings(entry: Entry, example: Example) -> list[Finding]:
    return [each for each in found_in(entry, example) if is_meant(each, entry)]


def is_meant(found: Finding, entry: Entry) -> bool:
    """Most examples have no drawing: only those about it say so."""
    return found.rule != "BPMN-150" or entry.rule == "BPMN-150"


@pytest.mark.parametrize("entry", book().values(), ids=book())
def test_the_wrong_example_breaks_its_rule_there_and_no_other(entry: Entry, wrong: Found):
    told = [each for each in wrong[entry.rule] if each.refuses or entry.weight != "refuses"]
    found = {(each.rule, each.element_id or "") for each in told}

    assert found == {(entry.rule, entry.element)}


@pytest.mark.parametrize("entry", book().values(), ids=book())
def test_the_right_example_breaks_none(entry: Entry):
    assert findings(entry, entry.right) == []


@pytest.mark.parametrize("entry", book().values(), ids=book())
def test_the_wrong_example_weighs_what_the_book_says(entry: Entry, wrong: Found):
    refuses = {each.refuses for each in wrong[entry.rule] if each.rule == entry.rule}

    assert refuses <= {"refuses": {True}, "look": {False}, "both": {True, False}}[entry.weight]


@pytest.mark.parametrize("rule", book())
def test_what_is_wrong_with_the_example_is_said_in_both_languages(rule: str, wrong: Found):
    for each in wrong[rule]:
        persian = text_of_detail(each.detail, "fa")
        assert PERSIAN.search(persian)
        assert not ENGLISH.search(QUOTED.sub(" ", persian))
        assert str(each.detail) == each.message
        assert not PERSIAN.search(text_of_detail(each.detail, "en"))


def test_every_rule_that_the_code_names_is_in_the_book_and_no_other():
    named = {
        rule
        for room in ("engine", "forms")
        for path in (ROOT / room).rglob("*.py")
        for rule in CODE.findall(path.read_text(encoding="utf-8"))
    }

    assert named == set(book())


@pytest.mark.parametrize("entry", book().values(), ids=book())
def test_people_read_every_rule_in_both_languages(entry: Entry):
    for text in (entry.title, entry.advice):
        assert set(text) == {"en", "fa"}
        assert PERSIAN.search(text["fa"])
        assert not PERSIAN.search(text["en"])
        assert not text["en"].endswith(".")
    assert entry.clause.startswith(("BPMN 2.0.2, ", "DMN 1.5, ", "XML 1.0")) or not entry.clause


def test_the_pages_are_those_of_the_book():
    """`make rules` writes them anew."""
    lying = {each.name: each.read_text(encoding="utf-8") for each in FOLDER.glob("*.md")}

    assert lying == pages()


def test_the_book_is_plain_enough_for_a_browser():
    assert json.loads(json.dumps(exported())) == exported()
