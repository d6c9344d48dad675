"""What an operator tells the cases from the console."""

from __future__ import annotations

from pathlib import Path

import pytest

from webapp.cli import main

DIAGRAM = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" targetNamespace="divan">
  <message id="signed" name="contract.signed"/>
  <message id="paid" name="paid"><extensionElements>
    <zeebe:subscription correlationKey="=contract"/></extensionElements></message>
  <process id="filed" isExecutable="true">
    <startEvent id="start"><messageEventDefinition messageRef="signed"/></startEvent>
    <sequenceFlow id="f1" sourceRef="start" targetRef="wait"/>
    <intermediateCatchEvent id="wait"><messageEventDefinition messageRef="paid"/>
    </intermediateCatchEvent>
    <sequenceFlow id="f2" sourceRef="wait" targetRef="end"/><endEvent id="end"/>
  </process>
</definitions>"""


@pytest.fixture
def deployed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    """A site with a process that begins with one message and waits for another."""
    monkeypatch.delenv("DIVAN_DEMO", raising=False)
    monkeypatch.setenv("DIVAN_HOME", str(tmp_path / "site"))
    folder = tmp_path / "filed"
    folder.mkdir()
    (folder / "filed.bpmn").write_text(DIAGRAM, encoding="utf-8")
    (folder / "process.toml").write_text('[area]\nid = "filed"\n', encoding="utf-8")
    assert main(["migrate"]) == 0
    assert main(["deploy", str(folder)]) == 0
    capsys.readouterr()


@pytest.mark.usefixtures("deployed")
def test_a_message_starts_a_case_and_the_next_one_moves_it(capsys: pytest.CaptureFixture[str]):
    told = ["message", "contract.signed", "--values", '{"contract": "۱۲"}', "--id", "s-1"]
    assert main(told) == 0
    message_id, state, case = capsys.readouterr().out.rstrip("\n").split("\t")
    assert main(["message", "paid", "--correlation", "12"]) == 0
    paid = capsys.readouterr().out.rstrip("\n").split("\t")
    assert main(told) == 0
    again = capsys.readouterr().out.rstrip("\n").split("\t")

    assert (message_id, state) == ("s-1", "delivered")
    assert paid[1:] == ["delivered", case]
    assert again == ["s-1", "delivered", case]


@pytest.mark.usefixtures("deployed")
def test_what_is_kept_is_listed(capsys: pytest.CaptureFixture[str]):
    main(["message", "paid", "--correlation", "99", "--id", "early", "--hours", "1"])
    main(["message", "paid", "--correlation", "98", "--id", "unkept", "--hours", "0"])
    capsys.readouterr()

    assert main(["messages", "--state", "buffered"]) == 0
    [kept] = capsys.readouterr().out.splitlines()
    assert kept.split("\t")[:2] + kept.split("\t")[3:] == ["early", "buffered", "paid", "99", ""]
    main(["messages"])
    assert len(capsys.readouterr().out.splitlines()) == 2


@pytest.mark.usefixtures("deployed")
def test_an_id_used_twice_is_told_and_changes_nothing(capsys: pytest.CaptureFixture[str]):
    main(["message", "paid", "--correlation", "99", "--id", "m"])

    assert main(["message", "paid", "--correlation", "98", "--id", "m"]) == 1

    assert "another message has the id m" in capsys.readouterr().err


@pytest.mark.parametrize("values", ["[1]", "{", "5"])
def test_values_that_are_no_json_object_are_refused(
    values: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("DIVAN_HOME", str(tmp_path / "site"))

    with pytest.raises(SystemExit):
        main(["message", "paid", "--values", values])


@pytest.mark.usefixtures("deployed")
def test_a_signal_is_given_once_for_an_id(capsys: pytest.CaptureFixture[str]):
    assert main(["signal", "closing", "--id", "c-1"]) == 0
    assert main(["signal", "closing", "--id", "c-1"]) == 0
    assert main(["signal", "closing", "--id", "c-1", "--values", '{"x": 1}']) == 1

    assert capsys.readouterr().out == "c-1\nc-1\n"


@pytest.mark.usefixtures("deployed")
def test_a_holiday_is_added_and_taken_back(capsys: pytest.CaptureFixture[str]):
    assert main(["holiday", "2026-11-24", "تعطیل"]) == 0
    assert main(["holiday", "2026-11-24", "تعطیل"]) == 0
    assert "already" in capsys.readouterr().out
    assert main(["holiday", "2026-11-24", "--undo"]) == 0
    assert main(["holiday", "2026-11-24", "--undo"]) == 1
