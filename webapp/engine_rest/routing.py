"""The addresses under ``/engine-rest``, each also under its ``/engine/default`` alias."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from flask import Blueprint
from flask.typing import ResponseReturnValue

from webapp.engine_rest.refusals import not_found

bp = Blueprint("engine_rest", __name__, url_prefix="/engine-rest")


def route(path: str, method: str, name: str, view: Callable[..., ResponseReturnValue]) -> None:
    """Answer a method at a path by a view."""
    for prefix in ("", "/engine/default"):
        bp.add_url_rule(
            prefix + path, name, view, methods=[method], provide_automatic_options=False
        )


def identity(text: str, kind: str) -> UUID:
    """Read an id of an address; Camunda's ``key:version:id`` is understood as well.

    Raises:
        Refused: 404, because nothing can have such an id.
    """
    try:
        return UUID(text.rpartition(":")[2])
    except ValueError:
        raise not_found(f"No matching {kind} with id {text}") from None
