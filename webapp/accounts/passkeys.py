"""Passkeys (WebAuthn): asking a browser for a signature and checking what it sends.

A passkey is only taken with the person verified by the device (a finger, a PIN), so that it
is enough by itself.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from flask import current_app, jsonify, request, session
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.commands import factors
from engine.model.sign_in import Method, Passkey
from engine.queries import accounts as queries
from engine.queries.accounts import Key
from webapp.accounts.guessing import failed, is_address_guessing
from webapp.accounts.pages import bp, let_in
from webapp.request import current_actor, now, reader, unit_of_work

SITE: Final = "Divan"
LONGEST_TITLE: Final = 60
#: How long a person may take to reach for the device.
PATIENCE: Final = timedelta(minutes=5)


class NotProved(Exception):
    """What the browser sent proves nothing."""


@bp.post("/sign-in/passkey/options")
def options_to_enter() -> ResponseReturnValue:
    """Say what a browser has to sign; anybody's passkey of this site may."""
    return options_to_prove()


@bp.post("/sign-in/passkey")
def enter_by_passkey() -> ResponseReturnValue:
    """Sign in by a passkey alone."""
    if is_address_guessing():
        return jsonify(
            problem=_("Too many attempts. Wait a quarter of an hour and try again.")
        ), 429
    try:
        key = proved()
    except NotProved:
        failed("")
        return jsonify(problem=_("This passkey is not known here.")), 422
    wanted = (session.get("pending") or {}).get("next") or _sent().get("next")
    answer = current_app.make_response(let_in(key.person_id, Method.PASSKEY, wanted))
    return jsonify(next=answer.location)


def options_to_prove(of: str = "") -> ResponseReturnValue:
    """Return what a browser has to sign now, and keep it in the session.

    Args:
        of: the mark of an answer; then what is signed is made of it.
    """
    import webauthn  # noqa: PLC0415 - a twentieth of a start, and few requests need it
    from webauthn.helpers.structs import UserVerificationRequirement  # noqa: PLC0415

    nonce = secrets.token_bytes(32)
    options = webauthn.generate_authentication_options(
        rp_id=_domain(),
        challenge=_challenge(nonce, of),
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return _asked(nonce, webauthn.options_to_json(options))


def proved(of: str = "") -> Key:
    """Return the passkey that signed what was asked for last; what was asked is used up.

    Args:
        of: the mark of the answer it was asked to sign.

    Raises:
        NotProved: it did not, or nobody knows it.
    """
    import webauthn  # noqa: PLC0415
    from webauthn.helpers.exceptions import WebAuthnException  # noqa: PLC0415

    sent, (nonce, asked_at) = _sent(), _taken()
    with reader() as database:
        key = queries.key(database, str(sent.get("id", "")))
    if key is None:
        raise NotProved
    try:
        verified = webauthn.verify_authentication_response(
            credential=sent,
            expected_challenge=_challenge(webauthn.base64url_to_bytes(nonce), of),
            expected_rp_id=_domain(),
            expected_origin=_origin(),
            credential_public_key=key.public_key,
            credential_current_sign_count=key.sign_count,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise NotProved from error
    count = verified.new_sign_count
    if not factors.use_passkey(unit_of_work(), key.credential_id, count, asked_at, at=now()):
        raise NotProved
    return key


def options_to_add() -> ResponseReturnValue:
    """Return what a browser has to make a new passkey of, for the acting person."""
    import webauthn  # noqa: PLC0415
    from webauthn.helpers.structs import (  # noqa: PLC0415
        AuthenticatorSelectionCriteria,
        PublicKeyCredentialDescriptor,
        ResidentKeyRequirement,
        UserVerificationRequirement,
    )

    actor = current_actor()
    with reader() as database:
        known = queries.factors(database, actor.person_id).keys
    options = webauthn.generate_registration_options(
        rp_id=_domain(),
        rp_name=SITE,
        user_id=actor.person_id.bytes,
        user_name=actor.username,
        user_display_name=actor.name(actor.locale),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[
            PublicKeyCredentialDescriptor(id=webauthn.base64url_to_bytes(each.credential_id))
            for each in known
        ],
    )
    return _asked(options.challenge, webauthn.options_to_json(options))


def added() -> Passkey:
    """Return the row of the passkey that a browser just made, as it was asked to.

    Raises:
        NotProved: it was not asked, or made something else.
    """
    import webauthn  # noqa: PLC0415
    from webauthn.helpers import bytes_to_base64url  # noqa: PLC0415
    from webauthn.helpers.exceptions import WebAuthnException  # noqa: PLC0415

    sent, (challenge, _asked_at) = _sent(), _taken()
    try:
        made = webauthn.verify_registration_response(
            credential=sent,
            expected_challenge=webauthn.base64url_to_bytes(challenge),
            expected_rp_id=_domain(),
            expected_origin=_origin(),
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise NotProved from error
    title = str(sent.get("title", "")).strip()[:LONGEST_TITLE] or _("Passkey")
    person: UUID = current_actor().person_id
    return Passkey(
        credential_id=bytes_to_base64url(made.credential_id),
        person_id=person,
        public_key=made.credential_public_key,
        sign_count=made.sign_count,
        title=title,
        added_at=now(),
        used_at=None,
    )


def _challenge(nonce: bytes, of: str) -> bytes:
    """Return what is signed: what nobody could know before, and with it what it is asked for."""
    return hashlib.sha256(nonce + of.encode()).digest() if of else nonce


def _asked(challenge: bytes, options: str) -> ResponseReturnValue:
    from webauthn.helpers import bytes_to_base64url  # noqa: PLC0415

    session["challenge"] = [bytes_to_base64url(challenge), now().isoformat()]
    return current_app.response_class(options, mimetype="application/json")


def _taken() -> tuple[str, datetime]:
    """Return what was asked for last, and when; it is asked anew after a few minutes.

    Raises:
        NotProved: nothing was.
    """
    match session.pop("challenge", None):
        case [str(challenge), str(asked)]:
            asked_at = datetime.fromisoformat(asked)
            if timedelta() <= now() - asked_at <= PATIENCE:
                return challenge, asked_at
    raise NotProved


def _sent() -> dict[str, Any]:
    sent = request.get_json(silent=True)
    return sent if isinstance(sent, dict) else {}


def _domain() -> str:
    return request.host.partition(":")[0]


def _origin() -> str:
    return request.host_url.rstrip("/")
