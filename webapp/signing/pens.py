"""What the acting person signs with now: the own certificate, a file, or a token.

A wrong password counts as guessing, like one at the sign-in. What opens a key is used and
forgotten: nothing of it is kept, logged or put into a draft.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cryptography import x509
from flask import request

from engine.model.signature import SigningCertificate
from engine.signing import errors
from engine.signing.errors import SigningRefused
from engine.signing.wrapped import unwrap
from engine.storage import certificates
from engine.storage.database import Session
from webapp.accounts.guessing import failed, is_guessing
from webapp.request import current_actor, now, services

if TYPE_CHECKING:
    from pyhanko.sign.signers import Signer

OWN: Final = "certificate"
FILE: Final = "file"
TOKEN: Final = "token"  # noqa: S105 - a word, not a secret


@contextmanager
def pen(session: Session, means: str, password: str | None = None) -> Iterator[Signer]:
    """Give what signs by one of the means; its secrets stand in the form that was posted.

    Args:
        password: what opens the key, where no form was posted.

    Raises:
        SigningRefused: there is no such key, or what was typed does not open it.
    """
    from engine.signing import pens  # noqa: PLC0415 - loads what few processes need

    actor = current_actor()
    if is_guessing(actor.username):
        raise SigningRefused(errors.KEY_CLOSED, "too many attempts")
    secret = request.form.get("password", "") if password is None else password
    try:
        match means:
            case "file":
                upload = request.files.get("store")
                content = upload.stream.read(pens.LARGEST_STORE + 1) if upload else b""
                yield pens.pen_of_store(content, secret)
            case "token" if services().settings.signing.module:
                module = Path(services().settings.signing.module)
                token = request.form.get("token", "")
                with pens.pen_of_token(module, token, secret, actor.national_code or "-") as made:
                    yield made
            case _:
                yield own_pen(session, secret)
    except SigningRefused as refused:
        if refused.code == errors.KEY_CLOSED:
            failed(actor.username)
        raise


def own_pen(session: Session, secret: str) -> Signer:
    """Return what signs with the certificate the site's authority gave the actor.

    Raises:
        SigningRefused: there is none, it has expired or was revoked, or the password is wrong.
    """
    from engine.signing import pens  # noqa: PLC0415 - as above

    known = own_certificate(session)
    if known is None:
        raise SigningRefused(errors.NO_CERTIFICATE)
    wrapped = certificates.opened(services().vault, known.sealed)
    key = unwrap(wrapped, secret, known.serial)
    issuers = [each.certificate for each in certificates.authorities(session, services().vault)]
    return pens.pen_of_key(key, x509.load_der_x509_certificate(known.certificate), issuers)


def own_certificate(session: Session) -> SigningCertificate | None:
    """Return the certificate the acting person would sign with.

    Raises:
        SigningRefused: the newest one has expired, or was revoked.
    """
    actor = current_actor()
    known = certificates.in_use(session, actor.person_id, now())
    if known is None:
        given = certificates.of_person(session, actor.person_id)
        if given:
            code = errors.EXPIRED if given[0].revoked_at is None else errors.REVOKED
            raise SigningRefused(code)
    return known
