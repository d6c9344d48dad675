"""``/engine-rest``: tasks and cases for machines, in the shapes of Camunda 7's REST API.

Described in ``docs/reference/engine-rest.md``. ``blueprint`` is given to `create_app` as
one of its ``apis``: it signs callers in by itself and takes neither cookie nor CSRF token.
"""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from engine.errors import EngineError
from forms import FormErrors
from webapp.engine_rest import definitions, instances, refusals, tasks
from webapp.engine_rest.basic import authenticate
from webapp.engine_rest.routing import bp as blueprint

__all__ = ["blueprint"]

#: Importing these put their addresses on the blueprint.
PARTS = (definitions, instances, tasks)
ALL_METHODS = ["GET", "POST", "PUT", "DELETE", "PATCH"]


def _nothing_here(path: str) -> ResponseReturnValue:
    raise refusals.not_found(f"There is no /{path} in this API for this method.")


def _prepare(bp: Blueprint) -> None:
    bp.add_url_rule("/", "nothing", _nothing_here, methods=ALL_METHODS, defaults={"path": ""})
    bp.add_url_rule("/<path:path>", "nothing", _nothing_here, methods=ALL_METHODS)
    bp.before_request(authenticate)
    bp.register_error_handler(refusals.Refused, refusals.answer_refused)
    bp.register_error_handler(EngineError, refusals.answer_engine)
    bp.register_error_handler(FormErrors, refusals.answer_form)
    bp.register_error_handler(HTTPException, refusals.answer_http)
    bp.register_error_handler(Exception, refusals.answer_unexpected)


_prepare(blueprint)
