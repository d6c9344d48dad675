"""Keys of pages: where the page before ended, so that the next one costs what the first did."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

import simplejson

Key = tuple[datetime, UUID]

#: no JSON, nested too deep, no pair of texts, a moment before the first year or after the last
_TAMPERED: Final = (ValueError, RecursionError, TypeError, AttributeError, OverflowError)


def key_text(at: datetime, identity: UUID | None) -> str:
    """Return the key of a row as an address carries it."""
    text = simplejson.dumps([at.isoformat(), str(identity)])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def key_of(text: str | None) -> Key | None:
    """Read a page key; one that was tampered with is the first page."""
    if not text:
        return None
    try:
        at, identity = simplejson.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        moment = datetime.fromisoformat(at)
        aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return aware.astimezone(UTC), UUID(identity)
    except _TAMPERED:
        return None
