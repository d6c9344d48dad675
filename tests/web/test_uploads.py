"""Documents handed in: names cleaned, limits before a byte is read, viruses refused in words."""

from __future__ import annotations

import io
from collections.abc import Callable
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from engine.settings import DocumentSettings
from tests.kit.papers import EICAR, docx, pdf
from tests.kit.scanner import Scanner
from tests.web.conftest import text_of
from tests.web.handing_in import address, filed, send

Browser = Callable[[str], FlaskClient]
JSON = {"Accept": "application/json"}


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
