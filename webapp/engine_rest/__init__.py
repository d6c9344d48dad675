"""``/engine-rest``: the engine for machines, in the shapes of Camunda 7's REST API.

Described in ``docs/reference/rest.md``; each view names the published operation it does
(`registry`), and what nobody does is answered 501 (`not_offered`). ``blueprint`` is given to
`create_app` as one of its ``apis``: it signs callers in by itself and takes neither cookie
nor CSRF token.
"""

from __future__ import annotations

import importlib
import pkgutil

from flask import Blueprint
from werkzeug.exceptions import HTTPException

from engine.errors import EngineError
from forms import FormErrors
from webapp.engine_rest import idempotency, not_offered, refusals
from webapp.engine_rest.basic import authenticate
from webapp.engine_rest.routing import bp as blueprint
from webapp.receiving import admit_program

__all__ = ["blueprint"]

ALL_METHODS = ["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"]


def _prepare(bp: Blueprint) -> None:
    for each in pkgutil.iter_modules(__path__, f"{__name__}."):
        importlib.import_module(each.name)  # its views put their addresses on the blueprint
    not_offered.register()
    bp.add_url_rule(
        "/", "nothing", not_offered.refuse_unknown, methods=ALL_METHODS, defaults={"path": ""}
    )
    bp.add_url_rule("/<path:path>", "nothing", not_offered.refuse_unknown, methods=ALL_METHODS)
    bp.before_request(authenticate)
    bp.before_request(admit_program)
    bp.before_request(idempotency.begin)
    bp.after_request(idempotency.end)
    bp.register_error_handler(refusals.Refused, refusals.answer_refused)
    bp.register_error_handler(EngineError, refusals.answer_engine)
    bp.register_error_handler(FormErrors, refusals.answer_form)
    bp.register_error_handler(HTTPException, refusals.answer_http)
    bp.register_error_handler(Exception, refusals.answer_unexpected)


_prepare(blueprint)
