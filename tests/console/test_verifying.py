"""``divan verify``: who signed a file, and whether it is still what was signed."""

from __future__ import annotations

import asyncio
import io
import json
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

import pytest
from asn1crypto import tsp
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from engine.commands.sealing import signing_key
from engine.errors import Problem
from engine.signing import detached, pdf
from tests.kit import signing as kit
from tests.kit.papers import pdf as paper
from webapp.cli import main
from webapp.files.sealed import manifest
from webapp.problems import as_json, text_of
from webapp.request import LOCALES
from webapp.verified import of_archive


@pytest.fixture
def verify(
    tmp_path: Path,
    prepared: Callable[[str, str], str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Callable[..., tuple[int, str]]:
    """Verify a file at the console of a site that trusts the kit's authority as the national."""
    roots = tmp_path / "roots.pem"
    roots.write_bytes(kit.pem_of(kit.authority()))
    monkeypatch.delenv("DIVAN_DEMO", raising=False)
    monkeypatch.setenv("DIVAN_HOME", str(tmp_path))
    monkeypatch.setenv("DIVAN_DATABASE_URL", prepared("sqlite", "tables"))
    monkeypatch.setenv("DIVAN_SIGNING_ROOTS", str(roots))
    monkeypatch.setattr("webapp.verifying.utc_now", lambda: kit.AT)

    def run(
        content: bytes, signature: bytes | None = None, asked: Sequence[str] = ("--language", "en")
    ) -> tuple[int, str]:
        file, beside = tmp_path / "file.pdf", tmp_path / "file.p7s"
        file.write_bytes(content)
        beside.write_bytes(signature or b"")
        more = [] if signature is None else ["--signature", str(beside)]
        status = main(["verify", str(file), *more, *asked])
        told = capsys.readouterr()
        return status, (told.out + told.err).strip()

    return run


@pytest.fixture
def authority(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[str]:
    """A timestamp authority on loopback, as a site's settings name it."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = tsp.TimeStampReq.load(self.rfile.read(int(self.headers["Content-Length"])))
            told = asyncio.run(kit.stamper().async_request_tsa_response(asked)).dump()
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(told)))
            self.end_headers()
            self.wfile.write(told)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    serving = threading.Thread(target=server.serve_forever, daemon=True)
    serving.start()
    trusted = tmp_path / "stamps.pem"
    trusted.write_bytes(kit.pem_of(kit.authority("Timestamps")))
    monkeypatch.setenv("DIVAN_TIMESTAMP_ROOTS", str(trusted))
    yield f"http://127.0.0.1:{server.server_address[1]}/"
    server.shutdown()
    serving.join()
    server.server_close()


def test_a_signed_pdf_gets_archive_timestamps_and_says_its_level(
    verify: Callable[..., tuple[int, str]],
    authority: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    signed = pdf.sign(paper("Paid"), kit.holder().pen, kit.trust(), kit.AT, stamper=kit.stamper())
    assert " | B-LT | " in verify(signed)[1]
    assert main(["archive", str(tmp_path / "file.pdf")]) == 2  # the site has no authority
    monkeypatch.setenv("DIVAN_TIMESTAMP_URL", authority)

    for output in ("once.pdf", "twice.pdf"):
        source = tmp_path / ("file.pdf" if output == "once.pdf" else "once.pdf")
        assert main(["archive", str(source), "--output", str(tmp_path / output)]) == 0
        made = (tmp_path / output).read_bytes()
        assert made.startswith(source.read_bytes())
        capsys.readouterr()
        status, told = verify(made)
        assert (status, " | B-LTA | " in told) == (0, True)

    changed = tmp_path / "changed.pdf"
    changed.write_bytes(signed.replace(b"Paid", b"Pair", 1))
    assert main(["archive", str(changed)]) == 1
    assert changed.read_bytes() == signed.replace(b"Paid", b"Pair", 1)


def test_a_signed_pdf_passes_and_a_changed_byte_fails(verify: Callable[..., tuple[int, str]]):
    signed = pdf.sign(paper("Paid"), kit.holder().pen, kit.trust(), kit.AT)
    changed = signed.replace(b"Paid", b"Pair", 1)

    status, told = verify(signed)
    assert (status, told.split(" | ")[0]) == (0, "TOTAL-PASSED")
    assert f"({kit.CODE}) | L3" in told

    status, told = verify(changed)
    assert (status, told.split(" | ")[:2]) == (1, ["TOTAL-FAILED", "SIG-001"])


def test_each_finding_has_its_words_in_the_language_that_is_asked_for_or_the_sites(
    verify: Callable[..., tuple[int, str]], monkeypatch: pytest.MonkeyPatch
):
    signed = pdf.sign(paper("Paid"), kit.holder().pen, kit.trust(), kit.AT)
    stranger = kit.holder(of=kit.authority("Unknown"))
    unknown = pdf.sign(paper("Paid"), stranger.pen, kit.trust(), kit.AT)
    files = {
        "SIG-001": signed.replace(b"Paid", b"Pair", 1),
        "SIG-011": unknown,
        "SIG-013": b"no pdf",
        "ARC-017": paper("Unsigned"),
        "ARC-010": _zipped({"a": b"1"}),
    }
    for code, content in files.items():
        for language in LOCALES:
            status, told = verify(content, None, ["--language", language])
            words = text_of(Problem(code), None, language)
            assert (status, code in told, words in told) == (1, True, True), (code, told)

    good = {"en": "The signature is good.", "fa": "امضا درست است."}
    assert all(good[each] in verify(signed, None, ["--language", each])[1] for each in LOCALES)
    for language in LOCALES:
        monkeypatch.setenv("DIVAN_LOCALE", language)
        status, told = verify(signed, None, [])
        assert (status, told.splitlines()[-1].strip()) == (0, good[language])


def test_a_program_is_told_every_finding_with_its_words_in_both_languages(
    verify: Callable[..., tuple[int, str]],
):
    signed = pdf.sign(paper("Paid"), kit.holder().pen, kit.trust(), kit.AT)

    status, told = verify(signed, None, ["--json"])
    said = json.loads(told)
    assert (status, said["hasPassed"], said["problems"]) == (0, True, [])
    [one] = said["signatures"]
    assert (one["result"], one["code"], one["level"]) == ("TOTAL-PASSED", None, "L3")
    assert datetime.fromisoformat(one["signedAt"]).utcoffset() == timedelta(0)

    status, told = verify(signed.replace(b"Paid", b"Pair", 1), None, ["--json"])
    [one] = json.loads(told)["signatures"]
    assert (status, one["reasons"]) == (1, [as_json(Problem("SIG-001"))])
    status, told = verify(b"no pdf", None, ["--json"])
    said = json.loads(told)
    assert (status, said["hasPassed"], said["problems"]) == (
        1,
        False,
        [as_json(Problem("SIG-013"))],
    )


def test_a_file_beside_its_signature_is_verified(verify: Callable[..., tuple[int, str]]):
    signature = detached.sign(b"the bytes", kit.holder().pen, kit.AT)

    assert verify(b"the bytes", signature)[0] == 0
    status, told = verify(b"The bytes", signature)
    assert (status, "SIG-001" in told) == (1, True)


def test_what_nobody_signed_or_is_no_pdf_does_not_pass(verify: Callable[..., tuple[int, str]]):
    assert verify(paper("Unsigned")) == (1, "ARC-017 | Nobody has signed this file.")
    status, told = verify(b"no pdf")
    assert (status, told.split()[0]) == (1, "SIG-013")


def test_the_archive_of_a_case_is_told_from_one_that_somebody_changed(
    verify: Callable[..., tuple[int, str]], tmp_path: Path
):
    verify(b"")  # the site makes its key
    key = signing_key((tmp_path / "secret_key").read_bytes())
    signed = pdf.sign(paper("Paid"), kit.holder().pen, kit.trust(), kit.AT)
    files = {"index.csv": b"1", "001-v1-paid.pdf": signed, "002-v1-scan.pdf": paper("A scan")}
    hashes = [(path, sha256(content).hexdigest()) for path, content in files.items()]
    whole = files | manifest({"case": "0501"}, hashes, key, kit.AT)

    status, told = verify(_zipped(whole))
    assert (status, told.splitlines()[-1]) == (0, "6 files, as this site signed them.")
    assert told.startswith("001-v1-paid.pdf | TOTAL-PASSED | ")

    broken = [
        (whole | {"index.csv": b"2"}, "index.csv was changed"),
        (whole | {"003-v1-more.pdf": b""}, "003-v1-more.pdf was added"),
        (
            {path: each for path, each in whole.items() if path != "index.csv"},
            "index.csv is missing",
        ),
        (files | manifest({}, hashes, Ed25519PrivateKey.generate(), kit.AT), "ARC-011"),
        (files, "ARC-010"),
    ]
    for each, fault in broken:
        status, told = verify(_zipped(each))
        assert (status, fault in told, len(told.splitlines())) == (1, True, 1), told
    status, told = verify(_zipped(whole).replace(signed, signed.replace(b"Paid", b"Pair")))
    assert (status, told) == (1, "ARC-013 | 001-v1-paid.pdf was changed.")


@pytest.mark.parametrize("packed", [ZIP_STORED, ZIP_DEFLATED], ids=["stored", "deflated"])
def test_one_bit_changed_anywhere_in_an_archive_is_told_or_changes_nothing_in_it(
    tmp_path: Path, packed: int
):
    key, at = Ed25519PrivateKey.generate(), kit.AT
    files = {"index.csv": b"1,2,3\n" * 9, "scan.bin": bytes(range(99))}
    hashes = [(path, sha256(content).hexdigest()) for path, content in files.items()]
    whole = files | manifest({"case": "0501"}, hashes, key, at)
    sound, broken = _zipped(whole, packed), tmp_path / "broken.zip"
    wrong: list[int] = []
    for place in range(0, len(sound), 3):
        content = bytearray(sound)
        content[place] ^= 1 << place % 8
        broken.write_bytes(content)
        if of_archive(broken, key.public_key(), kit.trust(), at).has_passed:
            with ZipFile(broken) as archive:
                is_same = {each: archive.read(each) for each in archive.namelist()} == whole
            wrong += [] if is_same else [place]

    assert wrong == []


def test_without_tables_it_is_said_what_is_lacking(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.delenv("DIVAN_DEMO", raising=False)
    monkeypatch.delenv("DIVAN_DATABASE_URL", raising=False)
    monkeypatch.setenv("DIVAN_HOME", str(tmp_path))

    assert main(["verify", str(Path(__file__))]) == 1
    assert "run `divan migrate` first" in capsys.readouterr().err


def _zipped(files: Mapping[str, bytes], packed: int = ZIP_STORED) -> bytes:
    made = io.BytesIO()
    with ZipFile(made, "w", packed) as archive:
        for path, content in files.items():
            archive.writestr(path, content)
    return made.getvalue()


def test_a_receipt_of_this_site_is_told_from_a_changed_one(
    verify: Callable[..., tuple[int, str]], tmp_path: Path
):
    verify(b"")  # the site makes its key
    key = signing_key((tmp_path / "secret_key").read_bytes())
    receipt = b'{"kind":"divan sealed bid receipt 1","version":1}'

    assert verify(receipt, key.sign(receipt)) == (0, "Signed by this site, as it is.")
    status, told = verify(receipt.replace(b"1}", b"2}"), key.sign(receipt))
    assert (status, told) == (1, "ARC-018 | This is not signed by this site, or was changed since.")
