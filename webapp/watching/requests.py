"""Each request under an id of its own: bound to its log lines, timed, with a span."""

from __future__ import annotations

import logging
import re
import time
from contextlib import ExitStack
from dataclasses import dataclass
from hmac import compare_digest
from typing import Final

import structlog
from flask import Blueprint, Flask, Response, abort, current_app, g, request
from flask.typing import ResponseReturnValue
from structlog.contextvars import bind_contextvars, clear_contextvars

from engine.model.base import new_id
from engine.queries.readings import Readings, readings
from engine.storage.reach import is_outage
from webapp.request import now, reader, services
from webapp.watching.watcher import Watching

log = structlog.get_logger()
_root = logging.getLogger()

SLOW: Final = 1.0  #: seconds after which a request is logged though all went well
_ID: Final = re.compile(r"[A-Za-z0-9._-]{8,64}")
_PASSED_ON: Final = ("forwarded", "x-forwarded", "x-real-ip", "via")
_LOOPBACK: Final = frozenset({"127.0.0.1", "::1"})
#: parts of addresses that say which task or case a request is about
_IDS: Final = {"task_id": "task", "case_id": "instance", "instance_id": "instance"}

bp = Blueprint("figures", __name__)


def init_app(app: Flask, watching: Watching) -> None:
    """Watch every request; the first that is asked and the last that answers."""
    app.extensions["divan-watching"] = watching
    app.before_request(_begin)
    app.after_request(_tell)
    app.teardown_request(_end)
    app.register_blueprint(bp)


@bp.get("/metrics")
def metrics() -> ResponseReturnValue:
    """Return the figures to who holds the token, or else to this machine alone."""
    if not _may_read():
        abort(404)
    text = _watching().figures.text(_look)
    return Response(text, content_type="text/plain; version=0.0.4; charset=utf-8")


def _may_read() -> bool:
    token = services().settings.log.metrics_token
    if token:
        given = request.headers.get("Authorization", "")
        return compare_digest(given.encode(), f"Bearer {token}".encode())
    # a proxy on this machine asks from loopback too, for somebody outside
    is_passed_on = any(each.lower().startswith(_PASSED_ON) for each, _ in request.headers)
    return request.remote_addr in _LOOPBACK and not is_passed_on


def _look() -> Readings | None:
    try:
        with reader() as session:
            return readings(session, now())
    except Exception as error:
        if is_outage(error):
            return None
        raise


def _watching() -> Watching:
    made: Watching = current_app.extensions["divan-watching"]
    return made


@dataclass(frozen=True, slots=True)
class _Watched:
    """A request that is being answered."""

    id: str
    began: float  #: of `time.perf_counter`
    spans: ExitStack


def _begin() -> None:
    headers = request.headers
    given = headers.get("X-Request-ID", "")
    id_ = given if _ID.fullmatch(given) else str(new_id())
    about = {
        _IDS[name]: str(each) for name, each in (request.view_args or {}).items() if name in _IDS
    }
    clear_contextvars()
    bind_contextvars(request=id_, **about)
    watched = g.watched = _Watched(id_, time.perf_counter(), ExitStack())
    watched.spans.enter_context(
        _watching().span(
            f"request {_route()}", {"request": id_, **about}, headers.get("traceparent")
        )
    )


def _tell(response: Response) -> Response:
    watched: _Watched | None = g.get("watched")
    if watched is None:
        return response
    took = time.perf_counter() - watched.began
    response.headers["X-Request-ID"] = watched.id
    status = str(response.status_code)
    _watching().took("request", took, method=_method(), route=_route(), status=status)
    if took > SLOW or response.status_code >= 500 or _root.isEnabledFor(logging.DEBUG):
        log.info(
            "request", method=_method(), route=_route(), status=status, ms=round(took * 1e3, 1)
        )
    return response


def _end(_: BaseException | None) -> None:
    watched: _Watched | None = g.get("watched")
    if watched is not None:
        watched.spans.close()
    clear_contextvars()  # the thread serves somebody else next


def _route() -> str:
    """Return the address with its parts unnamed: there are few, and they tell of nobody."""
    rule = request.url_rule
    return "none" if rule is None else rule.rule


def _method() -> str:
    method = request.method
    return method if method in _METHODS else "other"


_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
