"""The file of a case in the pages: listed, shown safely, replaced, withdrawn, taken away whole."""

from __future__ import annotations

import csv
import hashlib
import html
import io
import json
import re
import zipfile
from collections.abc import Callable
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy import event

from engine.commands import documents
from engine.model.person import Actor
from engine.settings import DocumentSettings
from engine.storage.database import Database
from tests.kit.papers import pdf, png
from tests.kit.sites import NOON
from tests.web.conftest import text_of
from tests.web.handing_in import address, filed, send

Browser = Callable[[str], FlaskClient]
ActorOf = Callable[[str], Actor]
JSON = {"Accept": "application/json"}


def test_several_documents_are_added_together_and_listed_with_their_hashes(taken, site):
    client, case, task = taken

    sent = send(client, case, (pdf(), "صورت جلسه.pdf"), (png(), "a.png"), query=f"task={task}")

    assert (sent.status_code, sent.location) == (303, f"/tasks/{task}?tab=file")
    page = client.get(sent.location).text
    for each in (pdf(), png()):
        assert hashlib.sha256(each).hexdigest() in page
    assert "صورت جلسه.pdf" in page
    assert "کارپرداز یکم" in page
    assert {each.task_id for each in filed(site, case)} == {task}


def test_before_the_step_is_taken_documents_go_to_the_case_alone(a_purchase, signed_in, site):
    case, task = a_purchase()
    client = signed_in("buyer")
    page = client.get(f"/tasks/{task}?tab=file").text

    [to] = re.findall(r'id="add-documents"[^>]*action="[^"]*documents\?([^"]*)"', page)
    sent = send(client, case, (pdf(), "a.pdf"), query=html.unescape(to))

    assert sent.status_code == 303
    assert {each.task_id for each in filed(site, case)} == {None}


def test_a_script_gets_their_ids(taken, site):
    client, case, _ = taken

    sent = send(client, case, (pdf(), "a.pdf"), headers=JSON)

    assert sent.status_code == 201
    assert sent.json == {"documents": [str(each.id) for each in filed(site, case)]}


def test_what_comes_back_runs_nothing_and_belongs_to_no_page(taken, site):
    client, case, _ = taken
    send(client, case, (png(), "a.png"))

    saved = client.get(address(site, case), buffered=True)
    shown = client.get(address(site, case) + "?inline", buffered=True)

    for each in (saved, shown):
        assert each.data == png()
        assert each.headers["X-Content-Type-Options"] == "nosniff"
        assert each.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert each.headers["Content-Type"] == "image/png"
    assert saved.headers["Content-Disposition"].startswith("attachment")
    assert shown.headers["Content-Disposition"].startswith("inline")


def test_only_pictures_are_shown_in_place(taken, site):
    client, case, _ = taken
    send(client, case, (b"plain", "a.txt"))

    answer = client.get(address(site, case) + "?inline", buffered=True)

    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Content-Type"].startswith("text/plain")


def test_a_document_is_replaced_and_withdrawn_on_its_page(taken, site):
    client, case, _ = taken
    send(client, case, (b"one", "a.txt"))
    [document] = filed(site, case)
    own = f"/cases/{case}/documents/{document.id}"

    newer = {"files": (io.BytesIO(b"two"), "b.txt")}
    assert client.post(own, data=newer, content_type="multipart/form-data").status_code == 303
    assert client.get(f"{own}/1", buffered=True).data == b"one"
    assert client.get(f"{own}/2", buffered=True).data == b"two"
    assert client.post(f"{own}/withdraw", data={"reason": " "}).status_code == 422
    assert client.post(f"{own}/withdraw", data={"reason": "اشتباه"}).status_code == 303

    page = text_of(client.get(f"/cases/{case}?tab=file").text)
    assert "اشتباه" in page
    trail = text_of(client.get(f"/cases/{case}?tab=trail").text)
    assert "نسخهٔ تازه‌ای از سندی را جایگزین کرد" in trail
    assert "سندی را پس گرفت" in trail


