"""The addresses under ``/engine-rest``, each also under its ``/engine/default`` alias."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar
from uuid import UUID

from flask import Blueprint
from flask.typing import ResponseReturnValue

from webapp.engine_rest.refusals import not_found

bp = Blueprint("engine_rest", __name__, url_prefix="/engine-rest")

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])


def get(path: str) -> Callable[[View], View]:
    """Answer GET at ``path``."""
    return _at(path, "GET")


def post(path: str) -> Callable[[View], View]:
    """Answer POST at ``path``."""
    return _at(path, "POST")


def identity(text: str, kind: str) -> UUID:
    """Read an id of an address; Camunda's ``key:version:id`` is understood as well.

    Raises:
        Refused: 404, because nothing can have such an id.
    """
    try:
        return UUID(text.rpartition(":")[2])
    except ValueError:
        raise not_found(f"No matching {kind} with id {text}") from None


def _at(path: str, method: str) -> Callable[[View], View]:
    def keep(view: View) -> View:
        for prefix in ("", "/engine/default"):
            bp.add_url_rule(prefix + path, view.__name__, view, methods=[method])
        return view

    return keep
