"""``divan verify`` and ``divan archive``: who signed a file, and what proves it later."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final
from zipfile import ZipFile

from cryptography.exceptions import InvalidSignature

from engine.jobs import utc_now
from engine.signing import stamps
from engine.signing.errors import SigningRefused
from engine.signing.results import Result, Verification
from engine.signing.trust import Trust
from engine.storage import certificates
from webapp.files import sealed
from webapp.signing.trusting import outside
from webapp.wiring import Site

_ZIP: Final = b"PK\x03\x04"
_ED25519: Final = 64  #: bytes of a signature of the site's key
Run = Callable[[Site, argparse.Namespace], int]


def add_commands(add: Callable[[str, Run, str], argparse.ArgumentParser]) -> None:
    """Add the command to the console."""
    verify = add(
        "verify", _verify, "tell who signed a PDF, a case's archive, a file beside its signature"
    )
    verify.add_argument("file", type=Path)
    archive = add("archive", _archive, "add an archive timestamp to a signed PDF (B-LTA)")
    archive.add_argument("file", type=Path)
    archive.add_argument("--output", type=Path, help="where to write it; else in the file's place")
    verify.add_argument(
        "--signature", type=Path, help="detached signature of the file (.p7s), of a receipt (.sig)"
    )


def _verify(site: Site, options: argparse.Namespace) -> int:
    from engine.signing import detached, pdf_checks  # noqa: PLC0415 - for this command only

    at = utc_now()
    with site.database.reader() as session:
        trust: Trust = certificates.trust(session, site.vault, outside(site.settings.signing), at)
    if not options.signature and _is_zip(options.file):
        return _case(site, options.file, trust, at)
    content = options.file.read_bytes()
    if options.signature and options.signature.stat().st_size == _ED25519:
        return _receipt(site, content, options.signature.read_bytes())
    if options.signature:
        found = [detached.verify(content, options.signature.read_bytes(), trust, at)]
    else:
        found = pdf_checks.verify(content, trust, at)
    for each in found:
        print(_line(each))
    if not found:
        print("no signature")
    return 0 if found and all(each.result is Result.PASSED for each in found) else 1


def _is_zip(file: Path) -> bool:
    with file.open("rb") as content:
        return content.read(len(_ZIP)) == _ZIP


def _case(site: Site, file: Path, trust: Trust, at: datetime) -> int:
    """Tell whether the archive of a case is as this site made it, and who signed what is in it."""
    from engine.signing import pdf_checks  # noqa: PLC0415 - for this command only

    has_passed = True
    with ZipFile(file) as archive:
        if faults := list(sealed.faults(archive, site.seal.key.public_key())):
            print(*faults, sep="\n")
            return 1
        paths = archive.namelist()
        for path in (each for each in paths if each.lower().endswith(".pdf")):
            try:
                found = pdf_checks.verify(archive.read(path), trust, at)
            except SigningRefused as refused:  # what somebody filed, such as a broken scan
                print(path, refused, sep=" | ")
                continue
            for each in found:
                print(path, _line(each), sep=" | ")
                has_passed = has_passed and each.result is Result.PASSED
    print(f"{len(paths)} files, as this site signed them")
    return 0 if has_passed else 1


def _archive(site: Site, options: argparse.Namespace) -> int:
    """Lengthen what proves a signed PDF; it is written only once every signature still passes."""
    from engine.signing import pdf, pdf_checks  # noqa: PLC0415 - for this command only

    at, clock = utc_now(), stamps.stamper(site.settings.signing.stamps)
    if clock is None:
        sys.stderr.write("DIVAN_TIMESTAMP_URL names no authority for timestamps\n")
        return 2
    with site.database.reader() as session:
        trust: Trust = certificates.trust(session, site.vault, outside(site.settings.signing), at)
    try:
        made = pdf.archived(options.file.read_bytes(), trust, at, clock)
        found = pdf_checks.verify(made, trust, at)
    except SigningRefused as refused:
        sys.stderr.write(f"{refused}\n")
        return 1
    for each in found:
        print(_line(each))
    if not all(each.result is Result.PASSED for each in found):
        sys.stderr.write("nothing was written: a signature in it does not pass\n")
        return 1
    target: Path = options.output or options.file
    beside = target.with_name(f"{target.name}.part")
    beside.write_bytes(made)
    beside.replace(target)
    return 0


def _receipt(site: Site, content: bytes, signature: bytes) -> int:
    """Tell whether this site signed something itself, such as the receipt of a sealed bid."""
    try:
        site.seal.key.public_key().verify(signature, content)
    except InvalidSignature:
        print("not signed by this site, or changed since")
        return 1
    print("signed by this site, as it is")
    return 0


def _line(each: Verification) -> str:
    signer = f"{each.signer.name} ({each.signer.national_code})" if each.signer else "unknown"
    level = each.level.value if each.level else "no level"
    when = each.stamped_at or each.signed_at
    said = [each.result.value, each.code or "", signer, level, each.form, f"{when}", each.field]
    return " | ".join(part for part in said if part)
