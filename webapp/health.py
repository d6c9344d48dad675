"""What a supervisor of the server asks: is it alive, can it work."""

from __future__ import annotations

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from engine.queries.health import answers
from webapp.request import reader, services

bp = Blueprint("health", __name__, url_prefix="/health")


@bp.get("/live")
def live() -> ResponseReturnValue:
    """Answer that the process runs; nothing else is asked."""
    return jsonify(status="live")


@bp.get("/ready")
def ready() -> ResponseReturnValue:
    """Answer whether requests should come here: the database answers and no stop is near."""
    if services().is_leaving():
        return jsonify(status="leaving"), 503
    with reader() as session:
        is_ready = answers(session)
    return jsonify(status="ready" if is_ready else "waiting"), 200 if is_ready else 503
