"""What is said of a file that was verified: of it as a whole, and of each signature in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from zipfile import ZipFile

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from engine.errors import Problem
from engine.signing.errors import SigningRefused
from engine.signing.results import Result, Verification
from engine.signing.trust import Trust
from engine.values import persian_digits
from webapp.files import sealed
from webapp.formatting import moment_text
from webapp.problems import as_json, text_of
from webapp.signing.verdicts import reason, told
from webapp.texts import N_, texts_in

_NOBODY: Final = "ARC-017"  #: has signed the file
_NOT_OURS: Final = "ARC-018"  #: the signature of a receipt
_INSIDE: Final = "    "  #: before the words of what stands above


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature, in the file or in one that lies in it."""

    found: Verification
    path: str = ""  #: in an archive


@dataclass(frozen=True, slots=True)
class Report:
    """What was found of a file."""

    signatures: Sequence[Signature] = ()
    problems: Sequence[Problem] = ()  #: of the file as a whole
    unread: Sequence[Problem] = ()  #: what cannot be read and need not be, such as a broken scan
    files: int | None = None  #: how many lie in it
    is_receipt: bool = False

    @property
    def has_passed(self) -> bool:
        """Tell whether the file is as it was signed, with each signature in it."""
        return not self.problems and all(each.found.has_passed for each in self.signatures)


def of_signatures(found: Sequence[Verification]) -> Report:
    """Tell what was found of the signatures in one file, or beside it."""
    unsigned = [] if found else [Problem(_NOBODY)]
    return Report([Signature(each) for each in found], unsigned)


def of_receipt(content: bytes, signature: bytes, key: Ed25519PublicKey) -> Report:
    """Tell whether this site signed something itself, such as the receipt of a sealed bid."""
    try:
        key.verify(signature, content)
    except InvalidSignature:
        return Report(problems=[Problem(_NOT_OURS)])
    return Report(is_receipt=True)


def of_archive(file: Path, key: Ed25519PublicKey, trust: Trust, at: datetime) -> Report:
    """Tell whether the archive of a case is as this site made it, and who signed what is in it."""
    from engine.signing import pdf_checks  # noqa: PLC0415 - loads what few processes need

    signatures: list[Signature] = []
    unread: list[Problem] = []
    try:
        with ZipFile(file) as archive:
            if problems := list(sealed.faults(archive, key)):
                return Report(problems=problems)
            paths = archive.namelist()
            for path in (each for each in paths if each.lower().endswith(".pdf")):
                try:
                    found = pdf_checks.verify(archive.read(path), trust, at)
                except SigningRefused as refused:  # what somebody filed, such as a broken scan
                    unread.append(Problem(refused.code, path))
                    continue
                signatures += (Signature(each, path) for each in found)
    except sealed.BROKEN:
        return Report(problems=[Problem(sealed.NO_ARCHIVE)])
    return Report(signatures, unread=unread, files=len(paths))


def lines(report: Report, language: str) -> Iterator[str]:
    """Say a report: each signature with its code, and below it what that means."""
    say = texts_in(language).gettext
    for signature in report.signatures:
        yield _line(signature, language)
        good = "" if signature.found.code else _RESULTS[signature.found.result]
        yield _INSIDE + (reason(signature.found, language) or say(good))
    for each in (*report.unread, *report.problems):
        place = [each.field] if each.field else []
        yield " | ".join([*place, each.code, text_of(each, None, language)])
    if report.is_receipt:
        yield say(N_("Signed by this site, as it is."))
    if report.files is not None:
        told = say(N_("%(count)s files, as this site signed them.")) % {"count": report.files}
        yield persian_digits(told) if language == "fa" else told


_RESULTS: Final[Mapping[Result, str]] = {
    Result.PASSED: N_("The signature is good."),
    Result.FAILED: N_("The signature has failed."),
    Result.INDETERMINATE: N_("It cannot be told whether the signature is good."),
}


def _line(signature: Signature, language: str) -> str:
    each, say = signature.found, texts_in(language).gettext
    signer = f"{each.signer.name} ({each.signer.national_code})" if each.signer else ""
    when = each.stamped_at or each.signed_at
    said = [
        signature.path,
        each.result.value,
        each.code or "",
        signer or say(N_("signer not known")),
        each.level.value if each.level else say(N_("no level")),
        each.form,
        moment_text(when, language) if when else "",
        each.field,
    ]
    return " | ".join(part for part in said if part)


def as_told(report: Report) -> dict[str, Any]:
    """Return what a program is told of a file."""
    return {
        "hasPassed": report.has_passed,
        "files": report.files,
        "problems": [as_json(each) for each in report.problems],
        "unread": [as_json(each) for each in report.unread],
        "signatures": [
            {"path": each.path or None, **told(each.found)} for each in report.signatures
        ],
    }
