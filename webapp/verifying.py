"""``divan verify`` and ``divan archive``: who signed a file, and what proves it later."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final

from engine.errors import Problem
from engine.jobs import utc_now
from engine.signing import stamps
from engine.signing.errors import SigningRefused
from engine.signing.results import Result
from engine.signing.trust import Trust
from engine.storage import certificates
from webapp.request import LOCALES
from webapp.signing.trusting import outside
from webapp.verified import (
    Report,
    as_told,
    lines,
    of_archive,
    of_receipt,
    of_signatures,
)
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
    verify.add_argument("--json", action="store_true", help="for a program, in both languages")
    for each in (verify, archive):
        each.add_argument("--language", choices=LOCALES, help="else the one of the site")


def _verify(site: Site, options: argparse.Namespace) -> int:
    at = utc_now()
    with site.database.reader() as session:
        trust: Trust = certificates.trust(session, site.vault, outside(site.settings.signing), at)
    try:
        found = _found(site, options, trust, at)
    except SigningRefused as refused:
        found = Report(problems=[Problem(refused.code)])
    if options.json:
        json.dump(as_told(found), sys.stdout, ensure_ascii=False, indent=1)
    else:
        print(*lines(found, options.language or site.settings.locale), sep="\n")
    return 0 if found.has_passed else 1


def _found(site: Site, options: argparse.Namespace, trust: Trust, at: datetime) -> Report:
    """Look at a file by what it is: an archive of a case, a receipt, a PDF, any with a signature.

    Raises:
        SigningRefused: nothing of the kind can be read in it.
    """
    from engine.signing import detached, pdf_checks  # noqa: PLC0415 - for this command only

    file: Path = options.file
    if not options.signature:
        if _is_zip(file):
            return of_archive(file, site.seal.key.public_key(), trust, at)
        return of_signatures(pdf_checks.verify(file.read_bytes(), trust, at))
    content, signature = file.read_bytes(), options.signature.read_bytes()
    if len(signature) == _ED25519:
        return of_receipt(content, signature, site.seal.key.public_key())
    return of_signatures([detached.verify(content, signature, trust, at)])


def _is_zip(file: Path) -> bool:
    with file.open("rb") as content:
        return content.read(len(_ZIP)) == _ZIP


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
    print(*lines(of_signatures(found), options.language or site.settings.locale), sep="\n")
    if not all(each.result is Result.PASSED for each in found):
        sys.stderr.write("nothing was written: a signature in it does not pass\n")
        return 1
    target: Path = options.output or options.file
    beside = target.with_name(f"{target.name}.part")
    beside.write_bytes(made)
    beside.replace(target)
    return 0
