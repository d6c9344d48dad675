"""Signed PDFs: several signers, timestamps, and every attack on them that we know is found."""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from functools import cache
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from engine.signing import pdf, pdf_checks
from engine.signing.authority import issued
from engine.signing.errors import SigningRefused
from tests.kit import papers
from tests.kit import signing as kit

PASSED = "TOTAL-PASSED"


@cache
def signed(times: int = 1) -> bytes:
    """A paper signed by one, or by two one after the other."""
    content = papers.pdf("One million")
    for code in (kit.CODE, kit.OTHER_CODE)[:times]:
        content = pdf.sign(content, kit.holder(code).pen, kit.trust(), kit.AT)
    return content


def results(content: bytes) -> list[str]:
    return [each.result.value for each in pdf_checks.verify(content, kit.trust(), kit.AT)]


def test_each_of_several_signatures_passes_and_says_whose_it_is():
    found = pdf_checks.verify(signed(2), kit.trust(), kit.AT)

    assert [each.result.value for each in found] == [PASSED, PASSED]
    assert [each.signer and each.signer.national_code for each in found] == [
        kit.CODE,
        kit.OTHER_CODE,
    ]


def test_what_a_signature_adds_begins_on_a_line_of_its_own():
    """ISO 19005-2, 6.1.9: what has no line end at its end is no archive PDF once it is signed."""
    plain = papers.pdf("One million").rstrip()
    made = pdf.sign(plain, kit.holder().pen, kit.trust(), kit.AT)

    assert made.startswith(plain + b"\n")
    assert results(made) == [PASSED]


def test_with_a_timestamp_a_signature_holds_what_verifies_it_later():
    made = papers.pdf("One million")
    for code in (kit.CODE, kit.OTHER_CODE):
        made = pdf.sign(made, kit.holder(code).pen, kit.trust(), kit.AT, stamper=kit.stamper())

    found = pdf_checks.verify(made, kit.trust(), kit.AT)

    assert [(each.result.value, each.form) for each in found] == [(PASSED, "B-LT")] * 2
    assert {each.stamped_at for each in found} == {kit.AT}


def test_an_archive_timestamp_proves_what_its_own_certificate_no_longer_does():
    """R-SIG-03: B-LTA is lengthened before the certificate of its last timestamp ages out."""
    sooner, later = kit.AT + timedelta(days=300), kit.AT + timedelta(days=600)
    after = kit.AT + timedelta(days=800)  # the first authority's certificate has ended
    first = kit.stamper(lasts=timedelta(days=700))
    again = kit.stamper(sooner, timedelta(days=700)), kit.stamper(later, timedelta(days=3000))
    made = pdf.sign(papers.pdf("One"), kit.holder().pen, kit.trust(), kit.AT, stamper=first)
    once = pdf.archived(made, kit.trust(at=sooner), sooner, again[0])
    twice = pdf.archived(once, kit.trust(at=later), later, again[1])

    def said(content: bytes) -> list[tuple[str, str, object]]:
        found = pdf_checks.verify(content, kit.trust(at=after), after)
        return [(each.result.value, each.form, each.stamped_at) for each in found]

    assert twice.startswith(once)
    assert once.startswith(made)
    assert said(twice) == [(PASSED, "B-LTA", kit.AT)]
    for too_late in (made, once):  # nothing vouches for the stamps any more
        assert said(too_late)[0][0] == "INDETERMINATE"
    [found] = pdf_checks.verify(once, kit.trust(at=sooner), sooner)
    assert (found.result.value, found.form) == (PASSED, "B-LTA")
    assert results(replaced_text(twice)) == ["TOTAL-FAILED"]


def test_what_was_signed_without_a_timestamp_is_proved_from_the_moment_of_the_first_over_it():
    """EN 319 142-1, 6.3: a timestamp over the document; it tells nothing of what was before it."""
    later, after = kit.AT + timedelta(days=100), kit.AT + timedelta(days=500)
    bare = signed(2)
    made = pdf.archived(bare, kit.trust(at=later), later, kit.stamper(later, timedelta(days=3000)))

    found = pdf_checks.verify(made, kit.trust(at=after), after)

    assert made.startswith(bare)
    assert [(each.result.value, each.form) for each in found] == [(PASSED, "B-LTA")] * 2
    assert {(each.stamped_at, each.by_archive) for each in found} == {(later, True)}
    assert {each.signed_at for each in found} != {later}, "what the signers say is theirs"
    for each in pdf_checks.verify(bare, kit.trust(at=after), after):  # their certificates ended
        assert (each.result.value, each.form) == ("INDETERMINATE", "B-B")
    revoked = kit.holder(kit.CODE).revoked(later - timedelta(days=1))
    first, second = pdf_checks.verify(made, kit.trust(revoked, at=after), after)
    assert (first.result.value, first.code) == ("TOTAL-FAILED", "SIG-010")
    assert second.has_passed
    assert results(replaced_text(made)) == ["TOTAL-FAILED"] * 2