def test_who_may_not_see_the_case_finds_nothing_of_it(taken, site, signed_in: Browser):
    client, case, _ = taken
    send(client, case, (b"one", "a.txt"))
    [document] = filed(site, case)
    own = f"/cases/{case}/documents"
    stranger = signed_in("head15")

    for each in ("viewer", "all.zip", "case.pdf", f"{document.id}", f"{document.id}/1"):
        assert stranger.get(f"{own}/{each}").status_code == 404, each
    assert send(stranger, case, (b"x", "a.txt")).status_code == 404
    for each in (f"{document.id}", f"{document.id}/withdraw"):
        assert stranger.post(f"{own}/{each}", data={"reason": "x"}).status_code == 404
    assert client.get(f"/cases/{uuid4()}/documents/{document.id}/1").status_code == 404


def test_who_only_looks_adds_nothing(taken, site, signed_in: Browser):
    _, case, _ = taken
    auditor = signed_in("auditor")

    assert "add-documents" not in auditor.get(f"/cases/{case}?tab=file").text
    assert send(auditor, case, (b"one", "a.txt"), headers=JSON).status_code == 403
    assert filed(site, case) == ()


def test_all_documents_come_as_one_archive_with_their_hashes(taken, site):
    client, case, _ = taken
    send(client, case, (pdf(), "الف.pdf"), (b"=1+1", "=cmd.txt"))
    [first, second] = filed(site, case)
    newer = {"files": (io.BytesIO(pdf("two")), "ب.pdf")}
    client.post(
        f"/cases/{case}/documents/{first.id}", data=newer, content_type="multipart/form-data"
    )
    client.post(f"/cases/{case}/documents/{second.id}/withdraw", data={"reason": "=no"})

    answer = client.get(f"/cases/{case}/documents/all.zip")

    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        assert archive.testzip() is None
        index = list(csv.DictReader(io.StringIO(archive.read("index.csv").decode("utf-8-sig"))))
        manifest = json.loads(archive.read("manifest.json"))
        beside = {"index.csv", "case.pdf", "README.txt", "manifest.pem"}
        assert manifest["files"].keys() == beside | {each["path"] for each in index}
        for each in index:
            assert hashlib.sha256(archive.read(each["path"])).hexdigest() == each["sha256"]
    assert [each["state"] for each in index] == ["current", "replaced", "withdrawn"]
    assert index[2]["document"] == "'=cmd.txt"
    assert index[2]["withdrawn_reason"] == "'=no"


@pytest.mark.parametrize("language", ["fa", "en"])
def test_the_whole_case_is_printed(taken, site, language: str):
    client, case, _ = taken
    client.post("/language", data={"locale": language})
    send(client, case, (pdf(), "plan.pdf"))

    answer = client.get(f"/cases/{case}/documents/case.pdf")

    assert answer.mimetype == "application/pdf"
    said = "".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.data)).pages)
    assert "plan.pdf" in said
    assert hashlib.sha256(pdf()).hexdigest() in "".join(said.split())


@pytest.mark.both_databases
def test_the_tab_asks_as_often_for_two_hundred_documents_as_for_one(
    taken, site: Database, actor_of: ActorOf
):
    client, case, _ = taken
    sent: list[str] = []

    def asked() -> int:
        client.get(f"/cases/{case}?tab=file")
        sent.clear()
        assert client.get(f"/cases/{case}?tab=file").status_code == 200
        return len(sent)

    def add(count: int) -> None:
        content = documents.Content("a.txt", "txt", 3, "0" * 64, scanned=False)
        documents.attach(
            site.unit_of_work(),
            case,
            [content] * count,
            actor=actor_of("buyer"),
            at=NOON,
            limits=DocumentSettings(),
        )

    event.listen(site.engine, "before_cursor_execute", lambda *given: sent.append(given[2]))
    add(1)
    few = asked()
    add(199)

    assert asked() == few
