"""Keys of pages: where the page before ended, so that the next one costs what the first did."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

import simplejson

Key = tuple[datetime, UUID]
#: what the last row of a page is sorted by, if it has that, and which row it is
Place = tuple[datetime | int | str | None, UUID]

#: no JSON, nested too deep, no pair of texts, a moment before the first year or after the last
_TAMPERED: Final = (ValueError, RecursionError, TypeError, AttributeError, OverflowError)


def key_text(at: datetime, identity: UUID | None) -> str:
    """Return the key of a row as an address carries it."""
    return _packed([at.isoformat(), str(identity)])


def key_of(text: str | None) -> Key | None:
    """Read a page key; one that was tampered with is the first page."""
    if not text:
        return None
    try:
        at, identity = _unpacked(text)
        return _moment(at), UUID(identity)
    except _TAMPERED:
        return None


def place_text(value: datetime | int | str | None, identity: UUID | None) -> str:
    """Return where a page of a sorted list ended, as an address carries it."""
    plain = value.isoformat() if isinstance(value, datetime) else value
    return _packed([plain, str(identity)])


def place_of(text: str | None, *, is_moment: bool, is_number: bool = False) -> Place | None:
    """Read where a page ended; a text that was tampered with is the first page."""
    if not text:
        return None
    try:
        value, identity = _unpacked(text)
        if value is None:
            return None, UUID(identity)
        if not isinstance(value, int if is_number else str):
            return None
        return _moment(value) if is_moment else value, UUID(identity)
    except _TAMPERED:
        return None


def _packed(pair: list[object]) -> str:
    return base64.urlsafe_b64encode(simplejson.dumps(pair).encode()).decode().rstrip("=")


def _unpacked(text: str) -> tuple[Any, str]:
    value, identity = simplejson.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    return value, identity


def _moment(text: Any) -> datetime:
    moment = datetime.fromisoformat(text)
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.astimezone(UTC)
