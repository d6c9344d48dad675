"""What exactly is wrong is said in both languages, each sentence beside the other."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import feel
from engine.commands.deployment_checks import as_plain, finding_from
from engine.findings import (
    Detail,
    Finding,
    detail,
    detail_from,
    not_parsed,
    of_parser,
    wordings,
)
from webapp.findings import shown_detail, text_of_detail
from webapp.problems import TEXTS

HERE = Path(__file__).parents[2]
ROOMS = ("engine", "forms", "webapp")
ENGLISH = re.compile(r"(?:[A-Za-z]{2,}[ ,]+){2,}[A-Za-z]{2,}")
PERSIAN = re.compile(r"[\u0600-\u06ff]")
CODE = re.compile(
    r"\"((?:AT-[A-Z]+)|(?:MOVE|SET|FIT|OUT|TRY|DEP|XML|TIME|LANG|STEP|REN)-\d{3}|FEEL-0\d\d"
    r"|(?:BPMN|DMN|FORM)-\d{3}-\d+)\""
)
#: what the parser of FEEL says of a text; nobody tells it by its code
OF_PARSER = {code for code in wordings() if code.startswith("FEEL-1")}
FACTS = st.dictionaries(st.sampled_from(["id", "why", "told"]), st.text(max_size=9))


@pytest.mark.parametrize("code", sorted(wordings()))
def test_each_detail_is_said_in_both_languages_of_the_same_facts(code):
    english, persian = wordings()[code]["en"], wordings()[code]["fa"]

    assert ENGLISH.search(_bare(persian)) is None
    assert PERSIAN.search(english) is None
    assert PERSIAN.search(persian) or _bare(english) == _bare(persian).replace("\u200f", "")


def test_every_detail_that_is_told_is_worded_and_every_one_that_is_worded_is_told():
    told = {code for text in _sources() for code in CODE.findall(text)}

    problems = TEXTS.keys() - wordings().keys()  # of checks whose details have codes of their own
    assert told - problems == wordings().keys() - OF_PARSER


def test_every_detail_is_told_with_the_facts_that_its_sentences_ask_for():
    for code, told in _tellings():
        asked = _facts(wordings()[code]["en"]) | _facts(wordings()[code]["fa"])
        assert asked <= told, code


def test_what_the_parser_of_feel_expects_and_finds_is_worded():
    said = set(_of_parser())

    assert len(said) > 15
    assert [each for each in said if not isinstance(of_parser(each), Detail)] == []


def test_a_text_that_is_no_feel_is_said_in_the_language_of_the_page():
    with pytest.raises(feel.FeelSyntaxError) as failure:
        feel.compile_expression("amount >")

    said = not_parsed(failure.value)

    assert str(said) == str(failure.value) == text_of_detail(said, "en")
    assert ENGLISH.search(text_of_detail(said, "fa")) is None
    assert "پایان نوشته" in text_of_detail(said, "fa")


def test_the_keeping_of_older_releases_is_read_as_it_was_said():
    kept = as_plain(Finding("BPMN-021", "a.bpmn", "pay", None, detail("BPMN-021-1")))
    older = {**kept, "detail": None}

    assert finding_from(kept).detail == detail("BPMN-021-1")
    assert finding_from(older).message == "no flow leads here"


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


def _sources(*rooms: str) -> Iterator[str]:
    for room in rooms or ROOMS:
        for file in (HERE / room).rglob("*.py"):
            yield file.read_text(encoding="utf-8")


def _tellings() -> Iterator[tuple[str, set[str]]]:
    """Yield the codes that are told by name, with the facts that each is given."""
    for text in _sources():
        for call in ast.walk(ast.parse(text)):
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "detail":
                told = {str(each.arg) for each in call.keywords}
                for part in ast.walk(call.args[0]):
                    code = str(getattr(part, "value", ""))
                    if "None" not in told and code in wordings():
                        yield code, told


def _of_parser() -> Iterator[str]:
    """Yield what `engine.feel` says it expects or finds, with a 7 where something is filled in."""
    for text in _sources("engine/feel"):
        for call in (each for each in ast.walk(ast.parse(text)) if isinstance(each, ast.Call)):
            name = getattr(call.func, "attr", getattr(call.func, "id", ""))
            asked = {"error": call.args[:1], "syntax_error": call.args[2:]}.get(name, [])
            for each in asked:
                said = _with_sevens(each)
                if re.search("[a-z]", said):  # a sign of the language is itself
                    yield said


def _with_sevens(said: ast.expr) -> str:
    if isinstance(said, ast.JoinedStr):
        return "".join(_with_sevens(each) for each in said.values)
    if isinstance(said, ast.FormattedValue):
        return "7"
    return str(said.value) if isinstance(said, ast.Constant) else ""


def _bare(text: str) -> str:
    return re.sub(r"\{[^}]*\}", " ", text)


def _facts(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}
