"""What the ``divan`` command refuses, and what it tells an operator."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from sqlalchemy import select

from engine.model.person import Person
from engine.model.sign_in import Passkey
from engine.queries import accounts, people
from engine.settings import Settings
from engine.storage.database import Database
from tests.kit.sites import NOON, PASSWORD
from webapp import cli
from webapp.accounts.passwords import is_password
from webapp.cli import main
from webapp.wiring import Site


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A deployment's folder, nothing in it yet."""
    monkeypatch.delenv("DIVAN_DEMO", raising=False)
    monkeypatch.setenv("DIVAN_HOME", str(tmp_path / "site"))
    return tmp_path / "site"


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "divan.example"])
def test_demo_accounts_are_not_made_where_others_can_reach_them(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], host: str
):
    monkeypatch.setenv("DIVAN_HOST", host)

    assert main(["demo"]) == 1

    assert host in capsys.readouterr().err
    assert not (home / "divan.sqlite").exists()


def test_a_site_with_demo_accounts_is_not_served_to_others(
    site: Site, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    served: list[Site] = []
    monkeypatch.setattr(cli, "serve", served.append)
    monkeypatch.setenv("DIVAN_HOME", str(site.settings.home))
    monkeypatch.setenv("DIVAN_DATABASE_URL", str(site.settings.database_url))
    monkeypatch.delenv("DIVAN_DEMO", raising=False)
    monkeypatch.setenv("DIVAN_HOST", "0.0.0.0")

    assert main(["serve"]) == 1

    assert "demo accounts" in capsys.readouterr().err
    assert served == []


def test_the_sites_folder_is_for_its_own_user_only(home: Path):
    Site.open(Settings(home=home, database_url=f"sqlite:///{home / 'divan.sqlite'}"))

    assert stat.S_IMODE(home.stat().st_mode) == 0o700


def test_a_person_added_in_capitals_can_sign_in(home: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DIVAN_NEW_PASSWORD", PASSWORD)
    main(["migrate"])

    assert main(["user", " S.Ahmadi", "--name-fa", "سارا", "--name-en", "Sara"]) == 0

    with Database(f"sqlite:///{home / 'divan.sqlite'}").reader() as session:
        found = people.credentials(session, "s.ahmadi")
    assert found is not None
    assert is_password(PASSWORD, found.password_hash)


def test_the_doctor_is_a_command_and_reads_every_document_when_asked(
    site: Site, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setenv("DIVAN_HOME", str(site.settings.home))
    monkeypatch.setenv("DIVAN_DATABASE_URL", str(site.settings.database_url))

    main(["doctor", "--documents"])

    assert "documents" in capsys.readouterr().out


def test_who_lost_the_device_is_let_in_by_the_password_again(
    site: Site, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setenv("DIVAN_HOME", str(site.settings.home))
    monkeypatch.setenv("DIVAN_DATABASE_URL", str(site.settings.database_url))
    with site.database.unit_of_work() as uow:
        person = uow.session.scalars(select(Person).where(Person.username == "records")).one()
        uow.session.add(
            Passkey(
                credential_id="lost",
                person_id=person.id,
                public_key=b"-",
                sign_count=0,
                title="Token",
                added_at=NOON,
                used_at=None,
            )
        )
        uow.commit()

    assert main(["unlock", "records"]) == 0
    assert main(["unlock", "nobody"]) == 1

    assert "nobody" in capsys.readouterr().err
    with site.database.reader() as session:
        assert not accounts.factors(session, person.id).are_any
