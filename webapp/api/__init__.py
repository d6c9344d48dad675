"""``/api``: what Divan tells machines beside the engine's own ``/engine-rest``.

Who asks signs in as there; neither cookie nor CSRF token is taken.
"""

from __future__ import annotations

from flask import Blueprint
from werkzeug.exceptions import HTTPException

from engine.errors import EngineError
from webapp.api import events
from webapp.engine_rest import refusals
from webapp.engine_rest.basic import authenticate

__all__ = ["blueprint"]

blueprint = Blueprint("api", __name__, url_prefix="/api")


def _prepare(bp: Blueprint) -> None:
    events.register(bp)
    bp.before_request(authenticate)
    bp.register_error_handler(refusals.Refused, refusals.answer_refused)
    bp.register_error_handler(EngineError, refusals.answer_engine)
    bp.register_error_handler(HTTPException, refusals.answer_http)
    bp.register_error_handler(Exception, refusals.answer_unexpected)


_prepare(blueprint)
