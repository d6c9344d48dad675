"""Things in an order that a person changes by buttons: one earlier, one later."""

from __future__ import annotations

from collections.abc import Sequence


def moved(keys: Sequence[str], move: str) -> list[str]:
    """Return keys after a button was pressed that moves one; an unknown one moves nothing.

    >>> moved(["title", "unit", "due"], "earlier:due")
    ['title', 'due', 'unit']
    """
    ordered, (where, _colon, key) = list(keys), move.partition(":")
    if key in ordered:
        at = ordered.index(key)
        ordered.remove(key)
        ordered.insert(max(0, at + (-1 if where == "earlier" else 1)), key)
    return ordered
