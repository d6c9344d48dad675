"""What an error means to a browser or a machine: the only place that knows HTTP statuses."""

from __future__ import annotations

import logging
from typing import Any, Final

from flask import Flask, jsonify, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from engine.bpmn import ModelRefused
from engine.dmn import DecisionsRefused
from engine.errors import (
    Conflict,
    DutiesNotSeparate,
    EngineError,
    Forbidden,
    NotFound,
    Problem,
    RuleBroken,
    RulesBroken,
)
from engine.model.suspension import ProcessSuspended
from engine.storage.reach import is_outage
from forms import FormErrors
from webapp import near_misses
from webapp.accounts.pages import to_sign_in
from webapp.findings import problem_of
from webapp.problems import OwnWords, as_json, text_of
from webapp.request import SignInNeeded, is_signed_in

_log = logging.getLogger(__name__)

_STATUS: Final[dict[type[EngineError], int]] = {
    NotFound: 404,
    Forbidden: 403,
    Conflict: 409,
    RuleBroken: 422,
    EngineError: 500,
}


def init_app(app: Flask) -> None:
    """Register what is answered to each kind of error."""
    app.register_error_handler(SignInNeeded, sign_in_needed)
    app.register_error_handler(EngineError, _expected)
    app.register_error_handler(FormErrors, _wrong_form)
    app.register_error_handler(CSRFError, forged)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unexpected)


def status_of(error: EngineError) -> int:
    """Return the HTTP status of an error by its kind."""
    return next(status for kind, status in _STATUS.items() if isinstance(error, kind))


def problems_of(error: EngineError | FormErrors) -> tuple[Problem, ...]:
    """Return what an error says, problem by problem."""
    if isinstance(error, RulesBroken | FormErrors):
        return error.problems
    if isinstance(error, ModelRefused | DecisionsRefused):
        return tuple(problem_of(each) for each in error.findings)
    if isinstance(error, DutiesNotSeparate):
        facts = {"by": error.by, "step": error.element_id, "done": error.done_element_id}
        return (Problem(error.code, None, facts),)
    if isinstance(error, ProcessSuspended):
        return (Problem(error.code, None, {"reason": error.reason}),)
    return (Problem(error.code),)


def text_and_code(problem: Problem, words: OwnWords | None = None) -> str:
    """Say a problem with its code behind it: what somebody reads out to whoever helps."""
    return f"{text_of(problem, words)} ({problem.code})"


def wants_json() -> bool:
    """Tell whether a machine, or a script of a page, asks."""
    if request.is_json:
        return True
    accepted = request.accept_mimetypes
    return accepted["application/json"] > accepted["text/html"]


def _expected(error: EngineError) -> ResponseReturnValue:
    if isinstance(error, DutiesNotSeparate):
        near_misses.note(error)
    status = status_of(error)
    if status >= 500:
        return _unexpected(error)
    return refused_page(status, problems_of(error))


def _wrong_form(error: FormErrors) -> ResponseReturnValue:
    return refused_page(422, error.problems)


def sign_in_needed(error: SignInNeeded) -> ResponseReturnValue:
    """Lead to the sign-in; a machine is only told."""
    if wants_json():
        return refused_page(401, (Problem("GEN-SIGN-IN"),))
    return to_sign_in(error)


def forged(_: CSRFError) -> ResponseReturnValue:
    """Refuse what no page of this sign-in sent."""
    return refused_page(400, (Problem("GEN-CSRF"),))


class TooLarge(RequestEntityTooLarge):
    """More was about to be sent than is taken; ``problem`` says of what how much."""

    def __init__(self, problem: Problem) -> None:
        super().__init__()
        self.problem = problem


def _http(error: HTTPException) -> ResponseReturnValue:
    if error.response is not None:
        return error.response
    status = error.code or 500
    if isinstance(error, TooLarge):
        return refused_page(status, (error.problem,))
    code = {404: "GEN-404", 403: "GEN-403", 413: "GEN-413", 405: "GEN-404"}.get(status, "GEN-400")
    return refused_page(status, (Problem("GEN-500" if status >= 500 else code),))


def _unexpected(error: Exception) -> ResponseReturnValue:
    _log.exception("request failed", exc_info=error)
    if is_outage(error):
        return _away()
    code = error.code if isinstance(error, EngineError) else EngineError.code
    return refused_page(500, (Problem(code),))


def _away() -> ResponseReturnValue:
    """Answer while the database is away: nothing was changed, trying again is right."""
    answer = make_response(refused_page(503, (Problem("GEN-503"),)))
    answer.headers["Retry-After"] = "5"
    return answer


def refused_page(
    status: int, problems: tuple[Problem, ...], words: OwnWords | None = None
) -> ResponseReturnValue:
    """Answer with a page, or JSON, that says what was refused.

    Args:
        words: the texts of the area that does not do this now; without them the house's own.
    """
    if wants_json():
        said: list[dict[str, Any]] = [as_json(each, words) for each in problems]
        first = said[0] if said else {"code": "GEN-500", "message": "", "messageFa": ""}
        body = {key: first[key] for key in ("code", "message", "messageFa")}
        return jsonify(**body, problems=said), status
    return (
        render_template(
            "errors/error.html",
            status=status,
            title=_title(status, problems, is_for_now=words is not None and status == 409),
            texts=[text_of(each, words) for each in problems],
            codes=[each.code for each in problems],
            layout="base.html" if is_signed_in() and status != 503 else "public.html",
        ),
        status,
    )


def _title(status: int, problems: tuple[Problem, ...], *, is_for_now: bool) -> str:
    if is_for_now or {"GEN-ENDED", "GEN-LATE", "GEN-REMINDED"} & {each.code for each in problems}:
        return gettext("Not possible now")
    titles = {
        400: gettext("The request could not be read"),
        403: gettext("Not allowed"),
        404: gettext("Not found"),
        409: gettext("Somebody was faster"),
        413: gettext("Too large"),
        422: gettext("This cannot be accepted"),
        503: gettext("Not reachable for a moment"),
    }
    return titles.get(status, gettext("Something went wrong"))
