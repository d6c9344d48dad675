"""``POST /hooks/<id>``: what systems outside tell cases, in a shape of their own, signed.

The sender signs as Standard Webhooks has it, with the secret it was given; no account is needed.
What it posts is done once under its ``webhook-id``, however often it comes.
"""

from __future__ import annotations

from typing import Final
from uuid import UUID

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from engine.commands import hooks
from engine.connectors import signing
from engine.errors import EngineError
from engine.storage.hooks import HookMissing, hook
from engine.storage.vault import SecretUnreadable
from engine.values import exact_json
from webapp.engine_rest import refusals
from webapp.engine_rest.refusals import Refused, invalid
from webapp.request import now, reader, services, unit_of_work

bp = Blueprint("incoming", __name__, url_prefix="/hooks")

LARGEST: Final = 256 * 1024  #: bytes of one post


@bp.post("/<uuid:hook_id>")
def receive(hook_id: UUID) -> ResponseReturnValue:
    """Check the signature and tell the message; 202 says what became of it so far."""
    body = request.get_data()
    if len(body) > LARGEST:
        raise Refused(413, f"A post has at most {LARGEST} bytes.")
    _must_be_signed(hook_id, body)
    try:
        said = exact_json.read(body.decode())
    except ValueError:
        raise invalid("The body is no JSON.") from None
    message_id = request.headers[signing.ID]
    told = hooks.receive(unit_of_work(), hook_id, message_id, said, at=now())
    case = str(told.instance_id) if told.instance_id else None
    return jsonify(message=told.message_id, state=told.state.value, case=case), 202


def _must_be_signed(hook_id: UUID, body: bytes) -> None:
    """Refuse what nobody signed, and say no more of a hook that is not there."""
    try:
        with reader() as session:
            row = hook(session, hook_id)
        secret = services().vault.open(row.name, row.sealed)
        signing.check(secret, dict(request.headers), body, now())
    except (HookMissing, SecretUnreadable, signing.SignatureWrong):
        raise Refused(401, "The signature is missing, wrong or too old.") from None


def _no_store(answer: Response) -> Response:
    answer.headers["Cache-Control"] = "no-store"
    return answer


bp.after_request(_no_store)
bp.register_error_handler(refusals.Refused, refusals.answer_refused)
bp.register_error_handler(EngineError, refusals.answer_engine)
bp.register_error_handler(HTTPException, refusals.answer_http)
bp.register_error_handler(Exception, refusals.answer_unexpected)
