"""What the suites of others find, and what the run says of folders of every kind."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.conformance.__main__ import main
from tests.conformance.accepted import DMN_KIT, MODELS, TOKEN_SIMULATION
from tests.conformance.suites import HERE, Verdict, by_suite, verdicts

KIT = HERE / "dmn-tck" / "compliance-level-2"
FOUND = by_suite(verdicts(HERE))


@pytest.mark.parametrize("found", FOUND.values(), ids=FOUND)
def test_a_suite_passes_but_for_what_is_accepted(found: list[Verdict]) -> None:
    failed = {each.name: each.wrong for each in found if each.wrong and not each.accepted}
    passing = [each.name for each in found if each.accepted and not each.wrong]
    other = {
        each.name: (each.wrong, each.accepted)
        for each in found
        if each.wrong and each.accepted and each.accepted.partition(":")[0] not in each.wrong
    }

    assert failed == {}
    assert passing == [], "these pass now: take them off the list"
    assert other == {}, "these fail in another way than the one accepted"


@pytest.mark.parametrize(
    ("suite", "tests", "cases", "of_value"),
    [
        ("dmn-tck/compliance-level-2", 28, 116, 105),
        ("dmn-tck/compliance-level-3", 24, 500, 371),
        ("bpmn-js-token-simulation", 59, 59, 0),
        ("bpmn-miwg", 12, 12, 0),
        ("bpmn-elements", 27, 27, 0),
    ],
)
def test_a_suite_is_asked_whole(suite: str, tests: int, cases: int, of_value: int) -> None:
    found = FOUND[suite]

    assert len({each.test for each in found}) == tests
    assert (len(found), sum(bool(each.of_value) for each in found)) == (cases, of_value)


def test_what_is_accepted_is_a_case_of_a_suite() -> None:
    listed = len(DMN_KIT) + len(MODELS) + len(TOKEN_SIMULATION)

    assert sum(each.accepted is not None for suite in FOUND.values() for each in suite) == listed


def test_a_folder_that_is_not_there_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(tmp_path / "nowhere")]) == 2
    assert "nowhere is not there" in capsys.readouterr().err


def test_a_folder_with_nothing_to_run_says_what_was_looked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "notes.xml").write_text("<notes/>")

    assert main([str(tmp_path)]) == 2
    assert "cases.json" in capsys.readouterr().err


def test_suites_are_found_anywhere_below_a_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(KIT / "0004-simpletable-U", tmp_path / "more" / "level" / "0004-simpletable-U")
    shutil.copytree(HERE / "bpmn-elements", tmp_path / "drawn" / "elsewhere")

    assert main([str(tmp_path)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [each.split()[:4] for each in lines[1:3]] == [
        ["more/level", "1", "3", "3"],
        ["drawn/elsewhere", "27", "27", "27"],
    ]


def test_a_folder_of_the_kit_may_be_asked_alone(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(KIT / "0004-simpletable-U")]) == 0
    assert capsys.readouterr().out.splitlines()[1].split()[:4] == [
        "0004-simpletable-U", "1", "3", "3",
    ]  # fmt: skip


TIME = """<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" namespace="urn:t"
  name="t"><decision id="d" name="d"><variable name="d"/><literalExpression><text>
    now() instance of date and time</text></literalExpression></decision></definitions>"""
ASKED = """<testCases xmlns="http://www.omg.org/spec/DMN/20160719/testcase"
    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><modelName>t.dmn</modelName>
  <testCase id="1"><resultNode name="d"><expected><value xsi:type="boolean">true</value>
    </expected></resultNode></testCase>
  <testCase id="2"><resultNode name="d"><expected><value xsi:type="decimal">much</value>
    </expected></resultNode></testCase></testCases>"""


def test_a_model_may_ask_the_time_and_a_value_that_is_none_fails_its_own_case_only(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "t.dmn").write_text(TIME)
    (tmp_path / "t-test-01.xml").write_text(ASKED)

    assert main([str(tmp_path)]) == 1
    told = capsys.readouterr().out
    assert told.splitlines()[1].split()[1:6] == ["1", "2", "1", "0", "1"]
    assert "expected Unread(kind='decimal', text='much')" in told


def test_what_cannot_be_read_fails_by_name_and_stops_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = tmp_path / "kit" / "broken"
    shutil.copytree(KIT / "0004-simpletable-U", broken)
    (broken / "odd-test-01.xml").write_bytes(b"<testCases")
    (broken / "0004-simpletable-U.dmn").write_bytes(b"\x00\xff")
    for name, text in (
        ("no-list", "{}"),
        ("no-json", "["),
        ("no-model", _CASE.replace("FILE", "gone.bpmn")),
        ("odd-case", '[{"name": 7}]'),
        ("odd-steps", _CASE.replace("FILE", "a.bpmn").replace('"a"', "7").replace("[]", "5")),
        ("deep", "[" * 100_000),
    ):
        (tmp_path / name).mkdir()
        (tmp_path / name / "cases.json").write_text(text)
    (tmp_path / "drawn").mkdir()
    (tmp_path / "drawn" / "empty.bpmn").write_bytes(b"")
    (tmp_path / "drawn" / "large.bpmn").write_bytes(b"<a>" + b" " * 9_000_000 + b"</a>")
    (tmp_path / "drawn" / "folder.bpmn").mkdir()

    assert main([str(tmp_path)]) == 1
    told = capsys.readouterr().out
    for each in ("odd-test-01.xml: not well-formed", "not UTF-8", "gone.bpmn", "cases.json: not a"):
        assert each in told
    assert told.count("cases.json: not a list of cases") == 4
    assert "drawn/empty.bpmn: not read" in told
    assert "larger than" in told


_CASE = '[{"name": "a", "model": "FILE", "steps": [], "expect_sequence_flows_taken": {}}]'
