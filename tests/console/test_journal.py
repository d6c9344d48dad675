"""``divan journal``: what is sealed is proved at the terminal, and what was changed is told."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import update

from engine.jobs import utc_now
from engine.model.admin_event import AdminEvent, AdminEventKind
from engine.storage.admin_events import tell
from engine.storage.database import Database
from webapp.cli import main


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    """A site in which an administrator has done something."""
    monkeypatch.setenv("DIVAN_HOME", str(tmp_path))
    assert main(["migrate"]) == 0
    database = _database(tmp_path)
    with database.unit_of_work() as uow:
        tell(uow.session, AdminEventKind.UNIT_CLOSED, actor="mina", at=utc_now(), unit="D07")
        uow.commit()
    database.dispose()
    capsys.readouterr()
    return tmp_path


def _database(home: Path) -> Database:
    return Database(f"sqlite:///{home / 'divan.sqlite'}")


def test_what_was_done_is_sealed_anchored_and_proved(home: Path, capsys):
    assert main(["journal", "seal"]) == 0
    assert "1 batches added" in capsys.readouterr().out

    assert main(["journal", "verify"]) == 0

    assert "in 1 batches; 0 not sealed yet; no fault" in capsys.readouterr().out


def test_what_was_changed_is_told_with_its_code(home: Path, capsys):
    main(["journal", "seal"])
    database = _database(home)
    with database.unit_of_work() as uow:
        uow.session.execute(update(AdminEvent).values(actor="somebody"))
        uow.commit()
    database.dispose()
    capsys.readouterr()

    assert main(["journal", "verify"]) == 1

    assert "JRN-004 batch 1" in capsys.readouterr().out


def test_an_auditor_brings_a_key_and_an_anchor(home: Path, capsys):
    main(["journal", "seal"])
    main(["journal", "key"])
    key = capsys.readouterr().out.splitlines()[-1]
    anchor = home / "elsewhere"
    anchor.write_bytes((home / "journal.anchor").read_bytes() + b"{}\n")

    assert main(["journal", "verify", "--key", key]) == 0
    assert main(["journal", "verify", "--key", "00" * 32]) == 1
    assert main(["journal", "verify", "--anchor", str(anchor)]) == 1

    told = capsys.readouterr().out
    assert "JRN-002 batch 1" in told
    assert "JRN-005 anchor" in told


def test_it_is_exported_with_its_verifier(home: Path, capsys):
    main(["journal", "seal"])
    capsys.readouterr()

    assert main(["journal", "export", str(home / "out")]) == 0

    _, *command = capsys.readouterr().out.split()
    proved = subprocess.run([sys.executable, "-I", *command], capture_output=True, check=False)
    assert (proved.returncode, proved.stdout) == (0, b"0 acts of cases in 1 batches: no fault\n")
    assert main(["journal", "export", str(home / "out")]) == 1  # never over another