def test_a_paper_nobody_signed_gets_no_archive_timestamp():
    with pytest.raises(SigningRefused, match="nobody has signed it"):
        pdf.archived(papers.pdf("One"), kit.trust(), kit.AT, kit.stamper())


@pytest.mark.parametrize(
    ("name", "latin", "borne"),
    [
        ("زهرا نادری", "Zahra Naderi", "زهرا نادری"),
        ("عضو کمیسیون ۱", "Commission member 1", "Commission member 1"),
        ("شرکت ABC (سهامی خاص)", "", "شرکت (سهامی خاص"),
        ("۱", "", "۱"),
    ],
)
def test_whose_name_no_subject_may_bear_signs_all_the_same(name: str, latin: str, borne: str):
    made = issued(
        kit.authority(), kit.key(kit.CODE), name=name, latin=latin, national_code=kit.CODE,
        at=kit.AT - timedelta(days=1),
    )  # fmt: skip
    pen = kit.Holder(made, kit.key(kit.CODE), kit.authority()).pen

    [found] = pdf_checks.verify(
        pdf.sign(papers.pdf("Minutes"), pen, kit.trust(), kit.AT), kit.trust(), kit.AT
    )

    assert found.result.value == PASSED
    assert found.signer is not None
    assert (found.signer.name, found.signer.national_code) == (borne, kit.CODE)


def test_a_paper_nobody_signed_has_no_signature():
    assert pdf_checks.verify(papers.pdf(), kit.trust(), kit.AT) == []


def _updated(change: Callable[[IncrementalPdfFileWriter], None], content: bytes) -> bytes:
    writer = IncrementalPdfFileWriter(io.BytesIO(content), strict=False)
    change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _page(writer: IncrementalPdfFileWriter) -> generic.DictionaryObject:
    page = writer.root["/Pages"]["/Kids"][0].get_object()
    assert isinstance(page, generic.DictionaryObject)
    return page


def replaced_text(content: bytes) -> bytes:
    """Incremental saving: the page shows other content."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        other = generic.StreamObject(stream_data=b"BT /F1 24 Tf 72 720 Td (Two million) Tj ET")
        _page(writer)[pdf_name("/Contents")] = writer.add_object(other)
        writer.update_container(_page(writer))

    return _updated(change, content)


def shadowed(content: bytes) -> bytes:
    """Shadow: a font's meaning is replaced, so that the same bytes are read otherwise."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        font = _page(writer)["/Resources"]["/Font"]["/F1"].get_object()
        font[pdf_name("/BaseFont")] = pdf_name("/ZapfDingbats")
        writer.update_container(font)

    return _updated(change, content)


