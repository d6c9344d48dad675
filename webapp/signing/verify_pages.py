"""The public page: is this paper real, who signed it, and was it changed since.

Anybody may ask, by the printed code or with the file. Of a case it tells nothing; of a document
its number and hashes, and of signatures who made them, as the file itself says.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from engine.errors import Problem
from engine.queries import signatures
from engine.signing import errors
from engine.signing.content import sha256
from engine.signing.errors import SigningRefused
from engine.signing.results import MOST, Result, Verification
from webapp.accounts.guessing import asks_too_often
from webapp.errors import problems_of, text_and_code, wants_json
from webapp.problems import as_json, text_of
from webapp.request import is_signed_in, locale, now, reader
from webapp.signing.trusting import trust_here
from webapp.signing.verdicts import reason, told

bp = Blueprint("verify", __name__, url_prefix="/verify")


@dataclass(frozen=True, slots=True)
class Limits:
    """Up to what a PDF is looked at."""

    size: int  #: bytes
    signatures: int


OURS: Final = Limits(25 * 2**20, MOST)
STRANGERS: Final = Limits(10 * 2**20, 15)  #: who is not signed in, and has no name to be slowed by


@bp.get("")
def ask() -> ResponseReturnValue:
    """Ask for a code or a file."""
    return _page(code=request.args.get("code", ""))


@bp.get("/<code>")
def of_code(code: str) -> ResponseReturnValue:
    """Tell what a printed code leads to."""
    page = _page(code=code)
    return page if _known(code) is not None else (page, 404)


@bp.post("")
@bp.post("/<code>")
def of_file(code: str = "") -> ResponseReturnValue:
    """Tell what is known of a file: by its signatures, and whether it is the one kept here."""
    if not is_signed_in() and asks_too_often("verify"):
        return _too_often(code)
    limits = OURS if is_signed_in() else STRANGERS
    upload = request.files.get("file")
    content = upload.stream.read(limits.size + 1) if upload else b""
    try:
        found = verified(content, limits)
    except SigningRefused as refused:
        if wants_json():
            raise
        return _page(code, [text_and_code(each) for each in problems_of(refused)]), 422
    digest = sha256(content)
    with reader() as session:
        is_kept = signatures.versions_with(session, digest)
    if wants_json():
        return {"sha256": digest, "isKept": is_kept, "signatures": [told(each) for each in found]}
    return _page(code, found=found, digest=digest, is_kept=is_kept)


def verified(content: bytes, limits: Limits) -> list[Verification]:
    """Return what is known of each signature in a PDF.

    Raises:
        SigningRefused: it is no PDF, or larger than is looked at.
    """
    from engine.signing import pdf_checks  # noqa: PLC0415 - loads what few processes need

    if len(content) > limits.size:
        raise SigningRefused(errors.UNREADABLE, f"more than {limits.size} bytes")
    with reader() as session:
        trust = trust_here(session)
    return pdf_checks.verify(content, trust, now(), most=limits.signatures)


def result_of(found: list[Verification]) -> Result:
    """Return what is said of a file as a whole: the worst of its signatures."""
    worst = (Result.FAILED, Result.INDETERMINATE)
    results = {each.result for each in found}
    return next((each for each in worst if each in results), Result.PASSED)


def _too_often(code: str) -> ResponseReturnValue:
    problem = Problem("GEN-GUESSING")
    if wants_json():
        return as_json(problem), 429
    return _page(code, [text_of(problem)]), 429


def _known(code: str) -> signatures.Known | None:
    if not code:
        return None
    with reader() as session:
        return signatures.known_by(session, code)


def _page(code: str = "", problems: list[str] | None = None, **shown: Any) -> str:
    return render_template(
        "signing/verify.html",
        code=code,
        known=_known(code),
        problems=problems or [],
        reasons=lambda each: reason(each, locale()),
        whole=result_of(shown["found"]).value if shown.get("found") else "",
        layout="base.html" if is_signed_in() else "public.html",
        **shown,
    )
