"""People for whom an OpenID provider vouches: a certified one answers, over HTTP."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from flask import Flask
from sqlalchemy import select, update
from werkzeug.serving import make_server

from engine.model.person import Person
from engine.model.sign_in import Identity
from engine.settings import Settings, SignInSettings
from engine.storage.database import Database
from tests.kit.provider import SECRET, Provider
from tests.kit.server import free_port
from tests.kit.sites import Clock
from webapp.app import create_app

Site = Callable[..., str]
PORT = free_port()


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    started = Provider(f"http://127.0.0.1:{PORT}/sign-in/provider/back")
    yield started
    started.stop()


@pytest.fixture
def address(site: Database, clock: Clock, tmp_path: Path, provider: Provider) -> Iterator[Site]:
    """Serve the site with the provider; return where."""
    servers = []

    def serve(**given: Any) -> str:
        door = SignInSettings(
            oidc_issuer=provider.issuer,
            oidc_client="divan",
            oidc_secret=SECRET,
            oidc_title="City Hall",
        )
        settings = Settings(
            home=tmp_path, database_url=str(site.url), sign_in=replace(door, **given)
        )
        app: Flask = create_app(site, settings=settings, clock=clock)
        server = make_server("127.0.0.1", PORT, app, threaded=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{PORT}"

    yield serve
    for each in servers:
        each.shutdown()
        each.server_close()


@pytest.fixture
def browser() -> Iterator[httpx.Client]:
    with httpx.Client(follow_redirects=True, timeout=20) as client:
        yield client


def test_the_sign_in_page_names_the_provider(address: Site, browser: httpx.Client):
    assert "City Hall" in browser.get(f"{address()}/sign-in").text


def test_a_person_is_led_to_the_provider_and_back_to_the_page_asked_for(
    address: Site, browser: httpx.Client, provider: Provider, site: Database
):
    asked = browser.get(f"{address()}/sign-in/provider", params={"next": "/inbox?view=done"})

    answer = provider.sign_in(browser, asked, "head")

    assert (answer.status_code, answer.url.path) == (200, "/inbox")
    assert answer.url.query == b"view=done"
    with site.reader() as session:
        assert session.scalars(select(Identity.subject)).all() == ["head"]


def test_the_name_of_somebody_else_at_the_provider_opens_nobodys_account(
    address: Site, browser: httpx.Client, provider: Provider
):
    root = address()
    provider.sign_in(browser, browser.get(f"{root}/sign-in/provider"), "head")
    with httpx.Client(follow_redirects=True, timeout=20) as other:
        answer = provider.sign_in(other, other.get(f"{root}/sign-in/provider"), "head/another")

    assert answer.status_code == 403


def test_a_person_known_by_its_subject_keeps_its_account_under_another_name(
    address: Site, browser: httpx.Client, provider: Provider, site: Database
):
    root = address()
    provider.sign_in(browser, browser.get(f"{root}/sign-in/provider"), "head/1")
    with site.unit_of_work() as uow:
        renamed = update(Person).where(Person.username == "head").values(username="chief")
        uow.session.execute(renamed)
        uow.commit()
    with httpx.Client(follow_redirects=True, timeout=20) as other:
        answer = provider.sign_in(other, other.get(f"{root}/sign-in/provider"), "head/1")

    assert (answer.status_code, answer.url.path) == (200, "/inbox")


def test_who_is_known_to_the_provider_only_is_told_whom_to_ask(
    address: Site, browser: httpx.Client, provider: Provider
):
    asked = browser.get(f"{address()}/sign-in/provider")

    answer = provider.sign_in(browser, asked, "stranger")

    assert answer.status_code == 403
    assert "از راهبر سامانه حساب بخواهید" in answer.text


def test_a_disabled_person_stays_out(
    address: Site, browser: httpx.Client, provider: Provider, site: Database
):
    with site.unit_of_work() as uow:
        uow.session.execute(update(Person).where(Person.username == "head").values(disabled=True))
        uow.commit()

    answer = provider.sign_in(browser, browser.get(f"{address()}/sign-in/provider"), "head")

    assert answer.status_code == 403


@pytest.mark.parametrize("forged", ["?code=x&state=y", "?error=access_denied", ""])
def test_an_answer_nobody_asked_for_signs_nobody_in(
    address: Site, browser: httpx.Client, forged: str
):
    answer = browser.get(f"{address()}/sign-in/provider/back{forged}")

    assert answer.status_code == 422


def test_a_provider_that_does_not_answer_is_said_so(address: Site, browser: httpx.Client):
    answer = browser.get(f"{address(oidc_issuer='http://127.0.0.1:1')}/sign-in/provider")

    assert answer.status_code == 503
    assert "پاسخ نمی‌دهد" in answer.text


def test_a_site_without_a_provider_has_no_such_door(address: Site, browser: httpx.Client):
    root = address(oidc_issuer="")

    assert browser.get(f"{root}/sign-in/provider").status_code == 404
    assert "/sign-in/provider" not in browser.get(f"{root}/sign-in").text


def test_the_session_of_a_provider_ends_like_any_other(
    address: Site, browser: httpx.Client, provider: Provider, clock: Clock
):
    root = address()
    provider.sign_in(browser, browser.get(f"{root}/sign-in/provider"), "head")
    clock.pass_time(timedelta(hours=3))

    assert browser.get(f"{root}/inbox").url.path == "/sign-in"
