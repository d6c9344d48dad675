"""Incidents on pages: by cause, with what to do about each."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from engine.commands import content_checks, documents
from engine.commands.documents import Content
from engine.jobs import run_due
from engine.model.event import Event, EventKind
from engine.model.incident import Incident
from engine.settings import DocumentSettings
from engine.storage.contents import QUARTER
from engine.storage.database import Database
from engine.storage.document_store import FolderStore
from tests.kit.sites import NOON
from tests.web.conftest import text_of

Purchase = Callable[..., tuple[UUID, UUID]]
Browser = Callable[[str], FlaskClient]
CAUSE = "0123456789ab"
PAGE = f"/monitoring/incidents/{CAUSE}"


@pytest.fixture
def stopped(site: Database, a_purchase: Purchase) -> UUID:
    """A case of which it was said that nothing moves it."""
    case, _ = a_purchase()
    with site.unit_of_work() as uow:
        uow.session.add(
            Incident(
                instance_id=case,
                job_id=None,
                element_id="approve",
                code="GEN-STRANDED",
                cause="nothing moves this case",
                fingerprint=CAUSE,
                opened_at=NOON,
                trace="Traceback: line 7 of handlers.py",
                resolved_at=None,
            )
        )
        instance = uow.cases.one(case)
        instance.event_count += 1
        told = {"cause": "nothing moves this case"}
        event = Event(case, instance.event_count, NOON, EventKind.INCIDENT, facts=told)
        uow.cases.save(instance, [event])
        uow.commit()
    return case


def test_causes_are_listed_and_one_is_taken_on_noted_and_put_off(stopped: UUID, signed_in: Browser):
    admin = signed_in("admin")
    page = text_of(admin.get("/monitoring/incidents").text)
    assert "چیزی این پرونده را پیش نمی‌برد" in page
    assert "خرید جزئی · تأیید خرید · GEN-STRANDED" in page, "it says whose cases, and where"

    admin.post(f"{PAGE}/assign", data={"assignee": "admin"})
    admin.post(f"{PAGE}/note", data={"note": "سرور قیمت خاموش بود"})
    page = text_of(admin.get(PAGE).text)
    admin.post(f"{PAGE}/snooze", data={"days": "3"})

    assert "nothing moves" not in page, "it is told in the language of the page"
    for tab in ("work", "journal"):
        of_case = text_of(admin.get(f"/monitoring/cases/{stopped}?tab={tab}").text)
        assert "چیزی این پرونده را پیش نمی‌برد" in of_case
        assert "nothing moves" not in of_case
    assert "سرور قیمت خاموش بود" in page
    assert "رسیدگی‌کننده راهبر سامانه" in page
    assert "GEN-STRANDED" not in admin.get("/monitoring/incidents").text
    assert "GEN-STRANDED" in admin.get("/monitoring/incidents?snoozed=1").text


def test_a_damaged_content_names_its_documents_and_offers_no_retry(
    a_purchase: Purchase, site: Database, signed_in: Browser, actor_of, tmp_path: Path
):
    case, _ = a_purchase()
    content = Content("برگه.txt", "txt", 3, "ab" * 32, scanned=False)
    buyer, limits = actor_of("buyer"), DocumentSettings()
    documents.attach(site.unit_of_work(), case, [content], actor=buyer, at=NOON, limits=limits)
    for at in (NOON, NOON + QUARTER, NOON + QUARTER + content_checks.EVERY):
        content_checks.look(site, FolderStore(tmp_path / "empty"), at)
    with site.reader() as session:
        [incident] = session.scalars(select(Incident))

    admin = signed_in("admin")
    page = admin.get(f"/monitoring/incidents/{incident.fingerprint}").text

    assert "ARC-001" in admin.get("/monitoring/incidents").text
    assert "برگه.txt" in page
    assert f"/monitoring/cases/{case}" in page
    assert "/again" not in page
    forged = f"/monitoring/incidents/{incident.fingerprint}/again"
    assert admin.post(forged, data={"reason": "x"}).status_code == 422


def test_the_lines_of_code_stand_with_the_cause(stopped: UUID, signed_in: Browser):
    admin = signed_in("admin")

    of_cause = admin.get(PAGE).text
    of_case = admin.get(f"/monitoring/cases/{stopped}?tab=work").text

    assert "line 7 of handlers.py" in of_cause
    assert "line 7 of handlers.py" in of_case


def test_all_of_a_cause_is_mended_as_a_batch_with_a_reason(
    stopped: UUID, site: Database, signed_in: Browser
):
    admin = signed_in("admin")

    refused = admin.post(f"{PAGE}/again", data={"reason": ""})
    begun = admin.post(f"{PAGE}/again", data={"reason": "سرور برگشت"})
    run_due(site, lambda: NOON)

    assert refused.status_code == 422
    assert 'id="reason-problem"' in refused.text
    assert "انجام‌شده" in text_of(admin.get(begun.location).text)


def test_a_note_without_words_is_refused_beside_its_field(stopped: UUID, signed_in: Browser):
    page = signed_in("admin").post(f"{PAGE}/note", data={"note": " "})

    assert page.status_code == 422
    assert 'id="note-problem"' in page.text


def test_auditors_read_them_and_others_do_not(stopped: UUID, signed_in: Browser):
    auditor, buyer = signed_in("auditor"), signed_in("buyer")

    assert auditor.get(PAGE).status_code == 200
    assert auditor.post(f"{PAGE}/note", data={"note": "من"}).status_code == 403
    assert buyer.get("/monitoring/incidents").status_code == 403
    assert buyer.get("/monitoring/incidents/ageing").status_code == 403
    assert auditor.get("/monitoring/incidents/ageing").status_code == 200
    assert auditor.get("/monitoring/incidents/none").status_code == 404
