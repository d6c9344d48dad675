"""What a file is comes from its content; what cannot be told for certain is refused."""

from __future__ import annotations

import io
import random
import struct
import zipfile
from dataclasses import fields

import pytest

from engine.documents import KINDS, examine
from engine.errors import RulesBroken
from engine.settings import DocumentSettings
from tests.kit.papers import archive, docx, odt, pdf, png

ALLOWED = tuple(KINDS)
JPEG = b"\xff\xd8\xff\xe0" + b"\0" * 40 + b"\xff\xd9"
WEBP = b"RIFF" + struct.pack("<L", 12) + b"WEBPVP8 " + b"\0" * 4


def _kind(content: bytes, name: str, allowed: tuple[str, ...] = ALLOWED) -> str:
    return examine(io.BytesIO(content), len(content), name, allowed).name


def _refusal(content: bytes, name: str, allowed: tuple[str, ...] = ALLOWED) -> str:
    with pytest.raises(RulesBroken) as refused:
        _kind(content, name, allowed)
    [problem] = refused.value.problems
    assert problem.params["name"] == name
    return problem.code


@pytest.mark.parametrize(
    ("content", "name", "kind"),
    [
        (pdf(), "a.pdf", "pdf"),
        (png(), "plan.PNG", "png"),
        (JPEG, "photo.jpg", "jpeg"),
        (JPEG, "photo.jpeg", "jpeg"),
        (WEBP, "photo.webp", "webp"),
        (b"II*\0" + b"\0" * 20, "scan.tif", "tiff"),
        (docx(), "letter.docx", "docx"),
        (odt(), "letter.odt", "odt"),
        (archive({"a.pdf": pdf()}), "all.zip", "zip"),
        ("متره\tمقدار\n".encode(), "متره.txt", "txt"),
        ("ردیف,مقدار\r\n1,2\r\n".encode("utf-8-sig"), "lines.csv", "csv"),
        (b"AC1032" + b"\0" * 20, "plan.dwg", "dwg"),
    ],
)
def test_a_document_is_known_by_its_content(content: bytes, name: str, kind: str):
    assert _kind(content, name) == kind


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        pytest.param(b"", "a.pdf", "GEN-FILE-EMPTY", id="empty"),
        pytest.param(b"MZ\x90\0", "invoice.pdf", "GEN-FILE-PROGRAM", id="renamed executable"),
        pytest.param(b"\x7fELF\2", "a.jpg", "GEN-FILE-PROGRAM", id="renamed, of Linux"),
        pytest.param(b"#!/bin/sh\nrm", "a.txt", "GEN-FILE-PROGRAM", id="a script as text"),
        pytest.param(pdf(), "a.pdf.exe", "GEN-FILE-NAME", id="double extension"),
        pytest.param(pdf(), "a.png", "GEN-FILE-NAME", id="another kind than named"),
        pytest.param(png(), "a", "GEN-FILE-NAME", id="no extension"),
        pytest.param(b"<svg onload=alert(1)>", "a.txt", "GEN-FILE-KIND", id="markup as text"),
        pytest.param(b"\xef\xbb\xbf <!DOCTYPE html>", "a.csv", "GEN-FILE-KIND", id="a page"),
        pytest.param(b"a\0b", "a.txt", "GEN-FILE-KIND", id="not text"),
        pytest.param(b"\xff\xfe\x41\0", "a.txt", "GEN-FILE-KIND", id="not UTF-8"),
        pytest.param(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a.doc", "GEN-FILE-OLD", id="old office"),
        pytest.param(pdf()[:200], "a.pdf", "GEN-FILE-DAMAGED", id="cut off"),
        pytest.param(
            png() + b"<?php", "a.png", "GEN-FILE-DAMAGED", id="something behind a picture"
        ),
        pytest.param(png() + archive({"a": b"b"}), "a.png", "GEN-FILE-TWO", id="picture and zip"),
        pytest.param(pdf() + archive({"a": b"b"}), "a.pdf", "GEN-FILE-TWO", id="PDF and zip"),
        pytest.param(
            pdf(extra=b"/OpenAction << /S /JavaScript >>"), "a.pdf", "GEN-FILE-ACTIVE", id="acts"
        ),
        pytest.param(docx({"word/vbaProject.bin": b"x"}), "a.docx", "GEN-FILE-MACROS", id="macros"),
        pytest.param(
            docx(main="macroEnabled.main+xml"), "a.docx", "GEN-FILE-MACROS", id="says macros"
        ),
        pytest.param(archive({"a": b"b"}), "a.docx", "GEN-FILE-DAMAGED", id="zip as document"),
        pytest.param(docx(), "a.xlsx", "GEN-FILE-NAME", id="another office document"),
        pytest.param(archive({"../a": b"b"}), "a.zip", "GEN-FILE-PATHS", id="leaves its folder"),
        pytest.param(archive({"run.EXE": b"b"}), "a.zip", "GEN-FILE-PROGRAM", id="program inside"),
        pytest.param(b"\0" * 9 + archive({"a": b"b"}), "a.zip", "GEN-FILE-KIND", id="zip behind"),
        pytest.param(archive({"a": b"b"}) + b"more", "a.zip", "GEN-FILE-TWO", id="behind a zip"),
        pytest.param(
            docx({"big": b"\0" * 30_000_000}), "a.docx", "GEN-FILE-BOMB", id="unpacks to much"
        ),
        pytest.param(
            archive({str(each): b"" for each in range(1_001)}), "a.zip", "GEN-FILE-BOMB", id="many"
        ),
    ],
)
def test_what_is_not_what_it_says_is_refused(content: bytes, name: str, code: str):
    assert _refusal(content, name) == code


def test_an_encrypted_archive_is_refused():
    content = bytearray(docx())
    with zipfile.ZipFile(io.BytesIO(bytes(content))) as opened:
        assert opened.infolist()
    listed = content.rfind(b"PK\x01\x02")
    content[listed + 8] |= 1

    assert _refusal(bytes(content), "a.docx") == "GEN-FILE-LOCKED"


def test_a_kind_the_site_does_not_take_is_refused():
    assert _refusal(archive({"a": b"b"}), "a.zip", ("pdf",)) == "GEN-FILE-KIND"


def test_every_kind_that_a_setting_may_name_is_known():
    [kinds] = [each for each in fields(DocumentSettings) if each.name == "kinds"]
    allowed = kinds.metadata["setting"][1]

    assert allowed.read(" ".join(KINDS)) == tuple(KINDS)


def test_mutated_files_are_taken_or_refused_and_nothing_else():
    dice = random.Random(7)
    seeds = [(pdf(), "a.pdf"), (png(), "a.png"), (docx(), "a.docx"), (odt(), "a.odt")]
    for _ in range(2_000):
        content, name = dice.choice(seeds)
        mutated = bytearray(content)
        for _ in range(dice.randrange(1, 20)):
            mutated[dice.randrange(len(mutated))] = dice.randrange(256)
        cut = bytes(mutated[: dice.randrange(1, len(mutated) + 1)])
        try:
            assert _kind(cut, name) in KINDS
        except RulesBroken:  # anything else fails the test
            continue
