"""The schema of the standard, as the tests hold what is published to it."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any, Final

import jsonschema_rs

OCDS: Final = Path(__file__).parent / "ocds"


def schema(name: str) -> dict[str, Any]:
    """Return one of the standard's schemas: ``release``, ``release-package``, …"""
    found: dict[str, Any] = json.loads((OCDS / f"{name}-schema.json").read_text("utf-8"))
    return found


def errors_of(name: str, told: Any) -> list[str]:
    """Return everything that a schema finds wrong."""
    return [str(each) for each in _validator(name).iter_errors(told)]


@cache
def _validator(name: str) -> jsonschema_rs.Draft4Validator:
    def local(uri: str) -> Any:
        return schema(uri.rpartition("/")[2].removesuffix("-schema.json"))

    return jsonschema_rs.Draft4Validator(schema(name), retriever=local, validate_formats=True)
