"""What everybody may ask the site's authority: its certificate, what is revoked, one's state."""

from __future__ import annotations

from datetime import timedelta
from functools import lru_cache
from typing import Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from engine.signing.authority import Authority, Revoked, answer, revocation_list
from engine.storage import certificates
from webapp.request import now, reader, services

bp = Blueprint("authority", __name__, url_prefix="/signing")

LARGEST: Final = 10_000  #: bytes of a question
#: how long a list of what is revoked is given again as it was signed, while nothing is added
STANDS: Final = timedelta(minutes=5)


@bp.get("/authority.crt")
def certificate() -> ResponseReturnValue:
    """Give the authority's certificate."""
    with reader() as session:
        known = certificates.at_work(session)
    if known is None:
        return "", 404
    return _der(known, "application/pkix-cert")


@bp.get("/authority.crl")
def revoked() -> ResponseReturnValue:
    """Give the signed list of what is revoked: a new one once it changes, or after `STANDS`."""
    with reader() as session:
        known = certificates.at_work(session)
        gone = certificates.revoked(session)
    if known is None:
        return "", 404
    part = now().timestamp() // STANDS.total_seconds()
    return _der(_list(known, tuple(gone), part), "application/pkix-crl")


@lru_cache(maxsize=4)
def _list(_authority: bytes, gone: tuple[Revoked, ...], _part: float) -> bytes:
    with reader() as session:
        known = certificates.authorities(session, services().vault)
    return revocation_list(known[0], gone, now())


@bp.post("/ocsp")
def state() -> ResponseReturnValue:
    """Answer whether one certificate counts (RFC 6960)."""
    asked = _question(request.get_data(cache=False)[:LARGEST])
    if asked is None:
        return _der(_MALFORMED, "application/ocsp-response")
    with reader() as session:
        known = certificates.authorities(session, services().vault)
        found = certificates.of_serial(session, f"{asked.serial_number:x}")
        gone = {each.serial: each for each in certificates.revoked(session)}
    issuer = next((each for each in known if _is_of(asked, each)), None)
    if issuer is None:
        return _der(_UNAUTHORISED, "application/ocsp-response")
    of = x509.load_der_x509_certificate(found.certificate) if found else None
    said = answer(issuer, asked, of, gone.get(asked.serial_number), now())
    return _der(said, "application/ocsp-response")


def _question(content: bytes) -> ocsp.OCSPRequest | None:
    """Return what is asked; ``None``: it is no question, or not one that is answered here.

    What it is made of is read only when it is looked at, and refused only then.
    """
    try:
        asked = ocsp.load_der_ocsp_request(content)
        _ = asked.hash_algorithm, asked.extensions
    except (
        ValueError,
        NotImplementedError,
        UnsupportedAlgorithm,
        x509.DuplicateExtension,
    ):
        return None
    return asked


_MALFORMED: Final = ocsp.OCSPResponseBuilder.build_unsuccessful(
    ocsp.OCSPResponseStatus.MALFORMED_REQUEST
).public_bytes(Encoding.DER)
_UNAUTHORISED: Final = ocsp.OCSPResponseBuilder.build_unsuccessful(
    ocsp.OCSPResponseStatus.UNAUTHORIZED
).public_bytes(Encoding.DER)


def _is_of(asked: ocsp.OCSPRequest, authority: Authority) -> bool:
    """Tell whether a question is about certificates of this authority."""
    built = ocsp.OCSPRequestBuilder().add_certificate(
        authority.certificate, authority.certificate, asked.hash_algorithm
    )
    mine = built.build()
    return (mine.issuer_key_hash, mine.issuer_name_hash) == (
        asked.issuer_key_hash,
        asked.issuer_name_hash,
    )


def _der(content: bytes, kind: str) -> Response:
    response = Response(content, mimetype=kind)
    response.headers["Cache-Control"] = "no-cache"
    return response