def covered_by_note(content: bytes) -> bytes:
    """Evil annotation: a note is put over what a certification protects."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        note = generic.DictionaryObject(
            {
                pdf_name("/Type"): pdf_name("/Annot"),
                pdf_name("/Subtype"): pdf_name("/FreeText"),
                pdf_name("/Contents"): generic.TextStringObject("Two million"),
                pdf_name("/Rect"): generic.ArrayObject(map(generic.NumberObject, [0, 0, 600, 800])),
            }
        )
        annotations = _page(writer).get("/Annots", generic.ArrayObject())
        annotations.append(writer.add_object(note))
        _page(writer)[pdf_name("/Annots")] = annotations
        writer.update_container(_page(writer))

    return _updated(change, content)


def signed_by_stranger(content: bytes) -> bytes:
    """Sneaky signature: somebody nobody knows signs over the rest."""
    stranger = kit.holder(of=kit.authority("Unknown"))
    return pdf.sign(content, stranger.pen, kit.trust(), kit.AT)


def wrapped(content: bytes) -> bytes:
    """Wrapping: something else stands in the gap the signature leaves for itself."""
    end = content.index(b">", content.index(b"/Contents <"))
    other = b"> /Evil (Two million) /More <"
    return content[: end - len(other)] + other + content[end:]


def without_signature(content: bytes) -> bytes:
    """Universal forgery: the signature is there and holds nothing."""
    return re.sub(
        rb"/Contents <[0-9A-Fa-f]+>", lambda it: b"/Contents <>".ljust(len(it[0])), content
    )


def with_no_range(content: bytes) -> bytes:
    """Universal forgery: no byte is said to be signed."""
    return re.sub(
        rb"/ByteRange ?\[[^\]]+\]", lambda it: b"/ByteRange [0 0 0 0]".ljust(len(it[0])), content
    )


def with_other_range(content: bytes) -> bytes:
    """Universal forgery: a range that ends before what was added."""
    return re.sub(
        rb"/ByteRange ?\[[^\]]+\]", lambda it: b"/ByteRange [0 9 9 9]".ljust(len(it[0])), content
    )


def appended(content: bytes) -> bytes:
    """Incremental saving without a table: bytes behind the end that some readers look at."""
    return content + b"\n4 0 obj\n<< /Length 0 >>\nstream\n\nendstream\nendobj\n%%EOF\n"


ATTACKS = (
    replaced_text,
    shadowed,
    covered_by_note,
    signed_by_stranger,
    wrapped,
    without_signature,
    with_no_range,
    with_other_range,
    appended,
)


@pytest.mark.parametrize("times", [1, 2])
@pytest.mark.parametrize("attack", ATTACKS, ids=lambda it: it.__name__)
def test_an_attacked_paper_never_passes(attack: Callable[[bytes], bytes], times: int):
    try:
        found = results(attack(signed(times)))
    except SigningRefused:
        return
    assert any(each != PASSED for each in found)


@pytest.mark.parametrize("part", range(12))
def test_one_byte_changed_anywhere_is_found(part: int):
    content = bytearray(signed())
    content[part * (len(content) - 1) // 12 + 5] ^= 1

    try:
        found = results(bytes(content))
    except SigningRefused:
        return
    assert found != [PASSED]


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"", "SIG-018"), (papers.png(), "SIG-018"), (papers.pdf()[:200], "SIG-018")],
    ids=["nothing", "a picture", "half a paper"],
)
def test_what_is_no_pdf_is_not_signed(content: bytes, code: str):
    with pytest.raises(SigningRefused) as refused:
        pdf.sign(content, kit.holder().pen, kit.trust(), kit.AT)

    assert refused.value.code == code


@pytest.mark.skipif(
    not shutil.which("pdfsig") and not os.environ.get("DIVAN_REQUIRE_PDFSIG"),
    reason="poppler-utils is not installed",
)
def test_programs_of_others_agree_with_ours(tmp_path: Path):
    good, bad = tmp_path / "good.pdf", tmp_path / "bad.pdf"
    good.write_bytes(signed(2))
    changed = bytearray(signed(2))
    changed[changed.index(b"One million")] ^= 1
    bad.write_bytes(changed)
    root = tmp_path / "root.pem"
    roots = [kit.authority(), kit.authority("Timestamps")]
    root.write_bytes(b"".join(each.certificate.public_bytes(Encoding.PEM) for each in roots))
    extended, later = tmp_path / "extended.pdf", kit.AT + timedelta(days=1)
    extended.write_bytes(pdf.archived(signed(2), kit.trust(at=later), later, kit.stamper(later)))

    assert _pdfsig(extended).count("Signature is Valid.") == 2
    assert "Signature #3" in _pdfsig(extended)  # the timestamp, which poppler lists, and no more
    assert _pyhanko(extended, root) == 0
    assert _pdfsig(good).count("Signature is Valid.") == 2
    assert "Signature is Valid." not in _pdfsig(bad)
    assert [_pyhanko(each, root) for each in (good, bad)] == [0, 1]
    assert results(bytes(changed)) == ["TOTAL-FAILED", "TOTAL-FAILED"]


def _pdfsig(file: Path) -> str:
    asked = ["pdfsig", "-nocert", str(file)]
    return subprocess.run(asked, capture_output=True, text=True, check=False).stdout


def _pyhanko(file: Path, root: Path) -> int:
    how = ["sign", "validate", "--trust", str(root), "--trust-replace", "--no-revocation-check"]
    asked = [sys.executable, "-m", "pyhanko", *how, str(file)]
    return subprocess.run(asked, cwd=file.parent, capture_output=True, check=False).returncode
