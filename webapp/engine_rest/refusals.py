"""What a refused request is answered: Camunda's error body, with our problems beside it.

``{"type": …, "message": …, "code": …}`` as in Camunda 7, where ``code`` is a number; the
stable codes of Divan stand in ``problems``, which also says which field is meant.
"""

from __future__ import annotations

import logging
from typing import Any, Final

from flask import g, jsonify, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from engine.bpmn import MigrationRefused, ModificationRefused, Obstacle
from engine.errors import (
    AlreadyThere,
    EngineError,
    NothingWaits,
    NotLocked,
    Problem,
    RuleBroken,
    StaleVersion,
    TaskAlreadyClaimed,
)
from engine.storage.bundles import Deployed
from forms import FormErrors
from webapp.errors import problems_of, status_of
from webapp.findings import text_of_detail
from webapp.problems import as_json
from webapp.wording import words_of

_log = logging.getLogger(__name__)

#: Camunda's numbers: nothing special, and a lost race that may be tried again.
NO_CODE: Final = 0
OPTIMISTIC_LOCKING: Final = 1

#: How Camunda begins when nothing waits for a message.
MISMATCH: Final = "MismatchingMessageCorrelationException: Cannot correlate message"

_TYPES: Final = {
    400: "InvalidRequestException",
    401: "AuthenticationException",
    403: "AuthorizationException",
    404: "InvalidRequestException",
}


class Refused(Exception):
    """The request itself cannot be answered."""

    def __init__(
        self, status: int, message: str, kind: str | None = None, *, retry_after: int | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.kind = kind or _TYPES.get(status, "RestException")
        self.retry_after = retry_after  #: seconds


def invalid(message: str) -> Refused:
    """Return what to raise when a request is not understood."""
    return Refused(400, message)


def not_found(message: str) -> Refused:
    """Return what to raise when there is no such thing."""
    return Refused(404, message)


def remember_definition(definition: Deployed) -> None:
    """Let what is refused from here on be said in the words of this definition."""
    g.definition = definition


def answer_refused(error: Refused) -> ResponseReturnValue:
    """Answer a request that is not understood, or by nobody we know."""
    answer = jsonify(type=error.kind, message=error.message, code=NO_CODE)
    answer.status_code = error.status
    if error.status == 401:
        answer.headers["WWW-Authenticate"] = 'Basic realm="divan", charset="UTF-8"'
    if error.retry_after is not None:
        answer.headers["Retry-After"] = str(error.retry_after)
    return answer


def answer_engine(error: EngineError) -> ResponseReturnValue:
    """Answer what the engine refuses."""
    said = _said(problems_of(error))
    status, kind, message = status_of(error), None, str(error)
    if isinstance(error, ModificationRefused | MigrationRefused):
        status, said = 400, [_told(each, error.code) for each in error.obstacles]
    elif isinstance(error, AlreadyThere):
        status = 400  # asked again it is there still
    elif isinstance(error, RuleBroken):
        status, message = 400, _summary(said)
    elif isinstance(error, NothingWaits):
        status, kind, message = 400, "RestException", f"{MISMATCH} '{error.message}'"
    elif isinstance(error, NotLocked):
        status, kind = 400, "RestException"
        message = (
            f"External Task {error.task_id} cannot be changed by worker '{error.worker}'. "
            "It is not locked by it: fetch or lock it first."
        )
    elif isinstance(error, TaskAlreadyClaimed):
        kind = "TaskAlreadyClaimedException"
    elif isinstance(error, StaleVersion):
        kind = "OptimisticLockingException"
    code = OPTIMISTIC_LOCKING if isinstance(error, StaleVersion) else NO_CODE
    kind = kind or _TYPES.get(status, "RestException")
    return jsonify(type=kind, message=message, code=code, problems=said), status


def answer_form(error: FormErrors) -> ResponseReturnValue:
    """Answer variables that the form does not accept, problem by problem."""
    said = _said(error.problems)
    body = {"type": _TYPES[400], "message": _summary(said), "code": NO_CODE, "problems": said}
    return jsonify(body), 400


def answer_http(error: HTTPException) -> ResponseReturnValue:
    """Answer what the server refused before any view saw it."""
    status = error.code or 500
    message = error.description or error.name
    return jsonify(type=_TYPES.get(status, "RestException"), message=message, code=NO_CODE), status


def answer_unexpected(error: Exception) -> ResponseReturnValue:
    """Answer our own mistake without its inside."""
    _log.exception("%s %s", request.method, request.path, exc_info=error)
    return jsonify(type="RestException", message="internal error (GEN-500)", code=NO_CODE), 500


def _said(problems: tuple[Problem, ...]) -> list[dict[str, Any]]:
    definition = g.get("definition")
    words = words_of(definition) if definition else None
    return [as_json(each, words) for each in problems]


def _told(obstacle: Obstacle, code: str) -> dict[str, Any]:
    """Say in both languages what stands against moving a case, and at which element."""
    return {
        "code": code,
        "field": obstacle.element_id,
        "message": text_of_detail(obstacle.reason, "en"),
        "messageFa": text_of_detail(obstacle.reason, "fa"),
        "params": {"process": obstacle.process_id, "element": obstacle.element_id},
    }


def _summary(said: list[dict[str, Any]]) -> str:
    return "; ".join(
        f"{each['field']}: {each['message']}" if each["field"] else each["message"] for each in said
    )
