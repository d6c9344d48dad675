"""The press: what a template may do, what it is told when it is wrong, and when it is stopped."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pytest
from pypdf import PdfReader

from webapp.documents.press import PRESSING, PaperFailed, Place, Press, Pressing

PAGE: dict[str, Any] = {
    "language": "fa",
    "title": "گواهی",
    "number": "D07-1405-0012",
    "code": "7QXK-93FD-M2PA",
    "date": "۱۴۰۵/۰۹/۰۱",
    "unit": "D07",
    "unit_name": "شهرداری منطقه ۷",
    "case": {"title": "", "number": "1404-D07-0417", "process": "سفارش"},
    "values": {
        "amount": {
            "kind": "rial",
            "label": "مبلغ",
            "text": "−۱۱٬۲۲۲٬۹۳۳",
            "words": "منفی یازده میلیون",
            "negative": True,
        },
        "body": {"kind": "text", "label": "متن", "text": '#panic("x") $a$ *b*\nخط دوم'},
        "present": {"kind": "rows", "label": "", "rows": [{"name": "علی", "role": "ناظر"}]},
    },
    "approvals": [
        {
            "name": "رضا",
            "role": "شهردار",
            "unit": "D07",
            "unit_name": "شهرداری منطقه ۷",
            "step": "تأیید",
            "at": "۱۰:۳۰",
        },
    ],
    "own": {},
}


def printed(template: str) -> bytes:
    return (
        Press("https://divan.city.example")
        .print({"papers/a.typ": template.encode()}, "a", PAGE, "7QXK93FDM2PA")
        .body
    )


def refused(template: str) -> PaperFailed:
    with pytest.raises(PaperFailed) as told:
        printed(template)
    return told.value


@pytest.mark.parametrize("name", ["letter", "minutes", "certificate", "voucher", "order"])
def test_templates_of_the_release_print_with_number_and_code(name: str):
    made = Press("https://divan.city.example").print({}, name, PAGE, "7QXK93FDM2PA")

    text = PdfReader(io.BytesIO(made.body)).pages[0].extract_text()
    assert "D07-1405-0012" in text
    assert "7QXK-93FD-M2PA" in text
    assert "https://divan.city.example/verify/7QXK93FDM2PA" in text


def test_a_paper_is_an_archive_pdf_with_its_fonts_and_tags():
    body = Press().print({}, "letter", PAGE, "X").body

    assert b"<pdfaid:part>2</pdfaid:part>" in body
    assert b"/Marked true" in body


def test_what_a_person_typed_is_text_and_never_part_of_the_template():
    body = Press().print({}, "letter", PAGE, "X").body

    assert '#panic("x") $a$ *b*' in PdfReader(io.BytesIO(body)).pages[0].extract_text()


def test_the_template_is_named_by_the_hash_of_all_it_was_printed_from():
    same = {Press().print({}, "letter", PAGE, "X").template for _ in range(2)}
    other = Press().print({"papers/letter.typ": b"a"}, "letter", PAGE, "X").template

    assert len(same | {other}) == 2


def test_a_template_may_import_what_lies_beside_it():
    files = {"papers/a.typ": b'#import "/b.typ": x\n#x', "papers/b.typ": b"#let x = [here]"}

    body = Press().print(files, "a", PAGE, "X").body

    assert "here" in PdfReader(io.BytesIO(body)).pages[0].extract_text()


def test_a_wrong_template_is_told_with_its_line():
    wrong = refused('#import "/divan.typ": *\n\n  #nothing(1)')

    assert wrong.place == Place("a.typ", 3, 3)
    assert "unknown variable" in wrong.said


@pytest.mark.parametrize(
    "template",
    ['#read("../../etc/passwd")', '#read("/etc/passwd")', '#image("/proc/self/environ")'],
)
def test_a_template_reads_no_file_but_those_of_its_folder(template: str):
    assert "/tmp" not in refused(template).said


@pytest.mark.parametrize("name", ["../late", "/late", "deep/er", "..\\late"])
def test_a_name_that_leads_out_of_the_folder_is_refused(name: str):
    with pytest.raises(PaperFailed, match="no name of a template"):
        Press().print({f"papers/{name}.typ": b"here"}, name, PAGE, "X")
    with pytest.raises(PaperFailed, match="no name of a template"):
        Press().print({f"papers/{name}.typ": b"here", "papers/a.typ": b"a"}, "a", PAGE, "X")


def test_a_template_has_no_packages():
    assert "no packages" in refused('#import "@preview/cetz:0.3.0": *').said


def test_a_preview_is_a_picture_of_each_page():
    two = {"papers/a.typ": b'#import "/divan.typ": *\n#show: paper\none #pagebreak() two'}

    pages = Press().pictures(two, "a", PAGE, "X")

    assert [each[:4] for each in pages] == [b"\x89PNG", b"\x89PNG"]


def test_a_template_nobody_has_is_refused():
    with pytest.raises(PaperFailed, match="there is no template nothing"):
        Press().print({}, "nothing", PAGE, "X")


@pytest.fixture
def hasty() -> Iterator[Pressing]:
    made = Pressing(longest=0.5)
    yield made
    made.close()


def test_a_template_that_does_not_end_is_stopped_and_the_next_is_printed(hasty: Pressing):
    endless = b"#for i in range(10000) { for j in range(10000) { let x = i * j } }"

    with pytest.raises(PaperFailed, match=r"not done after 0\.5 seconds"):
        hasty.pressed({"a.typ": endless}, "a.typ", PAGE)

    assert PRESSING.pressed({"a.typ": b"here"}, "a.typ", PAGE)[0].startswith(b"%PDF")
