"""A demonstration answers under loopback's names only."""

from __future__ import annotations

import pytest

from engine.settings import Settings
from webapp.app import create_app


@pytest.fixture
def client(site, clock, tmp_path):
    settings = Settings(home=tmp_path, database_url=str(site.url), demo=True)
    return create_app(site, settings=settings, clock=clock).test_client()


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil"])
def test_a_page_of_another_name_for_loopback_is_refused(client, host):
    answer = client.get("/sign-in", headers={"Host": host})

    assert (answer.status_code, "Divan" in answer.text) == (400, False)


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost", "[::1]:8000"])
def test_loopback_is_answered_by_any_of_its_names(client, host):
    assert client.get("/sign-in", headers={"Host": host}).status_code == 200
