"""The JSON of a request, read with exact numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import simplejson
from flask import request

from webapp.engine_rest.refusals import Refused, invalid


def json_object(known: frozenset[str]) -> Mapping[str, Any]:
    """Return the object a request carries, empty when it carries nothing.

    Raises:
        Refused: 415 when it is not JSON, 400 when it is no object or has unknown keys.
    """
    content = request.get_data(cache=True)
    if not content.strip() and not request.form:
        return {}
    if not request.is_json:
        raise Refused(415, "Send application/json.")
    found = exact_json(content)
    if not isinstance(found, dict):
        raise invalid("The body has to be a JSON object.")
    if unknown := sorted(found.keys() - known):
        raise invalid(f"Unknown properties: {', '.join(unknown)}")
    return found


def exact_json(content: bytes | str) -> Any:
    """Read JSON; numbers become ``int`` or ``Decimal``.

    Raises:
        Refused: 400, it is none.
    """
    try:
        return simplejson.loads(content, use_decimal=True, allow_nan=False)
    except (ValueError, RecursionError) as broken:
        raise invalid(f"This is not JSON: {broken}") from None


def text_of(body: Mapping[str, Any], key: str) -> str | None:
    """Return a text of a body.

    Raises:
        Refused: something else stands there.
    """
    found = body.get(key)
    if found is not None and not isinstance(found, str):
        raise invalid(f"{key} has to be a text.")
    return found


def flag_of(body: Mapping[str, Any], key: str) -> bool:
    """Return a flag of a body; absent is false.

    Raises:
        Refused: something else stands there.
    """
    found = body.get(key)
    if found is not None and not isinstance(found, bool):
        raise invalid(f"{key} has to be true or false.")
    return bool(found)
