"""People for whom an OpenID provider vouches: a certified one answers, over HTTP."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import httpx
import pytest
from flask import Flask
from sqlalchemy import select, update
from werkzeug.serving import make_server

from engine.model.act import Act
from engine.model.person import Person
from engine.model.sign_in import Identity
from engine.settings import Settings, SignInSettings
from engine.storage.database import Database
from tests.kit.provider import SECRET, Provider
from tests.kit.server import free_port
from tests.kit.sites import Clock
from webapp.accounts.provider import is_new
from webapp.app import create_app

pytestmark = pytest.mark.xdist_group("provider")

Site = Callable[..., str]
Purchase = Callable[..., tuple[UUID, UUID]]
PORT = free_port()
RETURNED: Final = {"outcome": "return", "return_reason": "برگهٔ سوم امضا ندارد"}


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
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
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


class TestAnApproval:
    """A step that is confirmed, by who has no password here."""

    @pytest.fixture
    def root(self, address: Site, site: Database) -> str:
        with site.unit_of_work() as uow:
            nobodys = update(Person).where(Person.username == "head").values(password_hash=None)
            uow.session.execute(nobodys)
            uow.commit()
        return address()

    @pytest.fixture
    def form(
        self, root: str, browser: httpx.Client, provider: Provider, a_purchase: Purchase
    ) -> httpx.Response:
        """The form of the step, taken."""
        provider.sign_in(browser, browser.get(f"{root}/sign-in/provider"), "head")
        _case, task = a_purchase(sent=True)
        home = browser.get(f"{root}/inbox")
        return sent(browser, home, f"{root}/tasks/{task}/claim")

    def test_is_confirmed_by_signing_in_again_and_nothing_typed_is_lost(
        self, form: httpx.Response, browser: httpx.Client, provider: Provider, site: Database
    ):
        asked = sent(browser, form, **RETURNED)
        assert asked.url.path.endswith("/confirm")
        assert "City Hall" in asked.text

        again = provider.sign_in(browser, browser.get(anew(asked)), "head")

        assert again.url == form.url
        assert RETURNED["return_reason"] in again.text
        assert "با ورود دوباره تصدیق شد" in again.text
        assert sent(browser, again, **RETURNED).url.path == "/inbox"
        with site.reader() as session:
            [act] = session.scalars(select(Act))
        assert (act.method, act.outcome, act.is_intact) == ("oidc", "return", True)
        assert '"method":"oidc"' in act.content

    def test_another_answer_than_the_one_confirmed_is_asked_for_again(
        self, form: httpx.Response, browser: httpx.Client, provider: Provider, site: Database
    ):
        asked = sent(browser, form, **RETURNED)
        again = provider.sign_in(browser, browser.get(anew(asked)), "head")

        assert sent(browser, again, outcome="approve").url.path.endswith("/confirm")
        assert sent(browser, again, **RETURNED).url.path.endswith("/confirm")
        with site.reader() as session:
            assert session.scalars(select(Act)).all() == []

    def test_is_not_confirmed_by_somebody_else_at_the_provider(
        self, form: httpx.Response, browser: httpx.Client, provider: Provider
    ):
        asked = sent(browser, form, **RETURNED)

        again = provider.sign_in(browser, browser.get(anew(asked)), "buyer")

        assert "کس دیگری بود" in again.text
        assert sent(browser, again, **RETURNED).url.path.endswith("/confirm")

    def test_a_proof_that_comes_too_late_counts_for_nothing(
        self, form: httpx.Response, browser: httpx.Client, provider: Provider, clock: Clock
    ):
        asked = sent(browser, form, **RETURNED)
        again = provider.sign_in(browser, browser.get(anew(asked)), "head")
        clock.pass_time(timedelta(minutes=6))

        assert sent(browser, again, **RETURNED).url.path.endswith("/confirm")


@pytest.mark.parametrize(
    ("claims", "fresh"),
    [
        ({"iat": 1_000, "auth_time": 995}, True),
        ({"iat": 1_000, "auth_time": 900}, False),
        ({"iat": 1_000}, False),
        ({"iat": 1_000, "auth_time": "now"}, False),
    ],
)
def test_only_a_sign_in_after_it_was_asked_for_is_new(claims: dict[str, Any], fresh: bool):
    assert is_new(claims, timedelta(seconds=10)) is fresh


def anew(page: httpx.Response) -> str:
    """Return where the page that asks for a proof leads to the provider."""
    return str(page.url.join("/sign-in/provider/anew"))


def sent(
    browser: httpx.Client, page: httpx.Response, to: str | None = None, **typed: str
) -> httpx.Response:
    """Send a form of a page as its reader would."""
    [token] = re.findall(r'name="csrf-token" content="([^"]+)"', page.text)
    return browser.post(to or str(page.url), data={"csrf_token": token, **typed})
