"""The archive of a case: verified with openssl alone, with the system switched off."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask

from engine.commands.sealing import seal, signing_key
from engine.signing import pdf
from engine.storage.database import Database
from tests.kit import signing as kit
from tests.kit.papers import pdf as paper
from tests.kit.sites import NOON, Clock
from tests.web.conftest import Browser
from webapp.cli import main
from webapp.security import secret_keys

Purchase = Callable[..., tuple[UUID, UUID]]

PROGRAM = """
import json, subprocess, sys
manifest = json.load(open("manifest.json", encoding="utf-8"))
openssl = ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", "manifest.pem", "-rawin"]
asked = [*openssl, "-in", "manifest.json", "-sigfile", "manifest.sig"]
assert subprocess.run(asked, capture_output=True).returncode == 0, "signature"
for path, digest in [*manifest["files"].items(), ("hashes.txt", manifest["hashes"])]:
    made = subprocess.run(["openssl", "dgst", "-sha256", "-r", path], capture_output=True).stdout
    assert made.split()[0].decode() == digest, path
if sys.argv[1:]:
    program = [sys.executable, "-I", "journal/act_verifier.py", "journal/proof.json", sys.argv[1]]
    assert subprocess.run(program, capture_output=True).returncode == 0, "journal"
"""


@pytest.fixture
def key(app: Flask) -> Ed25519PrivateKey:
    """What the site signs with."""
    return signing_key(secret_keys(app.extensions["divan"].settings)[0])


@pytest.fixture
def case(site: Database, a_purchase: Purchase, key: Ed25519PrivateKey, clock: Clock) -> UUID:
    """A case that is sealed."""
    started: UUID = a_purchase()[0]
    assert seal(site, key, clock())
    return started


@pytest.fixture
def unpacked(signed_in: Browser, case: UUID, tmp_path: Path) -> Path:
    """The archive of the case, unpacked."""
    sent = signed_in("buyer").get(f"/cases/{case}/documents/all.zip")
    assert sent.status_code == 200
    with zipfile.ZipFile(io.BytesIO(sent.data)) as archive:
        archive.extractall(tmp_path / "case")
    return tmp_path / "case"


def verified(folder: Path, *keys: str) -> subprocess.CompletedProcess[str]:
    """Verify it in a process that knows nothing of Divan."""
    asked = [sys.executable, "-I", "-c", PROGRAM, *keys]
    return subprocess.run(asked, cwd=folder, capture_output=True, text=True, check=False)


def test_the_archive_is_verified_by_openssl_and_its_acts_by_its_own_program(
    unpacked: Path, key: Ed25519PrivateKey
):
    public = key.public_key().public_bytes_raw().hex()

    told = verified(unpacked, public)

    assert told.returncode == 0, told.stderr
    files = json.loads((unpacked / "manifest.json").read_text())["files"]
    assert {"index.csv", "case.pdf", "README.txt", "journal/proof.json"} <= files.keys()
    assert public in (unpacked / "README.txt").read_text(encoding="utf-8")
    assert (unpacked / "case.pdf").read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize("name", ["case.pdf", "index.csv", "manifest.json", "hashes.txt"])
def test_a_file_of_which_one_byte_was_changed_is_found(unpacked: Path, name: str):
    content = bytearray((unpacked / name).read_bytes())
    content[len(content) // 2] ^= 1
    (unpacked / name).write_bytes(content)

    assert verified(unpacked).returncode != 0


def test_the_proof_of_an_act_is_shown_and_given(signed_in: Browser, case: UUID):
    browser = signed_in("buyer")
    page = browser.get(f"/cases/{case}/proof/1").text

    proof = json.loads(browser.get(f"/cases/{case}/proof/1.json").text)
    assert json.loads(proof["statement"])["root"] in page
    assert proof["signature"] in page
    assert f"/cases/{case}/proof/1" in browser.get(f"/cases/{case}?tab=trail").text
    assert browser.get(f"/cases/{case}/proof/9999").status_code == 404


def test_who_may_not_see_the_case_sees_no_proof_of_it(signed_in: Browser, case: UUID):
    for address in ("proof/1", "proof/1.json", "proof/act_verifier.py"):
        assert signed_in("head15").get(f"/cases/{case}/{address}").status_code == 404


def test_divan_verify_tells_an_archive_with_signed_papers_from_one_somebody_tampered_with(
    app: Flask,
    site: Database,
    a_purchase: Purchase,
    signed_in: Browser,
    key: Ed25519PrivateKey,
    clock: Clock,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    """A byte changed, a paper in another's place, one left out; papers with and without a stamp."""
    pen, trust = kit.holder().pen, kit.trust()
    papers = {
        "plain.pdf": pdf.sign(paper("Plain"), pen, trust, NOON),
        "stamped.pdf": pdf.sign(paper("Stamped"), pen, trust, NOON, stamper=kit.stamper()),
        "scan.pdf": paper("A scan"),
    }
    case, browser = a_purchase()[0], signed_in("buyer")
    files = [(io.BytesIO(content), name) for name, content in papers.items()]
    assert browser.post(f"/cases/{case}/documents", data={"files": files}).status_code == 303
    assert seal(site, key, clock())
    sent = browser.get(f"/cases/{case}/documents/all.zip").data
    for name, of in (("ROOTS", kit.authority()), ("STAMPS", kit.authority("Timestamps"))):
        (tmp_path / name).write_bytes(kit.pem_of(of, at=NOON))
    monkeypatch.setenv("DIVAN_HOME", str(app.extensions["divan"].settings.home))
    monkeypatch.setenv("DIVAN_DATABASE_URL", str(site.url))
    monkeypatch.setenv("DIVAN_SIGNING_ROOTS", str(tmp_path / "ROOTS"))
    monkeypatch.setenv("DIVAN_TIMESTAMP_ROOTS", str(tmp_path / "STAMPS"))
    monkeypatch.setattr("webapp.verifying.utc_now", lambda: NOON)

    def told(files: Mapping[str, bytes]) -> tuple[int, dict[str, Any]]:
        with zipfile.ZipFile(tmp_path / "case.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            for path, content in files.items():
                archive.writestr(path, content)
        status = main(["verify", str(tmp_path / "case.zip"), "--json"])
        return status, json.loads(capsys.readouterr().out)

    with zipfile.ZipFile(io.BytesIO(sent)) as archive:
        whole = {path: archive.read(path) for path in archive.namelist()}
    status, said = told(whole)
    assert (status, said["problems"]) == (0, [])
    forms = {each["path"].rpartition("-")[2]: each["form"] for each in said["signatures"]}
    assert forms == {"plain.pdf": "B-B", "stamped.pdf": "B-LT"}
    plain, stamped = (
        next(path for path in whole if path.endswith(each)) for each in ("plain.pdf", "stamped.pdf")
    )
    tampered = {
        "ARC-013": whole | {plain: whole[plain].replace(b"Plain", b"Plane", 1)},
        "ARC-012": {path: each for path, each in whole.items() if path != stamped},
        "ARC-014": whole | {"004-v1-more.pdf": papers["plain.pdf"]},
        "ARC-011": whole | {"manifest.json": whole["manifest.json"].replace(b"plain", b"plane")},
    }
    for code, files_in in tampered.items():
        status, said = told(files_in)
        assert (status, [each["code"] for each in said["problems"]]) == (1, [code])
    swapped = whole | {plain: whole[stamped], stamped: whole[plain]}
    status, said = told(swapped)
    assert (status, [each["code"] for each in said["problems"]]) == (1, ["ARC-013", "ARC-013"])
