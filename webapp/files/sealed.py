"""What makes a case's archive stand by itself: a signed manifest, the acts with their proof.

Nothing of Divan is needed to read it or to verify it: openssl verifies the manifest and compares
the files, and a program of one file proves the acts.
"""

from __future__ import annotations

import json
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any, Final
from zipfile import BadZipFile, ZipFile

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from engine.errors import Problem
from engine.journal import act_verifier, canonical
from engine.queries.act_proof import ActProof
from engine.storage.document_store import PORTION
from webapp.cases.source import source_of

MANIFEST: Final = "manifest.json"
SIGNATURE: Final = "manifest.sig"
KEY: Final = "manifest.pem"
HASHES: Final = "hashes.txt"
README: Final = "README.txt"
PROOF: Final = "journal/proof.json"

#: what zipfile raises of an archive in which bytes were changed
BROKEN: Final = (BadZipFile, EOFError, OSError, RuntimeError, ValueError, zlib.error)

# what may be wrong with an archive
NO_ARCHIVE: Final = "ARC-010"
NOT_OURS: Final = "ARC-011"
MISSING: Final = "ARC-012"
CHANGED: Final = "ARC-013"
ADDED: Final = "ARC-014"
TWICE: Final = "ARC-015"
UNPROVED: Final = "ARC-016"

_README: Final = """\
The file of a case. It needs no program of ours to be read: documents are PDF and pictures,
index.csv lists them, case.pdf has the whole case on paper.

1. That nobody changed this archive. The site signed manifest.json; hashes.txt is named in it, and
   every other file in hashes.txt:

   openssl pkeyutl -verify -pubin -inkey manifest.pem -rawin \
       -in manifest.json -sigfile manifest.sig
   openssl dgst -sha256 -r hashes.txt          (as "hashes" in manifest.json says)
   openssl dgst -sha256 -r FILE                (as hashes.txt says, for each file)

   Where sha256sum is at hand, "sha256sum -c hashes.txt" compares all of them.

2. That the site's key signed it. Compare manifest.pem with the key the site published, not with
   anything in this archive. In hex the key is:

   {key}

3. That the acts of the case are as they were done{proof}

پروندهٔ یک فرایند. برای خواندن آن به هیچ برنامه‌ای از ما نیاز نیست: سندها PDF و تصویرند، index.csv
آن‌ها را نام می‌برد و case.pdf همهٔ پرونده را روی کاغذ دارد. راه سنجیدن درستی آن در بندهای بالاست.
"""
_PROOF: Final = """: journal/proof.json has every act with the path to
   the statement that the site signed and anchored outside when it was done:

   python3 journal/act_verifier.py journal/proof.json {key}
"""
_NO_PROOF: Final = " is not proved here: nothing of them had been sealed yet.\n"


def beside(proof: ActProof | None, key: Ed25519PrivateKey) -> dict[str, bytes]:
    """Return the files that explain and prove the acts of a case."""
    public = key.public_key()
    inside = public.public_bytes_raw().hex()
    told = _PROOF.format(key=proof.key.hex()) if proof else _NO_PROOF
    files = {
        README: _README.format(key=inside, proof=told).encode(),
        KEY: public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
    }
    if proof is not None:
        files[PROOF] = proof.as_json(all_texts=True).encode()
        files["journal/act_verifier.py"] = source_of(act_verifier)
    return files


def manifest(
    about: Mapping[str, str],
    hashes: Iterable[tuple[str, str]],
    key: Ed25519PrivateKey,
    at: datetime,
) -> dict[str, bytes]:
    """Return the manifest, its signature, and the list of hashes that it names.

    Args:
        about: which case it is of.
        hashes: of every other file: its path and the SHA-256 of its content.
    """
    listed = sorted(hashes)
    lines = "".join(f"{digest} *{path}\n" for path, digest in listed).encode()
    said: dict[str, Any] = {
        **about,
        "files": dict(listed),
        "hashes": sha256(lines).hexdigest(),
        "made_at": at.isoformat(timespec="seconds"),
    }
    written = canonical(said)
    return {HASHES: lines, MANIFEST: written, SIGNATURE: key.sign(written)}


def faults(archive: ZipFile, key: Ed25519PublicKey) -> Iterator[Problem]:
    """Tell what of an archive is not as the site signed it; nothing else is read before that.

    Args:
        key: the site's own, never the one that lies in the archive.
    """
    try:
        written = archive.read(MANIFEST)
        key.verify(archive.read(SIGNATURE), written)
    except KeyError:
        yield Problem(NO_ARCHIVE)
        return
    except (InvalidSignature, *BROKEN):
        yield Problem(NOT_OURS)
        return
    said = json.loads(written)
    wanted = {**said["files"], HASHES: said["hashes"]}
    found = Counter(each.filename for each in archive.infolist())
    for path in sorted({*wanted, *found}):
        if path not in found:
            yield _of_file(MISSING, path)
        elif found[path] > 1:
            yield _of_file(TWICE, path)
        elif path in wanted and _digest(archive, path) != wanted[path]:
            yield _of_file(CHANGED, path)
        elif path not in wanted and path not in {MANIFEST, SIGNATURE}:
            yield _of_file(ADDED, path)
    if PROOF in wanted and PROOF in found:
        trusted = {key.public_bytes_raw().hex()}
        for why in act_verifier.verify(json.loads(archive.read(PROOF)), trusted):
            yield _of_file(UNPROVED, PROOF, why=why)


def _of_file(code: str, path: str, **more: str) -> Problem:
    return Problem(code, None, {"path": path, **more})


def _digest(archive: ZipFile, path: str) -> str | None:
    """Return the hash of a file, read in portions; nothing where the archive is broken."""
    try:
        digest = sha256()
        with archive.open(path) as content:
            while portion := content.read(PORTION):
                digest.update(portion)
    except BROKEN:
        return None
    return digest.hexdigest()
