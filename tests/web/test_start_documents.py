"""Documents handed in with the form that starts a case."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from engine.catalogue.bundle import Bundle
from engine.commands import deployments, documents
from engine.model.person import Actor
from engine.queries import documents as queries
from engine.queries import uploads
from engine.storage.database import Database
from forms.deploying import findings
from tests.kit.papers import pdf
from tests.kit.sites import NOON
from tests.web.conftest import PURCHASE, text_of

Browser = Callable[[str], FlaskClient]
ActorOf = Callable[[str], Actor]
START = "/start/purchase"
JSON = {"Accept": "application/json"}
PICKER = {
    "type": "filepicker",
    "key": "papers",
    "label": "مدارک",
    "multiple": True,
    "validate": {"required": True},
}


@pytest.fixture
def buyer(site: Database, signed_in: Browser) -> FlaskClient:
    """A buyer's browser; the start of a purchase asks for documents."""
    files = dict(Bundle.read(PURCHASE).files)
    form = json.loads(files["forms/start_purchase.form"])
    form["components"].append(PICKER)
    files["forms/start_purchase.form"] = json.dumps(form).encode()
    deployments.deploy(site.unit_of_work(), Bundle(files), at=NOON, forms=findings)
    return signed_in("buyer")


def hand_in(client: FlaskClient, name: str = "نامه.pdf", **typed: Any) -> Any:
    """Hand a document in as a browser without scripts does."""
    return client.post(
        f"{START}/documents?field=papers&input=_file:papers",
        data={**typed, "_file:papers": (io.BytesIO(pdf()), name)},
        content_type="multipart/form-data",
    )


def ids_on(page: str) -> str:
    [found] = re.findall(r'<textarea name="papers"[^>]*>([^<]*)</textarea>', page)
    return str(found).strip()


def test_what_is_handed_in_belongs_to_the_case_when_it_starts(
    buyer: FlaskClient, site: Database, actor_of: ActorOf
):
    page = hand_in(buyer, request_no="P-7")
    two = hand_in(buyer, "فاکتور.pdf", request_no="P-7", papers=ids_on(page.text))

    started = buyer.post(START, data={"request_no": "P-7", "papers": ids_on(two.text)})

    assert 'value="P-7"' in two.text  # nothing typed is lost on the way
    assert "نامه.pdf" in text_of(two.text)
    assert started.status_code == 303, text_of(started.text)
    shown = buyer.get(started.location).text
    [case] = {*re.findall(r"/cases/([0-9a-f-]{36})", shown)}
    with site.reader() as session:
        filed = queries.of_case(session, UUID(case), actor_of("buyer"))
        left = uploads.waiting(session, "purchase", ids_on(two.text).split(), actor_of("buyer"))
    assert [(each.newest.name, each.field) for each in filed] == [
        ("نامه.pdf", "papers"),
        ("فاکتور.pdf", "papers"),
    ]
    assert [str(each.id) for each in filed] == ids_on(two.text).split()
    assert left == ()
    trail = text_of(buyer.get(f"/cases/{case}?tab=trail").text)
    assert "سندی به اسناد پرونده افزود" in trail
    assert "سند: نامه.pdf" in trail


def test_a_script_gets_the_id_and_a_refused_start_keeps_the_document(buyer: FlaskClient):
    sent = buyer.post(
        f"{START}/documents?field=papers",
        data={"files": (io.BytesIO(pdf()), "a.pdf")},
        headers=JSON,
    )
    [document] = sent.get_json()["documents"]

    refused = buyer.post(START, data={"request_no": "", "papers": document})

    assert (sent.status_code, refused.status_code) == (201, 422)
    assert ids_on(refused.text) == document
    assert "a.pdf" in text_of(refused.text)


def test_what_tricks_is_said_beside_the_field_and_nothing_typed_is_lost(buyer: FlaskClient):
    refused = hand_in(buyer, "../../a.pdf", request_no="P-8")

    assert refused.status_code == 422
    [beside] = re.findall(r'id="papers-problem">.*?</p>', refused.text, re.DOTALL)
    assert "نام آن چیزی نیست که به نظر می‌رسد" in text_of(beside)
    assert 'value="P-8"' in refused.text


def test_what_somebody_else_handed_in_is_not_taken(buyer: FlaskClient, signed_in: Browser):
    theirs = ids_on(hand_in(signed_in("buyer2"), request_no="P-9").text)

    refused = buyer.post(START, data={"request_no": "P-9", "papers": theirs})

    assert refused.status_code == 422
    assert "برگزیده شده در این پرونده نیست" in text_of(refused.text)


def test_who_may_not_start_hands_nothing_in(buyer: FlaskClient, signed_in: Browser):
    assert hand_in(signed_in("auditor")).status_code == 403
    unknown = buyer.post(f"{START}/documents?field=request_no", data={})
    assert unknown.status_code == 422


def test_what_no_start_claims_is_forgotten_and_its_content_removed(
    buyer: FlaskClient, site: Database, app: Flask, actor_of: ActorOf
):
    waiting = ids_on(hand_in(buyer, request_no="P-7").text)
    store = app.extensions["divan"].documents
    kept = [each for each in (store._folder).rglob("*") if each.is_file()]

    later = NOON + timedelta(days=2)
    documents.sweep(site, store, NOON + timedelta(hours=2))
    with site.reader() as session:
        still = uploads.waiting(session, "purchase", [waiting], actor_of("buyer"))
    documents.sweep(site, store, later)
    with site.reader() as session:
        gone = uploads.waiting(session, "purchase", [waiting], actor_of("buyer"))

    assert len(kept) == 1
    assert [each.name for each in still] == ["نامه.pdf"]
    assert gone == ()
    refused = buyer.post(START, data={"request_no": "P-7", "papers": waiting})
    assert refused.status_code == 422
