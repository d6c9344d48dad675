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


def number_of(body: Mapping[str, Any], key: str) -> int | None:
    """Return a whole number of a body.

    Raises:
        Refused: something else stands there.
    """
    found = body.get(key)
    if isinstance(found, bool) or not isinstance(found, int | None) or abs(found or 0) >= 2**63:
        raise invalid(f"{key} has to be a whole number.")
    return found


def texts_of(body: Mapping[str, Any], key: str) -> list[str]:
    """Return a list of texts of a body; absent is empty.

    Raises:
        Refused: something else stands there.
    """
    found = body.get(key)
    if found is None:
        return []
    if not isinstance(found, list) or not all(isinstance(each, str) for each in found):
        raise invalid(f"{key} has to be a list of texts.")
    return found


def must_be_empty(body: Mapping[str, Any], *names: str) -> None:
    """Refuse what Camunda can do beside, where somebody asks for it.

    Raises:
        Refused: 400, one of them says something.
    """
    for each in names:
        if body.get(each):
            raise invalid(f"{each} is not supported: leave it out.")
