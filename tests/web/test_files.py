"""The file of a case in the pages: handed in, refused in words, shown safely, taken away whole."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy import event
from werkzeug.test import TestResponse

from engine.commands import documents
from engine.model.person import Actor
from engine.queries import documents as queries
from engine.settings import DocumentSettings
from engine.storage.database import Database
from tests.kit.papers import EICAR, docx, pdf, png
from tests.kit.scanner import Scanner
from tests.kit.sites import NOON
from tests.web.conftest import text_of

Purchase = Callable[..., tuple[UUID, UUID]]
Browser = Callable[[str], FlaskClient]
ActorOf = Callable[[str], Actor]
JSON = {"Accept": "application/json"}


@pytest.fixture
def taken(a_purchase: Purchase, signed_in: Browser) -> tuple[FlaskClient, UUID, UUID]:
    """A buyer's browser, his case, and the step of it that he has taken."""
    case, task = a_purchase()
    client = signed_in("buyer")
    assert client.post(f"/tasks/{task}/claim").status_code == 303
    return client, case, task


def send(
    client: FlaskClient,
    case: UUID,
    *files: tuple[bytes, str],
    query: str = "tab=file",
    **given: Any,
) -> TestResponse:
    content = {"files": [(io.BytesIO(each), name) for each, name in files]}
    return client.post(
        f"/cases/{case}/documents?{query}",
        data=content,
        content_type="multipart/form-data",
        **given,
    )


def filed(site: Database, case: UUID) -> tuple[queries.Filed, ...]:
    with site.reader() as session:
        return queries.of_case(session, case)


def address(site: Database, case: UUID, number: int = 1) -> str:
    [document] = filed(site, case)
    return f"/cases/{case}/documents/{document.id}/{number}"


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


def test_a_script_gets_their_ids(taken, site):
    client, case, _ = taken

    sent = send(client, case, (pdf(), "a.pdf"), headers=JSON)

    assert sent.status_code == 201
    assert sent.json == {"documents": [str(each.id) for each in filed(site, case)]}


@pytest.mark.parametrize(
    ("content", "name", "persian", "english"),
    [
        pytest.param(
            b"MZ\x90\0", "فاکتور.pdf", "برنامهٔ اجرایی", "holds a program", id="a renamed program"
        ),
        pytest.param(pdf(), "a.pdf.exe", "با پسوند نامش نمی‌خواند", "end of its name", id="a name"),
        pytest.param(b"<html>", "a.txt", "نوعی است که اینجا", "not taken here", id="a page"),
        pytest.param(
            docx({"word/vbaProject.bin": b""}), "a.docx", "ماکرو دارد", "holds macros", id="macros"
        ),
        pytest.param(
            docx({"x": b"\0" * 30_000_000}), "a.docx", "بیش از اندازه", "far too large", id="a bomb"
        ),
        pytest.param(b"", "a.pdf", "خالی است", "is empty", id="nothing"),
    ],
)
def test_what_is_refused_is_said_beside_the_field_in_both_languages(
    taken, site, content: bytes, name: str, persian: str, english: str
):
    client, case, task = taken

    answer = send(client, case, (pdf(), "good.pdf"), (content, name))
    scripted = send(client, case, (content, name), headers=JSON)
    client.post("/language", data={"locale": "en"})
    in_english = send(client, case, (content, name), query=f"task={task}&tab=file")

    assert (answer.status_code, scripted.status_code, in_english.status_code) == (422, 422, 422)
    assert persian in text_of(answer.text)
    assert english in text_of(in_english.text)
    assert 'aria-invalid="true"' in answer.text
    assert english in scripted.get_json()["problems"][0]["message"]
    assert filed(site, case) == ()  # nor the good one beside it


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("final report (2).pdf", "final report (2).pdf"),
        ("CON.pdf", "_CON.pdf"),
        ("x" * 300 + ".pdf", "x" * 196 + ".pdf"),
        ("a;<script>.pdf", "a;_script_.pdf"),
    ],
)
def test_an_ordinary_name_stays_and_a_strange_one_is_cleaned(taken, site, name: str, kept: str):
    client, case, _ = taken

    assert send(client, case, (pdf(), name)).status_code == 303

    [document] = filed(site, case)
    assert document.newest.name == kept
    answer = client.get(address(site, case), buffered=True)
    assert kept.partition(".")[0][:5] in answer.headers["Content-Disposition"]


