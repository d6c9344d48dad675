"""What an analyst reads of a model at the console: the place, the rule, its clause, the advice."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.bpmn import Finding, ModelRefused
from engine.findings import book, detail
from webapp.cli import main
from webapp.errors import problems_of

BROKEN = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL">
  <process id="p" isExecutable="true">
    <startEvent id="s"/><exclusiveGateway id="g" name="Which way?"/>
    <sequenceFlow id="f" sourceRef="s" targetRef="g"/>
  </process>
</definitions>"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A process folder whose gateway has no way out."""
    monkeypatch.setenv("DIVAN_HOME", str(tmp_path / "site"))
    area = tmp_path / "area"
    area.mkdir()
    (area / "p.bpmn").write_text(BROKEN, encoding="utf-8")
    (area / "process.toml").write_text("", encoding="utf-8")
    return area


def test_lint_says_place_rule_clause_and_advice(folder: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["lint", str(folder)]) == 1

    told = capsys.readouterr().out
    known = book()["BPMN-023"]
    assert "p.bpmn: BPMN-023 g (Which way?)" in told
    assert known.clause in told
    assert known.title["en"] in told
    assert known.advice["en"] in told


def test_lint_speaks_persian_when_asked(folder: Path, capsys: pytest.CaptureFixture[str]):
    main(["lint", str(folder), "--language", "fa"])

    assert book()["BPMN-023"].advice["fa"] in capsys.readouterr().out


def test_the_rules_are_listed_each_in_a_line(folder: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["rules"]) == 0

    assert [each[:8].strip() for each in capsys.readouterr().out.splitlines()] == list(book())


def test_one_rule_is_told_with_its_reason(folder: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["rules", "BPMN-023"]) == 0
    assert book()["BPMN-023"].why.strip() in capsys.readouterr().out

    assert main(["rules", "BPMN-999"]) == 1


def test_a_machine_reads_the_whole_book(folder: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["rules", "--json"]) == 0

    assert json.loads(capsys.readouterr().out).keys() == book().keys()


def test_a_refused_model_is_a_problem_for_each_finding():
    found = Finding("BPMN-023", "p.bpmn", "g", "Which way?", detail("BPMN-023-1"))

    [problem] = problems_of(ModelRefused([found]))

    assert (problem.code, problem.field) == ("BPMN-023", "g")
    assert problem.params["clause"] == book()["BPMN-023"].clause
    assert problem.params["message"] == "no flow leaves this gateway"
