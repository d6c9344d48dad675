from __future__ import annotations

import csv
import hashlib
import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from engine.model.person import Actor
from engine.sdk import FolderTexts
from engine.settings import Settings
from engine.storage.database import Database
from tests.kit.sites import PASSWORD, Clock
from tests.web.conftest import text_of
from webapp import sdk
from webapp.app import create_app

Purchase = Callable[..., tuple[UUID, UUID]]
Browser = Callable[[str], FlaskClient]


@pytest.fixture
def app(site: Database, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """The application with an area that has a page, an entry on the rail and documents."""
    monkeypatch.setattr(sdk, "AREAS", areas := sdk.AreaPages())
    monkeypatch.setattr("webapp.app.AREAS", areas)
    monkeypatch.setattr("webapp.rail.AREAS", areas)
    monkeypatch.setattr("webapp.cases.file_tab.AREAS", areas)
    pages = sdk.area_blueprint("purchase", __name__, FolderTexts)
    pages.add_url_rule("/stock", "stock", lambda: sdk.current_actor().name(sdk.locale()))
    sdk.nav_entry("purchase.stock", "انبار", is_for=lambda actor: "UNIT_HEAD" in actor.roles)

    @sdk.case_files("purchase")
    def documents(_: object, instance_id: UUID, actor: Actor) -> list[sdk.CaseFile]:
        made = sdk.Content("../برگه.txt", "text/plain", f"برای {actor.username}".encode())
        page = sdk.CaseFile("صفحه", "/areas/purchase/page")
        url = f"/areas/purchase/{instance_id}.pdf"
        return [
            page,
            sdk.CaseFile(f"برگهٔ {actor.username}", url, "PDF", content=lambda: made),
        ]

    settings = Settings(home=tmp_path, database_url=str(site.url), demo=True)
    made = create_app(site, settings=settings, clock=clock)
    made.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    return made


def test_an_areas_page_is_for_people_who_signed_in(client: FlaskClient, signed_in: Browser):
    assert "/sign-in" in client.get("/areas/purchase/stock").location
    assert signed_in("head").get("/areas/purchase/stock").text == "مدیر منطقه"


def test_an_areas_entry_stands_on_the_rail_of_those_it_is_for(signed_in: Browser):
    assert '<a href="/areas/purchase/stock">' in signed_in("head").get("/inbox").text
    assert "/areas/purchase/stock" not in signed_in("buyer").get("/inbox").text


def test_a_rail_that_was_printed_before_marks_the_page_and_speaks_the_language_of_this_one(
    signed_in: Browser,
):
    head = signed_in("head")
    here = '<a href="{}"[^>]* aria-current="page"'

    for _ in range(2):
        for address in ("/inbox?view=inbox", "/inbox?view=done", "/start"):
            rail = head.get(address).text.partition("</nav>")[0]
            assert rail.count("aria-current") == 1
            assert re.search(here.format(re.escape(address)), rail)
    head.post("/language", data={"locale": "en", "next": "/inbox"})
    english = head.get("/inbox").text.partition("</nav>")[0]

    assert "Waiting for others" in english
    assert "در انتظار دیگران" not in english


def test_a_rail_leads_to_where_the_application_is_mounted(signed_in: Browser):
    head = signed_in("head")
    assert 'href="/areas/purchase/stock"' in head.get("/inbox").text

    mounted = head.get("/inbox", environ_overrides={"SCRIPT_NAME": "/divan"}).text

    assert 'href="/divan/areas/purchase/stock"' in mounted
    assert 'href="/areas/purchase/stock"' not in mounted


@pytest.mark.parametrize("address", ["/tasks/{task}?tab=file", "/cases/{case}?tab=file"])
def test_an_areas_documents_stand_in_the_file_of_its_cases(
    a_purchase: Purchase, signed_in: Browser, address: str
):
    case, task = a_purchase()

    page = signed_in("buyer").get(address.format(case=case, task=task)).text

    assert "برگهٔ buyer PDF" in text_of(page)
    assert f'href="/areas/purchase/{case}.pdf"' in page


def test_the_archive_holds_what_an_area_makes_of_a_case_and_says_its_hash(
    a_purchase: Purchase, signed_in: Browser
):
    case, _ = a_purchase()
    buyer = signed_in("buyer")
    assert f"/cases/{case}/documents/all.zip" in buyer.get(f"/cases/{case}?tab=file").text

    answer = buyer.get(f"/cases/{case}/documents/all.zip")

    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        index = csv.DictReader(io.StringIO(archive.read("index.csv").decode("utf-8-sig")))
        [row] = list(index)
        body = archive.read("generated/001-برگه.txt")
    assert body.decode() == "برای buyer"
    assert (row["document"], row["state"]) == ("برگهٔ buyer", "generated")
    assert row["sha256"] == hashlib.sha256(body).hexdigest()


def test_a_demonstration_says_who_may_sign_in(client: FlaskClient):
    text = text_of(client.get("/sign-in").text)

    assert "contractor, supervisor" in text
    assert PASSWORD in text
