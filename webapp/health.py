"""What a supervisor of the server asks: is it alive, can it work."""

from __future__ import annotations

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from engine.queries.health import answers
from webapp.request import reader

bp = Blueprint("health", __name__, url_prefix="/health")


@bp.get("/live")
def live() -> ResponseReturnValue:
    """Answer that the process runs."""
    return jsonify(status="live")


@bp.get("/ready")
def ready() -> ResponseReturnValue:
    """Answer whether the database does."""
    with reader() as session:
        is_ready = answers(session)
    return jsonify(status="ready" if is_ready else "waiting"), 200 if is_ready else 503
