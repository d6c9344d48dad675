"""`divan connection`, `secret` and `effect` as an operator uses them."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from engine.connectors import SITE
from webapp.cli import main


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A deployment with its tables."""
    for name in ("DIVAN_DEMO", "DIVAN_DATABASE_URL", "DIVAN_SECRET_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DIVAN_HOME", str(tmp_path))
    monkeypatch.setattr(SITE, "vault", SITE.vault)
    monkeypatch.setattr(SITE, "mail", SITE.mail)
    assert main(["migrate"]) == 0
    return tmp_path


def _add(*more: str) -> int:
    return main(["connection", "add", "bank", "http", "--url", "https://bank.example/v1", *more])


def test_a_connection_is_set_up_listed_and_taken_away(site, capsys):
    assert _add("--header", "Authorization: Bearer {bank_token}", "--network", "10.1.0.0/16") == 0
    told = capsys.readouterr().out
    assert main(["connection", "list"]) == 0
    listed = capsys.readouterr().out

    assert "divan secret set bank_token" in told
    assert listed == "bank\thttp\thttps://bank.example/v1\n"
    assert main(["connection", "remove", "bank"]) == 0
    assert main(["connection", "remove", "bank"]) == 1


def test_everything_wrong_with_a_connection_is_told_at_once(site, capsys):
    assert _add("--guarantee", "queryable", "--network", "10.0.0.0/99", "--method", "BREW") == 1

    told = capsys.readouterr().err
    assert all(each in told for each in ("networks", "methods", "ask"))


def test_a_secret_comes_from_stdin_and_is_never_shown(site, capsys, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("canary-77\n"))

    assert main(["secret", "set", "bank_token"]) == 0
    assert main(["secret", "list"]) == 0
    assert main(["secret", "reseal"]) == 0

    told = capsys.readouterr()
    assert "bank_token\t" in told.out
    assert "canary" not in told.out + told.err
    assert all(b"canary-77" not in each.read_bytes() for each in site.iterdir() if each.is_file())
    assert main(["secret", "remove", "bank_token"]) == 0


def test_an_effect_that_is_not_there_or_an_answer_that_is_no_object_is_refused(site, capsys):
    assert main(["effect", "list"]) == 0
    assert main(["effect", "repeat", "nothing"]) == 1
    assert main(["effect", "confirm", "nothing", "--response", "[]"]) == 1

    told = capsys.readouterr().err
    assert "no effect 'nothing'" in told
    assert "JSON object" in told