def test_a_persian_name_with_its_joiner_and_spaces_stays_as_it_is(taken, site):
    client, case, _ = taken
    name = "صورت‌وضعیت شمارهٔ ۳ (نهایی).pdf"

    assert send(client, case, (pdf(), name)).status_code == 303

    [document] = filed(site, case)
    assert document.newest.name == name


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("../../../etc/passwd.pdf", id="traversal"),
        pytest.param("..\\..\\a.pdf", id="traversal, the other way"),
        pytest.param("gnp\u202efdp.exe.pdf", id="right-to-left override"),
        pytest.param("\u2067a\u2069.pdf", id="isolates"),
        pytest.param("a\x01b.pdf", id="a control"),
    ],
)
def test_a_name_that_tricks_is_refused_in_words(taken, site, name: str):
    client, case, _ = taken

    answer = send(client, case, (pdf(), "good.pdf"), (pdf(), name))
    scripted = send(client, case, (pdf(), name), headers=JSON)

    assert (answer.status_code, scripted.status_code) == (422, 422)
    assert "نام آن چیزی نیست که به نظر می‌رسد" in text_of(answer.text)
    [problem] = scripted.get_json()["problems"]
    assert (problem["code"], "Rename it" in problem["message"]) == ("GEN-FILE-TRICK", True)
    assert filed(site, case) == ()


def test_nothing_chosen_is_said(taken):
    client, case, _ = taken

    answer = client.post(f"/cases/{case}/documents?tab=file", data={})

    assert answer.status_code == 422
    assert "پاسخ لازم است" in text_of(answer.text)


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


class Unread(io.RawIOBase):
    """The body of a request that nobody may read."""

    def readable(self) -> bool:
        return True

    def readinto(self, _: object) -> int:
        raise AssertionError("the body was read")


def unread(client: FlaskClient, case: UUID, size: int) -> TestResponse:
    return client.post(
        f"/cases/{case}/documents",
        content_type="multipart/form-data; boundary=x",
        environ_overrides={"CONTENT_LENGTH": str(size), "wsgi.input": Unread()},
    )


def test_who_may_not_send_is_told_before_anything_is_read(
    taken, client: FlaskClient, signed_in: Browser
):
    _, case, _ = taken

    assert unread(client, case, 10_000_000).location.startswith("/sign-in")
    assert unread(signed_in("head15"), case, 10_000_000).status_code == 404


def test_two_gigabytes_are_refused_before_anything_is_read(taken):
    client, case, _ = taken

    refused = unread(client, case, 2**31)

    assert refused.status_code == 413
    assert "بزرگ‌تر از ۱۰۰ مگابایت" in text_of(refused.text)


def test_what_is_larger_than_a_document_may_be_is_refused_and_takes_no_room(
    taken, site, app: Flask, monkeypatch: pytest.MonkeyPatch
):
    client, case, _ = taken
    monkeypatch.setattr(DocumentSettings, "bytes", property(lambda _: 100_000))

    answer = send(client, case, (b"x" * 300_000, "a.txt"))

    assert answer.status_code == 422
    assert "بزرگ‌تر از ۲۵ مگابایت" in text_of(answer.text)
    home = app.extensions["divan"].settings.home
    assert list((home / "documents" / "incoming").iterdir()) == []


def test_uploads_leave_room_for_others(taken, app: Flask):
    client, case, _ = taken
    room = app.extensions["divan.uploads"]
    held = 0
    while room.acquire(blocking=False):
        held += 1

    busy = send(client, case, (b"one", "a.txt"), headers=JSON)
    room.release(held)

    assert (busy.status_code, busy.headers["Retry-After"]) == (503, "5")
    assert send(client, case, (b"one", "a.txt")).status_code == 303
    assert held == max(1, app.extensions["divan"].settings.threads // 2)
    assert all(room.acquire(blocking=False) for _ in range(held))  # and gave its own back
    room.release(held)


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


@pytest.fixture
def scanned(app: Flask, monkeypatch: pytest.MonkeyPatch):
    """Have the site's documents looked at by a daemon on loopback."""
    with Scanner() as daemon:
        settings = DocumentSettings(scanner=daemon.address)
        own = app.extensions["divan"].settings
        object.__setattr__(own, "documents", settings)
        yield


def test_a_virus_is_refused_and_what_was_looked_at_says_so(scanned, taken, site):
    client, case, _ = taken

    refused = send(client, case, (b"x " + EICAR, "a.txt"))
    assert send(client, case, (b"clean", "b.txt")).status_code == 303

    assert refused.status_code == 422
    assert "ویروس‌یاب" in text_of(refused.text)
    [document] = filed(site, case)
    assert document.newest.scanned
    assert "بررسی‌شده" in text_of(client.get(f"/cases/{case}?tab=file").text)


def test_nothing_is_taken_while_the_scanner_is_away(app: Flask, taken, site):
    client, case, _ = taken
    own = app.extensions["divan"].settings
    object.__setattr__(own, "documents", DocumentSettings(scanner="tcp://127.0.0.1:1"))

    refused = send(client, case, (b"clean", "b.txt"))

    assert refused.status_code == 422
    assert "پذیرفته نشد" in text_of(refused.text)
    assert filed(site, case) == ()
