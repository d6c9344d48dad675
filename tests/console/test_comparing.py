"""Two versions told apart at the console, in sentences."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.kit.versions import changed, purchase
from webapp.cli import main


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[str, str]:
    """An area, and the same with a shorter deadline."""
    monkeypatch.delenv("DIVAN_DEMO", raising=False)
    monkeypatch.setenv("DIVAN_HOME", str(tmp_path / "site"))
    old = purchase()
    new = changed(old, process_toml=("due = { days = 5 }", "due = { days = 3 }"))
    for name, bundle in (("old", old), ("new", new)):
        for file, content in bundle.files.items():
            path = tmp_path / name / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    return str(tmp_path / "old"), str(tmp_path / "new")


def test_two_folders_are_told_apart_in_either_language(folders, capsys):
    assert main(["compare", *folders]) == 1
    assert "“Approve the purchase”, the deadline: 5 days → 3 days" in capsys.readouterr().out

    assert main(["compare", *folders, "--language", "fa"]) == 1
    assert "«تأیید خرید»، مهلت: پیش‌تر ۵ روز؛ اکنون ۳ روز" in capsys.readouterr().out


def test_a_deployed_version_is_told_apart_from_a_folder(folders, capsys):
    assert main(["migrate"]) == 0
    assert main(["deploy", folders[0]]) == 0
    capsys.readouterr()

    assert main(["compare", "purchase:1", folders[0]]) == 0
    assert main(["compare", "purchase", folders[1]]) == 1
    assert "3 days" in capsys.readouterr().out


def test_the_changes_as_they_stand_are_told_too(folders, capsys):
    assert main(["compare", "--raw", *folders]) == 1
    assert "process.toml/object/purchase/tasks/approve/due/@days\t5\t3" in capsys.readouterr().out


@pytest.mark.parametrize("asked", ["nowhere", "purchase:9", "purchase:x"])
def test_what_is_not_there_is_said_plainly(folders, asked, capsys):
    assert main(["migrate"]) == 0
    assert main(["compare", asked, folders[0]]) == 1
    assert asked.partition(":")[0] in capsys.readouterr().err
