"""`divan test` runs what lies beside a model, says what stood instead, and ends with a status."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.storage.conftest import CONFIG, ORDER
from webapp.cli import main

GREEN = """title.en = "An order is prepared"
title.fa = "سفارش آماده می‌شود"
[given]
at = "1405/08/30 12:00"
process = "order"
unit = "D07"
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A process folder with a test that holds, one that does not, and a file that is none."""
    monkeypatch.setenv("DIVAN_HOME", str(tmp_path / "site"))
    tests = tmp_path / "order" / "tests"
    tests.mkdir(parents=True)
    (tests.parent / "order.bpmn").write_text(ORDER, encoding="utf-8")
    (tests.parent / "process.toml").write_text(CONFIG, encoding="utf-8")
    (tests / "green.test.toml").write_text(GREEN, encoding="utf-8")
    return tests.parent


def test_the_tests_of_a_folder_are_run_and_what_stood_instead_is_said(
    folder: Path, capsys: pytest.CaptureFixture[str]
):
    assert main(["test", str(folder)]) == 0
    assert "✓ tests/green.test.toml  An order is prepared" in capsys.readouterr().out

    broken = GREEN.replace('title.en = "An', 'title.en = "<An')
    (folder / "tests" / "red.test.toml").write_text(
        broken + '[given.expect]\nopen.approve = "HEAD"\n', encoding="utf-8"
    )
    (folder / "tests" / "what.test.toml").write_text("[given]\nat = 5\n", encoding="utf-8")
    junit = folder / "junit.xml"
    assert main(["test", str(folder), "--language", "fa", "--junit", str(junit)]) == 1
    said = capsys.readouterr().out
    assert "✓ tests/green.test.toml  سفارش آماده می‌شود" in said
    assert "✗ tests/red.test.toml" in said
    assert "تأیید (HEAD)" in said
    assert "آماده‌سازی (CLERK@D07)" in said
    assert "TEST-004" in said
    assert said.splitlines()[-1] == "3 tests, 2 broken"
    told = junit.read_text(encoding="utf-8")
    assert '<testsuite name="order" tests="3" failures="2">' in told
    assert told.count("<failure") == 2


def test_an_area_that_is_none_is_refused(folder: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["test", "nothing_here"]) == 1
    assert "nothing_here" in capsys.readouterr().err
