"""What an operator does with diagrams of other tools."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.bpmn.interchange import differences
from webapp.cli import main

DRAWN = """<?xml version="1.0" encoding="windows-1256"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="t">
  <process id="paying" name="پرداخت" isExecutable="false">
    <startEvent id="start"/><serviceTask name="واريز"/><endEvent id="end"/>
  </process>
</definitions>""".encode("windows-1256")


@pytest.fixture
def drawn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A diagram that some tool wrote."""
    monkeypatch.delenv("DIVAN_DEMO", raising=False)
    monkeypatch.setenv("DIVAN_HOME", str(tmp_path / "site"))
    path = tmp_path / "drawn.bpmn"
    path.write_bytes(DRAWN)
    return path


def test_a_diagram_is_told_what_it_loses_and_what_keeps_it_from_running(drawn, capsys):
    assert main(["model", "check", str(drawn)]) == 0
    told = capsys.readouterr().out
    assert "drawn.bpmn: nothing lost by import and export" in told
    for each in ('paying (پرداخت) of model say isExecutable="false"', "BPMN-031", "BPMN-004"):
        assert each in told


def test_a_diagram_is_taken_in_and_given_back(drawn, tmp_path, capsys):
    kept, back = tmp_path / "kept.bpmn", tmp_path / "back.bpmn"

    assert main(["model", "import", str(drawn), str(kept)]) == 0
    assert "serviceTask is now serviceTask_1" in capsys.readouterr().out
    assert "واريز" in kept.read_text(encoding="utf-8")

    assert main(["model", "export", str(kept), str(back)]) == 0
    assert differences(DRAWN, back.read_bytes()) == []
    assert main(["compare", str(drawn), str(back)]) == 0

    assert main(["compare", "--raw", str(drawn), str(kept)]) == 1
    assert "serviceTask[serviceTask_1]" in capsys.readouterr().out


def test_a_file_that_is_there_is_not_written_over(drawn, capsys):
    assert main(["model", "import", str(drawn), str(drawn)]) == 1
    assert drawn.read_bytes() == DRAWN


def test_what_is_no_diagram_is_refused_plainly(drawn, tmp_path, capsys):
    other = tmp_path / "other.bpmn"
    other.write_text("<svg/>")
    assert main(["model", "check", str(other)]) == 1
    assert "svg is no BPMN 2.0 definitions" in capsys.readouterr().err
