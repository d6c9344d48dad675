"""Retention in the browser: a hold is laid, a purge asked for by one and confirmed by another."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from html import unescape
from io import BytesIO
from uuid import UUID
from zipfile import ZipFile

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from engine.catalogue.bundle import Bundle
from engine.commands import deployments, instances
from engine.commands.admins import CONSOLE
from engine.commands.sealing import seal, signing_key
from engine.errors import Problem
from engine.jobs import run_due
from engine.model.person import Grant, Person
from engine.storage.bundles import latest
from engine.storage.database import Database
from tests.kit.passwords import cheap_hash
from tests.kit.sites import NOON, PASSWORD, Clock
from webapp.problems import text_of
from webapp.security import secret_keys

Browser = Callable[[str], FlaskClient]
ROOM = "/monitoring/retention"


@pytest.fixture
def kept(site: Database) -> Database:
    """The site with somebody who keeps records, and purchases kept for a year."""
    with site.unit_of_work() as uow:
        person = Person(
            username="pari",
            name_fa="پری بایگان",
            name_en="Pari Baygan",
            password_hash=cheap_hash(PASSWORD),
        )
        uow.session.add(person)
        uow.session.flush()
        uow.session.add(Grant(person_id=person.id, role="RECORDS", unit_code="*"))
        files = dict(latest(uow.session, "purchase").bundle.files)
        uow.commit()
    ruled = b'[purchase]\nretention = "financial"\nretention_years = 1\n'
    files["process.toml"] = files["process.toml"].replace(b"[purchase]\n", ruled)
    deployments.deploy(site.unit_of_work(), Bundle(files), at=NOON)
    return site


@pytest.fixture
def over(kept: Database, a_purchase: Callable[..., tuple[UUID, UUID]]) -> UUID:
    case, _ = a_purchase()
    instances.cancel(kept.unit_of_work(), case, "over", actor=CONSOLE, at=NOON)
    return case


def test_what_is_due_is_asked_for_by_one_and_purged_when_an_auditor_agrees(
    kept: Database, over: UUID, signed_in: Browser, clock: Clock
):
    clock.at = NOON + timedelta(days=400)
    records, auditor = signed_in("pari"), signed_in("auditor")
    assert "سال از پایان پرونده" in records.get(ROOM).text
    assert records.post(f"{ROOM}/purge", data={"process": "purchase"}).status_code == 422

    asked = records.post(f"{ROOM}/purge", data={"process": "purchase", "reason": "سپری شد"})
    page = asked.headers["Location"]
    assert f"{page}/confirm" not in records.get(page).text
    assert f"{page}/confirm" in auditor.get(page).text
    auditor.post(f"{page}/confirm", data={"note": "دیدم"})
    run_due(kept, clock)

    assert 'class="chip good"' in records.get(page).text
    stone = records.get(f"{ROOM}/cases/{over}")
    assert "پری بایگان" in stone.text
    gone = signed_in("admin").get(f"/monitoring/cases/{over}")
    assert gone.status_code == 200
    assert "پاک" in gone.text


def test_a_purged_case_has_an_archive_and_no_proof_of_its_acts(
    app: Flask, kept: Database, over: UUID, signed_in: Browser, clock: Clock
):
    assert seal(kept, signing_key(secret_keys(app.extensions["divan"].settings)[0]), clock())
    clock.at = NOON + timedelta(days=400)
    asked = signed_in("pari").post(
        f"{ROOM}/purge", data={"process": "purchase", "reason": "سپری شد"}
    )
    auditor = signed_in("auditor")
    auditor.post(f"{asked.headers['Location']}/confirm", data={"note": "دیدم"})
    run_due(kept, clock)

    assert auditor.get(f"/cases/{over}/documents/all.zip").status_code == 200
    assert auditor.get(f"/cases/{over}/proof/1").status_code == 404
    assert auditor.get(f"/cases/{over}/proof/1.json").status_code == 404


def test_a_held_case_has_its_archive_and_is_not_purged_and_it_is_said_why(
    kept: Database, over: UUID, signed_in: Browser, clock: Clock
):
    clock.at = NOON + timedelta(days=400)
    records, auditor = signed_in("pari"), signed_in("auditor")
    wish = {"process": "purchase", "reason": "سپری شد"}
    page = records.post(f"{ROOM}/purge", data=wish).headers["Location"]
    assert auditor.post(f"{page}/confirm", data={"note": "دیدم"}).status_code == 303
    held = {"reason": "دادگاه خواسته است"}  # after it was confirmed, before it is done
    assert records.post(f"{ROOM}/cases/{over}/hold", data=held).status_code == 303

    run_due(kept, clock)

    assert text_of(Problem("RET-001"), None, "fa") in unescape(records.get(page).text)
    assert auditor.get(f"/cases/{over}").status_code == 200
    archive = auditor.get(f"/cases/{over}/documents/all.zip")
    with ZipFile(BytesIO(archive.data)) as files:
        assert "case.pdf" in files.namelist()
    again = records.post(f"{ROOM}/purge", data=wish)
    assert again.status_code == 422, "nothing is due while it is held"


def test_a_hold_is_laid_from_its_number_shown_on_the_case_found_in_the_list_and_lifted(
    kept: Database, over: UUID, signed_in: Browser
):
    records, admin = signed_in("pari"), signed_in("admin")
    assert records.post(f"{ROOM}/hold", data={"number": "X-9"}).status_code == 422
    page = records.post(f"{ROOM}/hold", data={"number": str(over)}).headers["Location"]
    assert records.post(f"{page}/hold", data={"reason": " "}).status_code == 422

    records.post(f"{page}/hold", data={"reason": "دادگاه خواسته است"})

    assert "دادگاه خواسته است" in admin.get(f"/monitoring/cases/{over}").text
    assert str(over) in admin.get("/monitoring/cases?held=true").text
    records.post(f"{page}/lift", data={"reason": "رأی آمد"})
    assert str(over) not in admin.get("/monitoring/cases?held=true").text
    assert "رأی آمد" in records.get(page).text


def test_what_an_auditor_holds_only_an_auditor_lifts_and_whoever_confirms_a_purge_reads_of_it(
    kept: Database, over: UUID, signed_in: Browser, clock: Clock
):
    clock.at = NOON + timedelta(days=400)
    records, auditor = signed_in("pari"), signed_in("auditor")
    page = f"{ROOM}/cases/{over}"
    auditor.post(f"{page}/hold", data={"reason": "حسابرسی باز است"})

    assert f"{page}/lift" not in records.get(page).text
    assert records.post(f"{page}/lift", data={"reason": "مزاحم است"}).status_code == 403
    assert f"{page}/lift" in auditor.get(page).text
    auditor.post(f"{page}/lift", data={"reason": "حسابرسی بسته شد"})

    asked = records.post(f"{ROOM}/purge", data={"process": "purchase", "reason": "سپری شد"})
    assert "حسابرسی بسته شد" in auditor.get(asked.headers["Location"]).text


def test_the_room_is_for_those_who_keep_records_audit_or_run_the_site(
    kept: Database, over: UUID, signed_in: Browser
):
    statuses = {
        name: signed_in(name).get(ROOM).status_code for name in ("pari", "auditor", "buyer")
    }

    assert statuses == {"pari": 200, "auditor": 200, "buyer": 403}


def test_where_a_person_stands_is_shown_before_an_auditor_agrees(
    kept: Database, over: UUID, signed_in: Browser
):
    records, auditor = signed_in("pari"), signed_in("auditor")
    address = f"{ROOM}/anonymise"
    assert records.post(address, data={"username": "buyer", "reason": "رفت"}).status_code == 409
    assert records.post(address, data={"username": "nobody", "reason": "رفت"}).status_code == 422
    with kept.unit_of_work() as uow:
        person = uow.session.scalars(select(Person).where(Person.username == "buyer")).one()
        person.disabled = True
        uow.commit()

    asked = records.post(address, data={"username": "buyer", "texts": "", "reason": "رفت"})
    page = auditor.get(asked.headers["Location"])
    assert "کارپرداز یکم" in page.text
    auditor.post(f"{asked.headers['Location']}/confirm", data={"note": ""})
    run_due(kept, lambda: NOON)

    trail = signed_in("admin").get(f"/monitoring/cases/{over}?tab=journal")
    assert "anon-" in trail.text
    assert "کارپرداز یکم" not in trail.text
